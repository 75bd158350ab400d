"""The vocabulary of parameter declarations, for authors of activations.

>>> from multiact.parameters import Learnable, Positive
"""

from multiact.declare.initializers import (
    fan_in_uniform,
    fitted,
    kernel_uniform,
    laplace_amplitude,
    normal,
    rational_part,
    scaled_uniform,
    uniform,
    unit,
    zeros,
)
from multiact.declare.parameters import (
    Axes,
    Axis,
    Count,
    Draw,
    Learnable,
    Mask,
    Names,
    Negative,
    NonNegative,
    NonZero,
    Positive,
    Real,
    Shaped,
)

__all__ = [
    "Axes",
    "Axis",
    "Count",
    "Draw",
    "Learnable",
    "Mask",
    "Names",
    "Negative",
    "NonNegative",
    "NonZero",
    "Positive",
    "Real",
    "Shaped",
    "fan_in_uniform",
    "fitted",
    "kernel_uniform",
    "laplace_amplitude",
    "normal",
    "rational_part",
    "scaled_uniform",
    "uniform",
    "unit",
    "zeros",
]
