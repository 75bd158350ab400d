"""The cost of an activation beside ReLU: the weighted operations of its kernel, not a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multiact.calculus.graph import topological
from multiact.calculus.lower import lowered
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.kernels.c_source import target_of
from multiact.kernels.factoring import hoist_invariants

#: Hundredths of a nanosecond per element, on one core of a Xeon at 2.8 GHz with vectors of 512
#: bits: float32 kernels of one function each, with gcc and libmvec, the difference between
#: 73,728 and 8,192 elements (both in the cache), the least of 12 runs; from them the time of a
#: kernel that only adds is taken away.  What has no weight is one instruction: sums, products,
#: comparisons and choices, of which 24 took 0.20 ns.  Of 25 functions of the catalogue, the
#: correlation of their costs with the times of their kernels is 0.98.
WEIGHTS: Mapping[str, float] = {
    "div": 8, "sqrt": 11,
    "exp": 23, "expm1": 29, "tanh": 30, "bell": 28, "narrow_bell": 28, "sin": 19, "cos": 24,
    "log": 37, "log1p": 73, "log2": 42, "log10": 42, "atan": 37, "atan2": 69, "tan": 63,
    "sinh": 39, "cosh": 41, "asinh": 182, "acosh": 135, "atanh": 140, "pow": 600,
}  # fmt: skip
_MEMORY = 9  # to load and store an element
_TARGET = target_of(32, fma=True)  # the same on every machine


def cost(act: Activation, arguments: Mapping[str, Any]) -> float:
    """Return the cost of an activation of one element, relative to that of ReLU."""
    return _work(act, arguments) / _work(get("relu"), {})


def _work(act: Activation, arguments: Mapping[str, Any]) -> float:
    specialization = act.specialization(act.bind((), arguments))
    varies = specialization.inputs.varies
    outputs = hoist_invariants(lowered((act.expression(specialization),), _TARGET), varies)
    return _MEMORY + sum(
        WEIGHTS.get(str(e.op), 1) for e in topological(outputs) if e.args and varies(e)
    )
