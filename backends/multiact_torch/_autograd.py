"""The autograd functions of operations: gradients, tangents and batches.

An operation's derivatives are operations, too, so that they can be differentiated in turn.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad

from multiact.declare.shapes import halves
from multiact_torch import _native, _triton

if TYPE_CHECKING:
    from multiact_torch._operation import Operand, Operation

WIDE = {torch.float16: torch.float32, torch.bfloat16: torch.float32}


def is_transformed() -> bool:
    """Whether torch.func transformations or forward-mode differentiation are active."""
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0


def _gradients(
    op: Operation, operands: Sequence[Operand], grads: Sequence[Tensor], needed: tuple[bool, ...]
) -> list[Tensor | None]:
    """Compute the gradients of the operands, each in its operand's shape and dtype."""
    data = len(op.inputs.data)
    inputs = (*operands[:data], *grads, *operands[data:])
    if not (torch.is_grad_enabled() or is_transformed()):
        gradients = _fused_gradients(op, operands, inputs, needed)
        if gradients is not None:
            return gradients
    # intermediate results of 16-bit sums must not be rounded
    wide = WIDE.get(operands[0].dtype) if any(needed[data:]) else None
    if wide is not None:
        inputs = (*(v.to(wide) for v in inputs[: data + len(grads)]), *operands[data:])
    full = iter(op.backward(needed).apply(*inputs))
    result: list[Tensor | None] = []
    for (_, n), v, is_needed in zip(op.operands, operands, needed, strict=True):
        if not is_needed:
            result.append(None)
        elif n is None:
            g = _sum_to(next(full), v, op, operands[0].ndim)
            result.append(g if g.dtype is v.dtype else g.to(v.dtype))
        else:
            parts = [_sum_to(next(full), v[i], op, operands[0].ndim) for i in range(n)]
            result.append(torch.stack(parts).to(v.dtype))
    return result


def _batched(
    op: Operation, operands: Sequence[Operand], dims: Sequence[int | None], size: int
) -> list[Operand]:
    """The operands of a vmapped call with the batch as the first axis of every array."""
    data = len(op.inputs.data)
    pairs = list(zip(operands, dims, strict=True))
    ready = [
        v.unsqueeze(0).expand(size, *v.shape) if d is None else v.movedim(d, 0)
        for v, d in pairs[:data]
    ]
    ndim = ready[0].ndim - 1  # of one member
    for (_, n), (v, d) in zip(op.inputs.parameters, pairs[data:], strict=True):
        if not isinstance(v, Tensor):
            ready.append(v)
            continue
        first = 0 if n is None else 1  # the axis of an array parameter's elements stays first
        own = v if d is None else v.movedim(d, first)
        shape = list(own.shape[first + (d is not None) :])
        if len(shape) == 1 and op.axis is not None:
            shape = list(op._channel_shape(ndim, shape[0]))
        if d is not None:
            shape = [size, *[1] * (ndim - len(shape)), *shape]
        ready.append(own.reshape((*own.shape[:first], *shape)))
    return ready


def _sum_to(g: Tensor, v: Tensor, op: Operation, ndim: int) -> Tensor:
    """Sum a gradient to the shape of its operand."""
    if g.shape == v.shape:
        return g
    shape = op._broadcast(v, None, ndim).shape
    return (g if g.shape == shape else g.sum_to_size(shape)).reshape(v.shape)


def _fused_gradients(
    op: Operation,
    operands: Sequence[Operand],
    inputs: Sequence[Operand],
    needed: tuple[bool, ...],
    out: Sequence[Tensor] = (),
) -> list[Tensor | None] | None:
    """Compute the gradients in one pass, including the sums for parameters; None if impossible."""
    data = len(op.inputs.data)
    kernels = _triton if operands[0].is_cuda or _triton.INTERPRETED else _native
    computed = kernels.run(op.fused_backward(needed), inputs, out)
    if computed is None:
        return None
    arrays, totals = iter(computed.arrays), iter(computed.totals)
    result: list[Tensor | None] = [
        next(arrays) if is_needed else None for is_needed in needed[:data]
    ]
    parameters = zip(op.inputs.parameters, operands[data:], needed[data:], strict=True)
    for (_, n), v, is_needed in parameters:
        if not is_needed:
            result.append(None)
        elif n is None:
            total = next(totals)
            if isinstance(total, Tensor):
                result.append(_shaped(total, v))
            elif isinstance(total, float):  # full_like takes a quarter of as_tensor's time
                result.append(torch.full_like(v, total))
            elif v.numel() == 1:
                result.append(torch.full_like(v, float(total.sum())))
            else:
                result.append(torch.as_tensor(total, dtype=v.dtype).reshape(v.shape))
        elif isinstance(computed.totals, Tensor):
            result.append(torch.stack([_shaped(next(totals), v[i]) for i in range(n)]))
        else:
            sums = [float(np.sum(next(totals))) for _ in range(n)]
            result.append(torch.tensor(sums, dtype=v.dtype))
    return result


def _shaped(total: Tensor, v: Tensor) -> Tensor:
    """The sums of a kernel on a device, one for each channel, like the parameter."""
    sums = total if total.numel() == v.numel() else total.sum()
    return sums.to(v.device, v.dtype).reshape(v.shape)


def _tangents(
    op: Operation, operands: Sequence[Operand], tangents: Sequence[Tensor | None]
) -> tuple[Tensor, ...]:
    """Compute the tangents of the outputs."""
    needed = tuple(t is not None for t in tangents)
    partials = iter(op.slopes(needed).apply(*operands))
    x = operands[0]
    results = []
    for _ in op.outputs:
        total: Any = 0
        for (_, n), t in zip(op.operands, tangents, strict=True):
            if t is not None:
                t = op._broadcast(t, n, x.ndim)  # noqa: PLW2901
                for tangent in (t,) if n is None else t.unbind():
                    total = total + next(partials) * tangent.to(x.dtype)
        results.append(total)
    return tuple(results)


def _save(ctx: Any, op: Operation, operands: Sequence[Operand]) -> tuple[Tensor, ...]:
    tensors = tuple([v for v in operands if isinstance(v, Tensor)])
    ctx.op = op
    ctx.numbers = [None if isinstance(v, Tensor) else v for v in operands]
    ctx.save_for_backward(*tensors)
    return tensors


def _operands(ctx: Any) -> list[Operand]:
    tensors = iter(ctx.saved_tensors)
    return [next(tensors) if v is None else v for v in ctx.numbers]


def _backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
    return (None, *_gradients(ctx.op, _operands(ctx), grads, ctx.needs_input_grad[1:]))


class EagerFunction(torch.autograd.Function):
    """An operation in plain eager calls, where `setup_context` would cost about 40 us."""

    @staticmethod
    def forward(ctx: Any, op: Operation, *operands: Operand) -> Any:
        """Compute the values, and save the operands."""
        _save(ctx, op, operands)
        return op.evaluate(operands)

    backward = staticmethod(_backward)


class Halves(NamedTuple):
    """How the arrays of a gate lie in one array.

    Attributes
    ----------
    axis, swapped
        The axis along which they follow each other, and whether the second is the gate's first.
    name
        Name of the activation, for errors.
    """

    axis: int
    swapped: bool
    name: str

    def of(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The halves of an array."""
        if -x.ndim <= self.axis < x.ndim and x.shape[self.axis] % 2 == 0:
            first, second = x.chunk(2, self.axis)  # a call less
        else:
            first, second = halves(x, self.axis, self.name)  # which says what is wrong
        return (second, first) if self.swapped else (first, second)

    def joined(self, a: Tensor, b: Tensor) -> Tensor:
        """The array of which these are the halves."""
        return torch.cat((b, a) if self.swapped else (a, b), dim=self.axis)


class EagerGate(torch.autograd.Function):
    """An operation on the halves of an array, whose gradient is written into one array."""

    @staticmethod
    def forward(ctx: Any, op: Operation, split: Halves, x: Tensor, *parameters: Operand) -> Any:
        """Compute the values, and save x and the parameters."""
        _save(ctx, op, (x, *parameters))
        ctx.split = split
        return op.evaluate((*split.of(x), *parameters))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the gradients of x and the parameters."""
        (x, *parameters), op, split = _operands(ctx), ctx.op, ctx.split
        _, _, by_x, *by_parameters = ctx.needs_input_grad
        operands, needed = (*split.of(x), *parameters), (by_x, by_x, *by_parameters)
        if by_x and not (torch.is_grad_enabled() or is_transformed()):
            g = torch.empty_like(x)
            inputs = (*operands[:2], *grads, *parameters)
            fused = _fused_gradients(op, operands, inputs, needed, split.of(g))
            if fused is not None:
                return (None, None, g, *fused[2:])
        a, b, *others = _gradients(op, operands, grads, needed)
        return (
            None,
            None,
            split.joined(a, b) if a is not None and b is not None else None,
            *others,
        )


class TransformableFunction(torch.autograd.Function):
    """An operation under torch.func and forward-mode differentiation."""

    @staticmethod
    def forward(op: Operation, *operands: Operand) -> Any:
        """Compute the values."""
        return op.evaluate(operands)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Save the operands."""
        ctx.set_materialize_grads(False)  # a tangent of 0 times an infinite slope is not 0
        ctx.save_for_forward(*_save(ctx, inputs[0], inputs[1:]))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        """Compute the gradients; those of outputs that nobody uses are None."""
        given = next((g for g in grads if g is not None), None)
        if given is None:
            return (None,) * len(ctx.needs_input_grad)
        return _backward(ctx, *[torch.zeros_like(given) if g is None else g for g in grads])

    @staticmethod
    def vmap(info: Any, in_dims: Any, op: Operation, *operands: Operand) -> Any:
        """Compute the values of a batch, whose axis becomes the first."""
        outputs = op.broadcasting.apply(*_batched(op, operands, in_dims[1:], info.batch_size))
        return outputs, (0,) * len(outputs)

    @staticmethod
    def jvp(ctx: Any, _op: None, *tangents: Tensor | None) -> Any:
        """Compute the tangents."""
        # a forward mode around this one needs the tangents of what is computed here, which
        # PyTorch switches off (https://github.com/pytorch/pytorch/issues/197867)
        with forward_ad._set_fwd_grad_enabled(True):
            operands = [_primal(v) for v in _operands(ctx)]
            return _tangents(ctx.op, operands, tangents)


def _primal(v: Operand) -> Operand:
    if not isinstance(v, Tensor):
        return v
    return forward_ad.unpack_dual(v).primal  # type: ignore[no-untyped-call]


#: PyTorch asks for it at every call under a transform, which takes a tenth of its time
TransformableFunction.forward.__signature__ = inspect.signature(TransformableFunction.forward)  # type: ignore[attr-defined]
