"""Functions on tensors derived from the records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor
from torch.fx import Proxy

import multiact
from multiact._arrays import Namespace, check_floating
from multiact.adapters.signatures import describe, function_signature
from multiact.declare.activation import Activation, Arguments
from multiact_torch._builtins import applies, are_numbers, theirs
from multiact_torch._onnx import library
from multiact_torch._operands import autocast, summed
from multiact_torch._operation import Operation, in_graph, key_of

_FLOATING = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})


class Function:
    """An activation as a differentiable function of tensors."""

    def __init__(self, act: Activation) -> None:
        self.activation = act
        self.__name__ = self.__qualname__ = act.key
        self.__module__ = "multiact_torch"  # where graphs of torch.fx look for it
        self.__doc__ = describe(act, "torch.Tensor")
        self.__signature__ = function_signature(act)
        self._operations: dict[Any, Operation] = {}

    def __call__(self, x: Tensor, /, *args: Any, **kwargs: Any) -> Tensor:
        """Apply to a tensor; gradients flow to x and to parameters given as tensors."""
        if isinstance(x, Proxy):  # type: ignore[unreachable]  # torch.fx traces
            return x.tracer.create_proxy("call_function", self, (x, *args), kwargs)  # type: ignore[unreachable]
        return self.apply(x, self.activation.arguments(args, kwargs))

    def apply(self, x: Tensor, given: Arguments) -> Tensor:
        """Apply with checked arguments."""
        return apply(self.activation, x, given)

    def operation(
        self, lengths: tuple[int | None, ...], settings: tuple[Any, ...], compiled: bool = False
    ) -> Operation:
        """The torch operation for these lengths of array parameters and these settings."""
        key = lengths, settings, compiled
        if key not in self._operations:
            form = self.activation.form_of(lengths, settings)
            expression = self.activation.expression(form)
            made = Operation((expression,), form.inputs, self.activation.key, compiled)
            self._operations[key] = made
        return self._operations[key]

    def __reduce__(self) -> Any:
        return function, (self.activation,)

    def __repr__(self) -> str:
        return f"<function multiact_torch.{self.__name__}{self.__signature__}>"


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """The torch function of an activation, found as `multiact.get` finds it."""
    return _function(multiact.get(spec))


@cache
def _function(act: Activation) -> Function:
    return Function(act)


def checked(act: Activation, x: Tensor) -> Tensor:
    """`x` as activations take it; anything but a tensor of floating-point numbers is refused."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{act.key}: x must be a torch.Tensor, got {type(x).__name__}")
    if x.dtype not in _FLOATING:
        check_floating(x, array_api, act.key)
    return x if type(x) is Tensor else summed(x)


def apply(act: Activation, x: Tensor, given: Arguments) -> Tensor:
    """Apply an activation with checked arguments."""
    x = checked(act, x)
    for p, v in zip(act.parameters, given.parameters, strict=True):
        if isinstance(v, (Tensor, int, float)):
            continue
        if getattr(v, "shape", p.shaped and ...):
            raise TypeError(
                f"{act.key}: {p.name} must be a torch.Tensor, got {type(v).__name__}; "
                "convert it with torch.as_tensor"
            )
    if not act.is_graph:
        if act.kind == "layer":
            x, given = autocast(x, given)
        return act.whole(x, given, NAMESPACE)  # type: ignore[no-any-return]
    operands = (*act.operands(x, given, array_api), *given.parameters)
    return run(act, operands, act.lengths(given), given.settings)


def run(
    act: Activation, operands: Any, lengths: tuple[int | None, ...], settings: tuple[Any, ...]
) -> Tensor:
    """Apply the graph to arrays and parameters that are checked already."""
    compiling = torch.compiler.is_compiling()
    found = theirs(act)
    if found is not None and (are_numbers(operands[1:]) if compiling else applies(operands)):
        return found(*operands)  # type: ignore[no-any-return]
    if compiling:
        return in_graph(_key(act.key, lengths, settings), *operands)[0]
    return _function(act).operation(lengths, settings).apply(*operands)[0]


def _key(name: str, lengths: tuple[int | None, ...], settings: tuple[Any, ...]) -> int:
    """The key of the operation, a constant in a compiled graph."""
    return key_of(function(name).operation(lengths, settings, compiled=True))


# Dynamo calls it instead of tracing it; torch.compiler.assume_constant_result sets the
# same mark, but imports the compiler, which would double the import time of this package
_key._dynamo_marked_constant = True  # type: ignore[attr-defined]


class _Namespace(Namespace):
    """The array API on tensors, with our operations for activations inside formulas."""

    def __getattr__(self, name: str) -> Any:
        return getattr(library(self._library), name)

    @staticmethod
    def cumulative_sum(x: Tensor, *, axis: int) -> Tensor:
        """As in array_api_compat, which looks for x's library again: Dynamo warns of that."""
        return torch.cumsum(x, dim=axis)


NAMESPACE = _Namespace(array_api, apply)
