"""Stable functions that formulas may use besides the array API's own.

Each takes arrays of any one library, or the symbolic array that a formula is
traced with, and carries derivatives that are as accurate as its values.  Formulas need not
call them: what they mean is recognised where it is written out.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from multiact._suggest import nearest

if TYPE_CHECKING:
    from multiact.special.algebraic import (
        hypot,
        hypot_quotient,
        hypot_root,
        softsign,
        wide_softsign,
    )
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
    from multiact.special.normal import (
        erf,
        erfc,
        erfcx,
        gauss,
        half_gauss,
        ndtr,
        normal_ramp,
        times_ndtr,
    )
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
    "normal_ramp",
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
    "wide_softsign",
]

#: the modules of the functions, which are imported when one of them is first asked for
_MODULES = {
    "algebraic": "hypot hypot_quotient hypot_root softsign wide_softsign",
    "circular": "half_plus_arctan",
    "differences": "expit_difference quotient_difference root_difference softplus_difference",
    "entire": "exprel logrel sinc",
    "exponential": "expm1",
    "gamma": "digamma rgamma",
    "hyperbolic": "log_cosh sech sech2 tanhshrink",
    "logistic": "exp_over_one_plus expit over_one_plus_exp softplus times_expit",
    "mish": "sech_softplus tanh_softplus times_tanh_softplus",
    "normal": "erf erfc erfcx gauss half_gauss ndtr normal_ramp times_ndtr",
    "piecewise": "piecewise_linear",
    "surrogate": "straight_through",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"multiact.special has no {name!r}; {nearest(name, __all__)}")
    found = getattr(import_module(f"multiact.special.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
