"""What is measured: activations, backends, parameters, inputs."""

from __future__ import annotations

import inspect
import math
import os
import zlib
from typing import Any

import numpy as np

import multiact
from multiact.adapters.configuration import configure, options
from multiact.declare.activation import Activation
from multiact.testing.loading import resolve

#: also measured where arrays leave the cache
LARGE = ("talu", "relu", "gelu", "silu", "mish", "swigelu", "rational", "swiglu", "softmax")
EDGE, SMALL_EDGE = 16, 4  # length of every axis but the first, where axes have a meaning


def activations() -> list[str]:
    """The chosen activations, by default all that are registered, plugins' too."""
    chosen = _listed("MULTIACT_BENCH_ACTIVATIONS")
    return [resolve(target).key for target in chosen] if chosen else multiact.names()


def large() -> list[str]:
    """Those of the chosen activations that are measured at 1e6 elements too."""
    return [name for name in activations() if name in LARGE]


def backends() -> list[str]:
    """The chosen backends; one that is not installed is skipped when its turn comes."""
    compiled = ["torch.compile"] if os.environ.get("MULTIACT_BENCH_COMPILE") == "1" else []
    return _listed("MULTIACT_BENCH_BACKENDS") or ["numpy", "torch", *compiled, "jax.jit", "flax"]


def _listed(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


def edge(elements: int) -> int:
    """The length of the channel and feature axes for an input of this size."""
    return EDGE if elements >= EDGE**3 else SMALL_EDGE


def sizes(act: Activation, elements: int) -> dict[str, int]:
    """The sizes that a module of the activation must be told."""
    empty = inspect.Parameter.empty
    return {name: edge(elements) for name, v in options(act).items() if v is empty}


def values(act: Activation, elements: int) -> dict[str, Any]:
    """All arguments of the function: numbers, float32 arrays, settings."""
    config = configure(act, (), sizes(act, elements))
    draw = _Draw(act.key)
    found: dict[str, Any] = {}
    for name in config.values:
        start = config.start(name, draw, np)
        number = isinstance(start, (int, float))
        found[name] = float(start) if number else np.asarray(start, np.float32)
    return config.arguments(found)


def numbers(elements: int) -> np.ndarray:
    """Normal float32 numbers of standard deviation 2, the same in every run."""
    generator = np.random.default_rng(elements)
    return 2 * generator.standard_normal(elements, dtype=np.float32)


def batch(act: Activation, elements: int) -> np.ndarray:
    """An input of about this size: flat, or images where axes have a meaning."""
    if act.kind in ("elementwise", "stochastic"):
        return numbers(elements)
    side = edge(elements)
    count = max(1, elements // side**3)
    return numbers(count * side**3).reshape(count, side, side, side)


class _Draw:
    """Random starting values, the same in every run."""

    def __init__(self, seed: str) -> None:
        self.generator = np.random.default_rng(zlib.crc32(seed.encode()))

    def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.generator.uniform(size=shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.generator.standard_normal(shape)


def size_of(array: Any) -> int:
    """The number of elements of an array of any library."""
    return math.prod(array.shape)
