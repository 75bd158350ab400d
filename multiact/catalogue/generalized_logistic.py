"""The logistic curve with a learned asymmetry, and units built on it."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import expit

ALEXANDRIDIS = "Alexandridis et al. 2024, Adaptive Parametric Activation, ECCV, arXiv:2407.08567"


@activation(name="APA", reference=ALEXANDRIDIS)
def apa(
    x: Any, /, lambd: Learnable[Positive] = 1.0, kappa: Learnable[Real] = 1.0, *, xp: Any
) -> Any:
    """Adaptive parametric activation: a sigmoid with learned asymmetry and steepness."""
    return (lambd * xp.exp(-kappa * x) + 1) ** (-1 / lambd)


@activation(name="AGLU", reference=ALEXANDRIDIS)
def aglu(
    x: Any, /, lambd: Learnable[Positive] = 1.0, kappa: Learnable[Real] = 1.0, *, xp: Any
) -> Any:
    """The identity gated by APA."""
    return x * (lambd * xp.exp(-kappa * x) + 1) ** (-1 / lambd)


@activation(
    name="APALU",
    reference="Subramanian et al. 2024, APALU: A Trainable, Adaptive Activation Function for Deep "
    "Learning Networks, arXiv:2402.08244",
    kinks=lambda a, b: {0: 1.5 * a},
)
def apalu(x: Any, /, a: Learnable[Real] = 0.55, b: Learnable[Real] = 0.065, *, xp: Any) -> Any:
    """The identity plus QuickGELU above zero, an exponential below, each with a learned scale."""
    above = a * (x + x * expit(1.702 * x, xp=xp))
    return xp.where(x < 0, b * (xp.exp(x) - 1), above)
