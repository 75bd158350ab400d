"""Segments of lines, parabolas, quotients and waves, joined at thresholds."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, expit, guarded


@guarded()
def srelu(x: mpf, tr: Real = 1, tl: Real = -1, ar: Real = 0.1, al: Real = 0.1) -> mpf:
    """tr + ar (x - tr) if x >= tr, tl + al (x - tl) if x <= tl, else x: Jin et al. 2015.

    arXiv:1512.07030.
    """
    if x >= tr:
        return tr + ar * (x - tr)
    return tl + al * (x - tl) if x <= tl else x


@guarded()
def n_activation(x: mpf, a: Real = -0.5, b: Real = 0.5) -> mpf:
    """x - 2 low if x < low, -x, x - 2 high if x > high: Prach & Lampert 2023, arXiv:2311.06103."""
    low, high = min(mpf(a), mpf(b)), max(mpf(a), mpf(b))
    if x < low:
        return x - 2 * low
    return x - 2 * high if x > high else -x


def _lisa(x: mpf, ar: Real, al: Real) -> mpf:
    """ar x - ar + 1 if x >= 1, al x if x <= 0, else x."""
    if x >= 1:
        return ar * x - ar + 1
    return al * x if x <= 0 else x


@guarded()
def alisa(x: mpf, ar: Real = 1, al: Real = 0.1) -> mpf:
    """ar x - ar + 1 if x >= 1, al x if x <= 0, else x: Bawa & Kumar 2019."""
    return _lisa(x, ar, al)


@guarded()
def lisa(x: mpf, ar: Real = 1, al: Real = 0.1) -> mpf:
    """ar x - ar + 1 if x >= 1, al x if x <= 0, else x: Bawa & Kumar 2019."""
    return _lisa(x, ar, al)


@conditioned("a x has a rounding of its own, and the sum cancels near -b / a")
@guarded(depth=1)
def aqulu(x: mpf, a: Real = 0.2, b: Real = 0.1) -> mpf:
    """x if x >= (1 - b)/a, 0 if x < -b/a, else a x^2 + b x: Kunc & Klema 2024, arXiv:2402.09092."""
    if x >= (1 - mpf(b)) / a:
        return x
    return mpf(0) if x < -mpf(b) / a else a * x * x + b * x


@guarded()
def pfplus(x: mpf, a: Real = 1, b: Real = 0.1) -> mpf:
    """a x if x >= 0 else a x / (1 - b x): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * x if x >= 0 else a * x / (1 - b * x)


@guarded(depth=2)
def pvlu(x: mpf, a: Real = 0.1, b: Real = 1) -> mpf:
    """max(0, x) + a sin(b x): Gupta & Ahuja 2021, arXiv:2110.12246."""
    return max(mpf(0), x) + a * mp.sin(b * x)


@guarded()
def repsu(x: mpf, a: Real = 0.8, b: Real = 0, c: Real = 0, d: Real = 1, e: Real = 1) -> mpf:
    """a K + (1 - a) (2 x - K) if x >= b else 0: Atto et al. 2021; Kunc & Klema 2024.

    K = (x - b) / (1 + exp(-sign(x - c) |x - c|^d / e)).
    """
    if x < b:
        return mpf(0)
    kept = (x - b) * expit(mp.sign(x - c) * abs(x - c) ** d / e)
    return a * kept + (1 - mpf(a)) * (2 * x - kept)


@guarded()
def poly_relu(x: mpf, a0: Real = 0, a1: Real = 1 / 3, a2: Real = 1 / 3, a3: Real = 1 / 3) -> mpf:
    """a0 + a1 y + a2 y^2 + a3 y^3, y = max(0, x): Zhuo et al. 2024, arXiv:2411.03884."""
    y = max(mpf(0), x)
    return a0 + a1 * y + a2 * y**2 + a3 * y**3


@guarded()
def sparse_plus(x: mpf) -> mpf:
    """0 if x <= -1, x if x >= 1, else (x + 1)^2 / 4: jax.nn.sparse_plus."""
    if x <= -1:
        return mpf(0)
    return x if x >= 1 else (x + 1) ** 2 / 4
