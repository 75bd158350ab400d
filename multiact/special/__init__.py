"""Stable functions that formulas may use besides the array API's own.

Each takes arrays of any one library, or the symbolic array that a formula is
traced with, and carries derivatives that are as accurate as its values.  Formulas need not
call them: what they mean is recognised where it is written out.
"""

from multiact.special.algebraic import hypot, hypot_quotient, hypot_root, softsign
from multiact.special.circular import half_plus_arctan
from multiact.special.differences import (
    expit_difference,
    quotient_difference,
    root_difference,
    softplus_difference,
)
from multiact.special.entire import exprel, logrel, sinc
from multiact.special.exponential import expm1
from multiact.special.gamma import digamma, rgamma
from multiact.special.hyperbolic import log_cosh, sech, sech2, tanhshrink
from multiact.special.logistic import (
    exp_over_one_plus,
    expit,
    over_one_plus_exp,
    softplus,
    times_expit,
)
from multiact.special.mish import sech_softplus, tanh_softplus, times_tanh_softplus
from multiact.special.normal import erf, erfc, erfcx, gauss, half_gauss, ndtr, times_ndtr
from multiact.special.piecewise import piecewise_linear
from multiact.special.surrogate import straight_through

__all__ = [
    "digamma",
    "erf",
    "erfc",
    "erfcx",
    "exp_over_one_plus",
    "expit",
    "expit_difference",
    "expm1",
    "exprel",
    "gauss",
    "half_gauss",
    "half_plus_arctan",
    "hypot",
    "hypot_quotient",
    "hypot_root",
    "log_cosh",
    "logrel",
    "ndtr",
    "over_one_plus_exp",
    "piecewise_linear",
    "quotient_difference",
    "rgamma",
    "root_difference",
    "sech",
    "sech2",
    "sech_softplus",
    "sinc",
    "softplus",
    "softplus_difference",
    "softsign",
    "straight_through",
    "tanh_softplus",
    "tanhshrink",
    "times_expit",
    "times_ndtr",
    "times_tanh_softplus",
]
