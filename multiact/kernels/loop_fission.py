"""Loop fission: splitting a loop at library calls, and where it becomes too long.

A call forces a loop to save its vector registers and leaves the processor fewer iterations to
overlap.  Each call therefore gets its own loop over the block (GELU becomes a sixth faster),
which also keeps compilers from merging calls or moving them into branches.  Long loops are
split because compile time grows with the square of a loop's length (gcc took more than ten
seconds for a Fourier series of 200 terms).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from multiact.calculus.graph import topological
from multiact.calculus.tracing import Expr

_LEAVES = frozenset({"const", "symbol"})
#: operations above which a loop is split
MAX_OPERATIONS = 600


@dataclass
class Stage:
    """One loop: values it loads, nodes it computes, values it keeps, outputs it stores, calls."""

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
    """Split the computation of the outputs into loops; masks are recomputed wherever needed.

    Parameters
    ----------
    outputs
        Lowered expressions.
    is_call, is_mask
        Whether a node calls the library, or is a condition.
    weight
        The number of operations that a node stands for.
    """
    order = [e for e in topological(outputs) if e.op not in _LEAVES]
    stage_of = _schedule(order, outputs, is_call)
    result = [Stage() for _ in range(1 + max([0, *stage_of.values()]))]
    for e in order:
        if is_call(e):
            result[stage_of[e] - 1].calls.append(e)
        elif not is_mask(e):
            result[stage_of[e]].computed.append(e)
    result = [part for stage in result for part in _split(stage, weight)]
    stage_computing = {e: stage for stage in result for e in stage.computed}
    for k, e in enumerate(outputs):
        stage_computing.get(e, result[-1]).stored.append(k)
    kept: dict[Expr, None] = {}
    for stage in result:
        roots = [*stage.computed, *(outputs[k] for k in stage.stored)]
        arguments = [a for call in stage.calls for a in call.args]
        needed = _find_needed([*roots, *arguments], is_mask)
        computed = set(stage.computed)
        stage.loaded = [e for e in order if e in needed and not is_mask(e) and e not in computed]
        masks = {e for e in needed if is_mask(e)}
        stage.computed = [e for e in order if e in computed or e in masks]
        kept.update(dict.fromkeys(e for e in stage.loaded if not is_call(e)))
        # all calls but the first read their arguments from memory, in loops of their own
        kept.update(dict.fromkeys(a for c in stage.calls[1:] for a in c.args))
    for stage in result:
        stage.kept = [e for e in stage.computed if e in kept and not is_mask(e)]
    return result


def _split(stage: Stage, weight: Callable[[Expr], int]) -> list[Stage]:
    """Split a stage that is too long into several; the last one has the calls."""
    parts, length = [Stage()], 0
    for e in stage.computed:
        length += weight(e)
        if length > MAX_OPERATIONS and parts[-1].computed:
            parts.append(Stage())
            length = weight(e)
        parts[-1].computed.append(e)
    parts[-1].calls = stage.calls
    return parts


def _schedule(
    order: Sequence[Expr], outputs: Sequence[Expr], is_call: Callable[[Expr], bool]
) -> dict[Expr, int]:
    """Assign each node to a stage, as late as its users allow.

    For a call, it is the first stage that may use the result.
    """
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


def _find_needed(roots: Sequence[Expr], is_mask: Callable[[Expr], bool]) -> set[Expr]:
    """Collect the nodes, their arguments, and the arguments of the masks among them."""
    needed: set[Expr] = set()
    stack = [*roots, *(a for e in roots for a in e.args)]
    while stack:
        e = stack.pop()
        if e.op not in _LEAVES and e not in needed:
            needed.add(e)
            if is_mask(e):
                stack.extend(e.args)
    return needed
