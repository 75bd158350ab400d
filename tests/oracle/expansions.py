"""Series and other expansions with trained coefficients."""

from __future__ import annotations

from math import comb

from mpmath import mp, mpf

from ._tools import SATURATED, Real, Reals, guarded


def _gaussian(exponent: mpf) -> mpf:
    """exp(-exponent)."""
    return mpf(0) if exponent > SATURATED else mp.exp(-exponent)


def _chebyshev(n: int, x: mpf) -> mpf:
    """The polynomial T_n: cos(n t) of x = cos(t), by the real part of (x + i sin t)^n."""
    return mp.fsum(comb(n, 2 * k) * (x * x - 1) ** k * x ** (n - 2 * k) for k in range(n // 2 + 1))


def _legendre(n: int, x: mpf) -> mpf:
    """The polynomial P_n, by Rodrigues' formula and Leibniz' rule."""
    terms = (comb(n, k) ** 2 * (x - 1) ** (n - k) * (x + 1) ** k for k in range(n + 1))
    return mp.fsum(terms) / 2**n


def _hermite(n: int, x: mpf) -> mpf:
    """The physicists' polynomial H_n, by its sum."""
    return mp.factorial(n) * mp.fsum(
        (-1) ** m * (2 * x) ** (n - 2 * m) / (mp.factorial(m) * mp.factorial(n - 2 * m))
        for m in range(n // 2 + 1)
    )


@guarded(depth=2)
def slaf(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j x^j: Goyal, Goyal & Lall 2019, arXiv:1906.09529."""
    return mp.fsum(c * x**j for j, c in enumerate(coefficients))


@guarded(depth=2)
def chpaf(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j T_j(x), Chebyshev's polynomials: arXiv:2402.09092."""
    return mp.fsum(c * _chebyshev(j, x) for j, c in enumerate(coefficients))


@guarded(depth=2)
def lpaf(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j P_j(x), Legendre's polynomials: arXiv:2402.09092."""
    return mp.fsum(c * _legendre(j, x) for j, c in enumerate(coefficients))


@guarded(depth=2)
def hpaf(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j H_j(x), Hermite's polynomials: arXiv:2402.09092."""
    return mp.fsum(c * _hermite(j, x) for j, c in enumerate(coefficients))


@guarded(depth=2)
def fsa(x: mpf, b: Reals, c: Reals, a: Real = 0, d: Real = 1) -> mpf:
    """a + sum_{j>=1} b_j cos(j d x) + c_j sin(j d x): arXiv:2004.13271."""
    pairs = enumerate(zip(b, c, strict=True), start=1)
    return a + mp.fsum(p * mp.cos(j * d * x) + q * mp.sin(j * d * x) for j, (p, q) in pairs)


@guarded(depth=2)
def cpn(x: mpf, coefficients: Reals) -> mpf:
    """sum_k c_k cos(k x): torch-activation."""
    return mp.fsum(c * mp.cos(k * x) for k, c in enumerate(coefficients))


@guarded()
def kaf(x: mpf, coefficients: Reals, gamma: Real | None = None, bound: Real = 3) -> mpf:
    """sum_j c_j exp(-gamma (x - d_j)^2), gamma = 1 / (6 D^2): arXiv:1707.04035.

    Scardapane et al. 2017: the d_j lie evenly from -bound to bound, at the distance D.
    """
    distance = 2 * mpf(bound) / (len(coefficients) - 1)
    gamma = 1 / (6 * distance**2) if gamma is None else gamma
    rows = enumerate(coefficients)
    return mp.fsum(c * _gaussian(gamma * (x + bound - j * distance) ** 2) for j, c in rows)


@guarded()
def mogu(x: mpf, a: Reals, sigma: Reals, mu: Reals) -> mpf:
    """sum_j a_j N(x; mu_j, sigma_j^2), densities of normal laws: arXiv:2402.09092."""
    rows = zip(a, sigma, mu, strict=True)
    parts = (w * _gaussian((x - m) ** 2 / (2 * s**2)) / s for w, s, m in rows)
    return mp.fsum(parts) / mp.sqrt(2 * mp.pi)


@guarded(depth=2)
def lutu(x: mpf, values: Reals, bound: Real = 4) -> mpf:
    """sum_k v_k h((x - c_k) / d), h(t) = (1 + cos(pi t)) / 2 if |t| < 1 else 0: Wang et al. 2018.

    The anchors c_k lie evenly from -bound to bound, at the distance d.
    """
    steps = len(values) - 1
    places = [steps * (x + bound) / (2 * mpf(bound)) - k for k in range(steps + 1)]
    return mp.fsum(
        v * (1 + mp.cospi(t)) / 2 for v, t in zip(values, places, strict=True) if abs(t) < 1
    )


@guarded(depth=1)
def saaf(x: mpf, line: Reals, curvatures: Reals, bound: Real = 4) -> mpf:
    """a + b x plus, twice integrated, w_k on the k-th of equal segments: arXiv:1608.06557.

    Hou et al. 2016, order 2: the segments divide [-bound, bound], and both integrals are 0 on
    the left of their segment.
    """
    width = 2 * mpf(bound) / len(curvatures)

    def twice(t: mpf) -> mpf:
        return mpf(0) if t < 0 else t**2 / 2 if t < width else width * (t - width / 2)

    bends = mp.fsum(w * twice(x + bound - k * width) for k, w in enumerate(curvatures))
    return line[0] + line[1] * x + bends


@guarded()
def era(x: mpf, a: Reals, b: Reals, c: Reals, d: Reals, slope: Real = 1, offset: Real = 0) -> mpf:
    """slope x + offset + sum_k (a_k x + b_k) / ((x - c_k)^2 + d_k^2): Trimmel et al. 2022."""
    rows = zip(a, b, c, d, strict=True)
    return slope * x + offset + mp.fsum((p * x + q) / ((x - r) ** 2 + s**2) for p, q, r, s in rows)


@guarded(depth=2)
def rational_a(x: mpf, numerator: Reals, denominator: Reals) -> mpf:
    """sum_i p_i x^i / (1 + sum_{j>=1} |q_j| |x|^j): version A of rational_activations."""
    above = mp.fsum(p * x**i for i, p in enumerate(numerator))
    return above / (1 + mp.fsum(abs(q) * abs(x) ** j for j, q in enumerate(denominator, start=1)))
