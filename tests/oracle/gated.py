"""Gates of two scalars: ``a`` is the value (first half), ``b`` the gate."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, expit, guarded, normal_cdf


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
def silu_and_mul(a: mpf, b: mpf) -> mpf:
    """a silu(b), where b is the gate: vllm.model_executor.layers.activation.SiluAndMul."""
    return a * b * expit(b)


@guarded()
def gelu_and_mul(a: mpf, b: mpf) -> mpf:
    """a gelu(b), where b is the gate: vllm.model_executor.layers.activation.GeluAndMul."""
    return a * b * normal_cdf(b)


@conditioned("as of gelu_tanh: the exponent 2u has a rounding of its own, which exp multiplies")
@guarded()
def gelu_tanh_and_mul(a: mpf, b: mpf) -> mpf:
    """a gelu(b) with GELU's approximation by tanh: GeluAndMul(approximate="tanh")."""
    u = mp.sqrt(2 / mp.pi) * (b + mpf("0.044715") * b**3)
    return a * b * expit(2 * u)


@guarded()
def fatrelu_and_mul(a: mpf, b: mpf, threshold: Real = 0) -> mpf:
    """a (b if b > threshold else 0): vllm.model_executor.layers.activation.FatreluAndMul."""
    return a * b if b > threshold else 0 * a


@guarded()
def silu_mul(a: mpf, b: mpf) -> mpf:
    """silu(a) b of two arrays: liger_kernel.ops.swiglu.LigerSiLUMulFunction."""
    return a * expit(a) * b


@guarded()
def dual_relu(a: mpf, b: mpf) -> mpf:
    """relu(a) - relu(b): Godin et al. 2017, arXiv:1707.08214."""
    return max(a, mpf(0)) - max(b, mpf(0))
