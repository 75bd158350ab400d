"""What every oracle formula shares: exact conversion of arguments and extra working precision.

Formulas run at the caller's ``mp.dps`` plus a reserve, so that the result is right to about the
caller's precision even where terms cancel. They follow the caller upwards: the derivative code
raises ``mp.dps`` and gets values of that precision.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeAlias, TypeVar

from mpmath import mp, mpf

Real: TypeAlias = "float | mpf"
Reals: TypeAlias = "Sequence[Real]"
Vector: TypeAlias = list[mpf]  # of one axis
Matrix: TypeAlias = list[Vector]
Image: TypeAlias = list[Matrix]  # channels, rows, columns

P = ParamSpec("P")
R = TypeVar("R")

#: Bits always added: covers cancellation at a float64 next to a root.
RESERVE = 160

#: From here on exp(-exp(u)) is below 10**(-10**25): zero, at every precision in use.
DOUBLE_EXPONENTIAL = 60

#: From here on exp(-x) is below 10**(-10**25).
SATURATED = mpf(10) ** 26

#: From here on erfc(t) is below 10**(-10**199).
ERFC_LIMIT = mpf(10) ** 100

#: Of the numbers around which erfc is expanded: fewer than the bits of a difference's step.
CENTRE_BITS = 90


def exact(value: Any) -> Any:
    """Turn numbers into mpf without rounding, inside lists too; leave text and None alone."""
    if value is None or isinstance(value, str | mpf):
        return value
    if hasattr(value, "tolist"):  # arrays and array scalars of any library
        value = value.tolist()
    if hasattr(value, "__iter__"):
        return [exact(item) for item in value]
    with mp.workprec(4096):
        return mpf(value)


def rounded(value: Any) -> Any:
    """Round to the precision in force, inside lists too."""
    return [rounded(item) for item in value] if isinstance(value, list) else +value


def extent(value: Any) -> int:
    """How many bits the numbers of a (nested) list reach from one, upwards or downwards."""
    if isinstance(value, list):
        return max((extent(item) for item in value), default=0)
    return abs(int(mp.mag(value))) if isinstance(value, mpf) and value != 0 else 0


def surrogate(smooth: Callable[..., Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that derivatives, of every order, are those of another formula."""

    def decorate(formula: Callable[P, R]) -> Callable[P, R]:
        formula.surrogate = guarded()(smooth)  # type: ignore[attr-defined]
        return formula

    return decorate


def guarded(depth: int = 0) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run a formula with a reserve of bits; ``depth`` is the order of cancellation.

    ``depth=2`` suits x - tanh(x), which is of order x**3 at zero: two powers of x are lost.
    It counts for large x too: frequency * x + phase loses one power.
    """

    def decorate(formula: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(formula)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            positional: list[Any] = [exact(value) for value in args]
            named: dict[str, Any] = {name: exact(value) for name, value in kwargs.items()}
            lost = depth * extent(positional[0])
            with mp.workprec(mp.prec + RESERVE + lost):
                value: Any = formula(*positional, **named)
            result: R = rounded(value)
            return result

        return wrapper

    return decorate


def conditioned(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say why values cannot be right to 8 ULP: a rounding on the way, which the formula multiplies.

    They are asked for 8 ULP over 1 + condition instead; derivatives, for no absolute error.
    """

    def decorate(formula: Callable[P, R]) -> Callable[P, R]:
        formula.conditioned = reason  # type: ignore[attr-defined]
        return formula

    return decorate


def followed(limit: float) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say up to which size of x differences follow a wave whose frequency grows with x."""

    def decorate(formula: Callable[P, R]) -> Callable[P, R]:
        formula.followed = limit  # type: ignore[attr-defined]
        return formula

    return decorate


def clip(x: mpf, low: Real, high: Real) -> mpf:
    """Nearest point of [low, high]."""
    return min(max(x, low), high)


def expit(x: mpf) -> mpf:
    """1 / (1 + exp(-x)), as it stands: no cancellation on either side."""
    return mpf(int(x > 0)) if abs(x) > SATURATED else 1 / (1 + mp.exp(-x))


def log1p_exp(x: mpf) -> mpf:
    """log(1 + exp(x)), with the larger term taken out of the logarithm."""
    return max(x, mpf(0)) + (mpf(0) if abs(x) > SATURATED else mp.log1p(mp.exp(-abs(x))))


def erfc(t: mpf) -> mpf:
    """1 - erf(t), by a Taylor series around a number so near that many samples share it.

    mpmath needs ten milliseconds for most, and derivatives five samples side by side.
    """
    if t > ERFC_LIMIT:
        return mpf(0)
    if not 1 < abs(t) < 100:  # a short series, from both ends
        return mp.erfc(t)
    with mp.workprec(CENTRE_BITS):
        centre = +t
    prec = mp.prec
    with mp.workprec(prec + 64):
        value, slope = _erfc_and_slope(centre, prec + 64)
        step = t - centre
        before, now, power = mpf(0), mpf(1), step  # Hermite polynomials, step**(n + 1) / (n + 1)!
        total, n = mpf(0), 0
        while power and mp.mag(now) + mp.mag(power) > -prec - 32:
            total += now * power
            n += 1
            # the n-th derivative of exp(-t^2) is (-1)^n H_n(t) exp(-t^2)
            before, now = now, -2 * centre * now - 2 * (n - 1) * before
            power *= step / (n + 1)
        return value + slope * total


@functools.lru_cache(maxsize=16)
def _erfc_and_slope(centre: mpf, prec: int) -> tuple[mpf, mpf]:
    with mp.workprec(prec):
        return mp.erfc(centre), -2 / mp.sqrt(mp.pi) * mp.exp(-centre * centre)


def erf(t: mpf) -> mpf:
    """The error function; 1 - erfc(t) where that does not cancel."""
    if abs(t) < 1:
        return mp.erf(t)
    return 1 - erfc(t) if t > 0 else erfc(-t) - 1


def normal_cdf(x: mpf) -> mpf:
    """Distribution function of the standard normal law, erfc(-x / sqrt 2) / 2."""
    return erfc(-x / mp.sqrt(2)) / 2


def tanh_exp(x: mpf) -> mpf:
    """tanh(exp(x)); one where 1 - tanh is below 10**(-10**25)."""
    return mpf(1) if x > DOUBLE_EXPONENTIAL else mp.tanh(mp.exp(x))
