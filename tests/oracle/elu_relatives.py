"""Units that are linear above zero and saturate below, or jump or bend at one."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, expit, guarded, log1p_exp

#: Klambauer et al. 2017, arXiv:1706.02515
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


@guarded()
def diff_elu(x: mpf, a: Real = 0.3, b: Real = 0.1) -> mpf:
    """x if x >= 0 else a (x exp(x) - b exp(b x)): Hu et al. 2020, there DELU."""
    return x if x >= 0 else a * (x * mp.exp(x) - b * mp.exp(b * x))


def _elu(x: mpf, alpha: Real) -> mpf:
    return x if x > 0 else alpha * mp.expm1(x)


@guarded(depth=1)
def dual_elu(a: mpf, b: mpf, alpha: Real = 1) -> mpf:
    """elu(a) - elu(b): Godin et al. 2017, arXiv:1707.08214."""
    return _elu(a, alpha) - _elu(b, alpha)


@guarded()
def lselu(x: mpf, a: Real = SCALE, b: Real = ALPHA, c: Real = 0.1) -> mpf:
    """a x if x >= 0 else a b (exp(x) - 1) + a c x: arXiv:2402.09092, section 3.7.12."""
    return a * x if x >= 0 else mpf(a) * b * mp.expm1(x) + mpf(a) * c * x


@guarded()
def serlu(x: mpf, a: Real = 1.07862, b: Real = 2.90427) -> mpf:
    """a x if x >= 0 else a b x exp(x): Zhang & Li 2018, arXiv:1807.10117."""
    return a * x if x >= 0 else a * (b * x * mp.exp(x))


@guarded()
def sselu(x: mpf, a: Real = SCALE, b: Real = ALPHA, c: Real = 1) -> mpf:
    """a x if x >= 0 else a b (exp(c x) - 1): arXiv:2402.09092, section 3.7.14."""
    return a * x if x >= 0 else a * (b * mp.expm1(c * x))


@guarded()
def rsigelu(x: mpf, a: Real = 1) -> mpf:
    """a x sigmoid(x) + x above 1, x, a (exp(x) - 1) below 0: Kiliçarslan & Celik 2021."""
    return rsigelud(x, a, a)


@guarded()
def rsigelud(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x sigmoid(x) + x above 1, x, b (exp(x) - 1) below 0: Kiliçarslan & Celik 2021."""
    if x > 1:
        return a * x * expit(x) + x
    return x if x >= 0 else b * mp.expm1(x)


def _hard_sigmoid(x: mpf) -> mpf:
    """max(0, min(1, (x + 1) / 2))."""
    return clip((x + 1) / 2, mpf(0), mpf(1))


@guarded()
def hard_srelue(x: mpf, a: Real = 1) -> mpf:
    """a x max(0, min(1, (x+1)/2)) + x if x >= 0 else a (exp(x) - 1): Kiliçarslan 2023."""
    return a * x * _hard_sigmoid(x) + x if x >= 0 else a * mp.expm1(x)


@guarded()
def elish(x: mpf) -> mpf:
    """(x if x >= 0 else exp(x) - 1) sigmoid(x): Basirat & Roth 2018, arXiv:1808.00783."""
    return (x if x >= 0 else mp.expm1(x)) * expit(x)


@guarded()
def hard_elish(x: mpf) -> mpf:
    """The same with max(0, min(1, (x+1)/2)): Basirat & Roth 2018, arXiv:1808.00783."""
    return (x if x >= 0 else mp.expm1(x)) * _hard_sigmoid(x)


@guarded()
def thlu(x: mpf) -> mpf:
    """x if x >= 0 else tanh(x/2): arXiv:2402.09092, section 3.7.1."""
    return x if x >= 0 else mp.tanh(x / 2)


@guarded()
def eacu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """b x if x >= 0 else a x tanh(softplus(a x)): Zhang et al. 2023."""
    return b * x if x >= 0 else a * x * mp.tanh(log1p_exp(a * x))
