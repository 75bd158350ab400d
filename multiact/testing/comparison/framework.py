"""What a framework offers to cross-checks: running and differentiating anybody's callable."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from multiact._suggest import nearest
from multiact.adapters.frameworks import KNOWN, Unavailable, part
from multiact.testing.backend import Arrays
from multiact.testing.faults import described

Call = Callable[[Any], Any]
_OWNERS = ("torch", "flax", "jax", "numpy")  # flax before the jax that it stands on
_TRIED = ("numpy", "torch", "jax")  # jax last: its functions take ndarrays too
_ROOTS = {"scipy": "numpy"}


class WrongResult(Exception):  # noqa: N818  a finding, of a kind
    """The candidate raises, or gives no array of the right shape and dtype."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, but what it raises is a finding about the candidate that it runs."""

    def run(*args: Any) -> Any:
        try:
            return function(*args)
        except WrongResult:
            raise
        except Exception as error:  # anybody's code may raise anything
            raise WrongResult("error", described(error)) from error

    return run


class Framework(Arrays, Protocol):
    """One framework: the `FRAMEWORK` of its adapter's `_testing`."""

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate is the framework's, by its type."""

    def own_dtype(self, candidate: Any) -> str | None:
        """The dtype of the numbers a module holds; None if it holds none."""

    def bound(self, candidate: Any, x: Any) -> Call:
        """The candidate ready for arrays like `x`: a module as a copy in evaluation."""

    def slope(self, call: Call, x: Any) -> Any:
        """The gradient of the sum of the result; None where there is no differentiation."""

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """What stays behind when a module is moved to another dtype, in words."""

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """A program that applies `candidate` to the array written as `x`: all but its import."""


def load(name: str) -> Framework:
    """The framework of this name.

    Raises
    ------
    LookupError
        If there is none of this name.
    Unavailable
        If it, or multiact's adapter for it, is not installed.
    """
    if name not in KNOWN:
        raise LookupError(f"no framework {name!r}; {nearest(name, list(KNOWN))}")
    found: Framework = part(name, "_testing").FRAMEWORK
    return found


def recognise(candidate: Any, example: np.ndarray) -> Framework:
    """The framework of a candidate: by its type, else by trying it on an array of each.

    Only frameworks that are imported already are looked at. If several can run it, the one
    that its code names is taken.

    Raises
    ------
    TypeError
        If none can run it; the message says what each of them answered.
    """
    for framework in _imported(_OWNERS):
        if framework.owns(candidate):
            return framework
    accepting, answers = [], []
    for framework in _imported(_TRIED):
        try:
            framework.to_numpy(candidate(framework.asarray(example, "float32")))
        except Exception as error:  # anybody's code may raise anything
            answers.append(f"{framework.framework}: {described(error)}")
        else:
            accepting.append(framework)
    if not accepting:
        raise TypeError(
            "the candidate runs on an array of no framework that is imported "
            f"({'; '.join(answers)}); name its framework"
        )
    named = set(_named(candidate))
    return next((f for f in accepting if f.framework in named), accepting[0])


def _imported(names: tuple[str, ...]) -> Iterator[Framework]:
    for name in names:
        if name in sys.modules:
            try:
                yield load(name)
            except Unavailable:
                continue


def _named(candidate: Any) -> Iterator[str]:
    """Frameworks that the code of a candidate stands in or names."""
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
