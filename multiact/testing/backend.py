"""The interface of backends to the checks: values and derivatives of any activation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from multiact.adapters.frameworks import KNOWN, Unavailable, part
from multiact.declare.activation import Activation


def operands(act: Activation, x: Any) -> tuple[Any, ...]:
    """Return what an activation is called with: x, or for a pair its halves on the last axis."""
    if act.kind != "pair":
        return (x,)
    half = x.shape[-1] // 2
    return x[..., :half], x[..., half:]


class Arrays(Protocol):
    """The arrays of one framework, for checks and cross-checks alike."""

    framework: str  # such as "torch"

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The supported dtypes, such as "bfloat16" and "float32"."""

    def asarray(self, values: np.ndarray, dtype: str) -> Any:
        """Create an array of the framework."""

    def to_numpy(self, array: Any) -> np.ndarray:
        """Convert to float64, after asserting that the array belongs to the framework."""

    def dtype(self, array: Any) -> str:
        """Return the dtype's name, such as "float32"."""


class Backend(Arrays, Protocol):
    """One way to run an activation; several per framework (eager, compiled, module)."""

    name: str  # such as "torch.compile"

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the activation; arrays among the arguments are the framework's own.

        The arrays of a pair are the halves of x on its last axis.
        """

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Differentiate the sum of the values with the framework's own differentiation.

        `wrt` names the variables in order: ("x",) gives the first derivative, ("x", "x") the
        second, ("x", "alpha") the derivative by alpha of the sum of the slopes.  The result has
        the shape of the last variable.
        """


def backends(only: tuple[str, ...] | None = None) -> Iterator[Backend]:
    """Yield all backends whose frameworks are installed, in a fixed order."""
    for framework in KNOWN:
        if only is None or framework in only:
            try:
                yield from load(framework)
            except Unavailable:
                continue


def load(framework: str) -> tuple[Backend, ...]:
    """Load the backends of one framework.

    Raises
    ------
    Unavailable
        If the framework, or multiact's adapter for it, is not installed.
    """
    loaded: tuple[Backend, ...] = part(framework, "_testing").BACKENDS
    return loaded
