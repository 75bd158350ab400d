"""Numbers that a fit or a formula means: 1.702, 1/6, log 2, sqrt(2/pi), exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: the irrational parts of numbers in formulas, evaluated in the working precision of mpmath
_UNITS: dict[str, Callable[[Any], Any]] = {
    "": lambda mp: mp.mpf(1),
    "pi": lambda mp: +mp.pi,
    "1/pi": lambda mp: 1 / mp.pi,
    "sqrt(2)": lambda mp: mp.sqrt(2),
    "sqrt(3)": lambda mp: mp.sqrt(3),
    "sqrt(5)": lambda mp: mp.sqrt(5),
    "sqrt(pi)": lambda mp: mp.sqrt(mp.pi),
    "1/sqrt(pi)": lambda mp: 1 / mp.sqrt(mp.pi),
    "sqrt(2/pi)": lambda mp: mp.sqrt(2 / mp.pi),
    "sqrt(pi/2)": lambda mp: mp.sqrt(mp.pi / 2),
    "log(2)": lambda mp: mp.log(2),
    "1/log(2)": lambda mp: 1 / mp.log(2),
    "log(3)": lambda mp: mp.log(3),
    "e": lambda mp: +mp.e,
    "1/e": lambda mp: 1 / mp.e,
    "tanh(1)": lambda mp: mp.tanh(1),
    "1/tanh(1)": lambda mp: 1 / mp.tanh(1),
}
_LARGEST = 12  # numerator and denominator beside an irrational part
_DIGITS = 7  # of a decimal that a fit recovers
_FORMATTED = 12  # digits of a decimal that is one, not what is left of something else


@dataclass(frozen=True)
class Number:
    """A fraction times an irrational part: the number that is meant, not its rounding."""

    ratio: Fraction
    unit: str = ""

    def __float__(self) -> float:
        import mpmath

        return float(self.exact(mpmath.mp))

    def exact(self, mp: Any) -> Any:
        """Return the number in the working precision of mpmath."""
        return mp.mpf(self.ratio.numerator) / self.ratio.denominator * _UNITS[self.unit](mp)

    def __str__(self) -> str:
        if not self.unit:
            return _ratio_text(self.ratio)
        n, d = abs(self.ratio.numerator), self.ratio.denominator
        sign = "-" if self.ratio < 0 else ""
        if n != 1:
            top = f"{n}{self.unit[1:]}" if self.unit.startswith("1/") else f"{n} {self.unit}"
        else:
            top = self.unit
        return f"{sign}{top}" + (f"/{d}" if d != 1 else "")

    def __neg__(self) -> Number:
        return Number(-self.ratio, self.unit)


def number(value: float) -> Number:
    """Return what a constant of a formula means: 0.1666... is 1/6, and 1.702 is a decimal."""
    return recognised(value, 4e-16) or Number(Fraction(repr(float(value))))


def recognised(
    value: float, tolerance: float = 1e-9, known: Iterable[Number] = ()
) -> Number | None:
    """Return the simple number that a value is but for an error; None if there is none.

    Parameters
    ----------
    value
        The value.
    tolerance
        The largest error, relative to the value; an absolute one near 0.
    known
        Numbers of the formulas, of which it may be the inverse, a product or a quotient.
    """
    if not math.isfinite(value):
        return None
    if abs(value) <= tolerance:
        return Number(Fraction(0))
    for candidate in _candidates(value, tolerance, [*known]):
        if math.isclose(float(candidate), value, rel_tol=tolerance):
            return candidate
    return None


def _candidates(value: float, tolerance: float, known: list[Number]) -> Iterator[Number]:
    """Yield numbers near a value, simple ones first."""
    yield Number(Fraction(value).limit_denominator(_LARGEST))
    digits = _FORMATTED if tolerance < 1e-15 else _DIGITS
    decimal = Fraction(f"{value:.{digits - 1}e}")
    if decimal.denominator <= 10**4:
        yield Number(decimal)
    for unit in [*_UNITS][1:]:
        ratio = Fraction(value / float(Number(Fraction(1), unit))).limit_denominator(_LARGEST)
        if ratio and abs(ratio.numerator) <= _LARGEST:
            yield Number(ratio, unit)
    plain = [k.ratio for k in known if not k.unit and k.ratio]
    for k in plain:
        for base in (k, 1 / k):
            near = Fraction(value / float(base)).limit_denominator(_LARGEST)
            if near and abs(near.numerator) <= _LARGEST:
                yield Number(base * near)
    for i, k in enumerate(plain):
        yield from (
            Number(s * r) for m in plain[i:] for r in (k * m, k / m, m / k) for s in (1, -1)
        )
    yield Number(Fraction(value).limit_denominator(1000 if tolerance < 1e-15 else 100))
    yield Number(decimal)


def _ratio_text(ratio: Fraction) -> str:
    """Return a short decimal as one, anything else as a quotient, or with 16 digits."""
    if ratio.denominator == 1:
        return str(ratio.numerator)
    text = repr(float(ratio))
    if Fraction(text) == ratio and len(text.strip("-0.")) <= len(str(ratio)) + 2:
        return text
    return str(ratio) if len(str(ratio)) <= 12 else f"{float(ratio):.16g}"
