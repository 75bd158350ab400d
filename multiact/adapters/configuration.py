"""The configuration of an activation's module, the same in every framework.

Names, defaults, checks and error messages are decided here, once; the adapters only create
their framework's parameters from a `Configuration`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.parameters import Draw, Parameter, plain, unknown
from multiact.declare.shapes import channel_shape

_REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True)
class Configuration:
    """A checked module configuration.

    Attributes
    ----------
    activation
        The record.
    values
        Initial value of every parameter: a number, an array, or None where `start` has to
        draw it.
    shapes
        Shape of every parameter; () for a single number.
    learnable
        Names of the trained parameters.
    settings
        Settings by name, as the formula takes them.
    channels, axis
        Number of channels if scalar parameters are per channel, and their axis.
    initialisation
        Name of the initializer of the array parameters.
    per_channel
        Names of the parameters with one value per channel.
    options
        The constructor's arguments but the parameters.
    dropped
        Names of the parameters whose starting arrays are no longer here.
    """

    activation: Activation
    values: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    learnable: tuple[str, ...]
    settings: Mapping[str, Any]
    channels: int | None
    axis: int
    initialisation: str | None
    per_channel: frozenset[str]
    options: Mapping[str, Any]
    dropped: frozenset[str] = frozenset()

    def start(self, name: str, draw: Draw, xp: Any) -> Any:
        """Return the initial value of a parameter, drawn with `draw` if it is random."""
        p = next(p for p in self.activation.parameters if p.name == name)
        value = self.values[name]
        if name in self.dropped:
            raise ValueError(
                f"{self.activation.name}: the array that {name} started from is not kept; "
                "copy it there"
            )
        if value is not None or p.shaped is None:
            return value
        # not every parameter need have an initializer of this name; its first is the default
        initializers = p.shaped.initializers
        first = next(iter(initializers.values()))
        return initializers.get(str(self.initialisation), first)(self.shapes[name], draw, xp)

    def without_arrays(self) -> Self:
        """Return a copy without the initial arrays, which the module's state already holds."""
        numbers = {n: v if _is_plain(v) else None for n, v in self.values.items()}
        lost = frozenset(n for n, v in self.values.items() if v is not None and numbers[n] is None)
        return replace(self, values=numbers, dropped=lost)

    def broadcast(self, name: str, value: Any, ndim: int) -> Any:
        """Reshape a parameter to broadcast against an input of `ndim` axes."""
        if self.channels is None or name not in self.per_channel:
            return value
        return value.reshape(channel_shape(ndim, self.axis, self.channels, self.activation.name))

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the function's keyword arguments for these parameter values."""
        return {**values, **self.settings}

    def describe(self) -> str:
        """Return the text between the parentheses of the module's repr."""
        numbers = {n: v for n, v in self.values.items() if isinstance(v, (int, float))}
        options: dict[str, Any] = {**numbers, **self.settings, "learnable": self.learnable}
        if self.channels is not None:
            options |= {"channels": self.channels, "axis": self.axis}
        if self.initialisation is not None:
            options["initialisation"] = self.initialisation
        return ", ".join(f"{name}={value!r}" for name, value in options.items())


def options(act: Activation, axis: int = 1) -> dict[str, Any]:
    """Return the keyword arguments of the activation's modules with their defaults, in order.

    `axis` is that of the channels in the framework: 1 in PyTorch, -1 in Flax.
    """
    scalars = [p for p in act.parameters if p.shaped is None]
    free_sizes = _free_sizes(act)
    result: dict[str, Any] = {size: _REQUIRED for size in free_sizes if act.sizes.get(size) is None}
    result |= {p.name: p.default for p in scalars}
    result |= {size: n for size, n in act.sizes.items() if n is not None and size in free_sizes}
    result |= {p.name: setting_default(p, axis) for p in act.settings if not p.mask}
    result |= {p.name: p.default for p in act.parameters if p.shaped is not None}
    result["learnable"] = act.learnable
    if scalars and act.kind != "layer":
        result["channels"] = None
        result.setdefault("axis", axis)
    if any(p.shaped and p.default is None for p in act.parameters):
        result["initialisation"] = next(iter(_initializer_names(act)))
    return result


def setting_default(p: Parameter, axis: int) -> Any:
    """Return the default of a setting; that of a channel axis (1 or -3) is the framework's."""
    return axis if axis != 1 and p.name == "axis" and p.default in (1, -3) else p.default


def channels_last(act: Activation) -> Activation:
    """Return the activation with the last axis for its channels, if it has an axis for them."""
    first = any(setting_default(p, -1) != p.default for p in act.settings)
    return act.with_defaults(axis=-1) if first else act


def signature(act: Activation, axis: int = 1) -> inspect.Signature:
    """Return the signature of the activation's modules; `axis` is the framework's, as above."""
    keyword_only = {"learnable", "channels", "initialisation"} - set(_free_sizes(act))
    if "axis" not in {p.name for p in act.settings}:
        keyword_only.add("axis")
    shaped = {p.name for p in act.parameters if p.shaped is not None}
    Param = inspect.Parameter
    parameters = [
        Param(
            name,
            Param.KEYWORD_ONLY if name in keyword_only | shaped else Param.POSITIONAL_OR_KEYWORD,
            default=default,
        )
        for name, default in options(act, axis).items()
    ]
    return inspect.Signature(sorted(parameters, key=lambda p: p.kind))


_signature = lru_cache(maxsize=2048)(signature)


def configure(
    act: Activation, args: tuple[Any, ...], kwargs: Mapping[str, Any], axis: int = 1
) -> Configuration:
    """Check the arguments of a module's constructor.

    Parameters
    ----------
    act
        The record.
    args, kwargs
        The arguments.
    axis
        The axis of the channels in the framework, unless the arguments name another.

    Raises
    ------
    TypeError
        For an argument that does not exist, is missing or has the wrong type.
    ValueError
        For a value that violates its constraint, or an unknown learnable parameter or
        initialisation.
    """
    names = list(_signature(act, axis).parameters)
    for name in kwargs:
        if name not in names:
            raise unknown(act.name, name, names)
    try:
        bound = _signature(act, axis).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{act.name}: {error}") from None
    bound.apply_defaults()
    arguments = dict(bound.arguments)
    settings = {p.name: p for p in act.settings if not p.mask}
    for name, p in {**{p.name: p for p in act.parameters}, **settings}.items():
        arguments[name] = p.accept(_start(arguments[name]), act.name)
    learnable = _check_learnable(act, arguments["learnable"])
    channels = None
    if "channels" not in _free_sizes(act):
        channels = _check_channels(act, plain(arguments.get("channels")), learnable)
    initialisation = arguments.get("initialisation")
    if initialisation is not None and initialisation not in _initializer_names(act):
        raise ValueError(
            f"{act.name}: initialisation must be one of {', '.join(_initializer_names(act))}, "
            f"got {initialisation!r}"
        )
    scalars = {p.name for p in act.parameters if p.shaped is None}
    shapes = {p.name: _shape(act, p, arguments, channels, learnable) for p in act.parameters}
    fixed = {name: arguments[name] for name in settings}
    act.check_sizes(shapes, fixed.items())
    return Configuration(
        act,
        {p.name: arguments[p.name] for p in act.parameters},
        shapes,
        learnable,
        fixed,
        channels,
        arguments.get("axis", axis),
        initialisation,
        frozenset(scalars & {*learnable} if channels is not None else ()),
        {n: v for n, v in arguments.items() if n not in shapes},
    )


def _is_plain(value: Any) -> bool:
    """Whether a starting value is a number or consists of numbers."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, (int, float))


def _start(value: Any) -> Any:
    """Return a starting value that is an array without axes as a number, if it is known by now."""
    if isinstance(value, (int, float)) or getattr(value, "shape", None) != ():
        return value
    try:
        return value.item()
    except (AttributeError, TypeError, RuntimeError):  # a symbol, traced, or on a meta device
        return value


def _check_learnable(act: Activation, value: Any) -> tuple[str, ...]:
    parameters = [p.name for p in act.parameters]
    if isinstance(value, (str, bool)) or not isinstance(value, Iterable):
        all_names = f", such as learnable={tuple(parameters)}" if parameters else ""
        raise TypeError(f"{act.name}: learnable must be a tuple of names{all_names}, got {value!r}")
    names = tuple(value)
    for name in names:
        if name not in parameters:
            close = nearest(str(name), parameters)
            raise ValueError(f"{act.name}: learnable names {name!r}; {close}")
    return tuple(n for n in parameters if n in names)


def _check_channels(act: Activation, channels: Any, learnable: tuple[str, ...]) -> int | None:
    if channels is None:
        return None
    if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
        raise ValueError(
            f"{act.name}: channels must be a whole number of 1 or more or None, got {channels!r}"
        )
    if not any(p.shaped is None and p.name in learnable for p in act.parameters):
        raise ValueError(f"{act.name}: channels={channels} needs a learnable scalar parameter")
    return channels


def _shape(
    act: Activation,
    p: Parameter,
    arguments: Mapping[str, Any],
    channels: Any,
    learnable: tuple[str, ...],
) -> tuple[int, ...]:
    if p.shaped is None:
        shape = (channels,) if channels is not None and p.name in learnable else ()
        if p.name in learnable:
            _check_start(act, p.name, arguments[p.name], shape)
        return shape
    value = arguments[p.name]
    if value is not None:
        return tuple(np.shape(value) if isinstance(value, (list, tuple)) else value.shape)
    return tuple(_size(act, size, arguments) for size in p.shaped.sizes)


def _check_start(act: Activation, name: str, value: Any, shape: tuple[int, ...]) -> None:
    """Reject a starting value that is an array for another number of channels."""
    given = tuple(getattr(value, "shape", ()))
    if given not in ((), (1,), shape):
        raise ValueError(
            f"{act.name}: {name} has shape {given}, not {shape}; channels=n makes one value for "
            "each of n channels"
        )


def _size(act: Activation, size: str, arguments: Mapping[str, Any]) -> int:
    n = int(size) if size.isdigit() else arguments[size]
    n = len(n) if isinstance(n, (tuple, list)) else plain(n)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"{act.name}: {size} must be a whole number of 1 or more, got {n!r}")
    return n


def _free_sizes(act: Activation) -> list[str]:
    """Return the sizes that the caller chooses: not fixed, and not the length of a setting."""
    settings = {p.name for p in act.settings}
    drawn = [p for p in act.parameters if p.shaped is not None and p.default is None]
    sizes = [s for p in drawn if p.shaped is not None for s in p.shaped.sizes]
    return [s for s in dict.fromkeys(sizes) if not s.isdigit() and s not in settings]


def _initializer_names(act: Activation) -> list[str]:
    return list(dict.fromkeys(s for p in act.parameters if p.shaped for s in p.shaped.initializers))
