"""Arguments as torch.nn and torch.nn.functional take them, translated to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from multiact.adapters.torch_names import CLASSES, FUNCTIONS, OURS, shared
from multiact.declare.activation import Activation
from multiact.declare.parameters import plain
from multiact.declare.registry import get
from multiact.declare.shapes import channel_shape

_NORMALISERS = frozenset({"softmax", "softmin", "log_softmax"})


def class_arguments(
    act: Activation, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Activation, tuple[Any, ...], dict[str, Any]]:
    """Translate the arguments of a module's constructor; `approximate` chooses the activation."""
    if not shared(act):
        return act, args, _without_inplace(act, act.name, kwargs)
    names = CLASSES[act.key].split()
    values = _translated(act, act.name, names, args, kwargs)
    if "num_parameters" in names and "channels" in values and "channels" not in kwargs:
        values["channels"] = _channels(act, values["channels"])
    return _approximated(act, values), (), values


def _channels(act: Activation, count: Any) -> int | None:
    """Return the channels for a number of parameters; a single one is for all channels."""
    if isinstance(count, bool) or not isinstance(plain(count), int):
        raise TypeError(
            f"{act.name}: num_parameters must be a whole number of 1 or more, as in torch.nn, "
            f"got {count!r}; for the slope give init={count!r}"
        )
    return None if count == 1 else count


def function_arguments(
    act: Activation, x: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Activation, Any, dict[str, Any], tuple[Any, ...]]:
    """Translate the arguments of a function: the activation, x, keywords and positions."""
    if not shared(act):
        return act, x, _without_inplace(act, act.key, kwargs), args
    values = _translated(act, act.key, FUNCTIONS[act.key].split(), args, kwargs)
    if act.key in _NORMALISERS:
        dtype = values.pop("dtype", None)
        x = x if dtype is None else x.to(dtype)
        if "axis" in values and values["axis"] is None:
            values["axis"] = implicit_axis(x)
    if values.pop("training", False) and values.get("noise") is None:
        values["noise"] = torch.rand_like(x)
    if act.key == "prelu" and isinstance(values.get("weight"), Tensor):
        values["weight"] = _slopes(x, values["weight"])
    return _approximated(act, values), x, values, ()


def stored_shape(act: Activation, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a parameter of this shape; the single slope of PReLU has one axis."""
    return shape or ((1,) if act.key == "prelu" and shared(act) else ())


def implicit_axis(x: Any) -> int:
    """Return the axis that torch.nn chooses for `dim=None`."""
    return 0 if x.ndim in (0, 1, 3) else 1


def theirs(act: Activation, name: str, given: Mapping[str, Any], channels: int | None) -> Any:
    """Return an attribute of torch's module; `given` has the parameters and settings of ours.

    Raises
    ------
    AttributeError
        If torch's module has none of this name.
    """
    known = CLASSES.get("gelu" if act.key == "gelu_tanh" else act.key, "").split()
    if name == "inplace":
        return False
    if name in known and name == "num_parameters":
        return channels or 1
    if name in known and name == "approximate":
        return "tanh" if act.key == "gelu_tanh" else "none"
    ours = OURS.get(name, name) if name in known else name
    if ours in given:
        return given[ours]
    raise AttributeError(name)


def _translated(
    act: Activation,
    caller: str,
    names: list[str],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> dict[str, Any]:
    """Bind positions to torch's names, and rename all names to ours."""
    known = {*names, *(OURS.get(name) for name in names)}
    order = [*names, *(n for p in (*act.parameters, *act.settings) if (n := p.name) not in known)]
    if len(args) > len(order):
        raise TypeError(f"{caller} takes {len(order)} arguments, {len(args)} given")
    values: dict[str, Any] = {}
    for name, value in [*zip(order, args, strict=False), *kwargs.items()]:
        ours = OURS.get(name, name) if name in names else name
        if name in ("min_value", "max_value"):  # old names, which torch prefers
            values |= {} if value is None else {ours: value}
        elif ours in values:
            raise TypeError(f"{caller}: {name} is given twice")
        else:
            values[ours] = value
    return _without_inplace(act, caller, values)


def _without_inplace(act: Activation, caller: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Drop `inplace`, a permission that is not needed."""
    values = dict(kwargs)
    if not isinstance(values.pop("inplace", False), bool):
        raise TypeError(f"{caller}: inplace must be True or False, got {kwargs['inplace']!r}")
    return values


def _approximated(act: Activation, values: dict[str, Any]) -> Activation:
    """Take `approximate` from the arguments, and return the activation that it names."""
    if act.key != "gelu":
        return act
    word = values.pop("approximate", "none")
    if word not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {word!r}")
    return act if word == "none" else get("gelu_tanh")


def _slopes(x: Any, weight: Tensor) -> Tensor:
    """Return slopes with one axis as they meet the channels of x, which are on axis 1."""
    if weight.ndim != 1 or not isinstance(x, Tensor):
        return weight
    n = weight.shape[0]
    if n == 1:
        return weight.reshape(())
    if x.ndim < 2:
        raise ValueError(
            f"prelu: {n} slopes need an axis 1 of {n} channels, got shape {tuple(x.shape)}"
        )
    return weight.reshape(channel_shape(x.ndim, 1, n, "prelu"))


def not_scriptable(name: str) -> NotImplementedError:
    """Return the error for torch.jit.script, which compiles Python's source."""
    return NotImplementedError(
        f"{name}: torch.jit.script compiles source code, which derived activations lack; use "
        "torch.compile, torch.export or torch.jit.trace"
    )
