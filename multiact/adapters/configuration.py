"""What a module of an activation holds, the same in every framework.

The adapters only create their framework's parameters from a `Configuration`; names,
defaults, checks and errors are decided here once.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.parameters import Draw, Parameter, unknown
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
        Starting value of every parameter: a number, an array, or None where a random
        start has to be drawn (`start`).
    shapes
        Shape of every parameter; () for one number.
    learnable
        Names of the trained parameters.
    settings
        Settings by name, as the formula takes them.
    channels, axis
        Number of channels if scalar parameters are per channel, and their axis.
    initialisation
        Name of the starting values of array parameters.
    per_channel
        Names of the parameters with one value per channel.
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

    def start(self, name: str, draw: Draw, xp: Any) -> Any:
        """The starting value of a parameter, drawn from the framework's generator if random."""
        p = next(p for p in self.activation.parameters if p.name == name)
        value = self.values[name]
        if value is not None or p.shaped is None:
            return value
        # parameters need not have the same names of initializers: then each starts with its first
        known = p.shaped.initializers
        first = next(iter(known.values()))
        return known.get(str(self.initialisation), first)(self.shapes[name], draw, xp)

    def without_arrays(self) -> Self:
        """The same without the starting values that a module's state holds."""
        numbers = {n: v if isinstance(v, (int, float)) else None for n, v in self.values.items()}
        return replace(self, values=numbers)

    def broadcast(self, name: str, value: Any, ndim: int) -> Any:
        """A parameter in the shape in which it meets an input of `ndim` axes."""
        if self.channels is None or name not in self.per_channel:
            return value
        return value.reshape(channel_shape(ndim, self.axis, self.channels, self.activation.name))

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Keyword arguments of the function for these parameter values."""
        return {**values, **self.settings}

    def describe(self) -> str:
        """What stands in the module's repr between the parentheses."""
        shown = {n: v for n, v in self.values.items() if isinstance(v, (int, float))}
        options: dict[str, Any] = {**shown, **self.settings, "learnable": self.learnable}
        if self.channels is not None:
            options |= {"channels": self.channels, "axis": self.axis}
        if self.initialisation is not None:
            options["initialisation"] = self.initialisation
        return ", ".join(f"{name}={value!r}" for name, value in options.items())


def options(act: Activation) -> dict[str, Any]:
    """The keyword arguments of the activation's modules and their defaults, in order."""
    scalars = [p for p in act.parameters if p.shaped is None]
    free = _free_sizes(act)
    result: dict[str, Any] = {size: _REQUIRED for size in free if act.sizes.get(size) is None}
    result |= {p.name: p.default for p in scalars}
    result |= {size: n for size, n in act.sizes.items() if n is not None and size in free}
    result |= {p.name: p.default for p in act.settings}
    result |= {p.name: p.default for p in act.parameters if p.shaped is not None}
    result["learnable"] = act.learnable
    if scalars and act.kind != "layer":
        result["channels"] = None
        result.setdefault("axis", 1)
    if any(p.shaped and p.default is None for p in act.parameters):
        result["initialisation"] = next(iter(_starts(act)))
    return result


def signature(act: Activation) -> inspect.Signature:
    """The signature of the activation's modules."""
    keyword_only = {"learnable", "channels", "initialisation"} - set(_free_sizes(act))
    if "axis" not in {p.name for p in act.settings}:
        keyword_only.add("axis")
    shaped = {p.name for p in act.parameters if p.shaped is not None}
    make = inspect.Parameter
    listed = [
        make(
            name,
            make.KEYWORD_ONLY if name in keyword_only | shaped else make.POSITIONAL_OR_KEYWORD,
            default=default,
        )
        for name, default in options(act).items()
    ]
    return inspect.Signature(sorted(listed, key=lambda p: p.kind))


_signature = lru_cache(maxsize=2048)(signature)


def configure(act: Activation, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Configuration:
    """Check the arguments of a module's constructor.

    Raises
    ------
    TypeError
        For an argument that does not exist, is missing or has the wrong type.
    ValueError
        For a value outside its constraint, an unknown learnable parameter or starting value.
    """
    known = list(_signature(act).parameters)
    for name in kwargs:
        if name not in known:
            raise unknown(act.name, name, known)
    try:
        bound = _signature(act).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{act.name}: {error}") from None
    bound.apply_defaults()
    given = dict(bound.arguments)
    for p in (*act.parameters, *act.settings):
        given[p.name] = p.accept(given[p.name], act.name)
    learnable = _checked_learnable(act, given["learnable"])
    channels = None if "channels" in _free_sizes(act) else given.get("channels")
    _check_channels(act, channels, learnable)
    initialisation = given.get("initialisation")
    if initialisation is not None and initialisation not in _starts(act):
        raise ValueError(
            f"{act.name}: initialisation must be one of {', '.join(_starts(act))}, "
            f"got {initialisation!r}"
        )
    scalars = {p.name for p in act.parameters if p.shaped is None}
    shapes = {p.name: _shape(act, p, given, channels, learnable) for p in act.parameters}
    settings = {p.name: given[p.name] for p in act.settings}
    act.check_sizes(shapes, settings.items())
    return Configuration(
        act,
        {p.name: given[p.name] for p in act.parameters},
        shapes,
        learnable,
        settings,
        channels,
        given.get("axis", 1),
        initialisation,
        frozenset(scalars & {*learnable} if channels is not None else ()),
    )


def _checked_learnable(act: Activation, given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError(f"{act.name}: learnable must be a tuple of names, got {given!r}")
    try:
        names = tuple(given)
    except TypeError:
        raise TypeError(f"{act.name}: learnable must be a tuple of names, got {given!r}") from None
    known = [p.name for p in act.parameters]
    for name in names:
        if name not in known:
            close = nearest(str(name), known)
            raise ValueError(f"{act.name}: learnable names {name!r}; {close}")
    return tuple(n for n in known if n in names)


def _check_channels(act: Activation, channels: Any, learnable: tuple[str, ...]) -> None:
    if channels is None:
        return
    if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
        raise ValueError(
            f"{act.name}: channels must be a whole number of 1 or more or None, got {channels!r}"
        )
    if not any(p.shaped is None and p.name in learnable for p in act.parameters):
        raise ValueError(f"{act.name}: channels={channels} needs a learnable scalar parameter")


def _shape(
    act: Activation,
    p: Parameter,
    given: Mapping[str, Any],
    channels: Any,
    learnable: tuple[str, ...],
) -> tuple[int, ...]:
    if p.shaped is None:
        return (channels,) if channels is not None and p.name in learnable else ()
    value = given[p.name]
    if value is not None:
        return tuple(np.shape(value) if isinstance(value, (list, tuple)) else value.shape)
    return tuple(_size(act, size, given) for size in p.shaped.sizes)


def _size(act: Activation, size: str, given: Mapping[str, Any]) -> int:
    n = int(size) if size.isdigit() else given[size]
    n = len(n) if isinstance(n, (tuple, list)) else n
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"{act.name}: {size} must be a whole number of 1 or more, got {n!r}")
    return n


def _free_sizes(act: Activation) -> list[str]:
    """Size names that the caller gives: not digits, not lengths of a setting or of a default."""
    settings = {p.name for p in act.settings}
    starting = [p for p in act.parameters if p.shaped is not None and p.default is None]
    used = [s for p in starting if p.shaped is not None for s in p.shaped.sizes]
    return [s for s in dict.fromkeys(used) if not s.isdigit() and s not in settings]


def _starts(act: Activation) -> list[str]:
    return list(dict.fromkeys(s for p in act.parameters if p.shaped for s in p.shaped.initializers))
