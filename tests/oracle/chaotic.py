"""Maps of chaos theory as activations, one step of each or several."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, expit, guarded


@conditioned("each step multiplies the rounding of the one before by up to r")
@guarded(depth=2)
def hcaf(x: mpf, r: Real = 4, iterations: int = 3) -> mpf:
    """c_n, c_0 = sigmoid(x), c_j = r c_{j-1} (1 - c_{j-1}): Reid & Ferens 2021."""
    value, rest = expit(x), expit(-x)  # rest is 1 - value, without cancellation
    for _ in range(int(iterations)):
        value = r * value * rest
        rest = 1 - value
    return value


def _circle(x: mpf, r: Real, a: Real, b: Real) -> mpf:
    """A logistic map added to a circle map."""
    return r * x * (1 - x) + x + a - b / (2 * mp.pi) * mp.sinpi(2 * x)


@guarded(depth=1)
def fcaf_hidden(x: mpf, r: Real = 4, a: Real = 0, b: Real = 0.5) -> mpf:
    """r x (1 - x) + x + a - b / (2 pi) sin(2 pi x): Kabir et al. 2012."""
    return _circle(x, r, a, b)


@guarded(depth=1)
def fcaf_output(x: mpf, r: Real = 4, a: Real = 0, b: Real = 0.5, c: Real = 1, d: Real = 0) -> mpf:
    """The map of `fcaf_hidden`, + exp(-c x^2) + d: Kabir et al. 2012."""
    return _circle(x, r, a, b) + mp.exp(-c * x * x) + d


@guarded(depth=1)
def ccaf(x: mpf, a: Real = 0.5, b: Real = 0.5) -> mpf:
    """a sin(pi b sin(pi x)): Abbasi et al. 2022, doi:10.1007/s00521-022-06912-3."""
    return a * mp.sinpi(b * mp.sinpi(x))
