"""nn.Modules derived from the records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import FunctionType
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor, nn
from torch.fx import Proxy

import multiact
from multiact.adapters.configuration import Configuration, configure, signature
from multiact.adapters.signatures import describe
from multiact.declare.activation import Activation, Arguments
from multiact_torch._functions import apply, checked, run


class _Draw:
    """Starting values from torch's global generator."""

    def uniform(self, shape: tuple[int, ...]) -> Tensor:
        return torch.rand(shape, dtype=torch.float64)

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        return torch.randn(shape, dtype=torch.float64)


class ActivationModule(nn.Module):
    """Base of all derived modules; `configuration` says what it was made from."""

    activation: Activation

    def __init__(self, *args: Any, device: Any = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__()
        self.configuration: Configuration = configure(self.activation, args, kwargs)
        place = {"device": device, "dtype": dtype or torch.get_default_dtype()}
        for name, shape in self.configuration.shapes.items():
            start = self.configuration.start(name, _Draw(), torch)
            if name in self.configuration.learnable:
                value = torch.as_tensor(start, **place).expand(shape)
                value = value.clone(memory_format=torch.contiguous_format)  # no stride of 0
                self.register_parameter(name, nn.Parameter(value))
            elif shape or not isinstance(start, (int, float)):
                self.register_buffer(name, torch.as_tensor(start, **place))
            else:
                setattr(self, name, start)  # what is no attribute takes nn.Module long to find
        c = self.configuration
        shaped = {p.name for p in self.activation.parameters if p.shaped is not None}
        self._lengths = tuple(s[0] if n in shaped else None for n, s in c.shapes.items())
        self._settings = tuple(
            (n, v)
            for n, v in c.settings.items()
            if not (n == "axis" and self.activation.kind == "gated")
        )

        # numbers alone need no look at their shapes
        self._plain = self.activation.kind == "elementwise" and not any(c.shapes.values())

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation."""
        if isinstance(x, Proxy):  # type: ignore[unreachable]  # torch.fx traces
            path = x.tracer.path_of_module(self)  # type: ignore[unreachable]
            return x.tracer.create_proxy("call_module", path, (x,), {})
        act, c = self.activation, self.configuration
        x = checked(act, x)
        if self._plain:
            operands = (x, *[getattr(self, name) for name in c.values])
            return run(act, operands, self._lengths, self._settings)
        values = tuple(c.broadcast(n, getattr(self, n, v), x.ndim) for n, v in c.values.items())
        noise = torch.rand_like(x) if act.kind == "stochastic" and self.training else None
        given = Arguments(values, self._settings, c.axis, noise)
        if not act.is_graph:
            return apply(act, x, given)
        operands = (*act.operands(x, given, array_api), *values)
        return run(act, operands, self._lengths, self._settings)

    def extra_repr(self) -> str:
        """The parameters, as the constructor takes them."""
        return self.configuration.describe()


def module_class(act: Activation) -> type[ActivationModule]:
    """The module class of a registered activation."""
    return _module_class(act)


@cache
def _module_class(act: Activation) -> type[ActivationModule]:
    for p in act.parameters:
        if hasattr(ActivationModule, p.name):
            raise TypeError(
                f"{act.name}: torch.nn.Module has {p.name!r} already; "
                f"call the parameter {p.name + '_value'!r}"
            )
    forward = ActivationModule.forward
    # torch.compile keeps its limit of recompilations per code object, so each has its own
    code = forward.__code__.replace(co_name=f"forward_{act.key}")
    own = FunctionType(code, forward.__globals__, "forward")
    own.__doc__ = forward.__doc__
    body = {
        "activation": act,
        "forward": own,
        "__module__": "multiact_torch",
        "__qualname__": act.name,
        "__doc__": describe(act, "torch.Tensor"),
        "__signature__": signature(act),
    }
    return type(act.name, (ActivationModule,), body)


def module(
    spec: str | Mapping[str, Any] | Activation, *args: Any, **kwargs: Any
) -> ActivationModule:
    """Build the module of an activation found as `multiact.get` finds it.

    Examples
    --------
    >>> import multiact_torch
    >>> multiact_torch.module({"name": "swish", "beta": 1.5})
    Swish(beta=1.5, learnable=())
    """
    if isinstance(spec, Mapping):
        values = {k: v for k, v in spec.items() if k != "name"}
        return _module_class(multiact.get(spec.get("name", "")))(*args, **{**values, **kwargs})
    return _module_class(multiact.get(spec))(*args, **kwargs)
