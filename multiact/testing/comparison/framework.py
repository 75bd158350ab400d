"""The interface of frameworks to cross-checks: running and differentiating any callable."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from multiact._suggest import nearest
from multiact.adapters.frameworks import KNOWN, Unavailable, part
from multiact.testing.backend import Arrays
from multiact.testing.faults import describe
from multiact.testing.timing import Run

Call = Callable[[Any], Any]
_OWNERS = ("torch", "flax", "jax", "numpy")  # flax before jax, on which it is built
_TRIED = ("numpy", "torch", "jax")  # jax last: its functions take ndarrays too
_ROOTS = {"scipy": "numpy"}


class WrongResult(Exception):  # noqa: N818  a difference of the given kind
    """The candidate raises an error, or does not return an array of the right shape and dtype."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def guard(function: Callable[..., Any], prefix: str = "") -> Callable[..., Any]:
    """Wrap a function that runs a candidate, so that every error becomes a `WrongResult`."""

    def run(*args: Any) -> Any:
        try:
            return function(*args)
        except WrongResult:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # any candidate may raise anything, SystemExit too
            raise WrongResult("error", prefix + describe(error)) from error

    return run


class Framework(Arrays, Protocol):
    """One framework; the `FRAMEWORK` of its adapter's `_testing` implements it."""

    def widened(self) -> AbstractContextManager[Any]:
        """Return a context in which float64 is available."""

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate's type belongs to the framework."""

    def own_dtype(self, candidate: Any) -> str | None:
        """Return the dtype of a module's parameters; None if it has none."""

    def bind(self, candidate: Any, x: Any) -> Call:
        """Prepare the candidate for arrays like `x`; a module is copied and set to evaluation."""

    def slope(self, call: Call, x: Any) -> Any:
        """Return the gradient of the sum of the result; None if it cannot be differentiated."""

    def runs(self, call: Call, x: Any) -> tuple[Run, Run | None]:
        """Return what computes the values, and values and slope; None if it cannot.

        For measuring times: where the framework compiles, compiled, and until the result is there.
        """

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Describe what is left behind when a module is moved to another dtype."""

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """Write a program that applies `candidate` to the array written as `x`."""


def load(name: str) -> Framework:
    """Load a framework by its name.

    Raises
    ------
    LookupError
        If there is no framework with this name.
    Unavailable
        If it, or multiact's adapter for it, is not installed.
    """
    if name not in KNOWN:
        raise LookupError(f"no framework {name!r}; {nearest(name, list(KNOWN))}")
    loaded: Framework = part(name, "_testing").FRAMEWORK
    return loaded


def recognise(
    candidate: Any,
    example: np.ndarray,
    what: str = "candidate",
    preferred: Framework | None = None,
) -> Framework:
    """Determine the framework of a function or module from its type, or by trying it on arrays.

    Only frameworks that are already imported are considered.  If several can run it, the one
    that its code refers to is chosen, and then the preferred one.

    Parameters
    ----------
    candidate
        The function or module.
    example
        The array that is tried.
    what
        What it is, for error messages.
    preferred
        The framework of operations that all of them have.

    Raises
    ------
    TypeError
        If no framework can run it; the message lists the errors.
    """
    for framework in _imported(_OWNERS):
        if framework.owns(candidate):
            return framework
    accepting, errors = [], []
    for framework in _imported(_TRIED):
        try:
            framework.to_numpy(candidate(framework.asarray(example, "float32")))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # any candidate may raise anything, SystemExit too
            errors.append(f"{framework.framework}: {describe(error)}")
        else:
            accepting.append(framework)
    if not accepting:
        raise TypeError(
            f"the {what} runs on an array of no framework that is imported "
            f"({'; '.join(errors)}); name its framework"
        )
    mentioned = set(_mentioned_packages(candidate))
    named = next((f for f in accepting if f.framework in mentioned), None)
    return named or (preferred if preferred in accepting else None) or accepting[0]


def _imported(names: tuple[str, ...]) -> Iterator[Framework]:
    for name in names:
        if name in sys.modules:
            try:
                yield load(name)
            except Unavailable:
                continue


def _mentioned_packages(candidate: Any) -> Iterator[str]:
    """Yield the packages that a candidate's code is part of or refers to."""
    while isinstance(candidate, functools.partial):
        candidate = candidate.func
    if not inspect.isroutine(candidate):
        candidate = getattr(type(candidate), "forward", type(candidate).__call__)
    roots = [(getattr(candidate, "__module__", None) or "").split(".")[0]]
    code, known = getattr(candidate, "__code__", None), getattr(candidate, "__globals__", {})
    for word in code.co_names if code else ():
        value = known.get(word)
        module = value.__name__ if isinstance(value, ModuleType) else None
        roots.append((module or getattr(value, "__module__", None) or "").split(".")[0])
    yield from (_ROOTS.get(root, root) for root in roots)
