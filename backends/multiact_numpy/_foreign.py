"""Anybody's NumPy functions, as cross-checks run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from multiact_numpy._backend import NumpyBackend


class NumpyFramework(NumpyBackend):
    """NumPy has no differentiation; a candidate may bring its `derivative`."""

    def __init__(self) -> None:
        super().__init__("numpy", "auto")

    def owns(self, candidate: Any) -> bool:
        """Whether it is a ufunc."""
        return isinstance(candidate, np.ufunc)

    def own_dtype(self, candidate: Any) -> str | None:
        """NumPy has no modules."""
        return None

    def bound(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """The function as it is, quiet about what overflows."""

        def call(x: Any) -> Any:
            with np.errstate(all="ignore"):
                return candidate(x)

        call.derivative = getattr(candidate, "derivative", None)  # type: ignore[attr-defined]
        return call

    def slope(self, call: Callable[[Any], Any], x: Any) -> Any:
        """`derivative()(x)`, as multiact_numpy's functions have it, or `derivative(x)`."""
        derivative = getattr(call, "derivative", None)
        if derivative is None:
            return None
        with np.errstate(all="ignore"):
            try:
                made = derivative()
            except TypeError:  # it wants the array
                return derivative(x)
            return made(x)

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Functions are not moved."""
        return []

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """A program, without the candidate's import."""
        call = "candidate.derivative()(x)" if gradient else "candidate(x)"
        return ["import numpy", f"x = numpy.asarray({x}, dtype={dtype!r})", call]
