"""Operations on CPU tensors by fused kernels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from multiact.kernels.engine import engine
from multiact.kernels.fused import FusedLoop, cut_by
from multiact.kernels.native import PER_THREAD

_NAMES = {
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.float32: "float32",
    torch.float64: "float64",
}
_PLAIN = frozenset({Tensor, Parameter})
_ENGINES = frozenset({"auto", "native"})
#: arrays, and sums (each a number, or one per channel)
Results = tuple[list[Tensor], Iterable[Any]]
#: elements from which a second thread may pay
LARGE = 2 * PER_THREAD
_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor
_is_batched = torch._C._functorch.is_legacy_batchedtensor  # is_grads_batched=True
_strided = torch.strided


def usable(operands: Sequence[Any]) -> bool:
    """Whether kernels may run: real CPU tensors, nobody tracing, the engine not excluded."""
    for v in operands:
        if type(v) not in _PLAIN:
            if isinstance(v, Tensor):
                return False
        elif not v.is_cpu or v.layout is not _strided or _is_wrapped(v) or _is_batched(v):
            return False
    return (
        engine() in _ENGINES
        and torch._C._get_tracing_state() is None
        and not torch._C._len_torch_dispatch_stack()
    )


def run(loop: FusedLoop, operands: Sequence[Any]) -> Results | None:
    """Stored outputs, and sums with one column per channel; None if kernels do not apply."""
    if not usable(operands):
        return None
    x = operands[0]
    if x.numel() < LARGE or torch.get_num_threads() == 1:
        alone = _alone(loop, x, operands)
        if alone is not None:
            return alone
    count = len(loop.inputs.data)
    lengths = [n for _, n in loop.inputs.parameters]
    # copied, as numpy() would forbid for good what FSDP does: to resize the parameter's storage
    parameters = [
        p.detach().to(torch.float64, copy=True).numpy() if isinstance(p, Tensor) else p
        for p in operands[count:]
    ]
    scalars = [p for p, n in zip(parameters, lengths, strict=True) if n is None]
    cut = cut_by(x.shape, [getattr(p, "shape", ()) for p in scalars])
    data = None if cut is None else _aligned(operands[:count], flat=cut.channels == 1)
    if cut is None or data is None:
        return None
    kernel = loop.kernel(_NAMES[x.dtype], cut.rows)
    if kernel is None:
        return None
    out = [torch.empty_like(data[0]) for _ in range(loop.stored)]
    addresses = [t.data_ptr() for t in data], [t.data_ptr() for t in out]
    totals = loop.run(kernel, cut, parameters, *addresses, torch.get_num_threads())
    return [_laid_out(t, x) for t in out], totals


def _alone(loop: FusedLoop, x: Tensor, operands: Sequence[Any]) -> Results | None:
    """The shortest way, on one thread: arrays alike, parameters of one number each."""
    if loop.vectors or not x.is_contiguous():
        return None
    count = len(loop.inputs.data)
    for t in operands[1:count]:
        if not t.is_contiguous() or t.shape != x.shape or t.dtype is not x.dtype:
            return None
    numbers = []
    for p in operands[count:]:
        if isinstance(p, Tensor) and p.ndim:
            return None
        numbers.append(p.item() if isinstance(p, Tensor) else p)
    kernel = loop.kernel(_NAMES[x.dtype])
    if kernel is None:
        return None
    out = [torch.empty_like(x) for _ in range(loop.stored)]
    addresses = [t.data_ptr() for t in (*operands[:count], *out)]
    return out, kernel.flat(x.numel(), numbers, addresses)


def _aligned(data: Sequence[Tensor], *, flat: bool) -> Sequence[Tensor] | None:
    """The arrays in one memory layout; copied only where they have holes or differ.

    One after the other if `flat`, in any order: that of x then, which results keep.
    """
    x = data[0]
    if any(t.shape != x.shape or t.dtype != x.dtype for t in data[1:]):
        return None
    if not flat:
        return [t.contiguous() for t in data]
    order = x if _dense(x) else torch.empty_like(x)
    return [t if t.stride() == order.stride() else torch.empty_like(order).copy_(t) for t in data]


def _dense(x: Tensor) -> bool:
    """Whether the elements fill a piece of memory without holes, in whatever order."""
    if x.is_contiguous():
        return True
    filled = 1
    for stride, size in sorted(zip(x.stride(), x.shape, strict=True)):
        if size > 1 and stride != filled:
            return False
        filled *= size
    return True


def _laid_out(t: Tensor, like: Tensor) -> Tensor:
    """`t` in the memory layout that torch's own functions give to results from `like`."""
    if like.is_contiguous():
        return t
    order = torch.empty_like(like)
    return t if t.stride() == order.stride() else order.copy_(t)
