"""The identity above zero, an exponential below: ELU and its relatives."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@activation(
    name="ELU",
    reference="Clevert et al. 2015, Fast and Accurate Deep Network Learning by Exponential Linear "
    "Units (ELUs), arXiv:1511.07289",
    kinks=lambda alpha: {0: alpha},
)
def elu(x: Any, /, alpha: Real = 1.0, *, xp: Any) -> Any:
    """Exponential linear unit."""
    return xp.where(x > 0, x, alpha * (xp.exp(x) - 1))


@activation(
    name="LearnableELU",
    reference="Park 2025, Deep Learning DNA, chapter 4 (there called TeLU); as FELU Kunc & Klema "
    "2024, Three Decades of Activations, arXiv:2402.09092",
    aliases=("FELU", "felu"),
    kinks=lambda alpha: {0: alpha},
)
def learnable_elu(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """ELU whose height below zero is learned."""
    return xp.where(x > 0, x, alpha * (xp.exp(x) - 1))


@activation(
    name="CELU",
    reference="Barron 2017, Continuously Differentiable Exponential Linear Units, arXiv:1704.07483",
)
def celu(x: Any, /, alpha: NonZero = 1.0, *, xp: Any) -> Any:
    """ELU with a continuous slope for every alpha."""
    return xp.where(x > 0, x, alpha * (xp.exp(x / alpha) - 1))


@activation(
    name="ExLU",
    reference="Hughes 2025, Building your Own Activation: TaLU & Smooth ELU, "
    "https://github.com/DrJohnHughes/Activation-Functions; for alpha > 0 the same "
    "function as CELU",
)
def exlu(x: Any, /, alpha: Positive = 1.0, *, xp: Any) -> Any:
    """Smooth exponential linear unit; CELU under the name of a later publication."""
    return xp.where(x < 0, alpha * (xp.exp(x / alpha) - 1), x)


@activation(
    name="SELU",
    reference="Klambauer et al. 2017, Self-Normalizing Neural Networks, arXiv:1706.02515",
    kinks=lambda: {0: _SELU_SCALE * _SELU_ALPHA},
)
def selu(x: Any, /, *, xp: Any) -> Any:
    """ELU scaled so that mean 0 and variance 1 are a fixed point."""
    return _SELU_SCALE * xp.where(x > 0, x, _SELU_ALPHA * (xp.exp(x) - 1))


@activation(
    name="DELU",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    kinks=lambda n: {0: 0.5},
    limits=(0, None),
)
def delu(x: Any, /, n: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """SiLU below zero, a line and an exponential above."""
    return xp.where(x > 0, (n + 0.5) * x - (xp.exp(-x) - 1), x / (1 + xp.exp(-x)))


@activation(
    name="CoLU",
    reference="Vagerwal 2021, Deeper Learning with CoLU Activation, arXiv:2112.12078",
    limits=(0, None),
)
def colu(x: Any, /, *, xp: Any) -> Any:
    """Collapsing linear unit."""
    return x / (1 - x * xp.exp(-(x + xp.exp(x))))


@activation(
    name="GoLU",
    reference="Das et al. 2025, Gompertz Linear Units: Leveraging Asymmetry for Enhanced Learning "
    "Dynamics, arXiv:2502.03654",
    aliases=("ExpExpish",),
    limits=(0, None),
)
def golu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the Gompertz curve."""
    return x * xp.exp(-xp.exp(-x))


@activation(reference="keras.activations.exponential", limits=(0, None))
def exponential(x: Any, /, *, xp: Any) -> Any:
    """Exponential function."""
    return xp.exp(x)
