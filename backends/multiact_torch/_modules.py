"""nn.Module classes, derived from the records."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from types import FunctionType
from typing import Any, get_type_hints

import torch
from torch import Tensor, nn
from torch.fx import Proxy

from multiact.adapters.classes import ClassSignature, derived_class
from multiact.adapters.configuration import Configuration, configure
from multiact.adapters.creation import Spec
from multiact.adapters.creation import create as _create
from multiact.adapters.documentation import Documentation, class_doc
from multiact.adapters.torch_names import class_signature
from multiact.declare.activation import Activation
from multiact.declare.arguments import Arguments
from multiact.declare.formula import with_statistics
from multiact.declare.registry import get
from multiact_torch._builtins import applies, builtin
from multiact_torch._functions import (
    LIBRARY,
    NAMESPACE,
    apply,
    check_input,
    is_plain_gate,
    operation,
    run,
    run_gate,
)
from multiact_torch._native import readable
from multiact_torch._spelling import (
    attribute,
    class_arguments,
    not_scriptable,
    stored_shape,
)

#: how the noise of a distribution is drawn
_NOISE = {"uniform": torch.rand_like, "normal": torch.randn_like}
_PROXY: Any = Proxy  # TorchScript misreads the comment that mypy would need


def _traced(module: nn.Module, x: Any, *more: Any) -> Tensor:
    """Return the result of a module in the graph that torch.fx traces."""
    path = x.tracer.path_of_module(module)
    proxy: Tensor = x.tracer.create_proxy("call_module", path, (x, *more), {})
    return proxy


class _Draw:
    """Random initial values from torch's global generator."""

    def uniform(self, shape: tuple[int, ...]) -> Tensor:
        return torch.rand(shape, dtype=torch.float64)

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        return torch.randn(shape, dtype=torch.float64)


@lru_cache(maxsize=1024)
def _default(act: Activation) -> Configuration:
    return configure(act, (), {})


class ActivationModule(nn.Module):
    """Base class of all derived modules; `configuration` has the arguments of the constructor."""

    activation: Activation

    def __init__(self, *args: Any, device: Any = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__()
        act, args, kwargs = class_arguments(self.activation, args, kwargs)
        if act is not self.activation:  # GELU(approximate="tanh")
            self.activation = act
        device, dtype = kwargs.pop("device", device), kwargs.pop("dtype", dtype)
        config = configure(act, args, kwargs) if args or kwargs else _default(act)
        placement = {"device": device, "dtype": dtype or torch.get_default_dtype()}
        for name, shape in config.shapes.items():
            start = config.start(name, _Draw(), torch)
            if name in config.learnable:
                value = torch.as_tensor(start, **placement).expand(stored_shape(act, shape))
                value = value.clone(memory_format=torch.contiguous_format)  # no stride of 0
                self.register_parameter(name, nn.Parameter(value))
            elif shape or not isinstance(start, (int, float)):
                self.register_buffer(name, torch.as_tensor(start, **placement))
            else:
                setattr(self, name, start)  # nn.Module finds anything else slowly
        self.configuration: Configuration = config.without_arrays()
        self._prepare()

    def reset_parameters(self) -> None:
        """Give parameters and fixed arrays their starting values again, drawn anew if random.

        Raises
        ------
        ValueError
            If a starting value was given as an array: the module does not keep it.
        """
        for name in self.configuration.shapes:
            array = getattr(self, name)
            if isinstance(array, Tensor):
                start = self.configuration.start(name, _Draw(), torch)
                with torch.no_grad():
                    array.copy_(torch.as_tensor(start, device=array.device).expand(array.shape))

    def _prepare(self) -> None:
        """Store what every call needs and nothing changes."""
        act, c = self.activation, self.configuration
        arrays = {p.name for p in act.parameters if p.shaped is not None}
        lengths = tuple(s[0] if n in arrays else None for n, s in c.shapes.items())
        settings = tuple((n, v) for n, v in c.settings.items() if n not in act.split)
        channel_axis = c.axis if c.per_channel else None
        self._specialization = lengths, settings, channel_axis
        self._one_slope = any(stored_shape(act, s) != s for s in c.shapes.values())
        # the shapes of numbers and per-channel parameters need not be inspected
        plain = act.kind == "elementwise" and not (arrays or act.noise)
        self._operation = (
            operation(act.declared, lengths, settings, False, channel_axis) if plain else None
        )
        self._builtin = builtin(act) if plain else None

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation."""
        if isinstance(x, _PROXY):  # torch.fx traces
            return _traced(self, x)
        act, c = self.activation, self.configuration
        x = check_input(act, x)
        if self._one_slope and not x.ndim:  # an axis that the result must not have
            return self.forward(x.reshape(1)).reshape(())
        values = [self._value(name) for name in c.values]
        if self._operation is not None:
            operands = (x, *values)
            if torch.compiler.is_compiling():
                lengths, settings, axis = self._specialization
                return run(act, operands, lengths, settings, False, axis)
            if self._builtin is not None and applies(operands):
                readable(x)  # raises an error where torch would crash the process
                return self._builtin(*operands)  # type: ignore[no-any-return]
            return self._operation.apply(*operands)[0]
        return self._compute(x, values)

    def _compute(self, x: Tensor, values: list[Any], *others: Tensor) -> Tensor:
        """Apply whatever is not a function of one array and numbers, with noise in training."""
        act, c = self.activation, self.configuration
        lengths, settings, axis = self._specialization
        training = act.running and self.training
        values = self._measured(x, values) if training else values
        gate = c.settings.get("gate", "second")
        bound = Arguments(tuple(values), settings, c.axis, gate, others)
        if act.noise and (self.training or act.always_noisy):
            like = act.without_noise(x, bound)[0]
            bound = bound._replace(noise=tuple(_NOISE[d](like) for d in act.noise.values()))
        if not act.is_graph:
            broad = (c.broadcast(n, v, x.ndim) for n, v in zip(c.values, values, strict=True))
            y = apply(act, x, bound._replace(parameters=tuple(broad)))
            if training:
                self._follow(values)
            return y
        if is_plain_gate(act, x, bound):
            return run_gate(act, x, bound, lengths, settings, axis)
        operands = (*act.data_of(x, bound), *values)
        return run(act, operands, lengths, settings, bool(bound.noise), axis)

    def _measured(self, x: Tensor, values: list[Any]) -> list[Any]:
        """Put the statistics of a batch in the place of the running ones."""
        act, pairs = self.activation, zip(self.configuration.values, values, strict=True)
        given = tuple([None if name in act.running else v for name, v in pairs])
        return list(with_statistics(act, self._specialization[1], (x,), given, xp=NAMESPACE))

    @torch.no_grad()
    def _follow(self, measured: list[Any]) -> None:
        """Move the running statistics towards those of a batch."""
        c = self.configuration
        for name, new in zip(c.values, measured, strict=True):
            if name in self.activation.running:
                running = getattr(self, name)
                running.lerp_(new.to(running.dtype), c.momentum)

    def _value(self, name: str) -> Any:
        """Return a parameter; the direct lookup is ten times faster than `nn.Module`'s."""
        value = self._parameters.get(name)
        return getattr(self, name) if value is None else value

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        for name in ("_operation", "_builtin", "_specialization", "_one_slope"):
            state.pop(name, None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._prepare()

    def __getattr__(self, name: str) -> Any:
        """Return a setting, or an attribute of torch's module of that name, such as `dim`."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            config = self.__dict__.get("configuration")
            if config is None or name.startswith("_"):
                raise
            with suppress(AttributeError):
                return attribute(config, name)
            raise

    def __prepare_scriptable__(self) -> Any:  # torch.jit.script calls it
        raise not_scriptable(self.activation.name)

    def _get_name(self) -> str:
        """Return the name in the repr, which `approximate` may have changed."""
        return self.activation.name if "activation" in vars(self) else type(self).__name__

    def config(self) -> dict[str, Any]:
        """Return the configuration, which `create` accepts and JSON can hold.

        Numbers are those that the module started with; trained ones are in its state.
        """
        return self.configuration.mapping()

    def extra_repr(self) -> str:
        """Return the parameters, as the constructor takes them."""
        return self.configuration.describe()


class MaskedModule(ActivationModule):
    """A module that takes a mask when it is called: `where`, an array of booleans."""

    def forward(self, x: Tensor, where: Tensor | None = None) -> Tensor:
        """Apply the activation to the elements where the mask is true, all without one."""
        if isinstance(x, _PROXY):  # torch.fx traces
            return _traced(self, x, where)
        _, settings, axis = self._specialization
        values = tuple(self._value(name) for name in self.configuration.values)
        settings = (*settings, ("where", where))
        return apply(self.activation, x, Arguments(values, settings, axis or 1))


class PairModule(ActivationModule):
    """Base class of the modules of pairs, which are called with two tensors."""

    def forward(self, a: Tensor, b: Tensor) -> Tensor:  # type: ignore[override]
        """Apply the activation to two tensors of one shape."""
        if isinstance(a, _PROXY):  # torch.fx traces
            return _traced(self, a, b)
        act = self.activation
        values = [self._value(name) for name in self.configuration.values]
        return self._compute(check_input(act, a), values, check_input(act, b))


def module_class(spec: str | Mapping[str, Any] | Activation) -> type[ActivationModule]:
    """Return the module class of an activation, which may be anything `multiact.get` accepts."""
    return _module_class(get(spec))


@lru_cache(maxsize=1024)
def _module_class(act: Activation) -> type[ActivationModule]:
    for p in act.parameters:
        if hasattr(ActivationModule, p.name):
            raise TypeError(
                f"{act.name}: torch.nn.Module has {p.name!r} already; "
                f"call the parameter {p.name + '_value'!r}"
            )
    base: type[ActivationModule] = PairModule if act.kind == "pair" else ActivationModule
    base = MaskedModule if any(p.mask for p in act.settings) else base
    forward = base.forward
    # torch.compile limits recompilations per code object, so each class needs its own copy
    code = forward.__code__.replace(co_name=f"forward_{act.key}")
    copy = FunctionType(code, forward.__globals__, "forward", forward.__defaults__)
    copy.__doc__, copy.__annotations__ = forward.__doc__, get_type_hints(forward)
    torch.jit.unused(copy)  # TorchScript cannot compile it
    signature = class_signature(act)
    body = {
        "forward": copy,
        "__module__": "multiact_torch",
        "__qualname__": act.name,
        "__doc__": Documentation(lambda: class_doc(act, LIBRARY, signature)),
        "__signature__": ClassSignature(signature),
    }
    cls: type[ActivationModule] = derived_class(base, act, body, module_class)
    return cls


def create(spec: Spec, /, **parameters: Any) -> Any:
    """Create the module of an activation.

    Parameters
    ----------
    spec
        A name ("talu", "keras:leaky_relu"), a mapping with "name" and arguments of the module's
        constructor, a record, one of our functions; None for the identity; a class, which is
        called; or any other callable, which is returned as it is.
    **parameters
        Arguments of the constructor; they replace those of a mapping.

    Returns
    -------
    torch.nn.Module
        The module; `create(module.config())` makes another one like it.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If `spec` is something else, or an argument is unknown.

    Examples
    --------
    >>> import multiact_torch
    >>> multiact_torch.create("swish", beta=1.5)
    Swish(beta=1.5, learnable=())
    >>> multiact_torch.create("keras:leaky_relu").config()
    {'name': 'leaky_relu', 'negative_slope': 0.2, 'learnable': []}
    """
    return _create(spec, parameters, _module)


def _module(act: Activation, arguments: dict[str, Any]) -> ActivationModule:
    return _module_class(act)(**arguments)
