"""Rectifiers that are shifted, slanted, damped or bent otherwise."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Vector, guarded


@guarded()
def mrelu(x: mpf) -> mpf:
    """min(relu(1 - x), relu(1 + x)): Zhao & Griffin 2016, arXiv:1603.05145."""
    return min(max(1 - x, mpf(0)), max(1 + x, mpf(0)))


@guarded()
def lsptlu(x: mpf, a: Real = 1) -> mpf:
    """0.2 x below 0, x up to a, 2a - x up to 2a, then 0: arXiv:2402.09092, section 3.6.29."""
    if x < 0:
        return x / 5
    return x if x <= a else max(2 * a - x, mpf(0))


@guarded()
def soft_modulus_q(x: mpf) -> mpf:
    """x^2 (2 - |x|) if |x| <= 1 else |x|: Vallés-Pérez et al. 2023, arXiv:2301.05993."""
    return x**2 * (2 - abs(x)) if abs(x) <= 1 else abs(x)


@guarded()
def soft_modulus_t(x: mpf, a: Real = 0.01) -> mpf:
    """x tanh(x / a): Vallés-Pérez et al. 2023, arXiv:2301.05993."""
    return x * mp.tanh(x / a)


@guarded()
def sign_relu(x: mpf, a: Real = 1) -> mpf:
    """x if x >= 0 else a x / (|x| + 1): arXiv:2402.09092, section 3.6.32."""
    return x if x >= 0 else a * x / (abs(x) + 1)


@guarded()
def li_relu(x: mpf, a: Real = 0.2) -> mpf:
    """a x + x if x >= 0 else a x: arXiv:2402.09092, section 3.6.33."""
    return a * x + x if x >= 0 else a * x


@guarded()
def erelu(x: mpf, alpha: Real = 0.1, noise: Real = 0.5) -> mpf:
    """k relu(x), k uniform between 1 - alpha and 1 + alpha: Jiang et al. 2018."""
    return (1 - alpha + 2 * alpha * noise) * x if x >= 0 else mpf(0)


@guarded()
def app_relu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x^b if x >= 0 else 0: Saha et al. 2019, arXiv:1906.01975."""
    return a * x**b if x > 0 else mpf(0)


@guarded()
def ab_relu(x: Vector) -> Vector:
    """max(0, x - mean of x): Dubey & Chakraborty 2018, arXiv:1804.02051."""
    mean = mp.fsum(x) / len(x)
    return [max(mpf(0), value - mean) for value in x]


@guarded()
def delay_relu(x: mpf, a: Real = 0.5) -> mpf:
    """max(0, x - a): arXiv:2402.09092, section 3.6.43."""
    return max(mpf(0), x - a)


@guarded()
def dis_relu(x: mpf, delta: Real = 0.5) -> mpf:
    """max(x, -delta): Macêdo et al. 2019, doi:10.1016/j.eswa.2019.01.066."""
    return max(x, -mpf(delta))


@guarded()
def modified_lrelu(x: mpf, a: Real = 0.1) -> mpf:
    """x if x > -a else -a x, which jumps at -a: arXiv:2402.09092, section 3.6.45."""
    return x if x > -a else -a * x


@guarded()
def ada(x: mpf, alpha: Real = 0.3, c: Real = 0) -> mpf:
    """relu(x) exp(-alpha x + c): Georgescu et al. 2020, arXiv:2003.03229."""
    return x * mp.exp(c - alpha * x) if x > 0 else mpf(0)


@guarded()
def lada(x: mpf, alpha: Real = 0.1, c: Real = 0, leak: Real = 0.01) -> mpf:
    """x exp(-alpha x + c) if x > 0 else leak x: Georgescu et al. 2020, arXiv:2003.03229."""
    return x * mp.exp(c - alpha * x) if x > 0 else leak * x


@guarded()
def all_relu(x: mpf, alpha: Real = 0.1, layer: Real = 2) -> mpf:
    """x if x > 0 else (-1)^(layer + 1) alpha x: Curci et al. 2021, arXiv:2102.01732."""
    return x if x > 0 else (-1) ** (int(layer) + 1) * alpha * x
