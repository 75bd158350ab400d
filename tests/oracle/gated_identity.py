"""The identity, or a function near it, times a function that opens as a gate does."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import DOUBLE_EXPONENTIAL, Real, conditioned, erf, expit, guarded


@guarded()
def sech_sig(x: mpf) -> mpf:
    """(x + sech x) sigmoid(x): Közkurt et al. 2023, doi:10.1007/s00500-023-09279-2."""
    return (x + mp.sech(x)) * expit(x)


@conditioned("x and alpha sech(x + alpha) cancel at the root; sech has a rounding of its own")
@guarded()
def p_sech_sig(x: mpf, alpha: Real = 1) -> mpf:
    """(x + alpha sech(x + alpha)) sigmoid(x): Közkurt et al. 2023, as sech_sig."""
    return (x + alpha * mp.sech(x + alpha)) * expit(x)


@guarded()
def tanh_sig(x: mpf) -> mpf:
    """(x + tanh x) sigmoid(x): Közkurt et al. 2023, doi:10.1007/s00500-023-09279-2."""
    return (x + mp.tanh(x)) * expit(x)


@guarded()
def p_tanh_sig(x: mpf, alpha: Real = 1) -> mpf:
    """(x + alpha tanh(x + alpha)) sigmoid(x): Közkurt et al. 2023, as tanh_sig."""
    return (x + alpha * mp.tanh(x + alpha)) * expit(x)


@guarded()
def sgelu(x: mpf, alpha: Real = 1) -> mpf:
    """alpha x erf(x / sqrt 2): Yu & Su 2019, arXiv:1911.03925."""
    return alpha * x * erf(x / mp.sqrt(2))


@guarded(depth=1)
def calu(x: mpf) -> mpf:
    """x (arctan(x) / pi + 1/2): arXiv:2402.09092, section 3.3.3."""
    return x * (mp.atan(x) / mp.pi + mpf(0.5))


@guarded()
def lalu(x: mpf) -> mpf:
    """x (1 - exp(-x) / 2) if x >= 0 else x exp(x) / 2: arXiv:2402.09092, section 3.3.4."""
    return x * (1 - mp.exp(-x) / 2) if x >= 0 else x * mp.exp(x) / 2


@guarded()
def ts_swish(x: mpf, a: Real = 1, b: Real = 2) -> mpf:
    """x sigmoid(x) (sigmoid(x) + sigmoid(x - a) + sigmoid(x - b)): Koçak & Üstündağ Şiray 2021."""
    return x * expit(x) * (expit(x) + expit(x - a) + expit(x - b))


@guarded()
def gswish(x: mpf) -> mpf:
    """x sigmoid(exp(-x)): arXiv:2402.09092, section 3.3.7."""
    return x * expit(mp.exp(-x))


@guarded()
def exponential_swish(x: mpf) -> mpf:
    """exp(-x) sigmoid(x) = 1 / (1 + exp(x)): arXiv:2402.09092, section 3.3.8."""
    return expit(-x)


@guarded()
def d_sigmoid(x: mpf) -> mpf:
    """exp(-x) sigmoid(x)^2 = sigmoid(x) sigmoid(-x): arXiv:2402.09092, section 3.3.9."""
    return expit(x) * expit(-x)


@guarded()
def gish(x: mpf) -> mpf:
    """x log(2 - exp(-exp(x))): Kaytan et al. 2023."""
    if x > DOUBLE_EXPONENTIAL:
        return x * mp.log(2)
    return x * mp.log1p(-mp.expm1(-mp.exp(x)))


@guarded()
def loglogish(x: mpf) -> mpf:
    """x (1 - exp(-exp(x))): arXiv:2402.09092, section 3.3.12."""
    return x if x > DOUBLE_EXPONENTIAL else -x * mp.expm1(-mp.exp(x))


@guarded()
def self_arctan(x: mpf) -> mpf:
    """x arctan(x): arXiv:2402.09092, section 3.3.14."""
    return x * mp.atan(x)


@guarded()
def plogish(x: mpf, alpha: Real = 1, beta: Real = 10) -> mpf:
    """alpha x log(1 + sigmoid(beta x)): Zhu et al. 2021, doi:10.1016/j.neucom.2021.06.067."""
    return alpha * x * mp.log1p(expit(beta * x))


@guarded()
def tsrelu(x: mpf) -> mpf:
    """x tanh(sigmoid(x)): arXiv:2402.09092, section 3.3.18."""
    return x * mp.tanh(expit(x))


@guarded()
def tbsrelu(x: mpf) -> mpf:
    """x tanh((1 - e^-x) / (1 + e^-x)): arXiv:2402.09092, section 3.3.19; that is tanh(x / 2)."""
    return x * mp.tanh(mp.tanh(x / 2))


@conditioned("the terms of 1 + x (1 - s) cancel at the root, and each has a rounding of its own")
@guarded()
def d_silu(x: mpf) -> mpf:
    """sigmoid(x) (1 + x (1 - sigmoid(x))): Elfwing et al. 2017, arXiv:1702.03118."""
    return expit(x) * (1 + x * expit(-x))


@guarded()
def double_silu(x: mpf) -> mpf:
    """x sigmoid(x sigmoid(x)): arXiv:2402.09092, section 3.3.22."""
    return x * expit(x * expit(x))


@guarded()
def msilu(x: mpf) -> mpf:
    """x sigmoid(x) + exp(-x^2 - 1) / 4: arXiv:2402.09092, section 3.3.23."""
    return x * expit(x) + mp.exp(-(x**2) - 1) / 4


@guarded()
def tsilu(x: mpf) -> mpf:
    """tanh(x sigmoid(x)): arXiv:2402.09092, section 3.3.24."""
    return mp.tanh(x * expit(x))


@guarded()
def asilu(x: mpf) -> mpf:
    """arctan(x sigmoid(x)): arXiv:2402.09092, section 3.3.25."""
    return mp.atan(x * expit(x))


@guarded()
def swat(x: mpf) -> mpf:
    """x sigmoid(arctan x): arXiv:2402.09092, section 3.3.26."""
    return x * expit(mp.atan(x))


@guarded()
def rehsec(x: mpf) -> mpf:
    """x sech(x): Samatin Njikam & Zhao 2016."""
    return x * mp.sech(x)


@guarded()
def eanaf(x: mpf) -> mpf:
    """x e^x / (e^x + 2): Chai et al. 2022, doi:10.3390/sym14051027."""
    return x * mp.exp(x) / (mp.exp(x) + 2)


@guarded()
def sin_sig(x: mpf) -> mpf:
    """x sin(pi/2 sigmoid(x)): arXiv:2402.09092, section 3.3.34."""
    return x * mp.sin(mp.pi / 2 * expit(x))
