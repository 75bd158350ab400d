"""Gates of two scalars: ``a`` is the value (first half), ``b`` the gate."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded, normal_cdf


@guarded()
def glu(a: mpf, b: mpf) -> mpf:
    """a sigmoid(b): Dauphin et al. 2016, arXiv:1612.08083."""
    return a * expit(b)


@guarded()
def gtu(a: mpf, b: mpf) -> mpf:
    """tanh(a) sigmoid(b): van den Oord et al. 2016, arXiv:1606.05328."""
    return mp.tanh(a) * expit(b)


@guarded()
def bilinear(a: mpf, b: mpf) -> mpf:
    """a b: Shazeer 2020, arXiv:2002.05202."""
    return a * b


@guarded()
def reglu(a: mpf, b: mpf) -> mpf:
    """a relu(b): Shazeer 2020, arXiv:2002.05202."""
    return a * max(b, mpf(0))


@guarded()
def geglu(a: mpf, b: mpf) -> mpf:
    """a gelu(b): Shazeer 2020, arXiv:2002.05202."""
    return a * b * normal_cdf(b)


@guarded()
def swiglu(a: mpf, b: mpf, beta: Real = 1) -> mpf:
    """a swish_beta(b): Shazeer 2020, arXiv:2002.05202."""
    return a * b * expit(beta * b)


@guarded()
def gelu_and_mul(a: mpf, b: mpf) -> mpf:
    """a gelu(b), where b is the gate: Shazeer 2020, arXiv:2002.05202."""
    return a * b * normal_cdf(b)


@guarded()
def silu_and_mul(a: mpf, b: mpf) -> mpf:
    """silu(a) b: Shazeer 2020, arXiv:2002.05202, where a is the gate."""
    return a * expit(a) * b
