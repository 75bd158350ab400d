"""Errors of kernels, PyTorch and JAX at the defaults, which docs/accuracy-frameworks.md has.

What is asked of an activation in one dtype is computed together, since compiling takes longest.
Flax's modules call the functions of JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

import multiact
from tests.accuracy.measure import Achieved, Allowed, Evaluate, measured
from tests.accuracy.truth import Path, paths
from tests.battery.fused import Fused
from tests.battery.programs import eagerly, jitted, with_autograd
from tests.battery.rows import Call
from tests.battery.subject import Subject, scalars
from tests.battery.variants import backend, precision
from tests.helpers.examples import Example, examples
from tests.helpers.loops import without_compiler

ORDERS = 2
DTYPES = ("float32", "float64")
Results = Mapping[Call, Any]


def _kernels(calls: Sequence[Call]) -> Results:
    return eagerly(Fused(), calls)


def _torch(calls: Sequence[Call]) -> Results:
    with without_compiler():
        return with_autograd(backend("torch"), calls)


def _jax(calls: Sequence[Call]) -> Results:
    results = jitted([(backend("jax"), call) for call in calls])
    return dict(zip(calls, results, strict=True))


RUNS: dict[str, tuple[str, Callable[[Sequence[Call]], Results]]] = {
    "kernels": ("numpy", _kernels),
    "PyTorch": ("torch", _torch),
    "JAX": ("jax", _jax),
}


def wanted(example: Example) -> list[Path]:
    """Value, two derivatives by x, one by each parameter that is a number; of pairs the value."""
    if len(example.act.data) == 2:
        return [()]
    named = {(name,) for name in scalars(example.act)}
    data = (example.act.data[0],)
    return [
        path
        for path in paths(example)
        if (all(v == data for v in path[:ORDERS]) and len(path) <= ORDERS) or path[0] in named
    ]


def evaluator(name: str) -> Evaluate:
    """Values and derivatives by one of the frameworks."""
    variant, run = RUNS[name]

    @lru_cache(maxsize=2)
    def together(example: Example, dtype: str, points: bytes, columns: int) -> dict[Path, Any]:
        x = np.frombuffer(points).reshape(-1, columns)
        x = x[:, 0] if columns == 1 else x
        subject = Subject(example, dtype)
        calls = {path: _call(subject, x, path) for path in wanted(example)}
        with precision(variant, dtype):
            found = run([*calls.values()])
            to_numpy = backend(variant).to_numpy
            return {path: to_numpy(found[call]) for path, call in calls.items()}

    def evaluate(example: Example, x: np.ndarray, path: Path, dtype: str) -> np.ndarray:
        found = together(example, dtype, x.tobytes(), x.shape[1])[path]
        return np.asarray(found, float).reshape(len(x))

    return evaluate


def _call(subject: Subject, x: np.ndarray, path: Path) -> Call:
    """A call; a parameter that is differentiated by has a number for each element."""
    wrt = tuple(variable[0] for variable in path)
    changed = {n: np.full(len(x), float(subject.numbers[n])) for n in wrt if n in subject.numbers}
    return Call(subject, x, tuple("x" if n in subject.act.data else n for n in wrt), changed)


def errors(
    name: str, framework: str, allowed: Allowed = lambda *_: np.inf
) -> Iterator[tuple[Example, str, Path, Achieved]]:
    """Measure an activation in a framework, in every dtype and along every path that is wanted."""
    evaluate = evaluator(framework)
    for dtype in DTYPES:
        example = next(iter(examples(multiact.get(name), dtype)))
        found = measured(example, dtype, evaluate, along=wanted(example), allowed=allowed)
        yield from ((example, dtype, path, achieved) for path, achieved in found)
