"""Functions of tensors, derived from the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor
from torch.fx import Proxy

from multiact import special
from multiact._arrays import Overlay, check_floating
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.adapters.torch_names import FUNCTIONS, ROWS, call_signature
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.arguments import Arguments
from multiact.declare.registry import get
from multiact.declare.shapes import check_parameters
from multiact.derivatives import expressions, is_vector
from multiact_torch._autograd import Halves
from multiact_torch._builtins import (
    applies,
    are_numbers,
    builtin,
    depthwise_convolution,
    log_softmax,
    softmax,
)
from multiact_torch._native import readable
from multiact_torch._onnx import library
from multiact_torch._operands import arange, autocast, without_partial
from multiact_torch._operation import Operation, in_graph, key_of
from multiact_torch._spelling import Spelling, function_arguments, not_scriptable

_FLOATING = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
_DENSE = frozenset({torch.strided, torch.jagged})

Lengths = tuple[int | None, ...]
Settings = tuple[tuple[str, Any], ...]


LIBRARY = Library("torch.Tensor", "multiact_torch", "import torch, multiact_torch", "torch", ROWS)


class Function(DerivedFunction):
    """An activation as a differentiable function of tensors."""

    library = LIBRARY

    def __init__(self, act: Activation) -> None:
        super().__init__(act)
        self._spelling = Spelling.of(act, act.key, FUNCTIONS)
        self.__signature__ = call_signature(act, self.__signature__)

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        """Apply to a tensor; gradients flow to x and to parameters that are tensors.

        The tensor may be named `input`, as in torch.nn.functional.
        """
        x = args[0] if args else self._named_input(kwargs)
        if isinstance(x, Proxy):
            return x.tracer.create_proxy("call_function", self, args or (x,), kwargs)  # type: ignore[return-value]
        act, more = self.activation, args[1:]
        if more or kwargs:
            act, x, kwargs, more = function_arguments(act, self._spelling, x, more, kwargs)
        return apply(act, x, act.bind(more, kwargs))

    def _named_input(self, kwargs: dict[str, Any]) -> Any:
        for name in ("x", "input"):
            if name in kwargs:
                return kwargs.pop(name)
        raise TypeError(f"{self.activation.key} needs a tensor: {self.__name__}(x)")

    def __reduce__(self) -> Any:
        return function, (self.activation,)

    def __prepare_scriptable__(self) -> Any:  # torch.jit.script calls it
        raise not_scriptable(self.activation.key)


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """Return the torch function of an activation, which may be anything `multiact.get` accepts."""
    return _function(get(spec))


_function = lru_cache(maxsize=1024)(Function)


def check_input(act: Activation, x: Tensor) -> Tensor:
    """Prepare `x`; reject anything but a tensor of floating-point numbers."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{act.key}: x must be a torch.Tensor, got {type(x).__name__}")
    if x.dtype not in _FLOATING:
        check_floating(x, array_api, act.key)
    if x.layout not in _DENSE and builtin(act) is None:
        raise TypeError(f"{act.key}: x must be dense, got {x.layout}; give x.to_dense()")
    return x if type(x) is Tensor else without_partial(x)


def apply(act: Activation, x: Tensor, bound: Arguments, path: tuple[str, ...] = ()) -> Tensor:
    """Apply an activation, or its derivative by the variables of a path."""
    x = check_input(act, x)
    if bound.others:
        bound = bound._replace(others=tuple(check_input(act, v) for v in bound.others))
    values = bound.parameters
    if values:
        pairs = zip(act.parameters, values, strict=True)
        values = tuple([_parameter(act, p, v, x) for p, v in pairs])
    if not act.is_graph:
        if not torch.compiler.is_compiling() and type(x) is Tensor:
            readable(x)  # raises an error where torch would crash the process
        bound = bound._replace(parameters=values)
        if act.kind == "layer":
            x, bound = autocast(x, bound)
        own = None if type(x) is Tensor else arange(x)
        xp = NAMESPACE if own is None else Overlay(NAMESPACE, arange=own)
        return act.apply_formula(x, bound, xp)  # type: ignore[no-any-return]
    if not path and is_plain_gate(act, x, bound):
        check_parameters(act, act.data_of(x, bound)[0], bound)
        bound = bound._replace(parameters=values)
        return run_gate(act, x, bound, act.lengths(bound), bound.settings)
    operands = (*act.operands(x, bound), *values)
    noisy = bool(bound.noise)
    if not path:
        return run(act, operands, act.lengths(bound), bound.settings, noisy)
    if torch.compiler.is_compiling():
        key = _derivative_key(act.key, act.lengths(bound), bound.settings, noisy, path)
        results = in_graph(key, *operands)
    else:
        slope = _derivative(act.declared, act.lengths(bound), bound.settings, noisy, path)
        results = slope.apply(*operands)
    return torch.stack(results, dim=-1) if is_vector(act, path) else results[0]


def is_plain_gate(act: Activation, x: Tensor, bound: Arguments) -> bool:
    """Whether it is a gate on the halves of a plain tensor, which an operation takes whole."""
    return (
        act.kind == "gated"
        and not bound.noise
        and type(x) is Tensor
        and not torch.compiler.is_compiling()
    )


def run_gate(
    act: Activation,
    x: Tensor,
    bound: Arguments,
    lengths: Lengths,
    settings: Settings,
    axis: int | None = None,
) -> Tensor:
    """Apply a gate to the halves of a tensor; the arguments are those of `run`."""
    halves = Halves(bound.axis, bound.gate == "first", act.key)
    op = operation(act.declared, lengths, settings, False, axis)
    return op.apply_to_halves(halves, x, *bound.parameters)


def _parameter(act: Activation, p: Any, value: Any, x: Tensor) -> Any:
    """Convert a parameter to a number or a tensor."""
    if isinstance(value, (Tensor, int, float)) or (value is None and p.running):
        return value
    if getattr(value, "shape", None) == ():  # one number of another library
        return float(value)
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
    noisy: bool = False,
    axis: int | None = None,
) -> Tensor:
    """Apply the graph to arrays and parameters that have been checked.

    Parameters
    ----------
    act
        The activation.
    operands
        The data tensors and the noise, then the parameters: tensors and numbers.
    lengths, settings, noisy
        Lengths of array parameters; settings by name; whether there is noise.
    axis
        The axis along which parameters with one axis vary; None: they broadcast as usual.
    """
    compiling = torch.compiler.is_compiling()
    native = builtin(act)
    if native is not None and (are_numbers(operands[1:]) if compiling else applies(operands)):
        if not compiling:
            readable(operands[0])  # raises an error where torch would crash the process
        return native(*operands)  # type: ignore[no-any-return]
    if compiling:
        return in_graph(_key(act.key, lengths, settings, noisy, axis), *operands)[0]
    return operation(act.declared, lengths, settings, noisy, axis).apply(*operands)[0]


@lru_cache(maxsize=2048)
def operation(
    act: Activation,
    lengths: Lengths,
    settings: Settings,
    noisy: bool = False,
    axis: int | None = None,
    compiled: bool = False,
) -> Operation:
    """Return the torch operation of a declared activation's specialization."""
    specialization = act.specialize(lengths, settings, noisy)
    outputs = (act.expression(specialization),)
    return Operation(outputs, specialization.inputs, act.key, axis, compiled)


def evaluate(
    outputs: tuple[Expr, ...], inputs: Inputs, operands: Sequence[Any], name: str
) -> tuple[Tensor, ...]:
    """Evaluate a function of `multiact.special`, differentiably."""
    operands = [v if isinstance(v, (Tensor, int, float)) else torch.as_tensor(v) for v in operands]
    if operands[0].dtype not in _FLOATING:
        check_floating(operands[0], array_api, name)
    if torch.compiler.is_compiling():
        return in_graph(_special_key(name), *operands)
    return _expression(outputs, inputs, name).apply(*operands)


@lru_cache(maxsize=1024)
def _expression(
    outputs: tuple[Expr, ...], inputs: Inputs, name: str, compiled: bool = False
) -> Operation:
    return Operation(outputs, inputs, name, None, compiled)


@lru_cache(maxsize=1024)
def _derivative(
    act: Activation,
    lengths: Lengths,
    settings: Settings,
    noisy: bool,
    path: tuple[str, ...],
    compiled: bool = False,
) -> Operation:
    """The torch operation of a derivative."""
    specialization = act.specialize(lengths, settings, noisy)
    outputs = expressions(act, specialization, path)
    return Operation(outputs, specialization.inputs, f"{act.key}_derivative", None, compiled)


def _key(name: str, lengths: Lengths, settings: Settings, noisy: bool, axis: int | None) -> int:
    """Return the key of the operation, a constant in a compiled graph."""
    return key_of(operation(get(name), lengths, settings, noisy, axis, compiled=True))


# Makes Dynamo call the function instead of tracing it.  torch.compiler.assume_constant_result
# sets the same mark, but imports the compiler, which would double this package's import time.
_key._dynamo_marked_constant = True  # type: ignore[attr-defined]


def _derivative_key(
    name: str, lengths: Lengths, settings: Settings, noisy: bool, path: tuple[str, ...]
) -> int:
    return key_of(_derivative(get(name), lengths, settings, noisy, path, compiled=True))


_derivative_key._dynamo_marked_constant = True  # type: ignore[attr-defined]


def _special_key(name: str) -> int:
    function = getattr(special, name)
    return key_of(_expression(function.outputs, function.inputs, name, compiled=True))


_special_key._dynamo_marked_constant = True  # type: ignore[attr-defined]


class _Namespace(Overlay):
    """The array API on tensors, where activations inside formulas use our operations."""

    def __getattr__(self, name: str) -> Any:
        return getattr(library(self._library), name)

    @staticmethod
    def cumulative_sum(x: Tensor, *, axis: int) -> Tensor:
        """Replace array_api_compat's function, whose lookup of x's library makes Dynamo warn."""
        return torch.cumsum(x, dim=axis)

    @staticmethod
    def moveaxis(x: Tensor, source: int, destination: int) -> Tensor:
        """Replace torch.moveaxis, for which torch.func.vmap has no rule."""
        return torch.movedim(x, source, destination)


NAMESPACE = _Namespace(
    array_api,
    __multiact_apply__=apply,
    __multiact_evaluate__=evaluate,
    __multiact_softmax__=softmax,
    __multiact_log_softmax__=log_softmax,
    __multiact_depthwise_convolution__=depthwise_convolution,
)
