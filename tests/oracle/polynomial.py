"""Polynomials, and pieces of them."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, conditioned, guarded


@guarded()
def ncu(x: mpf) -> mpf:
    """x - x^3: Noel et al. 2021, arXiv:2111.04020."""
    return x - x**3


@guarded()
def squ(x: mpf) -> mpf:
    """x^2 + x: Noel et al. 2021, arXiv:2111.04020."""
    return x * x + x


@guarded()
def triple(x: mpf, a: Real = 1) -> mpf:
    """a x^3: arXiv:2402.09092, triple activation function."""
    return a * x**3


def _generator(u: mpf, c: Real | None) -> mpf:
    """u^3 (u^5 - 2 u^4 + 2) from 0 to c, constant outside; c = None is infinite."""
    if u < 0:
        return mpf(0)
    v = u if c is None or u < c else mpf(c)
    return v**3 * (v**5 - 2 * v**4 + 2)


@conditioned("the polynomial multiplies the rounding of x / gamma + beta")
@guarded(depth=1)
def spocu(
    x: mpf,
    alpha: Real = 3.0937,
    beta: Real = 0.6653,
    gamma: Real = 4.437,
    c: Real | None = None,
) -> mpf:
    """alpha h(x / gamma + beta) - alpha h(beta): Kiseľák et al. 2021.

    doi:10.1007/s00521-020-05182-1, with the correction doi:10.1007/s00521-020-05412-6.
    """
    return alpha * (_generator(x / gamma + beta, c) - _generator(mpf(beta), c))


@guarded()
def puaf(x: mpf, b: Real = 5, c: Real = 10, a: Real = 1) -> mpf:
    """x^a times 1 if x > c, 0 if x < -c, else (c+x)^b / ((c+x)^b + (c-x)^b).

    Hwang & Kim 2023, by arXiv:2402.09092: polynomial universal activation function.
    """
    if x < -c:
        return mpf(0)
    left, right = (c + x) ** b, (c - x) ** b if x <= c else mpf(0)
    return x**a * left / (left + right)
