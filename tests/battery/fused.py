"""Values and all derivatives of an activation as one compiled loop, as the checks see a backend.

The functions of `multiact_numpy` compile a loop for each of them; here C is made of the same
expressions, once for each dtype.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.lower import Target, lowered
from multiact.declare.activation import Activation
from multiact.declare.arguments import Specialization
from multiact.derivatives import expressions
from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.call import FusedLoop
from multiact.testing.backend import operands

ORDERS = 3
Paths = dict[tuple[str, ...], list[int]]  # positions of the outputs: one, or one per element


def paths(act: Activation) -> Iterator[tuple[str, ...]]:
    """The value, all derivatives by the data to the third order, first ones by parameters."""
    data = list(act.data)
    for order in range(ORDERS + 1):
        yield from product(data, repeat=order)
    yield from ((p.name,) for p in act.parameters)


@lru_cache(maxsize=64)
def program(act: Activation, form: Specialization) -> tuple[FusedLoop, Paths]:
    """The loop, and what its outputs are."""
    from multiact_numpy._native import MEMORY

    outputs: list[Any] = []
    places: Paths = {}
    for path in paths(act):
        made = expressions(act, form, path)
        places[path] = [len(outputs) + i for i in range(len(made))]
        outputs += made
    return FusedLoop(MEMORY, tuple(outputs), form.inputs), places


class Fused:
    """NumPy arrays, by native kernels alone: where they do not apply is an error."""

    name, framework, dtypes = "numpy.native", "numpy", ("float32", "float64")

    def asarray(self, values: np.ndarray, dtype: str) -> np.ndarray:
        """An ndarray."""
        return np.asarray(values).astype(dtype)

    def to_numpy(self, array: Any) -> np.ndarray:
        """As float64."""
        assert isinstance(array, np.ndarray), type(array)
        return array.astype(np.float64)

    def dtype(self, array: Any) -> str:
        """The dtype's name."""
        return str(array.dtype)

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """The values."""
        outputs, places = self._outputs(act, x, arguments)
        return outputs[places[()][0]]

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Sum-gradients, as `multiact.testing.backend` describes them."""
        outputs, places = self._outputs(act, x, arguments)
        halves = {"x": act.data} if len(act.data) == 2 else {}
        lead = list(product(*(halves.get(name, (name,)) for name in wrt[:-1])))
        parts = []
        for last in halves.get(wrt[-1], wrt[-1:]):
            rows = zip(*(places[*path, last] for path in lead), strict=True)
            parts.append([sum(outputs[i] for i in row) for row in rows])
        if wrt[-1] == "x":
            whole = [part[0] for part in parts]
            return whole[0] if len(whole) == 1 else np.concatenate(whole, axis=-1)
        slopes = parts[0]
        if len(slopes) > 1 or np.ndim(arguments[wrt[-1]]) == 0:
            sums = np.asarray([s.sum() for s in slopes])
            return sums if len(places[wrt]) > 1 else sums[0, ...]
        return slopes[0]

    def _outputs(
        self, act: Activation, x: Any, arguments: Mapping[str, Any]
    ) -> tuple[list[Any], Paths]:
        bound = act.bind((), arguments)
        loop, places = program(act.declared, act.specialization(bound))
        bound = bound._replace(others=operands(act, x)[1:])
        data = act.operands(operands(act, x)[0], bound)
        called = loop.call((*data, *bound.parameters))
        assert called is not None, f"no kernel for an array of shape {x.shape}"
        return called.arrays, places


def scalar_calls(act: Activation, arguments: Mapping[str, Any], dtype: str) -> list[str]:
    """Functions that the loop calls for one element at a time; not those of parameters alone."""
    form = act.specialization(act.bind((), arguments))
    loop, _ = program(act.declared, form)
    library = compiler.load(Loop(loop.outputs, form.inputs, (), dtype).source())
    assert library is not None
    suffix, bits = ("", 64) if dtype == "float64" else ("f", 32)
    whole = topological(lowered(loop.outputs, Target(bits)))
    outside = {e.op + suffix for e in whole if not form.inputs.varies(e)}
    if {f"sin{suffix}", f"cos{suffix}"} <= outside:
        outside.add(f"sincos{suffix}")  # gcc makes one call of both
    return [name for name in compiler.scalar_calls(library) if name not in outside]
