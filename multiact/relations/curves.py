"""Activations as curves: their values at points, for many values of their parameters at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from operator import ne
from typing import Any

import numpy as np

from multiact.calculus.interpret import interpreter
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.parameters import Parameter
from multiact.declare.registry import get, names

Array = np.ndarray

#: values at which formulas often become others
_SPECIAL = (0.0, 1.0, -1.0, 2.0, 0.5, 1 / 3, 0.25, 3.0)
_MOST = 160  # combinations of them for one activation
#: no multiples of anything: a jump or a kink at a simple number is none of them
POINTS = np.linspace(-6.03, 6.07, 89) + 0.01 * np.sin(np.arange(89))
#: of the standard normal distribution
WEIGHTS = np.exp(-(POINTS**2) / 2) / np.exp(-(POINTS**2) / 2).sum()


@dataclass(frozen=True, eq=False)
class Curve:
    """An elementwise activation as a function of x and its free parameters, all numbers."""

    act: Activation

    @cached_property
    def name(self) -> str:
        """The name of the activation."""
        return self.act.key

    @cached_property
    def free(self) -> tuple[Parameter, ...]:
        """Its parameters, all of which are numbers."""
        return self.act.parameters

    @cached_property
    def defaults(self) -> dict[str, float]:
        """The default of each parameter."""
        return {p.name: float(p.default) for p in self.free}

    @cached_property
    def graph(self) -> Expr:
        """The formula as it was written."""
        return self.act.expression(self.act.specialization(), raw=True)

    @cached_property
    def _evaluate(self) -> Callable[[Mapping[str, Any]], Any]:
        return interpreter(self.graph)

    def values(self, x: Array, parameters: Mapping[str, Any] | None = None) -> Array:
        """Return its values; parameters may be arrays that broadcast with the points."""
        given = {**self.defaults, **(parameters or {})}
        arrays = {n: np.asarray(v, np.float64) for n, v in given.items()}
        y = self._evaluate({self.act.data[0]: x, **arrays})
        return np.broadcast_to(np.asarray(y, np.float64), np.broadcast(x, *arrays.values()).shape)

    @cached_property
    def at_points(self) -> Array:
        """Its values at `POINTS`, for the defaults."""
        return self.values(POINTS)

    @cached_property
    def is_drawn(self) -> bool:
        """Whether it has values at all points, which are not all on one line."""
        return bool(np.isfinite(self.at_points).all())

    @cached_property
    def is_straight(self) -> bool:
        """Whether its values are on one line."""
        line = np.polynomial.Polynomial.fit(POINTS, self.at_points, 1)(POINTS)
        return bool(np.abs(line - self.at_points).max() <= 1e-9 * (1 + np.abs(line).max()))

    def accepts(self, name: str, value: float) -> bool:
        """Whether a parameter may have this value."""
        constraint = self.act.by_name[name].constraint
        return constraint is None or constraint.holds(value)

    def special_values(self) -> list[dict[str, float]]:
        """Return parameters that may make it another function: the defaults but for one or two."""
        changes = [
            [v for v in dict.fromkeys([*_SPECIAL, default]) if self.accepts(name, v)]
            for name, default in self.defaults.items()
        ]
        found = {tuple(self.defaults.values()): None}
        for some in combinations(range(len(changes)), min(2, len(changes))):
            for values in product(*(changes[i] for i in some)):
                point = [*self.defaults.values()]
                for i, v in zip(some, values, strict=True):
                    point[i] = v
                found.setdefault(tuple(point))
        usual = tuple(self.defaults.values())
        by_changes = sorted(found, key=lambda p: sum(map(ne, p, usual)))  # few ones first
        return [dict(zip(self.defaults, p, strict=True)) for p in by_changes[:_MOST]]


def why_not(curve: Curve) -> str:
    """Say why an activation is not compared with others; nothing if it is."""
    act = curve.act
    if act.kind != "elementwise":
        return "is not a function of one element"
    if act.noise:
        return f"has noise ({', '.join(act.noise)})"
    arrays = [p.name for p in act.parameters if not isinstance(p.default, (int, float))]
    if arrays:
        return f"has parameters that are not numbers ({', '.join(arrays)})"
    return "" if curve.is_drawn else f"is not finite between {POINTS[0]:g} and {POINTS[-1]:g}"


def catalogue() -> Iterator[Curve]:
    """Yield the registered activations that are compared."""
    for name in names(kind="elementwise"):
        curve = Curve(get(name))
        if not why_not(curve):
            yield curve
