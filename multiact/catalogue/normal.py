"""Functions of the normal distribution: GELU, its forms, and erf-based units."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import erf, expit, softplus


def _gaussian_cdf(x: Any) -> Any:
    return (1 + erf(x / math.sqrt(2))) / 2


@activation(
    name="GELU",
    reference="Hendrycks & Gimpel 2016, Gaussian Error Linear Units (GELUs), arXiv:1606.08415",
    limits=(0, None),
)
def gelu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the normal distribution function."""
    return x * _gaussian_cdf(x)


@activation(
    name="GELUTanh",
    reference="Hendrycks & Gimpel 2016, Gaussian Error Linear Units (GELUs), arXiv:1606.08415",
    aliases=("gelu_new", "SiELU"),
    limits=(0, None),
)
def gelu_tanh(x: Any, /, *, xp: Any) -> Any:
    """GELU with the distribution function approximated by tanh."""
    return x / 2 * (1 + xp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


@activation(name="SwiGELU", reference="Park 2025, Deep Learning DNA, chapter 4", limits=(0, None))
def swigelu(x: Any, /, *, xp: Any) -> Any:
    """The mean of SiLU and GELU."""
    return x * (expit(x, xp=xp) + _gaussian_cdf(x)) / 2


@activation(
    reference="Naveen 2022, Phish: A Novel Hyper-Optimizable Activation Function, "
    "doi:10.36227/techrxiv.17283824",
    limits=(0, None),
)
def phish(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of GELU."""
    return x * xp.tanh(x * _gaussian_cdf(x))


@activation(
    reference="Nag et al. 2021, SERF: Towards better training of deep neural networks using "
    "log-Softplus ERror activation Function, arXiv:2108.09598",
    limits=(0, None),
)
def serf(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by erf of softplus."""
    return x * erf(softplus(x, xp=xp))


@activation(
    name="ErfReLU",
    reference="Rajanand & Singh 2023, ErfReLU: Adaptive Activation Function for Deep Neural "
    "Network, arXiv:2306.01822",
    kinks=lambda alpha: {0: 1},
)
def erf_relu(x: Any, /, alpha: Learnable[Real] = 0.75, *, xp: Any) -> Any:
    """The identity above zero, a scaled error function below."""
    return xp.where(x < 0, alpha * erf(x), x)


@activation(name="Erf", reference="ONNX operator Erf", limits=(-1, 1))
def error_function(x: Any, /, *, xp: Any) -> Any:
    """Error function."""
    return erf(x)


@activation(
    reference="Ma et al. 2022, Mega: Moving Average Equipped Gated Attention, arXiv:2209.10655",
    limits=(0, 1),
)
def laplace(x: Any, /, mu: Real = 0.707107, sigma: Positive = 0.282095, *, xp: Any) -> Any:
    """Normal distribution function of a given mean and deviation, close to squared ReLU."""
    return (1 + erf((x - mu) / (sigma * math.sqrt(2)))) / 2


@activation(
    name="GELU10",
    reference="Wu et al. 2020, Integer Quantization for Deep Learning Inference: Principles and "
    "Empirical Evaluation, arXiv:2004.09602",
    kinks=lambda: {10: 0},
    limits=(0, 10),
)
def gelu_10(x: Any, /, *, xp: Any) -> Any:
    """GELU held below 10, for quantisation."""
    return xp.where(x < 10, x * _gaussian_cdf(x), 10.0)
