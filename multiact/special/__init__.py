"""Stable functions that formulas may use besides the array API's own.

Each takes arrays of any one library, or the symbolic array that a formula is
traced with, and carries derivatives that are as accurate as its values.
"""

from multiact.special.algebraic import hypot_quotient, hypot_root, softsign
from multiact.special.hyperbolic import sech, sech2, tanhshrink
from multiact.special.logistic import (
    expit,
    sech_softplus,
    softplus,
    tanh_softplus,
    times_expit,
    times_tanh_softplus,
)
from multiact.special.normal import erf, erfc, erfcx, gauss, half_gauss, ndtr, times_ndtr

__all__ = [
    "erf",
    "erfc",
    "erfcx",
    "expit",
    "gauss",
    "half_gauss",
    "hypot_quotient",
    "hypot_root",
    "ndtr",
    "sech",
    "sech2",
    "sech_softplus",
    "softplus",
    "softsign",
    "tanh_softplus",
    "tanhshrink",
    "times_expit",
    "times_ndtr",
    "times_tanh_softplus",
]
