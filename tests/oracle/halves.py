"""One function above zero, another one below."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded
from .sigmoids import bipolar_sigmoid
from .tanh_like import tanh

_SCALAR = {"bipolar_sigmoid": bipolar_sigmoid, "tanh": tanh, "sigmoid": expit}


@guarded()
def reu(x: mpf) -> mpf:
    """x if x >= 0 else x exp(x): Ying et al. 2019, IEEE Access 7."""
    return x if x >= 0 else x * mp.exp(x)


@guarded()
def sig_lu(x: mpf) -> mpf:
    """x if x >= 0 else tanh(x): arXiv:2402.09092, section 3.6.52."""
    return x if x >= 0 else mp.tanh(x)


@guarded()
def sara(x: mpf, a: Real = 0.5, b: Real = 0.7) -> mpf:
    """x if x >= 0 else x / (1 + a exp(-b x)): arXiv:2402.09092, section 3.6.53."""
    return x if x >= 0 else x / (1 + a * mp.exp(-b * x))


@guarded()
def flatted_t_swish(x: mpf, t: Real = -0.2) -> mpf:
    """relu(x) sigmoid(x) + t: Chieng et al. 2018, arXiv:1812.06247."""
    return max(x, mpf(0)) * expit(x) + t


@guarded()
def oaf(x: mpf) -> mpf:
    """relu(x) + x sigmoid(x): arXiv:2402.09092, section 3.6.47."""
    return max(x, mpf(0)) + x * expit(x)


@guarded()
def hexpo(x: mpf, a: Real = 1, b: Real = 1, c: Real = 1, d: Real = 1) -> mpf:
    """-a (exp(-x/b) - 1) if x >= 0 else c (exp(x/d) - 1): Kong & Takatsuka 2017, IJCNN."""
    return -a * mp.expm1(-x / b) if x >= 0 else c * mp.expm1(x / d)


@guarded()
def sigmoid_tanh(x: mpf, positive: str = "bipolar_sigmoid", negative: str = "tanh") -> mpf:
    """g(x) if x >= 0 else h(x), g and h sigmoids: arXiv:2402.09092, section 3.2.26."""
    return _SCALAR[positive if x >= 0 else negative](x)
