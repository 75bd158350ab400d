"""Functions on tensors derived from the records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor
from torch.fx import Proxy

from multiact._arrays import Overlay, check_floating
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.declare.activation import Activation, Arguments
from multiact.declare.registry import get
from multiact_torch._builtins import applies, are_numbers, builtin
from multiact_torch._native import readable
from multiact_torch._onnx import library
from multiact_torch._operands import autocast, without_partial
from multiact_torch._operation import Operation, in_graph, key_of

_FLOATING = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})

Lengths = tuple[int | None, ...]
Settings = tuple[tuple[str, Any], ...]


LIBRARY = Library("torch.Tensor", "multiact_torch", "import torch, multiact_torch", "torch")


class Function(DerivedFunction):
    """An activation as a differentiable function of tensors."""

    library = LIBRARY

    def __call__(self, x: Tensor, /, *args: Any, **kwargs: Any) -> Tensor:
        """Apply to a tensor; gradients flow to x and to parameters given as tensors."""
        if isinstance(x, Proxy):  # type: ignore[unreachable]  # torch.fx traces
            return x.tracer.create_proxy("call_function", self, (x, *args), kwargs)  # type: ignore[unreachable]
        return apply(self.activation, x, self.activation.bind(args, kwargs))

    def __reduce__(self) -> Any:
        return function, (self.activation,)


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """The torch function of an activation, found as `multiact.get` finds it."""
    return _function(get(spec))


_function = lru_cache(maxsize=1024)(Function)


def checked(act: Activation, x: Tensor) -> Tensor:
    """`x` as activations take it; anything but a tensor of floating-point numbers is refused."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{act.key}: x must be a torch.Tensor, got {type(x).__name__}")
    if x.dtype not in _FLOATING:
        check_floating(x, array_api, act.key)
    return x if type(x) is Tensor else without_partial(x)


def apply(act: Activation, x: Tensor, bound: Arguments) -> Tensor:
    """Apply an activation with checked arguments."""
    x = checked(act, x)
    pairs = zip(act.parameters, bound.parameters, strict=True)
    values = tuple(_parameter(act, p, v, x) for p, v in pairs)
    if not act.is_graph:
        if not torch.compiler.is_compiling() and type(x) is Tensor:
            readable(x)  # raises where torch would end the process
        bound = Arguments(values, bound.settings, bound.axis, bound.noise)
        if act.kind == "layer":
            x, bound = autocast(x, bound)
        return act.apply_formula(x, bound, NAMESPACE)  # type: ignore[no-any-return]
    operands = (*act.operands(x, bound, array_api), *values)
    return run(act, operands, act.lengths(bound), bound.settings)


def _parameter(act: Activation, p: Any, value: Any, x: Tensor) -> Any:
    """A parameter as operations take it: a number or a tensor."""
    if isinstance(value, (Tensor, int, float)):
        return value
    if p.shaped is not None and isinstance(value, (list, tuple)):
        if any(isinstance(v, Tensor) for v in value):
            return torch.stack([torch.as_tensor(v, device=x.device) for v in value])
        return torch.as_tensor(value, dtype=x.dtype, device=x.device)
    raise TypeError(
        f"{act.key}: {p.name} must be a torch.Tensor, got {type(value).__name__}; "
        "convert it with torch.as_tensor"
    )


def run(
    act: Activation,
    operands: Any,
    lengths: Lengths,
    settings: Settings,
    axis: int | None = None,
) -> Tensor:
    """Apply the graph to arrays and parameters that are checked already.

    Parameters
    ----------
    act
        The activation.
    operands
        Tensors with elements, then parameters: tensors and numbers.
    lengths, settings
        Of array parameters; by name.
    axis
        Along which parameters of one axis vary; None: they broadcast by the usual rules.
    """
    compiling = torch.compiler.is_compiling()
    found = builtin(act)
    if found is not None and (are_numbers(operands[1:]) if compiling else applies(operands)):
        if not compiling:
            readable(operands[0])  # raises where torch would end the process
        return found(*operands)  # type: ignore[no-any-return]
    if compiling:
        return in_graph(_key(act.key, lengths, settings, axis), *operands)[0]
    return operation(act.declared, lengths, settings, axis).apply(*operands)[0]


@lru_cache(maxsize=2048)
def operation(
    act: Activation,
    lengths: Lengths,
    settings: Settings,
    axis: int | None = None,
    compiled: bool = False,
) -> Operation:
    """The torch operation of a declared activation, specialised."""
    specialization = act.specialize(lengths, settings)
    outputs = (act.expression(specialization),)
    return Operation(outputs, specialization.inputs, act.key, axis, compiled)


def _key(name: str, lengths: Lengths, settings: Settings, axis: int | None) -> int:
    """The key of the operation, a constant in a compiled graph."""
    return key_of(operation(get(name), lengths, settings, axis, compiled=True))


# Dynamo calls it instead of tracing it; torch.compiler.assume_constant_result sets the
# same mark, but imports the compiler, which would double the import time of this package
_key._dynamo_marked_constant = True  # type: ignore[attr-defined]


class _Namespace(Overlay):
    """The array API on tensors, with our operations for activations inside formulas."""

    def __getattr__(self, name: str) -> Any:
        return getattr(library(self._library), name)

    @staticmethod
    def cumulative_sum(x: Tensor, *, axis: int) -> Tensor:
        """As in array_api_compat, which looks for x's library again: Dynamo warns of that."""
        return torch.cumsum(x, dim=axis)


NAMESPACE = _Namespace(array_api, __multiact_apply__=apply)
