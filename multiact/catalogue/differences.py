"""Derivatives of fractional order, approximated by differences."""

from typing import Any

from multiact.catalogue.logistic import softplus
from multiact.declare.decorator import activation
from multiact.parameters import Count, Learnable, Positive

ZAMORA = (
    "Zamora Esquivel et al. 2019, Adaptive Activation Functions Using Fractional Calculus, "
    "doi:10.1109/ICCVW.2019.00250"
)


def _differences(f: Any, x: Any, a: Any, h: float, terms: int, xp: Any) -> Any:
    """The first terms of Gruenwald and Letnikov's derivative of order a."""
    y, c = 0.0, 1.0  # c: (-1)**n binomial(a, n)
    for n in range(terms):
        y = y + c * f(x - n * h, xp=xp)
        c = c * (n - a) / (n + 1)
    return y / h**a


@activation(name="FracSoftplus", reference=ZAMORA)
def frac_softplus(
    x: Any,
    /,
    a: Learnable[Positive] = 0.5,
    *,
    h: Positive = 0.1,
    terms: Count = 5,
    xp: Any,
) -> Any:
    """The derivative of softplus of a learned fractional order, by differences."""
    return _differences(softplus, x, a, h, terms, xp)
