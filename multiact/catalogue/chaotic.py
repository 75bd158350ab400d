"""Chaotic maps as activations: one or several steps of a map with chaotic orbits."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Count, Positive, Real
from multiact.special import sech2

KABIR = (
    "Kabir et al. 2012, Fusion of Chaotic Activation Functions in training neural network, ICECE"
)


@activation(
    name="HCAF",
    reference="Reid & Ferens 2021, A Hybrid Chaotic Activation Function for Artificial Neural "
    "Networks, Advances in Artificial Intelligence and Applied Cognitive Computing; in Kunc & "
    "Klema 2024, Three Decades of Activations, arXiv:2402.09092",
    limits=(0, 0),
)
def hcaf(x: Any, /, r: Real = 4.0, *, iterations: Count = 3, xp: Any) -> Any:
    """Hybrid chaotic activation: steps of the logistic map, started at the sigmoid."""
    # 1 - c is (1 - r / 4) + r / 4 (1 - 2 a)^2 where c = r a (1 - a): near 1 subtraction cancels
    c = r / 4 * sech2(x / 2, xp=xp)
    odd = xp.where(x < 0, -xp.tanh(-x / 2), xp.tanh(x / 2))
    for _ in range(iterations - 1):
        rest = xp.where(c < 0.5, 1 - c, (1 - r / 4) + r / 4 * odd * odd)
        c, odd = r * c * rest, c - rest
    return c


#: of the parabola, or of the line where there is none
_FAR = (
    lambda r, xp: xp.where(r < 0, math.inf, -math.inf),
    lambda r, xp: xp.where(r > 0, -math.inf, math.inf),
)


@activation(name="FCAFHidden", reference=KABIR, aliases=("FCAF_Hidden",), limits=_FAR)
def fcaf_hidden(x: Any, /, r: Real = 4.0, a: Real = 0.0, b: Real = 0.5, *, xp: Any) -> Any:
    """Fusion of chaotic activations for hidden units: a logistic map plus a circle map."""
    return r * x * (1 - x) + x + a - b / (2 * math.pi) * xp.sin(2 * math.pi * x)


@activation(name="FCAFOutput", reference=KABIR, aliases=("FCAF_Output",), limits=_FAR)
def fcaf_output(
    x: Any,
    /,
    r: Real = 4.0,
    a: Real = 0.0,
    b: Real = 0.5,
    c: Positive = 1.0,
    d: Real = 0.0,
    *,
    xp: Any,
) -> Any:
    """Fusion of chaotic activations for output units: a Gaussian map besides."""
    return fcaf_hidden(x, r, a, b, xp=xp) + xp.exp(-c * x * x) + d


@activation(
    name="CCAF",
    reference="Abbasi et al. 2022, Cascade chaotic neural network (CCNN): a new model, "
    "doi:10.1007/s00521-022-06912-3",
)
def ccaf(x: Any, /, a: Real = 0.5, b: Real = 0.5, *, xp: Any) -> Any:
    """Cascade chaotic activation: a sine map of a sine map."""
    return a * xp.sin(math.pi * b * xp.sin(math.pi * x))
