"""The NumPy backends of the checks, one per engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from typing import Any

import numpy as np

from multiact.declare.activation import Activation
from multiact.kernels import use_engine
from multiact.testing.backend import operands
from multiact_numpy._functions import function


class NumpyBackend:
    """Functions of ndarrays, evaluated by one engine."""

    framework = "numpy"
    dtypes = ("float16", "float32", "float64")

    def __init__(self, name: str, engine: str) -> None:
        self.name, self._engine = name, engine

    def asarray(self, values: np.ndarray, dtype: str) -> np.ndarray:
        """Create an ndarray."""
        return np.asarray(values).astype(dtype)

    def to_numpy(self, array: Any) -> np.ndarray:
        """Convert to float64."""
        assert isinstance(array, np.ndarray), type(array)
        return array.astype(np.float64)

    def dtype(self, array: Any) -> str:
        """Return the dtype's name."""
        return str(array.dtype)

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the function."""
        with use_engine(self._engine):
            return function(act)(*operands(act, x), **arguments)

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Evaluate the derivative functions, and sum to the shape of the last variable."""
        halves = {"x": act.data} if len(act.data) > 1 else {}
        paths = list(product(*(halves.get(name, (name,)) for name in wrt[:-1])))
        with use_engine(self._engine):
            parts = [
                sum(
                    function(act).derivative(wrt=(*path, last))(*operands(act, x), **arguments)
                    for path in paths
                )
                for last in halves.get(wrt[-1], wrt[-1:])
            ]
        y: np.ndarray = (
            parts[0] if len(parts) == 1 else np.concatenate(parts, axis=arguments.get("axis", -1))
        )
        if wrt[-1] == "x":
            return y
        target = np.asarray(arguments[wrt[-1]])
        vector = y.ndim > x.ndim
        axes = tuple(range(x.ndim))
        return np.sum(y, axis=axes) if vector or target.ndim == 0 else _sum_to(y, target.shape)


def _sum_to(y: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    lead = y.ndim - len(shape)
    y = y.sum(axis=tuple(range(lead)))
    broadcast = tuple(i for i, n in enumerate(shape) if n == 1 and y.shape[i] != 1)
    return np.asarray(y.sum(axis=broadcast, keepdims=True))


class NumpyFramework(NumpyBackend):
    """Functions of ndarrays; a candidate may have a `derivative`, which NumPy cannot compute."""

    def __init__(self) -> None:
        super().__init__("numpy", "auto")

    def widened(self) -> AbstractContextManager[Any]:
        """Return a context without effect, since there is always float64."""
        return nullcontext()

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate is a ufunc."""
        return isinstance(candidate, np.ufunc)

    def own_dtype(self, candidate: Any) -> str | None:
        """Return None, since NumPy has no modules."""
        return None

    def bind(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """Return the function, without warnings about overflow."""

        def call(x: Any) -> Any:
            with np.errstate(all="ignore"):
                return candidate(x)

        call.derivative = getattr(candidate, "derivative", None)  # type: ignore[attr-defined]
        return call

    def slope(self, call: Callable[[Any], Any], x: Any) -> Any:
        """Return `derivative()(x)`, as for multiact_numpy's functions, or `derivative(x)`."""
        derivative = getattr(call, "derivative", None)
        if derivative is None:
            return None
        with np.errstate(all="ignore"):
            try:
                function = derivative()
            except TypeError:  # it takes the array
                return derivative(x)
            return function(x)

    def runs(
        self, call: Callable[[Any], Any], x: Any
    ) -> tuple[Callable[[], Any], Callable[[], Any] | None]:
        """Return evaluation, and the same with the function `call.derivative`, if there is one."""
        derivative = getattr(call, "derivative", None)
        return lambda: call(x), derivative and (lambda: (call(x), derivative(x)))

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Return no faults, since functions are not moved."""
        return []

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """Write a program, without the import of the candidate."""
        call = "candidate.derivative()(x)" if gradient else "candidate(x)"
        return ["import numpy", f"x = numpy.asarray({x}, dtype={dtype!r})", call]


BACKENDS = (
    NumpyBackend("numpy", "auto"),
    NumpyBackend("numpy.blocked", "blocked"),
    NumpyBackend("numpy.reference", "reference"),
)
FRAMEWORK = NumpyFramework()
