"""Kinds that mix elements, such as softmax: the truth of one sample at a time.

The oracle says what a sample is: a list of numbers (`Vector`), or an image (`Image`).
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from mpmath import mp

from tests import oracle
from tests.accuracy.truth import sources
from tests.helpers import caches
from tests.helpers.examples import SIZE, Example
from tests.helpers.points import rounded
from tests.oracle._differences import derivatives_of, flat

_SAMPLES = 3
_SHAPES = {"Vector": (SIZE,), "Image": (SIZE, 3, 3)}
_DIGITS = 40


@dataclass(frozen=True)
class Whole:
    """Samples, the values of them all, the slopes of a weighted sum of these by each argument."""

    x: np.ndarray
    values: np.ndarray
    weights: np.ndarray
    slopes: dict[str, np.ndarray]
    sizes: dict[str, np.ndarray]  # of the terms that a slope is the sum of


def samples(example: Example, dtype: str, scale: float) -> np.ndarray:
    """Numbers of a size, none of them twice, so that none is at a corner."""
    function = oracle.ORACLE[example.act.key]
    kind = next(iter(inspect.signature(function).parameters.values())).annotation
    together = "axis" in example.settings and example.settings["axis"] is None
    shape = (1 if together else _SAMPLES, *_SHAPES[kind])  # all elements are one sample
    values = np.linspace(-1.03, 0.97, int(np.prod(shape)))
    return rounded(scale * np.random.default_rng(7).permutation(values).reshape(shape), dtype)


def whole(example: Example, dtype: str, scale: float = 3.0) -> Whole:
    """The truth, kept on disk."""
    function = oracle.ORACLE[example.act.key]
    x = samples(example, dtype, scale)
    given = {**example.parameters, **example.settings}
    given.pop("axis", None)
    with mp.workdps(_DIGITS):
        values = np.asarray([flat(function(row, **given)) for row in x.tolist()], float)
    weights = np.random.default_rng(3).uniform(0.5, 1.5, values.shape)

    def make() -> np.ndarray:
        with mp.workdps(_DIGITS):
            rows = [_slopes(function, x, given, weights, at) for at in _variables(example, x)]
        return np.asarray(rows)

    key = sources(function) + repr((given, dtype, x.shape, x.tobytes()))
    name = f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npy"
    folder = caches.FOLDER / "truth" / oracle.family(example.act.key) / example.act.key
    table = caches.stored(folder / name, make)
    slopes: dict[str, np.ndarray] = {}
    sizes: dict[str, np.ndarray] = {}
    places = list(_variables(example, x))
    for argument in dict.fromkeys(name for name, _ in places):
        shape = x.shape if argument == "x" else np.shape(example.parameters[argument])
        mine = [row for (name, _), row in zip(places, table, strict=True) if name == argument]
        slopes[argument], sizes[argument] = (
            np.asarray([row[k] for row in mine]).reshape(shape) for k in (0, 1)
        )
    return Whole(x, values, weights, slopes, sizes)


def _variables(example: Example, x: np.ndarray) -> Iterator[tuple[str, tuple[int, ...]]]:
    """All numbers that the sum depends on."""
    yield from (("x", at) for at in product(*map(range, x.shape)))
    for name, value in example.parameters.items():
        yield from ((name, at) for at in product(*map(range, np.shape(value))))


def _slopes(
    function: Any, x: np.ndarray, given: Any, weights: np.ndarray, at: tuple[str, tuple[int, ...]]
) -> tuple[float, float]:
    name, index = at
    rows = [index[0]] if name == "x" else range(len(x))
    terms = []
    for i in rows:
        wrt = (name, *(index[1:] if name == "x" else index))
        (slopes,) = derivatives_of(function, x[i].tolist(), (1,), wrt, **given)
        terms += [w * s for w, s in zip(weights[i].tolist(), slopes, strict=True)]
    return float(mp.fsum(terms)), float(mp.fsum(map(abs, terms)))
