"""The kernels for graphics processors of each activation, at its defaults."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from multiact_torch._operation import Operation

import multiact
from multiact.kernels.call import FusedLoop
from multiact.kernels.triton_source import DeviceLoop


@lru_cache(maxsize=8)
def operation(name: str) -> Operation:
    """Return the torch operation of an activation."""
    act = multiact.get(name)
    form = act.example_specialization
    return Operation((act.expression(form),), form.inputs, act.key)


def kernels(
    name: str, dtype: str = "float32", walk: str = "flat"
) -> Iterator[tuple[str, DeviceLoop]]:
    """Yield the kernels of values, and of gradients by the arrays and all parameters.

    Parameters
    ----------
    name
        The activation's name.
    dtype
        Name of the dtype.
    walk
        How the arrays are traversed: see `DeviceSpace.walk`.
    """
    op = operation(name)
    act = multiact.get(name)
    learned = tuple(p.learnable for p in act.parameters)
    needed = (*[True] * len(op.inputs.data), *learned)
    yield "value", _device_loop(op.fused, dtype, walk)
    yield "gradient", _device_loop(op.fused_backward(needed), dtype, walk)


def _device_loop(loop: FusedLoop, dtype: str, walk: str) -> DeviceLoop:
    channels = "shared" if walk == "flat" else "channel"
    kinds = tuple(channels if n is None else "shared" for _, n in loop.inputs.parameters)
    return DeviceLoop(loop.outputs, loop.inputs, loop.reductions, dtype, kinds, walk)


def graphs() -> list[str]:
    """List the activations that have kernels."""
    return [n for n in multiact.names() if multiact.get(n).is_graph]
