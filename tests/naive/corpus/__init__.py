"""The formulas, by family; importing them fills `tests.naive.rows.ROWS`."""

from tests.naive.corpus import (
    algebraic,
    exponential,
    gompertz,
    logistic,
    normal,
    oscillating,
    powers,
    quadratic,
    rectified,
    roots,
    softplus,
    swish,
    tanh,
)

__all__ = [
    "algebraic", "exponential", "gompertz", "logistic", "normal", "oscillating", "powers",
    "quadratic", "rectified", "roots", "softplus", "swish", "tanh",
]  # fmt: skip
