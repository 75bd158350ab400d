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
from multiact.declare.parameters import Draw, Parameter, python_number, unknown
from multiact.declare.registry import get
from multiact.declare.settings import NAMES
from multiact.declare.shapes import channel_shape

_REQUIRED = inspect.Parameter.empty
MOMENTUM = 0.1  # that of torch.nn.BatchNorm1d


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
        Name of the initializer of the array parameters, or names by parameter.
    per_channel
        Names of the parameters with one value per channel.
    momentum
        Weight of a new batch in running statistics.
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
    initialisation: str | Mapping[str, str] | None
    per_channel: frozenset[str]
    momentum: float = MOMENTUM
    dropped: frozenset[str] = frozenset()

    def start(self, name: str, draw: Draw, xp: Any) -> Any:
        """Return the initial value of a parameter, drawn with `draw` if it is random."""
        p = self.activation.by_name[name]
        value = self.values[name]
        if name in self.dropped:
            raise ValueError(
                f"{self.activation.name}: the array that {name} started from is not kept; "
                "copy it there"
            )
        if p.shaped is None:
            return value
        shape = self.shapes[name][: len(p.shaped.sizes)]
        if value is None:
            # not every parameter need have an initializer of this name; its first is the default
            initializers = p.shaped.initializers
            first = next(iter(initializers.values()))
            value = initializers.get(self._initializer(name), first)(shape, draw, xp)
        if self.shapes[name] == _shape_of(value):
            return value
        return xp.asarray(value)[..., None]  # the same start for each channel

    def _initializer(self, name: str) -> str:
        chosen = self.initialisation
        return str(chosen.get(name) if isinstance(chosen, Mapping) else chosen)

    def without_arrays(self) -> Self:
        """Return a copy without the initial arrays, which the module's state already holds."""
        numbers = {n: v if _is_plain(v) else None for n, v in self.values.items()}
        lost = frozenset(n for n, v in self.values.items() if v is not None and numbers[n] is None)
        return replace(self, values=numbers, dropped=lost) if lost else self

    def broadcast(self, name: str, value: Any, ndim: int) -> Any:
        """Reshape a parameter to broadcast against an input of `ndim` axes."""
        if self.channels is None or name not in self.per_channel:
            return value
        shape = channel_shape(ndim, self.axis, self.channels, self.activation.name)
        return value.reshape((*self.shapes[name][:-1], *shape))

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the function's keyword arguments for these parameter values."""
        return {**values, **self.settings}

    def describe(self) -> str:
        """Return the text between the parentheses of the module's repr."""
        return ", ".join(f"{name}={value!r}" for name, value in self._options().items())

    def _options(self) -> dict[str, Any]:
        numbers = {n: v for n, v in self.values.items() if isinstance(v, (int, float))}
        options: dict[str, Any] = {**numbers, **self.settings, "learnable": self.learnable}
        if self.channels is not None:
            options |= {"channels": self.channels, "axis": self.axis}
        if self.initialisation is not None:
            options["initialisation"] = self.initialisation
        if self.activation.running:
            options["momentum"] = self.momentum
        return options

    def mapping(self) -> dict[str, Any]:
        """Return the name and the constructor's arguments, in a form that JSON can hold.

        The coefficients of array parameters are not in it: they are the module's state.

        Raises
        ------
        TypeError
            If a scalar parameter, or an array parameter with a default, was given as an array.
        """
        act, sizes = self.activation, dict[str, int]()
        for p in act.parameters:
            shape = self.shapes[p.name]
            lost = self.values[p.name] is None and p.shaped is None
            if lost or (p.shaped is not None and p.default is not None):
                if lost or shape != np.shape(p.default):
                    raise TypeError(
                        f"{act.name}: {p.name} was given as an array, which a configuration "
                        "cannot hold; give a number and load the state"
                    )
            elif p.shaped is not None:
                # one array per channel has another axis, which `channels` says
                sizes |= dict(zip(p.shaped.sizes, shape, strict=False))
        free = {size: n for size, n in sizes.items() if size in _free_sizes(act)}
        options = {n: plain(v) for n, v in self._options().items()}
        return {"name": act.key, **free, **options}


def plain(value: Any) -> Any:
    """Return a value in a form that JSON can hold: arrays and tuples as lists."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


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
    learned = [p for p in act.parameters if p.shaped is None or act.is_graph]
    if learned and act.kind != "layer":
        result["channels"] = None
        result.setdefault("axis", axis)
    if any(p.shaped and p.default is None and not p.running for p in act.parameters):
        result["initialisation"] = next(iter(initializer_names(act)))
    if act.running:
        result["momentum"] = MOMENTUM
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
    keyword_only = {"learnable", "channels", "initialisation", "momentum"} - set(_free_sizes(act))
    keyword_only |= {"gate"} & set(act.split)
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
        arguments[name] = p.accept(_start(arguments[name]), act.name, per_channel=True)
    learnable = _check_learnable(act, arguments["learnable"])
    of_array = "channels" in _free_sizes(act)
    channels = None if of_array else python_number(arguments.get("channels"))
    _check_channels(act, channels, learnable)
    initialisation = arguments.get("initialisation")
    _check_initialisation(act, initialisation)
    scalars = {p.name for p in act.parameters if p.shaped is None or act.is_graph}
    shapes = {p.name: _shape(act, p, arguments, channels, learnable) for p in act.parameters}
    fixed = {name: arguments[name] for name in settings}
    for name in (n for p in settings.values() if p.option is NAMES for n in fixed[p.name]):
        get(name)  # now: in a call a compiler may be tracing, which cannot import its family
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
        _momentum(act, arguments.get("momentum", MOMENTUM)),
    )


def _is_plain(value: Any) -> bool:
    """Whether a starting value is a number or consists of numbers."""
    return (
        all(map(_is_plain, value)) if isinstance(value, tuple) else isinstance(value, (int, float))
    )


def _start(value: Any) -> Any:
    """Return a starting value that is an array without axes as a number, if it is known by now."""
    if isinstance(value, (int, float)) or getattr(value, "shape", None) != ():
        return value
    try:
        return value.item()
    except (AttributeError, TypeError, RuntimeError):  # a symbol, traced, or on a meta device
        return value


def _momentum(act: Activation, value: Any) -> float:
    value = python_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{act.name}: momentum must be a number between 0 and 1, got {value!r}")
    return value


def _check_initialisation(act: Activation, value: Any) -> None:
    """Reject an initializer that no array parameter has, or that the named one does not have."""
    if isinstance(value, Mapping):
        for name, chosen in value.items():
            shaped = act.by_name[name].shaped if name in act.by_name else None
            if shaped is None:
                arrays = [p.name for p in act.parameters if p.shaped is not None]
                raise ValueError(f"{act.name}: initialisation of {name!r}; {nearest(name, arrays)}")
            if chosen not in shaped.initializers:
                raise ValueError(
                    f"{act.name}: initialisation of {name} must be one of "
                    f"{', '.join(shaped.initializers)}, got {chosen!r}"
                )
    elif value is not None and value not in initializer_names(act):
        raise ValueError(
            f"{act.name}: initialisation must be one of {', '.join(initializer_names(act))}, "
            f"got {value!r}"
        )


def _check_learnable(act: Activation, value: Any) -> tuple[str, ...]:
    parameters = [p.name for p in act.parameters if not p.running]
    if isinstance(value, (str, bool)) or not isinstance(value, Iterable):
        all_names = f", such as learnable={tuple(parameters)}" if parameters else ""
        raise TypeError(f"{act.name}: learnable must be a tuple of names{all_names}, got {value!r}")
    names = tuple(value)
    for name in names:
        if name not in parameters:
            close = nearest(str(name), parameters)
            raise ValueError(f"{act.name}: learnable names {name!r}; {close}")
    return tuple(n for n in parameters if n in names)


def _check_channels(act: Activation, channels: Any, learnable: tuple[str, ...]) -> None:
    if channels is None:
        return
    if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
        raise ValueError(
            f"{act.name}: channels must be a whole number of 1 or more or None, got {channels!r}"
        )
    if not any((p.shaped is None or act.is_graph) and p.name in learnable for p in act.parameters):
        raise ValueError(f"{act.name}: channels={channels} needs a learnable parameter")


def _shape(
    act: Activation,
    p: Parameter,
    arguments: Mapping[str, Any],
    channels: Any,
    learnable: tuple[str, ...],
) -> tuple[int, ...]:
    per_channel = (channels,) if channels is not None and p.name in learnable else ()
    if p.shaped is None:
        if p.name in learnable:
            _check_start(act, p.name, arguments[p.name], per_channel)
        return per_channel
    value = arguments[p.name]
    if value is None:
        shape = tuple(_size(act, size, arguments) for size in p.shaped.sizes)
    else:
        shape = _shape_of(value)
    given = act.is_graph and len(shape) > len(p.shaped.sizes)  # for each channel
    return shape if given or not act.is_graph else (*shape, *per_channel)


def _shape_of(value: Any) -> tuple[int, ...]:
    return tuple(np.shape(value) if isinstance(value, (list, tuple)) else value.shape)


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
    n = len(n) if isinstance(n, (tuple, list)) else python_number(n)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"{act.name}: {size} must be a whole number of 1 or more, got {n!r}")
    return n


def _free_sizes(act: Activation) -> list[str]:
    """Return the sizes that the caller chooses: not fixed, and not the length of a setting."""
    settings = {p.name for p in act.settings}
    drawn = [p for p in act.parameters if p.shaped is not None and p.default is None]
    sizes = [s for p in drawn if p.shaped is not None for s in p.shaped.sizes]
    return [s for s in dict.fromkeys(sizes) if not s.isdigit() and s not in settings]


def initializer_names(act: Activation) -> list[str]:
    """Return the names of all initializers of array parameters, the default first."""
    arrays = [p.shaped for p in act.parameters if p.shaped is not None and not p.running]
    return list(dict.fromkeys(name for shaped in arrays for name in shaped.initializers))
