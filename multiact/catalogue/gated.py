"""Gates: one array, or half of one, multiplied by an activation of the other."""

from typing import Any

from multiact.catalogue.logistic import silu, swish
from multiact.catalogue.normal import gelu, gelu_tanh
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import Gate, Real
from multiact.special import expit

SHAZEER = "Shazeer 2020, GLU Variants Improve Transformer, arXiv:2002.05202"


@activation(
    name="GLU",
    kind="gated",
    reference="Dauphin et al. 2016, Language Modeling with Gated Convolutional Networks, "
    "arXiv:1612.08083",
)
def glu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """Gated linear unit."""
    return a * expit(b, xp=xp)


@activation(
    name="GTU",
    kind="gated",
    reference="van den Oord et al. 2016, Conditional Image Generation with PixelCNN Decoders, "
    "arXiv:1606.05328",
)
def gtu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """Gated tanh unit."""
    return xp.tanh(a) * expit(b, xp=xp)


@activation(kind="gated", reference=SHAZEER)
def bilinear(a: Any, b: Any, /, *, xp: Any) -> Any:
    """Product of the halves."""
    return a * b


@activation(name="ReGLU", kind="gated", reference=SHAZEER)
def reglu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """First half gated by ReLU of the second."""
    return a * relu(b, xp=xp)


@activation(
    name="DualReLU",
    kind="gated",
    reference="Godin et al. 2017, Dual Rectified Linear Units (DReLUs): A Replacement for Tanh "
    "Activation Functions in Quasi-Recurrent Neural Networks, arXiv:1707.08214",
)
def dual_relu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """ReLU of the first half minus ReLU of the second."""
    return relu(a, xp=xp) - relu(b, xp=xp)


@activation(name="GEGLU", kind="gated", reference=SHAZEER)
def geglu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """First half gated by GELU of the second."""
    return a * gelu(b, xp=xp)


@activation(name="SwiGLU", kind="gated", reference=SHAZEER)
def swiglu(a: Any, b: Any, /, beta: Real = 1.0, *, xp: Any) -> Any:
    """First half gated by Swish of the second."""
    return a * swish(b, beta, xp=xp)


@activation(name="SiluAndMul", kind="gated", reference=f"{SHAZEER}; vLLM's silu_and_mul")
def silu_and_mul(a: Any, b: Any, /, *, gate: Gate = "first", xp: Any) -> Any:
    """SwiGLU with the gate first: SiLU of the first half times the second."""
    return a * silu(b, xp=xp)


@activation(name="GeluAndMul", kind="gated", reference=f"{SHAZEER}; vLLM's gelu_and_mul")
def gelu_and_mul(a: Any, b: Any, /, *, gate: Gate = "first", xp: Any) -> Any:
    """GEGLU with the gate first: GELU of the first half times the second."""
    return a * gelu(b, xp=xp)


@activation(kind="gated", reference=f"{SHAZEER}; vLLM's gelu_tanh_and_mul")
def gelu_tanh_and_mul(a: Any, b: Any, /, *, gate: Gate = "first", xp: Any) -> Any:
    """GEGLU with the gate first and GELU's approximation by tanh."""
    return a * gelu_tanh(b, xp=xp)


@activation(
    kind="gated",
    reference="Kurtz et al. 2020, Inducing and Exploiting Activation Sparsity for Fast Inference "
    "on Deep Neural Networks, ICML, PMLR 119; vLLM's fatrelu_and_mul",
)
def fatrelu_and_mul(
    a: Any, b: Any, /, threshold: Real = 0.0, *, gate: Gate = "first", xp: Any
) -> Any:
    """First half where it exceeds a threshold, else 0, times the second."""
    return a * xp.where(b > threshold, b, 0.0)


@activation(name="SiLUMul", kind="pair", reference=f"{SHAZEER}; Liger Kernel's LigerSiLUMul")
def silu_mul(a: Any, b: Any, /, *, xp: Any) -> Any:
    """SwiGLU of two arrays: SiLU of the first times the second."""
    return silu(a, xp=xp) * b
