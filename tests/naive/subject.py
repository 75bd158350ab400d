"""The package's answers: a row's formula declared as users declare theirs."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import Any

import multiact_numpy
import numpy as np

import multiact
from tests.naive.judge import Subject
from tests.naive.rows import Row, Values

BACKENDS = ("numpy", "torch", "jax")


@lru_cache(maxsize=1024)
def record(row: Row) -> Any:
    """The record of the row's formula, under a name that the catalogue does not have."""
    f = row.formula
    name = f"naive_{row.name}"
    copy = FunctionType(f.__code__, f.__globals__, name, f.__defaults__)
    copy.__kwdefaults__, copy.__module__, copy.__qualname__ = f.__kwdefaults__, f.__module__, name
    return multiact.activation(copy)


def with_numpy(*, kernels: bool) -> Subject:
    """By `multiact_numpy`; compiled kernels take a second for each function."""

    def answers(row: Row, values: Values, path: str, x: np.ndarray) -> np.ndarray:
        function = _function(row, path)
        with multiact.use_engine("auto" if kernels else "reference"):
            return np.asarray(function(x, **values))

    return answers


@lru_cache(maxsize=256)
def _function(row: Row, path: str) -> Any:
    function = multiact_numpy.function(record(row))
    return function.derivative(wrt=_variables(path)) if path else function


def _variables(path: str) -> tuple[str, ...]:
    return ("x",) * len(path) if path in ("", "x", "xx") else (path,)


def with_library(backend: str) -> Subject:
    """By the derived formula on arrays of another library."""

    def answers(row: Row, values: Values, path: str, x: np.ndarray) -> np.ndarray:
        function = multiact.derivative(record(row), wrt=_variables(path))
        if backend == "torch":
            import torch

            return np.asarray(function(torch.from_numpy(x), **values))
        import jax

        with jax.enable_x64(True):
            return np.asarray(function(jax.numpy.asarray(x), **values))

    return answers
