"""CPU tensors as kernels see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from multiact.kernels.call import LARGE, Called, FusedLoop
from multiact.kernels.engines import engine

_NAMES = {
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.float32: "float32",
    torch.float64: "float64",
}
_REAL = {"float32": torch.float32, "float64": torch.float64}
_PLAIN = frozenset({Tensor, Parameter})
_ENGINES = frozenset({"auto", "native"})
_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor
_is_batched = torch._C._functorch.is_legacy_batchedtensor  # is_grads_batched=True
_strided = torch.strided


class Memory:
    """See `multiact.kernels.call.Memory`; of tensors that are `readable`."""

    address = staticmethod(Tensor.data_ptr)
    strides = staticmethod(Tensor.stride)
    size = staticmethod(Tensor.numel)
    is_contiguous = staticmethod(Tensor.is_contiguous)
    #: in the layout that torch's own functions give to results
    empty_like = staticmethod(torch.empty_like)

    @staticmethod
    def dtype(array: Tensor) -> str | None:
        """The name of the dtype."""
        return _NAMES.get(array.dtype)

    @staticmethod
    def copy_like(array: Tensor, like: Tensor) -> Tensor:
        """A copy without holes."""
        return torch.empty_like(like).copy_(array)

    @staticmethod
    def parameter(value: Any, real: str) -> Tensor:
        """A tensor with the numbers of a parameter, itself where it has them in this dtype."""
        if not isinstance(value, Tensor):
            return torch.as_tensor(value, dtype=_REAL[real])
        if value.dtype is _REAL[real] and value.is_contiguous():
            return value
        return value.detach().to(_REAL[real]).contiguous()


MEMORY = Memory()


def readable(t: Tensor) -> bool:
    """Whether the numbers of a tensor are what stands in its memory.

    A lazy minus, which `conj().imag` leaves, and a zero that autograd has not written are not.

    Raises
    ------
    RuntimeError
        If its memory was freed, as FSDP does it: torch's own loops would end the process.
    """
    plain = (
        t.is_cpu
        and t.layout is _strided
        and not t.is_neg()
        and not t._is_zerotensor()
        and not _is_wrapped(t)
        and not _is_batched(t)
    )
    if plain:
        check_allocated(t)
    return plain


def check_allocated(t: Tensor) -> None:
    """Refuse a CPU tensor whose storage was freed."""
    if not t.data_ptr() and t.numel():
        raise RuntimeError(
            f"a tensor of shape {tuple(t.shape)} has no memory: its storage was freed "
            "(untyped_storage().resize_(0), as FSDP does it) and not allocated again"
        )


def usable(operands: Sequence[Any]) -> bool:
    """Whether kernels may run: real CPU tensors, nobody tracing, the engine not excluded."""
    for v in operands:
        if type(v) not in _PLAIN:
            if isinstance(v, Tensor):
                return False
        elif not readable(v):
            return False
    return (
        engine() in _ENGINES
        and torch._C._get_tracing_state() is None
        and not torch._C._len_torch_dispatch_stack()
    )


def run(
    loop: FusedLoop, operands: Sequence[Any], shapes: Sequence[tuple[int, ...]] | None = None
) -> Called | None:
    """Arrays stored, and sums; None if kernels do not apply.

    Parameters
    ----------
    loop
        What is computed.
    operands
        Arrays, then parameters.
    shapes
        Of the parameters, as they broadcast with the arrays; None: their own.
    """
    if not usable(operands):
        return None
    threads = 1 if operands[0].numel() < LARGE else torch.get_num_threads()
    return loop.call(operands, shapes, threads)
