"""Where the branches of an activation meet, read off its graph."""

from __future__ import annotations

from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.simplify import sub
from multiact.calculus.tracing import Expr, const
from tests.helpers.examples import Example

_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
_WAVES = ("sin", "cos", "sinc")


def conditions(example: Example) -> list[tuple[Expr, Expr]]:
    """Both sides of every comparison that chooses between two branches.

    Of the formula as it was written, where abs and sign are seen, and of its stable form. What
    compares parameters alone, or a number with itself, chooses the same branch everywhere.
    """
    found: dict[tuple[Expr, Expr], None] = {}
    for raw in (True, False):
        graph = example.act.expression(form(example), raw=raw)
        chosen = [e.args[0] for e in topological([graph]) if e.op == "where"]
        found |= {(e.args[0], e.args[1]): None for e in topological(chosen) if e.op in _COMPARISONS}
        signs = [e.args[0] for e in topological([graph]) if e.op in ("abs", "sign")]
        found |= {(u, const(0)): None for u in signs}
    data = {*example.act.data}
    return [(a, b) for a, b in found if a is not b and (a.symbols | b.symbols) & data]


def form(example: Example) -> Any:
    """The form of the example's graph."""
    arguments = {**example.parameters, **example.settings}
    return example.act.specialization(example.act.bind((), arguments))


def has_waves(example: Example) -> bool:
    """Whether sines or cosines are part of the formula."""
    graph = example.act.expression(form(example))
    return any(e.op in _WAVES for e in topological([graph]))


def thresholds(example: Example) -> tuple[float, ...]:
    """The points that `x` is compared with, as far as they do not depend on `x`."""
    first = example.act.data[-1] if len(example.act.data) == 2 else example.act.data[0]
    found = set()
    for a, b in conditions(example):
        for one, other in ((a, b), (b, a)):
            if (
                one.op in ("symbol", "neg", "abs")
                and first in one.symbols
                and not other.symbols & {*example.act.data}
            ):
                value = float(_evaluated(example, other, np.zeros((1, 2)))[0])
                found |= {value, -value}
    return tuple(sorted(v for v in found if np.isfinite(v)))


def at_corner(example: Example, x: np.ndarray, rounding: float = 0.0) -> np.ndarray:
    """Whether the two sides of a comparison are equal there.

    With `rounding`, also where the roundings of sides that are computed may make them equal.
    """
    result = np.zeros(len(x), bool)
    for a, b in conditions(example):
        sides = [_evaluated(example, side, x) for side in (a, b)]
        with np.errstate(all="ignore"):
            sizes = 1 + sum(map(np.abs, sides))
            room = rounding * sizes if _computed(a) or _computed(b) else 0.0
            result |= np.abs(_evaluated(example, sub(a, b), x)) <= room
    return result


def _computed(side: Expr) -> bool:
    """Whether it is more than a number or an argument, or its size."""
    while side.op in ("neg", "abs"):
        (side,) = side.args
    return side.op not in ("const", "symbol")


def _evaluated(example: Example, e: Expr, x: np.ndarray) -> np.ndarray:
    inputs: Inputs = form(example).inputs
    run = program((e,), inputs, Target(64))
    operands = [x[:, i] for i in range(len(inputs.data))]
    given = [np.asarray(example.parameters[n]) for n, _ in inputs.parameters]
    with np.errstate(all="ignore"):
        return np.broadcast_to(run(*operands, *given, xp=xp)[0], (len(x),))
