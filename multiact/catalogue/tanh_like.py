"""Hyperbolic tangent, and units built from it."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Negative, Positive, Real


@activation(
    reference="LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade",
    limits=(-1, 1),
)
def tanh(x: Any, /, *, xp: Any) -> Any:
    """Hyperbolic tangent."""
    return xp.tanh(x)


@activation(reference="torch.nn.Tanhshrink")
def tanhshrink(x: Any, /, *, xp: Any) -> Any:
    """What tanh takes away."""
    return x - xp.tanh(x)


@activation(
    name="TaLU",
    reference="Hughes 2025, Building your Own Activation: TaLU & Smooth ELU, "
    "https://github.com/DrJohnHughes/Activation-Functions; compare Hasan et al. 2023, "
    "arXiv:2305.04402",
    aliases=("TReLU2",),
    kinks=lambda: {0: 1},
)
def talu(x: Any, /, alpha: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Tanh-ified linear unit: the identity above zero, a scaled tanh below."""
    return xp.where(x < 0, alpha * xp.tanh(x), x)


@activation(
    name="HasanTaLU",
    reference="Hasan et al. 2023, TaLU: A Hybrid Activation Function Combining Tanh and Rectified "
    "Linear Unit to Enhance Neural Networks, arXiv:2305.04402",
    kinks=lambda threshold: {threshold: 0},
)
def hasan_talu(x: Any, /, threshold: Negative = -0.75, *, xp: Any) -> Any:
    """The identity above zero, tanh below it, constant below a threshold."""
    above = xp.where(x <= 0, xp.tanh(x), x)
    return xp.where(x <= threshold, xp.tanh(threshold), above)


@activation(
    name="ScaledTaLU",
    reference="Hughes 2025, Building your Own Activation: TaLU & Smooth ELU, "
    "https://github.com/DrJohnHughes/Activation-Functions",
    limits=(0, None),
)
def scaled_talu(x: Any, /, k: Real = 3.0, *, xp: Any) -> Any:
    """TaLU whose negative side decays exponentially."""
    return xp.where(x < 0, xp.tanh(x) * xp.exp(k * x), x)


@activation(
    name="TanhLU",
    reference="Shen et al. 2022, Enhancement of neural networks with an alternative activation "
    "function tanhLU, doi:10.1016/j.eswa.2022.117181",
)
def tanhlu(
    x: Any,
    /,
    alpha: Learnable[Real] = 1.0,
    lambd: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """A scaled tanh plus a line."""
    return alpha * xp.tanh(lambd * x) + beta * x


@activation(
    name="TeLU",
    reference="Fernandez & Mali 2024, TeLU Activation Function for Fast and Stable Deep Learning, "
    "arXiv:2412.20269; as TanhExp Liu & Di 2020, TanhExp: A Smooth Activation Function "
    "with High Convergence Speed for Lightweight Neural Networks, arXiv:2003.09855",
    aliases=("tanhexp", "TanhExp"),
    limits=(0, None),
)
def telu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of the exponential."""
    return x * xp.tanh(xp.exp(x))


@activation(
    name="SGT",
    reference="Khagi & Kwon 2022, A novel scaled-gamma-tanh (SGT) activation function in 3D CNN "
    "applied for MRI classification, doi:10.1038/s41598-022-19020-y",
    kinks=lambda b, beta: {0: b if beta == 1 else 0},
    limits=(-1, 1),
)
def sgt(
    x: Any,
    /,
    a: Positive = 0.1,
    b: Positive = 1.1,
    alpha: Learnable[Positive] = 1.0,
    beta: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Scaled gamma-tanh: tanh of a power of its own on each side of zero."""
    # 1 where the other branch holds: libraries take a slow way to powers of 0
    below = -a * xp.pow(xp.where(x < 0, -x, 1.0), alpha)
    above = b * xp.pow(xp.where(x < 0, 1.0, x), beta)
    return xp.tanh(xp.where(x < 0, below, above))


@activation(
    name="SGTScaled", reference="Park 2025, Deep Learning DNA, chapter 4 (there called SGT)"
)
def sgt_scaled(x: Any, /, gamma: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """tanh with the height Gamma(3/2) and a learned steepness."""
    return math.gamma(1.5) * xp.tanh(gamma * x)


@activation(
    name="LiSHT",
    reference="Roy et al. 2019, LiSHT: Non-Parametric Linearly Scaled Hyperbolic Tangent "
    "Activation Function for Neural Networks, arXiv:1901.05894",
)
def lisht(x: Any, /, *, xp: Any) -> Any:
    """Linearly scaled hyperbolic tangent: the identity times tanh."""
    return x * xp.tanh(x)


@activation(
    name="STanh",
    reference="LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade; "
    "paddle's stanh",
)
def stanh(x: Any, /, a: Learnable[Real] = 1.7159, b: Learnable[Real] = 2 / 3, *, xp: Any) -> Any:
    """tanh of a given height and steepness."""
    return a * xp.tanh(b * x)
