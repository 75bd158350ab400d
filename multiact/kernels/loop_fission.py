"""Loop fission: splitting a loop at its library calls, and where it becomes too long.

A call makes a loop save its vector registers and leaves the processor fewer iterations
to overlap, so each call gets a loop of its own over the block (GELU: a sixth faster),
which also keeps compilers from merging calls or moving them into branches.  The time of
compilers grows with the square of a loop's length (a Fourier series of 200 terms took gcc
more than ten seconds).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from multiact.calculus.graph import topological
from multiact.calculus.tracing import Expr

_LEAVES = frozenset({"const", "symbol"})
#: operations of one loop, beyond which it is divided
LONGEST = 600


@dataclass
class Stage:
    """One loop: values to load, nodes to compute, values to keep, outputs to store, then calls."""

    loaded: list[Expr] = field(default_factory=list)
    computed: list[Expr] = field(default_factory=list)
    kept: list[Expr] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    calls: list[Expr] = field(default_factory=list)


def stages(
    outputs: Sequence[Expr],
    is_call: Callable[[Expr], bool],
    is_mask: Callable[[Expr], bool],
    weight: Callable[[Expr], int] = lambda _: 1,
) -> list[Stage]:
    """The loops of a program; masks are computed anew wherever they are used.

    Parameters
    ----------
    outputs
        Lowered expressions.
    is_call, is_mask
        Whether a node calls the library, or is a condition.
    weight
        How many operations a node stands for.
    """
    order = [e for e in topological(outputs) if e.op not in _LEAVES]
    when = _placed(order, outputs, is_call)
    result = [Stage() for _ in range(1 + max([0, *when.values()]))]
    for e in order:
        if is_call(e):
            result[when[e] - 1].calls.append(e)
        elif not is_mask(e):
            result[when[e]].computed.append(e)
    result = [part for stage in result for part in _divided(stage, weight)]
    place = {e: stage for stage in result for e in stage.computed}
    for k, e in enumerate(outputs):
        place.get(e, result[-1]).stored.append(k)
    keep: dict[Expr, None] = {}
    for stage in result:
        roots = [*stage.computed, *(outputs[k] for k in stage.stored)]
        arguments = [a for call in stage.calls for a in call.args]
        needed = _with_masks([*roots, *arguments], is_mask)
        here = set(stage.computed)
        stage.loaded = [e for e in order if e in needed and not is_mask(e) and e not in here]
        masks = {e for e in needed if is_mask(e)}
        stage.computed = [e for e in order if e in here or e in masks]
        keep.update(dict.fromkeys(e for e in stage.loaded if not is_call(e)))
        # the arguments of all calls but the first wait in memory for their loops
        keep.update(dict.fromkeys(a for c in stage.calls[1:] for a in c.args))
    for stage in result:
        stage.kept = [e for e in stage.computed if e in keep and not is_mask(e)]
    return result


def _divided(stage: Stage, weight: Callable[[Expr], int]) -> list[Stage]:
    """A stage, or several after each other that are short enough; calls come last."""
    parts, length = [Stage()], 0
    for e in stage.computed:
        length += weight(e)
        if length > LONGEST and parts[-1].computed:
            parts.append(Stage())
            length = weight(e)
        parts[-1].computed.append(e)
    parts[-1].calls = stage.calls
    return parts


def _placed(
    order: Sequence[Expr], outputs: Sequence[Expr], is_call: Callable[[Expr], bool]
) -> dict[Expr, int]:
    """The stage of each node, as late as its users allow; of a call, the one that may use it."""
    early: dict[Expr, int] = {}
    for e in order:
        early[e] = max((early.get(a, 0) for a in e.args), default=0) + is_call(e)
    last = max((early.get(e, 0) for e in outputs), default=0)
    late = dict.fromkeys(order, last)
    for e in reversed(order):
        if is_call(e):
            late[e] = early[e]
        for a in e.args:
            if a in late:
                late[a] = min(late[a], late[e] - is_call(e))
    return late


def _with_masks(roots: Sequence[Expr], is_mask: Callable[[Expr], bool]) -> set[Expr]:
    """What nodes need: themselves, their arguments, and for masks also theirs."""
    needed: set[Expr] = set()
    todo = [*roots, *(a for e in roots for a in e.args)]
    while todo:
        e = todo.pop()
        if e.op not in _LEAVES and e not in needed:
            needed.add(e)
            if is_mask(e):
                todo.extend(e.args)
    return needed
