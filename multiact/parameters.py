"""The vocabulary of parameter declarations, for authors of activations.

>>> from multiact.parameters import Learnable, Positive
"""

from multiact.declare.initializers import (
    fan_in_uniform,
    fitted,
    kernel_uniform,
    laplace_amplitude,
    normal,
    ones,
    rational_part,
    scaled_uniform,
    uniform,
    unit,
    zeros,
)
from multiact.declare.parameters import (
    Axis,
    Count,
    Draw,
    Gate,
    Learnable,
    Name,
    Names,
    Negative,
    NonNegative,
    NonZero,
    Positive,
    Real,
    Running,
    Shaped,
)

__all__ = [
    "Axis",
    "Count",
    "Draw",
    "Gate",
    "Learnable",
    "Name",
    "Names",
    "Negative",
    "NonNegative",
    "NonZero",
    "Positive",
    "Real",
    "Running",
    "Shaped",
    "fan_in_uniform",
    "fitted",
    "kernel_uniform",
    "laplace_amplitude",
    "normal",
    "ones",
    "rational_part",
    "scaled_uniform",
    "uniform",
    "unit",
    "zeros",
]
