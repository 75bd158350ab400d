"""Units made of other activations, each with its defaults.

'Survey' is Kunc & Klema 2024, arXiv:2402.09092.
"""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, guarded
from .exponential import elu
from .logistic import sigmoid
from .piecewise import identity
from .rectified import leaky_relu, relu
from .tanh_like import tanh

_FUNCTIONS = {
    "elu": elu,
    "identity": identity,
    "leaky_relu": leaky_relu,
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
}


@guarded()
def laaf(x: mpf, a: Real = 1, function: str = "sigmoid", n: Real = 1) -> mpf:
    """g(n a x): Jagtap et al. 2020, with a fixed n."""
    return _FUNCTIONS[function](n * mpf(a) * x)


@guarded()
def dpaf(x: mpf, a: Real = 1, m: Real = 0, function: str = "relu") -> mpf:
    """a g(x) + m if x >= 0 else g(x) + m: survey."""
    value = _FUNCTIONS[function](x)
    return (a * value if x >= 0 else value) + m


@guarded()
def fpaf(
    x: mpf, a: Real = 1, b: Real = 1, positive: str = "identity", negative: str = "elu"
) -> mpf:
    """a g(x) if x >= 0 else b h(x): survey."""
    return a * _FUNCTIONS[positive](x) if x >= 0 else b * _FUNCTIONS[negative](x)
