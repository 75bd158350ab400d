"""Limits at the infinities where arithmetic finds none: inf - inf, 0 * inf, sin(inf) are NaN."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from multiact.calculus.graph import Data, Number
from multiact.calculus.interpret import evaluated
from multiact.calculus.lower import BIG
from multiact.calculus.simplify import mul, substituted, where
from multiact.calculus.tracing import Expr, call, const, is_const, symbol

_X = symbol(Data("x"))
#: places on the way to infinity, from which a limit is read: where waves have no pattern
_FAR = [math.pi**k for k in (37, 42, 48, 55, 63, 72, 82, 93, 105, 118, 132, 147)]
_SAMPLES = 24
Limit = Expr | None


def with_limits(
    e: Expr, declared: Sequence[Limit] = (None, None), *, numbers_only: bool = False
) -> Expr:
    """`e`, and at the infinities its limits, where it would be NaN.

    Parameters
    ----------
    e
        An expression.
    declared
        Limits that are known, at minus infinity and infinity.
    numbers_only
        Whether limits that are functions of parameters are left out.
    """
    if "x" not in e.symbols:
        return e
    limited = e
    for sign, limit in zip((-1.0, 1.0), declared, strict=True):
        way = _Way(e, sign)
        derived = limit is None and way.ends_in_nan
        there = way.limit(numbers_only) if derived else limit if way.is_nan else None
        if there is not None:
            infinity = sign * math.inf
            is_x = there.op == "const" and there.value == infinity
            limited = where(call("eq", _X, infinity), _X if is_x else there, limited)
    return limited


def without_limits(e: Expr) -> tuple[Expr, tuple[Limit, Limit]]:
    """The expression that `with_limits` was given, and the limits that it was told."""
    told: dict[float, Expr] = {}
    while e.op == "where" and e.args[0].op == "eq" and e.args[0].args[0] is _X:
        infinity = e.args[0].args[1]
        if not any(is_const(infinity, v) for v in (math.inf, -math.inf)):
            break
        told[float(infinity.value or 0)] = e.args[1]
        e = e.args[2]
    return e, (told.get(-math.inf), told.get(math.inf))


def slope_at(limit: Limit) -> Limit:
    """The slope at an infinity: 0 if the limit there is finite, None if that is not known."""
    if limit is None or limit is _X or limit.op == "where":  # a choice of parameters
        return None
    return const(0.0) if limit.op != "const" or math.isfinite(float(limit.value or 0)) else None


class _Way:
    """What an expression does on its way to an infinity, at several values of its parameters."""

    def __init__(self, e: Expr, sign: float) -> None:
        self.e, self.sign = e, sign
        draw = np.random.default_rng(0)
        self.values = {
            name: parameter_values(name, draw, _SAMPLES) for name in sorted(e.symbols - {"x"})
        }
        (at_infinity,) = self._at([math.inf])
        self.is_nan = self.ends_in_nan = bool(np.isnan(at_infinity).any())
        if self.is_nan:
            far = self._at(_FAR)
            known = ~np.isnan(far).any(axis=0)
            self.far = far[:, known]
            self.ends_in_nan = bool((np.isnan(at_infinity) & known).any())

    def _at(self, places: Sequence[float]) -> np.ndarray:
        x = self.sign * np.asarray(places)[:, None]
        y = np.empty((len(x), _SAMPLES))
        y[...] = evaluated(self.e, {"x": x, **self.values})
        return y

    def limit(self, numbers_only: bool) -> Limit:
        """The limit: a number, or as a function of the parameters; None if there is none."""
        far, last = self.far, self.far[-1]
        size = np.abs(far)
        with np.errstate(all="ignore"):
            settled = np.isfinite(last) & (np.abs(last - far[-2]) <= 1e-9 * size[-1] + 1e-20)
            grows = ((size[1:] >= 2 * size[:-1]) | np.isinf(far[1:])).all(axis=0)
        grows &= (np.sign(far) == np.sign(last)).all(axis=0)
        if not (settled | grows).all():
            return None
        if grows.all() and (np.sign(last) * np.sign(last[0]) > 0).all():
            return const(math.copysign(math.inf, last[0]))
        if settled.all() and size[-1].max() < 1e-15:
            return const(0.0)
        if settled.all() and np.ptp(last) <= 1e-9 * size[-1].max():
            return const(float(last[0]))
        if numbers_only:
            return None
        there = substituted(self.e, {_X: mul(self.sign, BIG)})
        if settled.all():
            return there
        return where(call("gt", call("abs", there), call("sqrt", BIG)), mul(there, math.inf), there)


def parameter_values(name: str, draw: np.random.Generator, count: int) -> np.ndarray:
    """Values that a parameter may have, its usual one first."""
    values = draw.uniform(0.2, 2.0, count)
    signed: np.ndarray = values * draw.choice([-1.0, 1.0, 1.0], count)
    if not isinstance(name, Number):
        return signed
    values = -values if name.high <= 0 else values if name.low >= 0 else signed
    values[0] = name.usual
    return values
