"""Whether a relation holds: as an identity of expressions, or in 60 digits at many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from multiact.calculus.constant import Constant
from multiact.calculus.graph import topological
from multiact.calculus.normal import same
from multiact.calculus.simplify import simplify, substituted
from multiact.calculus.surrogate import valued
from multiact.calculus.tracing import Expr, const, symbol
from multiact.relations.curves import Curve
from multiact.relations.numbers import Number, number
from multiact.relations.relation import Parameters, Relation

_DIGITS = 60
_GUARD = 30  # digits that cancellation may take
_RANDOM = np.random.default_rng(20).uniform(-9, 9, 24)
#: far out, where softplus(x) is x to 17 digits but not to 60, and where caps begin
_FAR = (21.5, -21.5, 47.25, -47.25, 103.1)
#: near 0, where x tanh(300 x) is not |x|
_NEAR = (1e-3, -1e-3, 0.0217, -0.0217, 1e-6)
POINTS = (0.3, -0.7, *_NEAR, *_FAR, 2.6, -4.4, *_RANDOM.round(6).tolist())
_GRID = np.linspace(-9.0003, 9.0007, 6000)
_CLOSE = 1e-6  # what cancellation in formulas as they are written may leave
_VALUES = np.random.default_rng(21).uniform(0.15, 2.5, 6).round(6).tolist()  # of parameters


def confirmed(relation: Relation, left: Curve, right: Curve) -> Relation | None:
    """Return the relation with how it was confirmed; None if it does not hold."""
    if not _are_close(relation, left, right):
        return None
    if _is_identity(relation, left, right):
        how = replace(relation, confirmed="symbolic")
    elif _agree(relation, left, right, POINTS):
        how = replace(relation, confirmed="60 digits")
    else:
        return None
    pairs = _equal_parameters(how)
    for some in [pairs, *((p,) for p in pairs)] if pairs else []:
        general = replace(how, renamed=some)
        if _holds_for_all(general, left, right):
            return general
    return how


def _are_close(relation: Relation, left: Curve, right: Curve) -> bool:
    """Whether both sides agree in float64 on a fine grid, narrow pieces of formulas included."""
    a, b, c, d = map(float, relation.coefficients)
    one, other = ({n: float(v) for n, v in side} for side in relation.parameters)
    with np.errstate(all="ignore"):
        u, v = left.values(_GRID, one), a * right.values(b * _GRID + c, other) + d
        finite = np.isfinite(u) & np.isfinite(v)
        return bool((np.abs(u - v) <= _CLOSE * (1 + np.abs(u)))[finite].all())


def _is_identity(relation: Relation, left: Curve, right: Curve) -> bool:
    """Whether both sides are the same expression after simplification."""
    a, b, c, d = (const(float(v)) for v in relation.coefficients)
    x = symbol(left.act.data[0])
    inner = simplify(b * x + c)
    one = _with_numbers(left, relation.left_parameters, x)
    other = _with_numbers(right, relation.right_parameters, inner)
    return same(simplify(one), simplify(a * other + d))


def _with_numbers(curve: Curve, parameters: Parameters, x: Expr) -> Expr:
    values = {_symbol_of(curve, n): const(float(v)) for n, v in parameters}
    return substituted(valued(curve.graph), {_symbol_of(curve, curve.act.data[0]): x, **values})


def _symbol_of(curve: Curve, name: str) -> Expr:
    leaves = (n for n in topological([curve.graph]) if n.op == "symbol" and n.value == name)
    return next(leaves, symbol(name))


def _agree(
    relation: Relation,
    left: Curve,
    right: Curve,
    points: Sequence[float],
    values: Mapping[str, float] | None = None,
) -> bool:
    """Whether both sides have the same values to 60 digits, and one of them is finite."""
    import mpmath
    from mpmath import mp

    finite = 0
    with mp.workdps(_DIGITS + _GUARD):
        a, b, c, d = (v.exact(mp) for v in relation.coefficients)
        given = {n: mp.mpf(v) for n, v in (values or {}).items()}
        ours = {n: given.get(n, v.exact(mp)) for n, v in relation.left_parameters}
        names = {r: n for n, r in relation.renamed if n in given}
        theirs = {
            n: given[names[n]] if n in names else v.exact(mp) for n, v in relation.right_parameters
        }
        one, other = Exact(left), Exact(right)
        for point in points:
            x = mp.mpf(repr(point))
            try:
                u, v = one(x, ours), a * other(b * x + c, theirs) + d
            except (ArithmeticError, ValueError, NotImplementedError):
                continue  # a pole, or an operation that mpmath does not have
            if mpmath.isnan(u) or mpmath.isnan(v):
                continue
            if u != v and not abs(u - v) <= mp.mpf(10) ** -_DIGITS * (1 + abs(u)):
                return False
            finite += bool(mpmath.isfinite(u))
    return 2 * finite > len(points)


class Exact:
    """A curve in mpmath: its constants are the numbers that are meant, not their roundings."""

    def __init__(self, curve: Curve) -> None:
        from multiact.testing.exact import evaluate

        self._evaluate = evaluate
        self._x = curve.act.data[0]
        self._graph, self._constants = _exact_graph(curve)

    def __call__(self, x: Any, parameters: Mapping[str, Any]) -> Any:
        """Return the value at `x`, in the working precision."""
        from mpmath import mp

        constants = {n: v.exact(mp) for n, v in self._constants.items()}
        return self._evaluate(self._graph, {**constants, **parameters, self._x: x})


def _exact_graph(curve: Curve) -> tuple[Expr, dict[str, Number]]:
    """Return the formula with symbols in the place of its constants, and their numbers."""
    found = {n: number(float(n.value or 0)) for n in _constants(curve)}
    names = {n: symbol(f"constant {i}") for i, n in enumerate(found)}
    graph = _replaced(valued(curve.graph), names)
    return graph, {str(names[n].value): v for n, v in found.items()}


def _constants(curve: Curve) -> list[Expr]:
    """Return the constants of a formula, without those that only mpmath knows well enough."""
    nodes = topological([valued(curve.graph)])
    numbers = [n for n in nodes if n.op == "const" and np.isfinite(float(n.value or 0))]
    return [n for n in numbers if not isinstance(n.value, Constant) or _is_known(n)]


def _is_known(n: Expr) -> bool:
    return "." not in str(number(float(n.value or 0)))


def _replaced(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return `e` with others in the place of some leaves, and nothing else changed."""
    done = dict(values)
    for n in topological([e], done):
        done[n] = Expr.of(n.op, tuple(done[a] for a in n.args), n.value)
    return done[e]


def numbers_of(curve: Curve) -> list[Number]:
    """Return the constants of a formula and the defaults of its parameters."""
    values = [number(float(n.value or 0)) for n in _constants(curve)]
    return [*dict.fromkeys([*values, *map(number, curve.defaults.values())])]


def _equal_parameters(relation: Relation) -> tuple[tuple[str, str], ...]:
    """Return pairs of parameters that have the same value, of the same name if possible."""
    pairs: list[tuple[str, str]] = []
    right = dict(relation.right_parameters)
    for name, value in relation.left_parameters:
        free = [r for r in right if right[r] == value and r not in [p[1] for p in pairs]]
        if free:
            pairs.append((name, name if name in free else free[0]))
    return tuple(pairs)


def _holds_for_all(relation: Relation, left: Curve, right: Curve) -> bool:
    """Whether it holds for other values of the parameters that are equal."""
    tried = 0
    for shift in range(3):
        values = {
            n: _VALUES[(i + 2 * shift) % len(_VALUES)] for i, (n, _) in enumerate(relation.renamed)
        }
        if all(
            left.accepts(n, values[n]) and right.accepts(r, values[n]) for n, r in relation.renamed
        ):
            tried += 1
            if not _agree(relation, left, right, POINTS[::3], values):
                return False
    return tried > 1
