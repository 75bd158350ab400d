"""The names that a formula uses, as functions of jets: `xp`, `math`, `multiact.special`.

The formula's own code runs with these in the place of the package's, so its text is what is
judged.  A constant such as `math.sqrt(2)` is what the paper means by it, not its rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from types import FunctionType
from typing import Any

from mpmath import iv, mp

from tests.naive import intervals
from tests.naive.intervals import ONE, UNDEFINED, ZERO, Interval, neg, reciprocal
from tests.naive.jets import Curve, Jet, compose, jet


def _function(curve: Curve) -> Callable[[Any], Jet]:
    return lambda u: compose(curve, jet(u))


def _exp(u: Interval) -> Iterator[Interval]:
    return cycle([intervals.exp(u)])


def _log(u: Interval) -> Iterator[Interval]:
    r = reciprocal(u)
    yield intervals.log(u)
    yield r
    yield -r * r
    yield 2 * r**3


def _sqrt(u: Interval) -> Iterator[Interval]:
    y, r = intervals.sqrt(u), reciprocal(u)
    yield y
    if r is UNDEFINED:
        yield from cycle([UNDEFINED])
    yield y * r / 2
    yield -y * r * r / 4
    yield 3 * y * r**3 / 8


def _sin(u: Interval) -> Iterator[Interval]:
    s, c = intervals.sin_cos(u)
    return iter((s, c, neg(s), neg(c)))


def _cos(u: Interval) -> Iterator[Interval]:
    s, c = intervals.sin_cos(u)
    return iter((c, neg(s), neg(c), s))


def _tanh(u: Interval) -> Iterator[Interval]:
    yield (t := intervals.tanh(u))
    z = intervals.exp(-2 * abs(u))
    s = 4 * z / (1 + z) ** 2  # sech(u)**2 as it stands, no difference of near equals
    yield s
    yield -2 * t * s
    yield s * (4 * t * t - 2 * s)


def _sinh(u: Interval) -> Iterator[Interval]:
    e, f = intervals.exp(u), intervals.exp(-u)
    return cycle([ZERO if u is ZERO else (e - f) / 2, (e + f) / 2])


def _cosh(u: Interval) -> Iterator[Interval]:
    e, f = intervals.exp(u), intervals.exp(-u)
    return cycle([(e + f) / 2, ZERO if u is ZERO else (e - f) / 2])


def _atan(u: Interval) -> Iterator[Interval]:
    w = 1 / (1 + u * u)
    return iter((intervals.atan(u), w, -2 * u * w * w, (6 * u * u - 2) * w**3))


def _asinh(u: Interval) -> Iterator[Interval]:
    w = 1 / (1 + u * u)
    r = iv.sqrt(w)
    return iter((intervals.asinh(u), r, -u * w * r, (2 * u * u - 1) * w * w * r))


def _gauss(u: Interval) -> Iterator[Interval]:
    """2 exp(-u**2) / sqrt(pi) and its derivatives."""
    g = 2 * intervals.exp(-u * u) / iv.sqrt(iv.pi)
    return iter((g, -2 * u * g, (4 * u * u - 2) * g))


def _erf(u: Interval) -> Iterator[Interval]:
    yield intervals.erf(u)
    yield from _gauss(u)


def _erfc(u: Interval) -> Iterator[Interval]:
    yield intervals.erfc(u)
    yield from (-g for g in _gauss(u))


_CURVES = {
    "exp": _exp, "log": _log, "sqrt": _sqrt, "sin": _sin, "cos": _cos, "tanh": _tanh,
    "sinh": _sinh, "cosh": _cosh, "atan": _atan, "asinh": _asinh, "erf": _erf, "erfc": _erfc,
}  # fmt: skip


class Namespace:
    """What a formula may call on `xp` or on `math`."""

    def __init__(self) -> None:
        for name, curve in _CURVES.items():
            setattr(self, name, _function(curve))

    @property
    def pi(self) -> Jet:
        """To all digits in force."""
        return Jet(+iv.pi)

    @property
    def e(self) -> Jet:
        """To all digits in force."""
        return Jet(intervals.exp(ONE))

    @staticmethod
    def where(condition: bool, one: Any, other: Any) -> Jet:
        """The branch that is chosen."""
        return jet(one if condition else other)

    @classmethod
    def maximum(cls, u: Any, v: Any) -> Jet:
        """The larger of the two."""
        return cls._chosen(jet(u), jet(v), jet(u) >= jet(v))

    @classmethod
    def minimum(cls, u: Any, v: Any) -> Jet:
        """The smaller of the two."""
        return cls._chosen(jet(u), jet(v), jet(u) <= jet(v))

    @staticmethod
    def _chosen(u: Jet, v: Jet, first: bool) -> Jet:
        undefined = u.value is UNDEFINED or v.value is UNDEFINED
        return Jet(UNDEFINED) if undefined else u if first else v

    @classmethod
    def clip(cls, u: Any, low: Any, high: Any) -> Jet:
        """`u` held between two bounds."""
        return cls.minimum(cls.maximum(u, low), high)

    @staticmethod
    def abs(u: Any) -> Jet:
        """The absolute value."""
        v = jet(u)
        return -v if v < 0 else v

    @staticmethod
    def sign(u: Any) -> Jet:
        """-1, 0 or 1."""
        v = jet(u)
        return v if v.value is UNDEFINED else jet((v > 0) - (v < 0))

    @staticmethod
    def square(u: Any) -> Jet:
        """The square."""
        v = jet(u)
        return v * v

    @staticmethod
    def pow(u: Any, p: Any) -> Jet:
        """The power."""
        return jet(u) ** jet(p)

    @staticmethod
    def gamma(n: float) -> Jet:
        """The gamma function of a number."""
        return Jet(intervals.gamma(n))

    @staticmethod
    def factorial(n: int) -> Jet:
        """n! of a whole number."""
        return jet(int(mp.factorial(n)))


XP = Namespace()


def expit(u: Any) -> Jet:
    """1 / (1 + exp(-u))."""
    return 1 / (1 + XP.exp(-jet(u)))  # type: ignore[attr-defined, no-any-return]


def softplus(u: Any) -> Jet:
    """log(1 + exp(u))."""
    return XP.log(1 + XP.exp(u))  # type: ignore[attr-defined, no-any-return]


def sech(u: Any) -> Jet:
    """1 / cosh(u)."""
    return 1 / XP.cosh(u)  # type: ignore[attr-defined, no-any-return]


def ndtr(u: Any) -> Jet:
    """The normal distribution function."""
    return XP.erfc(-jet(u) / XP.sqrt(2)) / 2  # type: ignore[attr-defined, no-any-return]


#: what stands in formulas for names of the package and of Python
OWN: dict[str, Any] = {
    "math": XP, "erf": XP.erf, "erfc": XP.erfc,  # type: ignore[attr-defined]
    "expit": expit, "softplus": softplus, "sech": sech, "ndtr": ndtr,
}  # fmt: skip


def rebound(formula: FunctionType) -> FunctionType:
    """The same code, with the names above for what it finds around it."""
    around = formula.__globals__
    names: dict[str, Any] = {**around, **{n: v for n, v in OWN.items() if n in around}}
    for name, value in around.items():
        if isinstance(value, FunctionType) and value.__module__ == formula.__module__:
            names[name] = _copy(value, names)
    return _copy(formula, names)


def _copy(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy
