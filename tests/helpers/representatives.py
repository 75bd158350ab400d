"""Activations that stand for all in tests of machinery, chosen by what their records say.

What a framework does with an activation depends on its kind, its parameters and settings, its
kinks, the operations of its formula, but not on the formula itself. So for everything that a
record may have, one with a small formula stands for the others. `MULTIACT_EVERYTHING=1`
(`nox -s everything`) lets each activation stand for itself.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import multiact
from multiact.calculus.graph import topological
from multiact.declare.activation import Activation
from multiact.declare.parameters import Parameter

#: a few that everybody uses
USUAL = frozenset("elu gelu hardswish mish relu silu softmax softplus swiglu talu tanh".split())
EVERYTHING = bool(os.environ.get("MULTIACT_EVERYTHING"))


def representatives(names: Iterable[str] | None = None) -> list[str]:
    """The representatives among these names, or among all; all of them if that is asked for.

    They are functions of one array: pairs, and what is random in evaluation too, have tests of
    their own.
    """
    known = chosen(tuple(multiact.names()))
    names = list(multiact.names() if names is None else names)
    names = [n for n in names if not is_special(multiact.get(n))]
    return names if EVERYTHING else [name for name in names if name in known]


def is_representative(name: str) -> bool:
    """Whether tests of everything, in each dtype and variant, are made with an activation.

    They are so with those that are used most, and with those that the representatives cannot
    stand for.
    """
    return name in USUAL or is_special(multiact.get(name)) or bool(representatives([name]))


def is_special(act: Activation) -> bool:
    """Whether its tests are others than those of functions of one array."""
    return act.kind == "pair" or act.always_noisy


@cache
def chosen(names: tuple[str, ...]) -> frozenset[str]:
    """A few names that have all features, each with a small formula; rare features first."""
    having: dict[str, list[str]] = {}
    usual = [n for n in names if not is_special(multiact.get(n))]
    for name in sorted(usual, key=lambda name: (size(multiact.get(name)), name)):
        for feature in features(multiact.get(name)):
            having.setdefault(feature, []).append(name)
    some: set[str] = set()
    covered: set[str] = set()
    for feature in sorted(having, key=lambda feature: (len(having[feature]), feature)):
        if feature not in covered:
            name = having[feature][0]
            some.add(name)
            covered |= features(multiact.get(name))
    return frozenset(some)


def features(act: Activation) -> frozenset[str]:
    """All that tells an activation from another but its names and numbers."""
    return frozenset(_features(act))


def _features(act: Activation) -> Iterator[str]:
    yield f"kind {act.kind}"
    yield from (f"noise {kind}" for kind in act.noise.values())
    yield "surrogate" * (act.surrogate is not None) or "slopes of its own"
    count, learned = len(act.parameters), len(act.learnable)
    yield f"{_few(count)} parameters"
    yield f"{'all' if learned == count else 'some' if learned else 'none'} learned"
    for p in (*act.parameters, *act.settings):
        yield from _of_parameter(p)
    yield from (f"size {(size and 'known') or 'asked for'}" for size in act.sizes.values())
    yield f"{_few(len(act.aliases), 1)} aliases"
    yield f"{_few(len(act.requires), 1)} conditions"
    for end, limit in zip(("low", "high"), act.limits or ("", ""), strict=True):
        known = isinstance(limit, (int, float))
        kind = "by parameters" if callable(limit) else limit
        yield f"{end} limit {'finite' if known and math.isfinite(limit) else kind}"
    if act.kinks is not None:
        taken = act.kinks.__code__.co_argcount
        yield f"kinks from {_few(taken, 1)} arguments"
    if act.is_graph:
        yield from (f"operation {op}" for op in operations(act) - {"const", "symbol"})


def _few(count: int, most: int = 2) -> str:
    """How many; what works with several works with more."""
    return str(count) if count <= most else "several"


def _of_parameter(p: Parameter) -> Iterator[str]:
    if p.shaped is not None:
        yield f"array of {len(p.shaped.sizes)} axes"
        yield f"{_few(len(p.shaped.initializers), 1)} ways to draw it"
    elif p.constraint is not None:
        yield f"a number that is {p.constraint.text}"
    yield f"a default of type {type(p.default).__name__}"
    yield "optional" if p.optional else "not optional"


def operations(act: Activation) -> set[Any]:
    """The operations of the formula as it was written."""
    graph = act.expression(act.example_specialization, raw=True)
    return {e.op for e in topological([graph])}


def size(act: Activation) -> int:
    """Operations of the formula; many where it is none of single elements."""
    if not act.is_graph:
        return 1000
    return len(topological([act.expression(act.example_specialization)]))
