"""Access of the kernels to CPU tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from multiact.kernels.call import LARGE, FusedLoop, LoopResult
from multiact.kernels.engines import engine

_NAMES = {
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.float32: "float32",
    torch.float64: "float64",
}
_REAL = {"float32": torch.float32, "float64": torch.float64}
#: the types whose memory is read
PLAIN = frozenset({Tensor, Parameter})
_ENGINES = frozenset({"auto", "native"})
_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor
_is_batched = torch._C._functorch.is_legacy_batchedtensor  # is_grads_batched=True
_strided = torch.strided


class Memory:
    """`multiact.kernels.call.Memory` for tensors that are `readable`."""

    address = staticmethod(Tensor.data_ptr)
    strides = staticmethod(Tensor.stride)
    size = staticmethod(Tensor.numel)
    is_contiguous = staticmethod(Tensor.is_contiguous)
    #: in the layout that torch's own functions choose for results
    empty_like = staticmethod(torch.empty_like)

    @staticmethod
    def dtype(array: Tensor) -> str | None:
        """Return the name of the dtype."""
        return _NAMES.get(array.dtype)

    @staticmethod
    def copy_like(array: Tensor, like: Tensor) -> Tensor:
        """Return a dense copy."""
        return torch.empty_like(like).copy_(array)

    @staticmethod
    def parameter(value: Any, real: str) -> Tensor:
        """Convert a parameter to a contiguous tensor; it is not copied if it is one already."""
        if not isinstance(value, Tensor):
            return torch.as_tensor(value, dtype=_REAL[real])
        if value.dtype is _REAL[real] and value.is_contiguous():
            return value
        return value.detach().to(_REAL[real]).contiguous()


MEMORY = Memory()


def readable(t: Tensor) -> bool:
    """Whether a tensor's memory contains its numbers.

    It does not if their sign is changed lazily, as by `conj().imag`, or if it is one of
    autograd's zeros without memory.

    Raises
    ------
    RuntimeError
        If its memory was freed, as by FSDP; torch's own loops would crash the process.
    """
    plain = t.is_cpu and holds_numbers(t)
    if plain:
        check_allocated(t)
    return plain


def holds_numbers(t: Tensor) -> bool:
    """Whether the memory of a tensor, on whatever device, contains its numbers."""
    return (
        t.layout is _strided
        and not t.is_neg()
        and not t._is_zerotensor()
        and not _is_wrapped(t)
        and not _is_batched(t)
    )


def check_allocated(t: Tensor) -> None:
    """Reject a CPU tensor whose storage was freed."""
    if not t.data_ptr() and t.numel():
        raise RuntimeError(
            f"a tensor of shape {tuple(t.shape)} has no memory: its storage was freed "
            "(untyped_storage().resize_(0), as FSDP does it) and not allocated again"
        )


def usable(operands: Sequence[Any]) -> bool:
    """Whether kernels may run: real CPU tensors, no tracing, and an engine that allows them."""
    for v in operands:
        if type(v) not in PLAIN:
            if isinstance(v, Tensor):
                return False
        elif not readable(v):
            return False
    return allowed()


def allowed() -> bool:
    """Whether kernels may run at all: no tracing, and an engine that allows them."""
    return (
        engine() in _ENGINES
        and torch._C._get_tracing_state() is None
        and not torch._C._len_torch_dispatch_stack()
    )


def run(
    loop: FusedLoop,
    operands: Sequence[Any],
    out: Sequence[Tensor] = (),
) -> LoopResult | None:
    """Run a loop; return None if kernels are not applicable.

    Parameters
    ----------
    loop
        The loop to run.
    operands
        Arrays, then parameters.
    out
        Tensors for the first results.
    """
    if not usable(operands):
        return None
    threads = 1 if operands[0].numel() < LARGE else torch.get_num_threads()
    return loop.call(operands, threads, out)
