"""Differentiable torch operations made from expressions of the calculus.

An operation evaluates a program and saves its inputs only; its backward pass is the
operation of the differentiated expressions, so derivatives of any order exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad

from multiact.calculus.derivative import derivative, derivatives, plus, times
from multiact.calculus.graph import elements
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, Program, program
from multiact.calculus.simplify import simplified
from multiact.calculus.tracing import Expr, const, symbol
from multiact.declare.shapes import channel_shape
from multiact.kernels.call import FusedLoop
from multiact_torch import _native
from multiact_torch._onnx import library

_WIDE = {torch.float16: torch.float32, torch.bfloat16: torch.float32}
#: what Inductor's loops compute faster by arithmetic: its own tanh takes five times an exponential
_ARITHMETIC = frozenset({"tanh", "log1p"})

Operand = Any  # a tensor, or a Python number where a parameter is fixed


class Operation:
    """Expressions of named inputs as one torch operation, in a compiled graph or outside.

    Parameters
    ----------
    outputs, inputs
        Expressions, and the arrays and parameters that are their symbols.
    name
        Of the activation, for errors and generated code.
    axis
        The axis of the arrays that parameters of one axis vary along; None: parameters
        broadcast by the usual rules.
    compiled
        Whether it is part of a graph of torch.compile.
    """

    def __init__(
        self,
        outputs: Sequence[Expr],
        inputs: Inputs,
        name: str,
        axis: int | None = None,
        compiled: bool = False,
    ) -> None:
        self.outputs, self.inputs, self.name = tuple(outputs), inputs, name
        self.axis, self.compiled = axis, compiled
        self.operands = (*((n, None) for n in inputs.data), *inputs.parameters)
        self._programs: dict[Target, Program] = {}
        self._backward: dict[tuple[bool, ...], Operation] = {}
        self._slopes: dict[tuple[bool, ...], Operation] = {}
        self._fused_backward: dict[tuple[bool, ...], FusedLoop] = {}
        self._channel_shapes: dict[tuple[int, int], tuple[int, ...]] = {}

    def apply(self, *operands: Operand) -> tuple[Tensor, ...]:
        """All outputs, tracked by whatever differentiation is active.

        `torch.jit.trace` records plain operations, which it can save and differentiate itself.
        """
        if _is_transformed():
            return _Transformable.apply(self, *operands)  # type: ignore[no-any-return, no-untyped-call]
        if torch.is_grad_enabled() and torch._C._get_tracing_state() is None:
            for v in operands:
                if isinstance(v, Tensor) and v.requires_grad:
                    return _Quick.apply(self, *operands)  # type: ignore[no-any-return, no-untyped-call]
        return self.evaluate(operands)

    def evaluate(self, operands: Sequence[Operand]) -> tuple[Tensor, ...]:
        """The values; 16-bit inputs are computed in float32 and rounded once."""
        called = _native.run(self.fused, operands, self._shapes(operands))
        if called is not None:
            return tuple(called.arrays)
        x = operands[0]
        dtype = _WIDE.get(x.dtype, x.dtype)
        run = self.program(64 if dtype is torch.float64 else 32)
        ready = [
            self._broadcast(v if v.dtype is dtype else v.to(dtype), n, x.ndim)
            if isinstance(v, Tensor)
            else torch.full((), v, dtype=dtype, device=x.device)
            if name in run.as_arrays
            else v
            for (name, n), v in zip(self.operands, operands, strict=True)
        ]
        results = run.function(*ready, library(torch))
        return results if dtype is x.dtype else tuple(y.to(x.dtype) for y in results)

    def _shapes(self, operands: Sequence[Operand]) -> list[tuple[int, ...]] | None:
        """Shapes in which the parameters meet the arrays; None: they have them already."""
        if self.axis is None:
            return None
        ndim, count = operands[0].ndim, len(self.inputs.data)
        shapes: list[tuple[int, ...]] = []
        for (_, n), v in zip(self.inputs.parameters, operands[count:], strict=True):
            shape: Sequence[int] = getattr(v, "shape", ())
            if n is None and len(shape) == 1:
                key = (ndim, shape[0])
                if key not in self._channel_shapes:
                    self._channel_shapes[key] = channel_shape(ndim, self.axis, shape[0], self.name)
                shape = self._channel_shapes[key]
            shapes.append(tuple(shape))
        return shapes

    def _broadcast(self, v: Tensor, length: int | None, ndim: int) -> Tensor:
        """A parameter per channel in the shape in which it meets the arrays."""
        if self.axis is None or length is not None or v.ndim != 1:
            return v
        return v.view(channel_shape(ndim, self.axis, v.shape[0], self.name))

    @cached_property
    def fused(self) -> FusedLoop:
        """The outputs as a compiled loop."""
        return FusedLoop(_native.MEMORY, self.outputs, self.inputs)

    def program(self, bits: int) -> Program:
        """The program in a precision."""
        plain = not self.compiled or torch.compiler.is_exporting()
        target = Target(bits, arithmetic=frozenset() if plain else _ARITHMETIC)
        if target not in self._programs:
            self._programs[target] = program(self.outputs, self.inputs, target, self.name)
        return self._programs[target]

    def backward(self, needed: tuple[bool, ...]) -> Operation:
        """The operation from (data, cotangents, parameters) to the needed gradients.

        A vector has one output per element; all have the elements' full shape.
        """
        if needed not in self._backward:
            # names differ from those of the derivative before, and no parameter starts with _
            order = len(self.inputs.data)
            cotangents = [f"_g{order}_{k}" for k in range(len(self.outputs))]
            outputs = simplified(
                _total(
                    times(symbol(g), derivative(e, s))
                    for g, e in zip(cotangents, self.outputs, strict=True)
                )
                for s in self.symbols(needed)
            )
            inputs = Inputs((*self.inputs.data, *cotangents), self.inputs.parameters)
            self._backward[needed] = self._like(outputs, inputs, "backward")
        return self._backward[needed]

    def fused_backward(self, needed: tuple[bool, ...]) -> FusedLoop:
        """`backward` as a compiled loop, the gradients of parameters summed over the elements."""
        if needed not in self._fused_backward:
            backward, arrays = self.backward(needed), sum(needed[: len(self.inputs.data)])
            reductions = tuple(range(arrays, len(backward.outputs)))
            loop = FusedLoop(_native.MEMORY, backward.outputs, backward.inputs, reductions)
            self._fused_backward[needed] = loop
        return self._fused_backward[needed]

    def slopes(self, needed: tuple[bool, ...]) -> Operation:
        """The operation to the partial derivatives, for forward mode: output by output."""
        if needed not in self._slopes:
            outputs = derivatives(self.outputs, self.symbols(needed))
            self._slopes[needed] = self._like(outputs, self.inputs, "slopes")
        return self._slopes[needed]

    def _like(self, outputs: Sequence[Expr], inputs: Inputs, suffix: str) -> Operation:
        return Operation(outputs, inputs, f"{self.name}_{suffix}", self.axis, self.compiled)

    def symbols(self, needed: tuple[bool, ...]) -> tuple[str, ...]:
        """The symbols of the needed operands."""
        pairs = zip(self.operands, needed, strict=True)
        return tuple(s for operand, wanted in pairs if wanted for s in elements(*operand))


# What Dynamo sees of us is one call with a number: the rest is run, not traced, when the
# graph below Dynamo is made, so no derivative is ever computed by symbolic execution.
_OPERATIONS: list[Operation] = []


def in_graph(key: int, *operands: Operand) -> tuple[Tensor, ...]:
    """Apply the operation with this key; a single call in a compiled graph."""
    return _OPERATIONS[key].apply(*operands)


def key_of(operation: Operation) -> int:
    """The key of a compiled operation, with `in_graph` made known to Dynamo (which is running)."""
    torch.compiler.allow_in_graph(in_graph)  # type: ignore[no-untyped-call]
    if operation not in _OPERATIONS:
        _OPERATIONS.append(operation)
    return _OPERATIONS.index(operation)


def _total(terms: Any) -> Expr:
    total = const(0)
    for term in terms:
        total = plus(total, term)
    return total


def _is_transformed() -> bool:
    """Whether functions are transformed, or tangents are carried along."""
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0


def _gradients(
    op: Operation, operands: Sequence[Operand], grads: Sequence[Tensor], needed: tuple[bool, ...]
) -> list[Tensor | None]:
    """Gradients of the operands, each in its operand's shape and dtype."""
    data = len(op.inputs.data)
    given = (*operands[:data], *grads, *operands[data:])
    if not (torch.is_grad_enabled() or _is_transformed()):
        summed = _fused_gradients(op, operands, given, needed)
        if summed is not None:
            return summed
    # sums of 16-bit numbers must not be rounded on the way
    wide = _WIDE.get(operands[0].dtype) if any(needed[data:]) else None
    if wide is not None:
        given = (*(v.to(wide) for v in given[: data + len(grads)]), *operands[data:])
    full = iter(op.backward(needed).apply(*given))
    result: list[Tensor | None] = []
    for (_, n), v, wanted in zip(op.operands, operands, needed, strict=True):
        if not wanted:
            result.append(None)
        elif n is None:
            g = _sum_to(next(full), v, op, operands[0].ndim)
            result.append(g if g.dtype is v.dtype else g.to(v.dtype))
        else:
            result.append(torch.stack([next(full).sum() for _ in range(n)]).to(v.dtype))
    return result


def _sum_to(g: Tensor, v: Tensor, op: Operation, ndim: int) -> Tensor:
    """A gradient summed to the shape of its operand."""
    if g.shape == v.shape:
        return g
    shape = op._broadcast(v, None, ndim).shape
    return (g if g.shape == shape else g.sum_to_size(shape)).reshape(v.shape)


def _fused_gradients(
    op: Operation, operands: Sequence[Operand], given: Sequence[Operand], needed: tuple[bool, ...]
) -> list[Tensor | None] | None:
    """The same in one pass that also sums the gradients of the parameters."""
    data = len(op.inputs.data)
    called = _native.run(op.fused_backward(needed), given, op._shapes(operands))
    if called is None:
        return None
    arrays, totals = iter(called.arrays), iter(called.totals)
    result: list[Tensor | None] = [next(arrays) if wanted else None for wanted in needed[:data]]
    parameters = zip(op.inputs.parameters, operands[data:], needed[data:], strict=True)
    for (_, n), v, wanted in parameters:
        if not wanted:
            result.append(None)
        elif n is None:
            total = next(totals)
            if isinstance(total, float):  # full_like takes a quarter of as_tensor's time
                result.append(torch.full_like(v, total))
            elif v.numel() == 1:
                result.append(torch.full_like(v, float(total.sum())))
            else:
                result.append(torch.as_tensor(total, dtype=v.dtype).reshape(v.shape))
        else:
            each = [float(np.sum(next(totals))) for _ in range(n)]
            result.append(torch.tensor(each, dtype=v.dtype))
    return result


def _tangents(
    op: Operation, operands: Sequence[Operand], tangents: Sequence[Tensor | None]
) -> tuple[Tensor, ...]:
    """Directional derivatives of the outputs."""
    needed = tuple(t is not None for t in tangents)
    partials = iter(op.slopes(needed).apply(*operands))
    x = operands[0]
    results = []
    for _ in op.outputs:
        total: Any = 0
        for (_, n), t in zip(op.operands, tangents, strict=True):
            if t is not None:
                for step in (op._broadcast(t, n, x.ndim),) if n is None else t.unbind():
                    total = total + next(partials) * step.to(x.dtype)
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


class _Quick(torch.autograd.Function):
    """The form for plain eager calls: `setup_context` would cost some 40 us each."""

    @staticmethod
    def forward(ctx: Any, op: Operation, *operands: Operand) -> Any:
        _save(ctx, op, operands)
        return op.evaluate(operands)

    backward = staticmethod(_backward)


class _Transformable(torch.autograd.Function):
    """The form that torch.func and forward mode take."""

    generate_vmap_rule = True

    @staticmethod
    def forward(op: Operation, *operands: Operand) -> Any:
        return op.evaluate(operands)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_forward(*_save(ctx, inputs[0], inputs[1:]))

    backward = staticmethod(_backward)

    @staticmethod
    def jvp(ctx: Any, _op: None, *tangents: Tensor | None) -> Any:
        return _tangents(ctx.op, _operands(ctx), tangents)
