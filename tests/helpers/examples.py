"""Parameters to test every activation with, found from its record alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice, permutations
from typing import Any

import numpy as np

import multiact
from multiact.adapters.configuration import configure, initializer_names, options
from multiact.declare.activation import Activation
from multiact.declare.parameters import Parameter

SIZE = 4  # where a module must be told a size: features, channels ...
#: what scalar parameters get, in turn, if their constraint allows it; no powers of two
_CANDIDATES = {
    "varied": (0.7, 1.9, 0.3, 2.6, -0.4, -1.3),
    "negative": (-1.3, -0.6, 2.3, 0.45, -2.2, 1.1),
    "zero": (0.0, 1.0, -1.0, 0.5),
}


@dataclass(frozen=True)
class Example:
    """An activation with arguments: numbers, or tuples for array parameters."""

    act: Activation
    label: str
    parameters: dict[str, Any] = field(hash=False)
    settings: dict[str, Any] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.act.key}-{self.label}"

    @property
    def vectors(self) -> tuple[str, ...]:
        """Names of the array parameters."""
        return tuple(n for n, v in self.parameters.items() if isinstance(v, tuple))

    @property
    def all_variables(self) -> tuple[tuple[Any, ...], ...]:
        """All that the activation can be differentiated by: names, or (name, index)."""
        found: list[tuple[Any, ...]] = [(name,) for name in self.act.data]
        for name, value in self.parameters.items():
            n = len(value) if isinstance(value, tuple) else 0
            found += [(name, i) for i in range(n)] if n else [(name,)]
        return tuple(found)

    @property
    def variables(self) -> tuple[tuple[Any, ...], ...]:
        """The same with the first, the middle and the last element of arrays only."""
        lengths = {n: len(self.parameters[n]) for n in self.vectors}
        return tuple(
            v
            for v in self.all_variables
            if len(v) == 1 or v[1] in (0, lengths[v[0]] // 2, lengths[v[0]] - 1)
        )

    def kinks(self) -> dict[float, float]:
        """Declared kinks and the slopes chosen there."""
        return self.act.kink_slopes({**self.parameters, **self.settings})


class Draws:
    """Random numbers that are the same in every run."""

    def __init__(self, seed: str) -> None:
        self.generator = np.random.default_rng(zlib.crc32(seed.encode()))

    def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
        """Uniform on [0, 1)."""
        return self.generator.uniform(size=shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        """Standard normal."""
        return self.generator.standard_normal(shape)


def configuration(act: Activation, **given: Any) -> Any:
    """A module configuration, with sizes where a module must be told."""
    required = {n: SIZE for n, v in options(act).items() if v is configure.__globals__["_REQUIRED"]}
    return configure(act, (), {**required, **given})


def sizes(act: Activation, shape: tuple[int, ...], axis: int = 1) -> dict[str, int]:
    """The sizes that a module must be told, for an input of this shape with channels on `axis`."""
    known = {"features": shape[-1], "channels": shape[min(axis, len(shape) - 1)]}
    known["groups"] = 2
    return {name: known.get(name, 3) for name, n in act.sizes.items() if n is None}


def examples(act: Activation, dtype: str = "float64") -> Iterator[Example]:
    """The defaults, then variations within the constraints; equal ones once.

    Parameters are rounded to `dtype`: what is tested is the function with the
    parameters that it is really given.
    """
    seen: list[dict[str, Any]] = []
    for label in ("default", *_CANDIDATES):
        parameters = _parameters(act, label, dtype)
        if parameters is not None and not any(_same(parameters, p) for p in seen):
            seen.append(parameters)
            settings = {p.name: p.default for p in act.settings if not p.mask}
            # tests know a gate as the second half of an array, whatever the default
            settings |= {"gate": "second"} if act.kind == "gated" else {}
            yield Example(act, label, parameters, settings)


def all_examples(
    *labels: str, dtype: str = "float64", names: Iterable[str] | None = None
) -> list[Example]:
    """Examples of every registered activation, or of some, all or those with these labels."""
    names = multiact.names() if names is None else names
    found = (e for name in names for e in examples(multiact.get(name), dtype))
    return [e for e in found if not labels or e.label in labels]


def _same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return all(np.array_equal(left[n], right[n]) for n in left)


def _parameters(act: Activation, label: str, dtype: str) -> dict[str, Any] | None:
    scalars = [p for p in act.parameters if p.shaped is None]
    vectors = [p for p in act.parameters if p.shaped is not None]
    if label == "zero" and vectors:
        return None
    numbers = (
        {p.name: p.default for p in scalars} if label == "default" else _chosen(act, scalars, label)
    )
    starts = options(act).get("initialisation")
    setting = {} if starts is None else {"initialisation": _start(act, label)}
    given = configuration(act, **setting) if vectors else None
    found: dict[str, Any] = {}
    for p in act.parameters:
        value: Any = numbers.get(p.name)
        if p.shaped is not None:
            value = given.start(p.name, Draws(f"{act.key} {p.name} {label}"), np)
        found[p.name] = _frozen(_rounded(value, dtype))
    return found


def _start(act: Activation, label: str) -> str:
    names = initializer_names(act)
    return (
        names[0] if label == "default" else names[("varied", "negative").index(label) % len(names)]
    )


def _rounded(value: Any, dtype: str) -> Any:
    wide = dtype if dtype == "float64" else "float32"
    return np.asarray(value, float).astype(wide).astype(float)


def _frozen(value: np.ndarray) -> Any:
    return float(value) if value.ndim == 0 else _nested(value.tolist())


def _nested(value: Any) -> Any:
    return tuple(map(_nested, value)) if isinstance(value, list) else value


def _chosen(act: Activation, scalars: list[Parameter], label: str) -> dict[str, float]:
    """Candidates in turn; the first order of them that the conditions accept."""
    found: dict[str, float] = {}
    for turn, p in enumerate(scalars):
        allowed = [v for v in _CANDIDATES[label] if p.constraint is None or p.constraint.holds(v)]
        fallback = [p.default]
        found[p.name] = next(islice(cycle(allowed or fallback), turn, None))
    for order in permutations(found.values()):
        trial = dict(zip(found, order, strict=True))
        if _accepted(act, trial):
            return trial
    return {p.name: p.default for p in scalars}


def _accepted(act: Activation, values: dict[str, float]) -> bool:
    try:
        act.bind((), values)
    except ValueError:
        return False
    except TypeError:  # array parameters are missing: not the question here
        return True
    return True
