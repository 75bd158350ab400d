"""Softplus scaled, shifted, mixed with ReLU, or on one side only."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.catalogue.logistic import softplus
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import NonZero, Positive, Real

LN2 = math.log(2)


@activation(
    name="PSoftplus",
    reference=f"{SURVEY}; section Parametric softplus",
    aliases=("ParametricSoftplus",),
)
def psoftplus(x: Any, /, a: Real = 1.5, b: Real = LN2, *, xp: Any) -> Any:
    """Parametric softplus: shifted down, then scaled."""
    return a * (softplus(x, xp=xp) - b)


@activation(
    name="SoftPlusPlus",
    reference="Ciuparu et al. 2020, Soft++, a multi-parametric non-saturating non-linearity that "
    "improves convergence in deep neural architectures, doi:10.1016/j.neucom.2019.12.014",
)
def soft_plus_plus(x: Any, /, a: Real = 1.0, b: NonZero = 2.0, *, xp: Any) -> Any:
    """Softplus through the origin plus a line."""
    return xp.log(1 + xp.exp(a * x)) + x / b - LN2


@activation(
    name="RandSoftplus",
    reference="Chen et al. 2019, Improving the Antinoise Ability of DNNs via a Bio-Inspired Noise "
    "Adaptive Activation Function Rand Softplus, doi:10.1162/neco_a_01192",
    aliases=("RSP",),
    kinks=lambda a: {0: a / 2},
    limits=(0, None),
)
def rand_softplus(x: Any, /, a: Real = 0.5, *, xp: Any) -> Any:
    """Mixture of ReLU and softplus by a share that the paper fits to the noise of the data."""
    return (1 - a) * relu(x, xp=xp) + a * softplus(x, xp=xp)


@activation(
    reference="Aranda-Ordaz 1981, On Two Families of Transformations to Additivity for Binary "
    f"Response Data, Biometrika 68; {SURVEY}",
    limits=(0, 1),
)
def aranda_ordaz(x: Any, /, a: Positive = 2.0, *, xp: Any) -> Any:
    """Asymmetric sigmoid: the logistic one for a = 1, complementary log-log for small a."""
    return 1 - (1 + a * xp.exp(x)) ** (-1 / a)


@activation(
    name="SLU",
    reference="Zhao et al. 2018, A novel softplus linear unit for deep convolutional neural "
    "networks, doi:10.1007/s10489-017-1028-7",
)
def slu(x: Any, /, *, xp: Any) -> Any:
    """Softplus linear unit: the identity above zero, a shifted and scaled softplus below."""
    return xp.where(x >= 0, x, 2 * xp.log((xp.exp(x) + 1) / 2))


@activation(name="ReSP", reference=f"{SURVEY}; section Rectified softplus", kinks=lambda a: {0: a})
def resp(x: Any, /, a: Real = 1.7, *, xp: Any) -> Any:
    """Rectified softplus: a line above zero, softplus below."""
    return xp.where(x >= 0, a * x + LN2, xp.log(1 + xp.exp(x)))
