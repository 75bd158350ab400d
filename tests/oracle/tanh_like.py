"""Hyperbolic tangent, and units built from it."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, guarded, tanh_exp


@guarded()
def tanh(x: mpf) -> mpf:
    """Hyperbolic tangent."""
    return mp.tanh(x)


@guarded(depth=2)
def tanhshrink(x: mpf) -> mpf:
    """x - tanh(x): torch.nn.Tanhshrink."""
    return x - mp.tanh(x)


@guarded()
def talu(x: mpf, alpha: Real = 1) -> mpf:
    """x if x >= 0 else alpha tanh(x): Hughes, TaLU."""
    return x if x >= 0 else alpha * mp.tanh(x)


@guarded()
def hasan_talu(x: mpf, threshold: Real = -0.75) -> mpf:
    """x; tanh(x) for threshold < x < 0; tanh(threshold): Hasan et al. 2023, arXiv:2305.04402."""
    return x if x >= 0 else mp.tanh(max(x, mpf(threshold)))


@conditioned("k x, 3 x by default, has a rounding of its own, which exp multiplies by k x")
@guarded()
def scaled_talu(x: mpf, k: Real = 3) -> mpf:
    """x if x >= 0 else tanh(x) exp(k x): Hughes, ScaledTaLU notebook."""
    return x if x >= 0 else mp.tanh(x) * mp.exp(k * x)


@guarded(depth=2)
def tanhlu(x: mpf, alpha: Real = 1, lambd: Real = 1, beta: Real = 1) -> mpf:
    """alpha tanh(lambda x) + beta x: Shen et al. 2022, doi:10.1016/j.eswa.2022.117181."""
    return alpha * mp.tanh(lambd * x) + beta * x


@guarded()
def telu(x: mpf) -> mpf:
    """x tanh(exp(x)): Fernandez & Mali 2024, arXiv:2412.20269; TanhExp, arXiv:2003.09855."""
    return x * tanh_exp(x)


@guarded()
def sgt(x: mpf, a: Real = 0.1, b: Real = 1.1, alpha: Real = 1, beta: Real = 1) -> mpf:
    """tanh(a x^alpha) for x < 0, tanh(b x^beta) for x >= 0: Khagi & Kwon 2022.

    Sci Rep 12:14978. A real power of a negative number means sign(x) |x|^alpha here.
    """
    if x == 0:
        return mpf(0)
    return -mp.tanh(a * (-x) ** alpha) if x < 0 else mp.tanh(b * x**beta)


@guarded()
def sgt_scaled(x: mpf, gamma: Real = 1) -> mpf:
    """Gamma(3/2) tanh(gamma x), Gamma(3/2) = sqrt(pi)/2: the book chapter's 'SGT'."""
    return mp.sqrt(mp.pi) / 2 * mp.tanh(gamma * x)


@guarded()
def lisht(x: mpf) -> mpf:
    """x tanh(x): Roy et al. 2019, arXiv:1901.05894."""
    return x * mp.tanh(x)


@guarded()
def stanh(x: mpf, a: Real = 1.7159, b: Real = 2 / 3) -> mpf:
    """a tanh(b x): LeCun et al. 1998."""
    return a * mp.tanh(b * x)
