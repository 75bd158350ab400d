"""What a backend offers to the checks: values and derivatives of any activation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from multiact.adapters.frameworks import KNOWN, Unavailable, part
from multiact.declare.activation import Activation


class Arrays(Protocol):
    """The arrays of one framework, for checks and cross-checks alike."""

    framework: str  # such as "torch"

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The dtypes it computes in, such as "bfloat16" and "float32"."""

    def asarray(self, values: np.ndarray, dtype: str) -> Any:
        """A new array of the framework."""

    def to_numpy(self, array: Any) -> np.ndarray:
        """As float64, after asserting that it is the framework's own array."""

    def dtype(self, array: Any) -> str:
        """The dtype's name, such as "float32"."""


class Backend(Arrays, Protocol):
    """One way to run an activation; several per framework (eager, compiled, module)."""

    name: str  # such as "torch.compile"

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the activation; numbers among the arguments stay numbers, arrays are given."""

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Sum-gradients by the framework's own differentiation of the adapter.

        `wrt` names the variables one after the other: ("x",) is the first derivative,
        ("x", "x") the second, ("x", "alpha") the alpha-derivative of the sum of the slopes.
        The result has the shape of the last variable.
        """


def backends(only: tuple[str, ...] | None = None) -> Iterator[Backend]:
    """All backends whose frameworks are installed, in a fixed order."""
    for framework in KNOWN:
        if only is None or framework in only:
            try:
                yield from load(framework)
            except Unavailable:
                continue


def load(framework: str) -> tuple[Backend, ...]:
    """The backends of one framework.

    Raises
    ------
    Unavailable
        If the framework, or multiact's adapter for it, is not installed.
    """
    found: tuple[Backend, ...] = part(framework, "_testing").BACKENDS
    return found
