"""The arguments of a call, bound to the names of a declaration and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from multiact.calculus.program import Inputs
from multiact.declare.names import call_by_name
from multiact.declare.parameters import unknown

if TYPE_CHECKING:
    from multiact.declare.activation import Activation


class Arguments(NamedTuple):
    """The checked arguments of one call, after its first array.

    Attributes
    ----------
    parameters, settings
        Parameters in order, and settings by name, as the formula takes them.
    axis, gate
        For a gate: the axis that is halved, and which half is the gate.
    others
        The second array of a pair.
    noise
        The noise: for every name an array, or none at all.
    """

    parameters: tuple[Any, ...]
    settings: tuple[tuple[str, Any], ...]
    axis: int = -1
    gate: str = "second"
    others: tuple[Any, ...] = ()
    noise: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Specialization:
    """What a graph depends on besides the formula: lengths of array parameters, noise, settings."""

    inputs: Inputs
    settings: tuple[tuple[str, Any], ...]


def bind(
    act: Activation, args: tuple[Any, ...], kwargs: Mapping[str, Any], partly: bool
) -> Arguments:
    """Bind the arguments of a call after its first array; see `Activation.bind`."""
    others: tuple[Any, ...] = ()
    if act.kind == "pair":
        count = len(act.data) - 1
        others, args = args[:count], args[count:]
    if len(args) > len(act.by_name):
        raise TypeError(f"{act.key} takes {len(act.by_name)} parameters, {len(args)} given")
    given = dict(zip(act.by_name, args, strict=False))
    for name, value in kwargs.items():
        if name not in act.by_name and name not in act.noise:
            raise unknown(act.key, name, [*act.by_name, *act.noise])
        if name in given:
            raise TypeError(f"{act.key}: {name} is given twice")
        given[name] = value
    values = {
        name: p.accept(given[name], act.key) if name in given else p.default
        for name, p in act.by_name.items()
    }
    missing = [p.name for p in act.parameters if values[p.name] is None and not p.running]
    if missing and not partly:
        raise TypeError(f"{act.key}: {missing[0]} must be given, an array of its coefficients")
    if act.requires:
        _check_requirements(act, values)
    parameters = tuple([values[p.name] for p in act.parameters])
    settings = tuple([(p.name, values[p.name]) for p in act.settings if p.name not in act.split])
    axis, gate = (values[name] for name in act.split) if act.split else (-1, "second")
    noise = _noise(act, given) if act.noise else ()
    return Arguments(parameters, settings, axis, gate, others, noise)


def _noise(act: Activation, given: Mapping[str, Any]) -> tuple[Any, ...]:
    noise = {name: given[name] for name in act.noise if given.get(name) is not None}
    missing = [name for name in act.noise if name not in noise]
    if noise and missing:
        raise TypeError(
            f"{act.key}: {missing[0]} must be given, too: noise is drawn for all of "
            f"{', '.join(act.noise)} or for none"
        )
    return tuple(noise.values())


def _check_requirements(act: Activation, values: Mapping[str, Any]) -> None:
    for text, names, condition in act.conditions:
        arguments = {name: values[name] for name in names}
        numbers = all(isinstance(v, (int, float)) for v in arguments.values())
        if numbers and not call_by_name(condition, arguments):
            listed = ", ".join(f"{n}={v}" for n, v in arguments.items())
            raise ValueError(f"{act.key}: {text} must hold, got {listed}")
