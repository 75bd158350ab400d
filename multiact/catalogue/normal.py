"""Functions of the normal distribution: GELU, its forms, and erf-based units."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Real
from multiact.special import erf, expit, softplus


def _gaussian_cdf(x: Any) -> Any:
    return (1 + erf(x / math.sqrt(2))) / 2


@activation(name="GELU", reference="Hendrycks & Gimpel 2016, arXiv:1606.08415", limits=(0, None))
def gelu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the normal distribution function."""
    return x * _gaussian_cdf(x)


@activation(
    name="GELUTanh",
    reference="Hendrycks & Gimpel 2016, arXiv:1606.08415",
    aliases=("gelu_new",),
    limits=(0, None),
)
def gelu_tanh(x: Any, /, *, xp: Any) -> Any:
    """GELU with the distribution function approximated by tanh."""
    return x / 2 * (1 + xp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


@activation(name="SwiGELU", reference="Han, Deep Learning DNA, chapter 4", limits=(0, None))
def swigelu(x: Any, /, *, xp: Any) -> Any:
    """The mean of SiLU and GELU."""
    return x * (expit(x, xp=xp) + _gaussian_cdf(x)) / 2


@activation(reference="Naveen 2022", limits=(0, None))
def phish(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of GELU."""
    return x * xp.tanh(x * _gaussian_cdf(x))


@activation(reference="Nag et al. 2021, arXiv:2108.09598", limits=(0, None))
def serf(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by erf of softplus."""
    return x * erf(softplus(x, xp=xp))


@activation(
    name="ErfReLU",
    reference="Rajanand & Singh 2023, arXiv:2306.01822",
    kinks=lambda alpha: {0: 1},
)
def erf_relu(x: Any, /, alpha: Learnable[Real] = 0.75, *, xp: Any) -> Any:
    """The identity above zero, a scaled error function below."""
    return xp.where(x < 0, alpha * erf(x), x)
