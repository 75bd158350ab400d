"""Selection of what is measured: activations, backends, parameters, inputs."""

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

#: also measured with arrays that exceed the cache
LARGE = ("talu", "relu", "gelu", "silu", "mish", "swigelu", "rational", "swiglu", "softmax")
EDGE, SMALL_EDGE = 16, 4  # length of every axis but the first, for activations with an axis


def activations() -> list[str]:
    """List the chosen activations, by default all that are registered, including plugins'."""
    chosen = _read_list("MULTIACT_BENCH_ACTIVATIONS")
    return [resolve(target).key for target in chosen] if chosen else multiact.names()


def large() -> list[str]:
    """List the chosen activations that are also measured with 1e6 elements."""
    return [name for name in activations() if name in LARGE]


def backends() -> list[str]:
    """List the chosen backends; those that are not installed will be skipped."""
    compiled = ["torch.compile"] if os.environ.get("MULTIACT_BENCH_COMPILE") == "1" else []
    return _read_list("MULTIACT_BENCH_BACKENDS") or ["numpy", "torch", *compiled, "jax.jit", "flax"]


def _read_list(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


def edge(elements: int) -> int:
    """Return the length of the channel and feature axes for an input of this size."""
    return EDGE if elements >= EDGE**3 else SMALL_EDGE


def sizes(act: Activation, elements: int) -> dict[str, int]:
    """Return the sizes that the activation's module needs."""
    empty = inspect.Parameter.empty
    return {name: edge(elements) for name, v in options(act).items() if v is empty}


def values(act: Activation, elements: int) -> dict[str, Any]:
    """Return all arguments of the function: numbers, float32 arrays, settings."""
    config = configure(act, (), sizes(act, elements))
    draw = _Draw(act.key)
    parameters: dict[str, Any] = {}
    for name in config.values:
        start = config.start(name, draw, np)
        is_number = isinstance(start, (int, float))
        parameters[name] = float(start) if is_number else np.asarray(start, np.float32)
    return config.arguments(parameters)


def numbers(elements: int) -> np.ndarray:
    """Return normal float32 numbers with standard deviation 2, the same in every run."""
    generator = np.random.default_rng(elements)
    return 2 * generator.standard_normal(elements, dtype=np.float32)


def batch(act: Activation, elements: int) -> np.ndarray:
    """Return an input of about this size: flat, or images for activations with an axis."""
    if act.kind == "elementwise":
        return numbers(elements)
    side = edge(elements)
    count = max(1, elements // side**3)
    return numbers(count * side**3).reshape(count, side, side, side)


class _Draw:
    """Random initial values, the same in every run."""

    def __init__(self, seed: str) -> None:
        self.generator = np.random.default_rng(zlib.crc32(seed.encode()))

    def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.generator.uniform(size=shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.generator.standard_normal(shape)


def size_of(array: Any) -> int:
    """Return the number of elements of an array of any library."""
    return math.prod(array.shape)
