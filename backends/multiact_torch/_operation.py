"""Differentiable torch operations, built from expressions of the calculus.

An operation evaluates a program and saves only its inputs.  Its backward pass is the operation
of the differentiated expressions, so derivatives of any order exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from multiact.calculus.derivative import plus, times
from multiact.calculus.graph import elements
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, Program, program
from multiact.calculus.simplify import simplified
from multiact.calculus.tracing import Expr, const, symbol
from multiact.declare.shapes import channel_shape
from multiact.kernels.call import FusedLoop
from multiact.special.arithmetic import by_arithmetic
from multiact.special.evaluate import ARRAYS
from multiact.special.stable import derivative, derivatives
from multiact_torch import _native, _triton
from multiact_torch._autograd import (
    WIDE,
    EagerFunction,
    EagerGate,
    Halves,
    TransformableFunction,
    is_transformed,
)
from multiact_torch._onnx import library

#: functions that Inductor's loops compute faster by arithmetic; its tanh costs five exponentials
_COMPILED = by_arithmetic("expm1", "tanh", "log1p")

Operand = Any  # a tensor, or a Python number for a fixed parameter


class Operation:
    """Expressions of named inputs as one torch operation, in a compiled graph or outside.

    Parameters
    ----------
    outputs, inputs
        The expressions, and the arrays and parameters that are their symbols.
    name
        Name of the activation, for errors and generated code.
    axis
        The axis of the arrays along which parameters with one axis vary; None: parameters
        broadcast as usual.
    compiled
        Whether the operation is part of a graph of torch.compile.
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

    def apply(self, *operands: Operand) -> tuple[Tensor, ...]:
        """Compute all outputs, tracked by whatever differentiation is active.

        Under `torch.jit.trace`, plain operations run, which it can save and differentiate.
        """
        if is_transformed():
            return TransformableFunction.apply(self, *operands)  # type: ignore[no-any-return, no-untyped-call]
        if torch.is_grad_enabled() and torch._C._get_tracing_state() is None:
            for v in operands:
                if isinstance(v, Tensor) and v.requires_grad:
                    return EagerFunction.apply(self, *operands)  # type: ignore[no-any-return, no-untyped-call]
        return self.evaluate(operands)

    def apply_to_halves(self, split: Halves, x: Tensor, *parameters: Operand) -> Tensor:
        """Compute the only output of an operation on the halves of an array."""
        tracked = torch.is_grad_enabled() and any(
            isinstance(v, Tensor) and v.requires_grad for v in (x, *parameters)
        )
        if not tracked or is_transformed() or torch._C._get_tracing_state() is not None:
            return self.apply(*split.of(x), *parameters)[0]
        return EagerGate.apply(self, split, x, *parameters)[0]  # type: ignore[no-any-return, no-untyped-call]

    def evaluate(self, operands: Sequence[Operand]) -> tuple[Tensor, ...]:
        """Compute the values; 16-bit inputs are computed in float32 and rounded once."""
        x = operands[0]
        kernels = _triton if x.is_cuda or _triton.INTERPRETED else _native
        result = kernels.run(self.fused, operands)
        if result is not None:
            return tuple(result.arrays)
        dtype = WIDE.get(x.dtype, x.dtype)
        run = self.program(64 if dtype is torch.float64 else 32)
        converted = [
            self._broadcast(v if v.dtype is dtype else v.to(dtype), n, x.ndim)
            if isinstance(v, Tensor)
            else torch.full((), v, dtype=dtype, device=x.device)
            if name in run.as_arrays
            else v
            for (name, n), v in zip(self.operands, operands, strict=True)
        ]
        results = run.function(*converted, library(torch))
        return results if dtype is x.dtype else tuple(y.to(x.dtype) for y in results)

    def _broadcast(self, v: Tensor, length: int | None, ndim: int) -> Tensor:
        """Reshape a per-channel parameter to broadcast with the arrays."""
        elements = () if length is None else (length,)
        if self.axis is None or v.ndim != 1 + len(elements):
            return v
        return v.reshape(*elements, *self._channel_shape(ndim, v.shape[-1]))

    def _channel_shape(self, ndim: int, channels: int) -> tuple[int, ...]:
        """Return the shape of one value per channel as it meets the arrays."""
        if self.axis is None or channels == 1:
            return ()
        return channel_shape(ndim, self.axis, channels, self.name)

    def _placed(self, ndim: int, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape in which a parameter of this shape meets the arrays."""
        return self._channel_shape(ndim, shape[0]) if len(shape) == 1 else shape

    @cached_property
    def broadcasting(self) -> Operation:
        """The same for parameters that broadcast by the usual rules."""
        if self.axis is None:
            return self
        return Operation(self.outputs, self.inputs, self.name, None, self.compiled)

    @cached_property
    def fused(self) -> FusedLoop:
        """The outputs as a compiled loop."""
        return self._loop(self.outputs, self.inputs)

    def _loop(
        self, outputs: tuple[Expr, ...], inputs: Inputs, reductions: tuple[int, ...] = ()
    ) -> FusedLoop:
        placed = None if self.axis is None else self._placed
        return FusedLoop(_native.MEMORY, outputs, inputs, reductions, placed)

    def program(self, bits: int) -> Program:
        """Return the program for a precision."""
        plain = not self.compiled or torch.compiler.is_exporting()
        target = Target(bits, arithmetic=ARRAYS if plain else _COMPILED)
        if target not in self._programs:
            self._programs[target] = program(self.outputs, self.inputs, target, self.name)
        return self._programs[target]

    def backward(self, needed: tuple[bool, ...]) -> Operation:
        """Return the operation from (data, cotangents, parameters) to the needed gradients.

        An array parameter has one output per element; all outputs have the shape of the data.
        """
        if needed not in self._backward:
            # names unlike those of the previous derivative; no parameter starts with _
            order = len(self.inputs.data)
            cotangents = [f"_g{order}_{k}" for k in range(len(self.outputs))]
            outputs = simplified(
                _sum(
                    times(symbol(g), derivative(e, s))
                    for g, e in zip(cotangents, self.outputs, strict=True)
                )
                for s in self.symbols(needed)
            )
            inputs = Inputs((*self.inputs.data, *cotangents), self.inputs.parameters)
            self._backward[needed] = self._derive(outputs, inputs, "backward")
        return self._backward[needed]

    def fused_backward(self, needed: tuple[bool, ...]) -> FusedLoop:
        """Return `backward` as a compiled loop; the gradients of parameters are reductions."""
        if needed not in self._fused_backward:
            backward, arrays = self.backward(needed), sum(needed[: len(self.inputs.data)])
            reductions = tuple(range(arrays, len(backward.outputs)))
            loop = self._loop(backward.outputs, backward.inputs, reductions)
            self._fused_backward[needed] = loop
        return self._fused_backward[needed]

    def slopes(self, needed: tuple[bool, ...]) -> Operation:
        """Return the operation that computes the partial derivatives, for forward mode."""
        if needed not in self._slopes:
            outputs = derivatives(self.outputs, self.symbols(needed))
            self._slopes[needed] = self._derive(outputs, self.inputs, "slopes")
        return self._slopes[needed]

    def _derive(self, outputs: Sequence[Expr], inputs: Inputs, suffix: str) -> Operation:
        return Operation(outputs, inputs, f"{self.name}_{suffix}", self.axis, self.compiled)

    def symbols(self, needed: tuple[bool, ...]) -> tuple[str, ...]:
        """Return the symbols of the needed operands."""
        pairs = zip(self.operands, needed, strict=True)
        return tuple(s for operand, is_needed in pairs if is_needed for s in elements(*operand))


# Dynamo sees only one call with a number.  The rest runs, untraced, when the graph below Dynamo
# is built, so that no derivative is ever computed by symbolic execution.
_OPERATIONS: list[Operation] = []


def in_graph(key: int, *operands: Operand) -> tuple[Tensor, ...]:
    """Apply the operation with this key; a single call in a compiled graph."""
    return _OPERATIONS[key].apply(*operands)


def key_of(operation: Operation) -> int:
    """Return the key of a compiled operation, and allow `in_graph` in the graph being traced."""
    torch.compiler.allow_in_graph(in_graph)  # type: ignore[no-untyped-call]
    if operation not in _OPERATIONS:
        _OPERATIONS.append(operation)
    return _OPERATIONS.index(operation)


def _sum(terms: Any) -> Expr:
    total = const(0)
    for term in terms:
        total = plus(total, term)
    return total
