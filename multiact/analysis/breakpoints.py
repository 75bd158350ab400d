"""Where an activation may not be smooth: the points at which its formula changes branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.simplify import sub
from multiact.calculus.tracing import Expr, call
from multiact.declare.activation import Activation
from multiact.special.evaluate import evaluate

_COMPARED = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


def break_points(act: Activation, arguments: Mapping[str, Any], grid: np.ndarray) -> list[float]:
    """Declared kinks, and where a comparison, an absolute value or a sign changes on the grid."""
    specialization = act.specialization(act.bind((), arguments))
    nodes = topological([act.expression(specialization, raw=True)])
    switches = [s for n in nodes for s in _switches(n)]
    found = [*act.kink_slopes(arguments)]
    operands = [arguments[p.name] for p in act.parameters]

    for switch in switches:

        def run(x: np.ndarray, switch: Expr = switch) -> np.ndarray:
            data = act.operands(x, act.bind((), arguments), np)
            with np.errstate(all="ignore"):
                values = evaluate((switch,), specialization.inputs, (*data, *operands))[0]
            signs: np.ndarray = np.sign(np.broadcast_to(values, x.shape))
            return signs

        sign = run(grid)
        if (sign == 0).sum() < 10:
            found += grid[sign == 0].tolist()
        found += [_root(run, *grid[j : j + 2]) for j in np.flatnonzero(sign[:-1] * sign[1:] < 0)]
    return _distinct(found)


def _switches(n: Expr) -> list[Expr]:
    if n.op in _COMPARED and n.symbols:
        return [sub(*n.args)]
    if n.op in ("abs", "sign", "floor") and n.symbols:
        return [n.args[0]]
    # the graph of a primitive ends here: only softsign has a corner of its own
    return [call("neg", n.args[0])] if n.op == "softsign" else []


def _root(sign: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
    """Where the sign changes, on a grid that is made finer."""
    for _ in range(6):
        points = np.linspace(low, high, 301)
        signs = sign(points)
        j = int(np.flatnonzero(signs != signs[0])[0])
        low, high = points[j - 1], points[j]
    return round(float(low + high) / 2, 12)


def _distinct(found: list[float]) -> list[float]:
    kept: list[float] = []
    for x in sorted(found):
        if not kept or x - kept[-1] > 1e-9:
            kept.append(x)
    return kept
