"""Fused kernels on graphics processors, printed by the core and compiled by Triton.

Triton comes with PyTorch for Linux; without it operations run one by one.  With
TRITON_INTERPRET=1 in the environment, Triton's interpreter runs the kernels on CPU tensors.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from multiact.calculus.program import load_function
from multiact.kernels.call import FusedLoop, LoopResult
from multiact.kernels.layout import Shape
from multiact.kernels.triton_launch import launch_of
from multiact.kernels.triton_layout import DeviceSpace, device_space
from multiact.kernels.triton_source import DeviceLoop
from multiact_torch._native import MEMORY, PLAIN, allowed, holds_numbers

#: whether the interpreter runs the kernels
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"


@cache
def available() -> bool:
    """Whether Triton is installed."""
    return find_spec("triton") is not None


def run(loop: FusedLoop, operands: Sequence[Any], out: Sequence[Tensor] = ()) -> LoopResult | None:
    """Run a loop; return None where kernels are not applicable.

    Parameters
    ----------
    loop
        The loop to run.
    operands
        Arrays, then parameters.
    out
        Tensors for the first results.
    """
    if not _usable(operands):
        return None
    count = len(loop.inputs.data)
    arrays, x = operands[:count], operands[0]
    if any(a.shape != x.shape or a.dtype is not x.dtype for a in arrays):
        return None
    given = _parameters(loop, operands[count:], x)
    stored = [*out, *(torch.empty_like(x) for _ in range(loop.stored - len(out)))]
    shapes = tuple(shape for _, _, shape in given)
    if not x.numel():
        channels = max(map(math.prod, shapes), default=1)
        return LoopResult(stored, x.new_zeros(len(loop.reductions), channels))
    space = device_space(tuple(x.shape), _strides([*arrays, *stored]), shapes)
    if space is None:  # arrays with gaps or different layouts
        arrays = [MEMORY.copy_like(a, x) for a in arrays]
        space = device_space(tuple(x.shape), _strides([*arrays, *stored]), shapes)
    dtype = MEMORY.dtype(x)
    if space is None or dtype is None:
        return None
    kinds = tuple(kind for kind, _, _ in given)
    made, kernel = _loaded(loop, (dtype, kinds, space.walk))
    if kernel is None:
        return None
    totals = _launch(made, kernel, space, [*arrays, *stored], [v for _, v, _ in given])
    return LoopResult(stored, totals)


_Key = tuple[str, tuple[str, ...], str]
_LOADED: WeakKeyDictionary[FusedLoop, dict[_Key, tuple[DeviceLoop, Any]]] = WeakKeyDictionary()


def _loaded(loop: FusedLoop, key: _Key) -> tuple[DeviceLoop, Any]:
    """Return a loop as a kernel for a dtype, kinds of parameters and a walk.

    It is found by the loop itself: comparing expressions takes longer than a launch.
    """
    found = _LOADED.setdefault(loop, {})
    if key not in found:
        made = DeviceLoop(loop.outputs, loop.inputs, loop.reductions, *key)
        found[key] = made, _kernel(made)
    return found[key]


def _usable(operands: Sequence[Any]) -> bool:
    """Whether kernels may run: real tensors on one device, no tracing, an engine that allows it."""
    device = operands[0].device
    for v in operands:
        if type(v) in PLAIN:
            elsewhere = v.device != device and not (v.is_cpu and v.numel() == 1)
            if elsewhere or not v.is_floating_point() or not holds_numbers(v):
                return False
        elif isinstance(v, Tensor):
            return False
    return allowed() and available() and (INTERPRETED or _is_supported(device.index))


@cache
def _is_supported(index: int) -> bool:
    """Whether a device is one of those that kernels are compiled for in tests, or newer."""
    return torch.version.hip is not None or torch.cuda.get_device_capability(index) >= (8, 0)


def _strides(arrays: Sequence[Tensor]) -> tuple[Shape, ...]:
    return tuple(tuple(a.stride()) for a in arrays)


class _Given(NamedTuple):
    """A parameter: its kind, what the kernel gets, and the shape in which it meets the arrays."""

    kind: str
    value: Any
    shape: Shape


def _parameters(loop: FusedLoop, values: Sequence[Any], x: Tensor) -> list[_Given]:
    found = []
    for v, length in zip(values, loop.lengths, strict=True):
        if not isinstance(v, Tensor) or (v.numel() == 1 and v.device != x.device):
            found.append(_Given("number", float(v), ()))
        else:
            own = tuple(v.shape if length is None else v.shape[1:])
            tensor = v.detach().contiguous()
            if math.prod(own) == 1:
                found.append(_Given("shared", tensor, ()))
            else:
                shape = own if loop.placed is None else loop.placed(x.ndim, own)
                found.append(_Given("channel", tensor, tuple(shape)))
    return found


@lru_cache(maxsize=4096)  # loops of other operations may be the same
def _kernel(loop: DeviceLoop) -> Any | None:
    """Load a printed kernel; None if an operation has no form in Triton."""
    try:
        source = loop.source
    except NotImplementedError:
        return None
    return load_function(source, "kernel")


def _launch(
    loop: DeviceLoop,
    kernel: Any,
    space: DeviceSpace,
    arrays: Sequence[Tensor],
    parameters: Sequence[Any],
) -> Any:
    """Launch a kernel on the current stream of the arrays' device; return the sums."""
    x, sums = arrays[0], len(loop.reductions)
    real = torch.float64 if loop.bits == 64 else torch.float32
    launch = launch_of(space, loop.per_thread, bool(sums))
    partial = [torch.empty((sums, *launch.sums), dtype=real, device=x.device)] if sums else []
    with _launching(x):
        kernel[(launch.programs,)](
            *arrays, *partial, *parameters, *launch.integers, **launch.constants,
            num_warps=launch.warps, enable_fp_fusion=False,
        )  # fmt: skip
    # added in an order that depends on nothing but the shape
    return partial[0].sum((1, 3), dtype=torch.float64) if sums else ()


def _launching(x: Tensor) -> AbstractContextManager[Any]:
    """The device of an array as the current one; the interpreter computes with NumPy."""
    if x.is_cuda:
        return torch.cuda.device_of(x)  # type: ignore[no-untyped-call]
    return np.errstate(all="ignore")
