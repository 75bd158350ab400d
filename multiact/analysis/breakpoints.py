"""Breakpoints: where a formula changes branch, so that the activation may not be smooth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from multiact.calculus.graph import Data, Noise, topological
from multiact.calculus.program import Inputs
from multiact.calculus.simplify import sub, substituted
from multiact.calculus.surrogate import valued
from multiact.calculus.tracing import Expr, call, const, symbol
from multiact.declare.activation import Activation
from multiact.special.evaluate import evaluate

_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


def find_breakpoints(
    act: Activation,
    arguments: Mapping[str, Any],
    grid: np.ndarray,
    noise: Mapping[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> list[float]:
    """Find the kinks: the declared ones, and points where a branch of the formula changes.

    A branch changes where a comparison, the argument of an absolute value or a sign does.
    Without values for the noise, the formula is that of evaluation.  Of a gate all inputs but
    one are `fixed`.
    """
    bound = act.bind((), arguments)
    specialization = act.specialize(act.lengths(bound), bound.settings, bool(noise))
    raw = valued(act.expression(specialization, raw=True))
    values = {symbol(Noise(name)): const(value) for name, value in (noise or {}).items()}
    values |= {symbol(Data(name)): const(value) for name, value in (fixed or {}).items()}
    nodes = topological([substituted(raw, values)])
    inputs = Inputs(act.data, specialization.inputs.parameters)
    switches = [s for n in nodes for s in _switches(n)]
    points = [*act.kink_slopes(arguments)]
    operands = [arguments[p.name] for p in act.parameters]

    for switch in switches:

        def signs_of(x: np.ndarray, switch: Expr = switch) -> np.ndarray:
            with np.errstate(all="ignore"):
                values = evaluate((switch,), inputs, (*(x for _ in act.data), *operands))[0]
            result: np.ndarray = np.sign(np.broadcast_to(values, x.shape))
            return result

        sign = signs_of(grid)
        if (sign == 0).sum() < 10:
            points += grid[sign == 0].tolist()
        points += [
            _root(signs_of, *grid[j : j + 2]) for j in np.flatnonzero(sign[:-1] * sign[1:] < 0)
        ]
    return _merge_close(points)


def _switches(n: Expr) -> list[Expr]:
    if n.op in _COMPARISONS and n.symbols:
        return [sub(*n.args)]
    if n.op in ("abs", "sign", "floor") and n.symbols:
        return [n.args[0]]
    # the search does not look inside primitives, of which only softsign has a corner
    return [call("neg", n.args[0])] if n.op == "softsign" else []


def located(
    condition: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Locate where a condition changes between each pair of points, to the last digit."""
    before, columns = condition(low), np.arange(len(low))
    for _ in range(10):  # to 2**-60 of the distance
        x = np.linspace(low, high, 65)
        changed = condition(x.reshape(-1)).reshape(x.shape) != before
        k = np.maximum(changed.argmax(axis=0), 1)
        low, high = x[k - 1, columns], x[k, columns]
    return high


def _root(sign: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
    """Locate a change of sign by refining the grid."""
    for _ in range(6):
        points = np.linspace(low, high, 301)
        signs = sign(points)
        j = int(np.flatnonzero(signs != signs[0])[0])
        low, high = points[j - 1], points[j]
    return round(float(low + high) / 2, 12)


def _merge_close(points: list[float]) -> list[float]:
    distinct: list[float] = []
    for x in sorted(points):
        if not distinct or x - distinct[-1] > 1e-9:
            distinct.append(x)
    return distinct
