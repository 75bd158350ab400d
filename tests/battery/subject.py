"""What a check works on: an activation with arguments, inputs for it, and NumPy's answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

import multiact
from multiact._arrays import check_floating
from multiact.declare.activation import Activation
from multiact.testing.backend import Backend, operands
from tests.helpers.corners import thresholds
from tests.helpers.examples import Example, examples
from tests.helpers.points import points, rounded
from tests.helpers.ulp import FORMATS

FAR = 1e4  # beyond, the phase of a wave is a matter of the library's reduction
NEAR = 8.0  # the same for a series, whose frequencies reach 30
COUNT = 64
LARGE = 1e30  # sums of slopes by a parameter shall not overflow
APART = 1e-3  # from 0, where a slope grows without bound


@dataclass(frozen=True, eq=False)
class Subject:
    """An example in one dtype, its numbers rounded to it."""

    example: Example
    dtype: str
    known: dict[Any, np.ndarray] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.example} in {self.dtype}"

    @property
    def act(self) -> Activation:
        """The activation."""
        return self.example.act

    @property
    def wide(self) -> str:
        """The dtype that it is computed in."""
        return self.dtype if self.dtype == "float64" else "float32"

    @property
    def narrow(self) -> bool:
        """Whether it has 16 bits, and is rounded once at the end."""
        return self.dtype in ("float16", "bfloat16")

    @property
    def eps(self) -> float:
        """Distance from 1 to the next number."""
        return FORMATS[self.dtype].eps

    @cached_property
    def x(self) -> np.ndarray:
        """Points everywhere; on the last axis the halves of a gate; else images of channels."""
        if not self.act.is_graph:
            shape = (2, 4, 4, 4)
            values = np.random.default_rng(7).permutation(np.linspace(-3.1, 2.9, 128))
            return rounded(values.reshape(shape), self.dtype)
        corners = (*self.example.kinks(), *thresholds(self.example))
        x = points(self.dtype, corners, count=32)
        x = np.concatenate([rounded(np.asarray(corners), self.dtype), x])
        size = np.abs(x)
        reach = NEAR if self.example.vectors else 1.0001 * FAR
        if self._is_steep:
            x = x[(x == 0) | (size >= APART)]
            size = np.abs(x)
        for name in scalars(self.act) if len(self.act.data) == 1 else ():
            with np.errstate(all="ignore"):
                x = x[~(np.abs(self._expected(x, (name,))) >= LARGE)]
        size = np.abs(x)
        # XLA takes subnormals for 0; one size for all, since it compiles for every shape
        x = np.resize(
            x[(size <= reach) & ((x == 0) | (size >= 2.0 ** FORMATS[self.dtype].low))], COUNT
        )
        if len(self.act.data) == 2:
            return np.stack([rounded(2.0 * np.cos(x), self.dtype), x], axis=-1)
        return x

    @cached_property
    def _is_steep(self) -> bool:
        """Whether the slope grows without bound at 0, so that higher derivatives overflow."""
        if len(self.act.data) > 1:
            return False
        near = np.asarray([1e-20, -1e-20])
        return bool((np.abs(multiact.derivative(self.act)(near, **self.numbers)) > 1e3).any())

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """Parameters as numbers and float64 arrays."""
        vectors = self.example.parameters.items()
        return {
            n: rounded(np.asarray(v), self.dtype) if isinstance(v, tuple) else v for n, v in vectors
        }

    def arguments(self, backend: Backend) -> dict[str, Any]:
        """Parameters and settings as the backend takes them."""
        arrays = {
            n: backend.asarray(v, self.dtype) if isinstance(v, np.ndarray) else v
            for n, v in self.numbers.items()
        }
        return arrays | self.example.settings

    def expected(self, x: np.ndarray, wrt: tuple[str, ...] = ()) -> np.ndarray:
        """NumPy's value or derivative, per element, in the computing precision."""
        key = (wrt, x.shape, x.tobytes())
        if key not in self.known:
            self.known[key] = self._expected(x, wrt)
        return self.known[key]

    def _expected(self, x: np.ndarray, wrt: tuple[str, ...]) -> np.ndarray:
        given = {
            n: v.astype(self.wide) if isinstance(v, np.ndarray) else v
            for n, v in self.numbers.items()
        } | self.example.settings
        data = x.astype(self.wide)
        check_floating(data, xp, self.act.key)
        if not wrt:
            return np.asarray(self.act(*operands(self.act, data), **given, xp=xp), float)
        return np.asarray(
            multiact.derivative(self.act, wrt=wrt)(*operands(self.act, data), **given, xp=xp), float
        )

    def gradient(self, x: np.ndarray, wrt: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The sum-gradient that a backend is asked for, and the sum of its terms' sizes."""
        if wrt[-1] != "x":
            lead = self._by_data(x, wrt[:-1], wrt[-1])
            axes = tuple(range(lead.ndim - (wrt[-1] in self.example.vectors)))
            return lead.sum(axis=axes), np.abs(lead).sum(axis=axes)
        if len(self.act.data) == 1:
            terms = self.expected(x, wrt)
            return terms, np.abs(terms)
        rows = [self._by_data(x, wrt[:-1], name) for name in self.act.data]
        terms = np.stack(rows, axis=-1)
        return terms, np.abs(terms)

    def _by_data(self, x: np.ndarray, lead: tuple[str, ...], last: str) -> np.ndarray:
        if len(self.act.data) == 1:
            return self.expected(x, (*lead, last))
        paths: list[tuple[str, ...]] = [()]
        for _ in lead:
            paths = [(*p, name) for p in paths for name in self.act.data]
        total = sum(self.expected(x, (*p, last)) for p in paths)
        return np.asarray(total)[..., 0] if last in self.act.data else np.asarray(total)

    @cached_property
    def rounded(self) -> Example:
        """The example with the numbers that are really given."""
        numbers = {n: _nested(v) for n, v in self.numbers.items()}
        return replace(self.example, parameters=numbers)

    def with_number(self, name: str, value: float) -> Subject:
        """The same with another number for a parameter."""
        parameters = {**self.example.parameters, name: value}
        return Subject(replace(self.example, parameters=parameters), self.dtype)


def _nested(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _nested(value.tolist())
    return tuple(map(_nested, value)) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def subjects(name: str, dtype: str, *labels: str) -> tuple[Subject, ...]:
    """The examples of an activation, by default only that of its defaults."""
    found = examples(multiact.get(name), dtype)
    return tuple(Subject(e, dtype) for e in found if e.label in (labels or ("default",)))


def scalars(act: Activation) -> list[str]:
    """Names of the parameters that are one number."""
    return [p.name for p in act.parameters if p.shaped is None]
