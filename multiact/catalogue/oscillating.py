"""Units with sines and cosines."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Real
from multiact.special import expit


@activation(
    name="GCU",
    reference="Noel et al. 2021, Growing Cosine Unit: A Novel Oscillatory Activation Function That "
    "Can Speedup Training and Reduce Parameters in Convolutional Neural Networks, "
    "arXiv:2108.12943",
)
def gcu(x: Any, /, *, xp: Any) -> Any:
    """Growing cosine unit."""
    return x * xp.cos(x)


@activation(
    name="CosLU",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    limits=(0, math.inf),
)
def coslu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """SiLU with a cosine added under the gate."""
    return (x + a * xp.cos(b * x)) * expit(x, xp=xp)


@activation(
    name="SinLU",
    reference="Paul et al. 2022, SinLU: Sinu-Sigmoidal Linear Unit, doi:10.3390/math10030337",
    limits=(0, math.inf),
)
def sinlu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """SiLU with a sine added under the gate."""
    return (x + a * xp.sin(b * x)) * expit(x, xp=xp)


@activation(
    name="SineReLU",
    reference="Rodrigues 2018, SineReLU: An Alternative to the ReLU Activation Function, "
    "https://wilder-rodrigues.medium.com/sinerelu-an-alternative-to-the-relu-activation-function-e46a6199997d",
    kinks=lambda eps: {0: eps},
)
def sine_relu(x: Any, /, eps: Real = 0.0025, *, xp: Any) -> Any:
    """The identity above zero, a small wave below; jumps by eps at 0.

    The author's code for Keras takes the larger of the two instead, which has no jump.
    """
    return xp.where(x > 0, x, eps * (xp.sin(x) - xp.cos(x)))


@activation(
    reference="Ziyin et al. 2020, Neural Networks Fail to Learn Periodic Functions and How to Fix "
    "It, arXiv:2006.08195",
    limits=(-math.inf, math.inf),
)
def snake(x: Any, /, alpha: Learnable[NonZero] = 1.0, *, xp: Any) -> Any:
    """The identity with a learned periodic ripple."""
    return x + xp.square(xp.sin(alpha * x)) / alpha


@activation(
    reference="Parascandolo et al. 2017, Taming the waves: sine as activation function in deep "
    "neural networks, https://openreview.net/forum?id=Sks3zF9eg"
)
def sin(x: Any, /, *, xp: Any) -> Any:
    """Sine; `sine` has the frequency of SIREN."""
    return xp.sin(x)


@activation(
    reference="Sitzmann et al. 2020, Implicit Neural Representations with Periodic Activation "
    "Functions, arXiv:2006.09661"
)
def sine(x: Any, /, omega: Real = 30.0, *, xp: Any) -> Any:
    """Sine of a given frequency, by default that of SIREN."""
    return xp.sin(omega * x)
