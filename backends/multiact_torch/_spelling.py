"""Arguments as torch.nn and torch.nn.functional take them, translated to ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from multiact.adapters.configuration import Configuration
from multiact.adapters.torch_names import CLASSES, OURS, shared
from multiact.declare.activation import Activation
from multiact.declare.parameters import python_number
from multiact.declare.registry import get
from multiact.declare.shapes import channel_shape

_NORMALISERS = frozenset({"softmax", "softmin", "log_softmax"})


@dataclass(frozen=True)
class Spelling:
    """How torch takes the arguments of a class or function.

    Attributes
    ----------
    caller
        Its name, for errors.
    order
        The arguments in order, torch's first, then ours.
    ours
        Our names of those that have others in torch.
    """

    caller: str
    order: tuple[str, ...]
    ours: Mapping[str, str]

    @classmethod
    def of(cls, act: Activation, caller: str, table: Mapping[str, str]) -> Spelling | None:
        """Return the spelling of an activation's class or function; None if torch has none."""
        if not shared(act):
            return None
        names = table[act.key].split()
        ours = {name: OURS[name] for name in names if name in OURS}
        known = {*names, *ours.values()}
        more = (p.name for p in (*act.parameters, *act.settings) if p.name not in known)
        return cls(caller, (*names, *more), ours)

    def translated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Bind positions to torch's names, and rename all names to ours."""
        if len(args) > len(self.order):
            raise TypeError(f"{self.caller} takes {len(self.order)} arguments, {len(args)} given")
        values: dict[str, Any] = {}
        for name, value in (*zip(self.order, args, strict=False), *kwargs.items()):
            ours = self.ours.get(name, name)
            if name in ("min_value", "max_value"):  # old names, which torch prefers
                values |= {} if value is None else {ours: value}
            elif ours in values:
                raise TypeError(f"{self.caller}: {name} is given twice")
            else:
                values[ours] = value
        return _without_inplace(self.caller, values)


@lru_cache(maxsize=1024)
def _class_spelling(act: Activation) -> Spelling | None:
    return Spelling.of(act, act.name, CLASSES)


def class_arguments(
    act: Activation, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Activation, tuple[Any, ...], dict[str, Any]]:
    """Translate the arguments of a module's constructor; `approximate` chooses the activation."""
    if not (args or kwargs):
        return act, args, kwargs
    spelling = _class_spelling(act)
    if spelling is None:
        return act, args, _without_inplace(act.name, kwargs)
    values = spelling.translated(args, kwargs)
    if act.key == "prelu" and "channels" in values and "channels" not in kwargs:
        values["channels"] = _channels(act, values["channels"])
    return _approximated(act, values), (), values


def _channels(act: Activation, count: Any) -> int | None:
    """Return the channels for a number of parameters; a single one is for all channels."""
    if isinstance(count, bool) or not isinstance(python_number(count), int):
        raise TypeError(
            f"{act.name}: num_parameters must be a whole number of 1 or more, as in torch.nn, "
            f"got {count!r}; for the slope give init={count!r}"
        )
    return None if count == 1 else count


def function_arguments(
    act: Activation,
    spelling: Spelling | None,
    x: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Activation, Any, dict[str, Any], tuple[Any, ...]]:
    """Translate the arguments of a function: the activation, x, keywords and positions."""
    if spelling is None:
        return act, x, _without_inplace(act.key, kwargs), args
    values = spelling.translated(args, kwargs)
    if act.key in _NORMALISERS:
        dtype = values.pop("dtype", None)
        x = x if dtype is None else x.to(dtype)
    if values.pop("training", False) and values.get("noise") is None:
        values["noise"] = torch.rand_like(x)
    if act.key == "prelu" and isinstance(values.get("weight"), Tensor):
        values["weight"] = _slopes(x, values["weight"])
    return _approximated(act, values), x, values, ()


def stored_shape(act: Activation, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a parameter of this shape; the single slope of PReLU has one axis."""
    return shape or ((1,) if act.key == "prelu" and shared(act) else ())


def attribute(config: Configuration, name: str) -> Any:
    """Return a setting of a module, or an attribute that torch's module of its name has.

    Raises
    ------
    AttributeError
        If torch's module has none of this name.
    """
    key = config.activation.key
    more = {
        "inplace": False,
        "num_parameters": config.channels or 1,
        "init": config.values.get("weight"),
        "approximate": "tanh" if key == "gelu_tanh" else "none",
        "dim": config.settings.get("axis"),
    }
    known = CLASSES.get("gelu" if key == "gelu_tanh" else key, "").split()
    if name in config.settings:
        return config.settings[name]
    if name in more and name in (*known, "inplace"):
        return more[name]
    raise AttributeError(name)


def _without_inplace(caller: str, values: dict[str, Any]) -> dict[str, Any]:
    """Drop `inplace`, a permission that is not needed."""
    inplace = values.pop("inplace", False)
    if not isinstance(inplace, bool):
        raise TypeError(f"{caller}: inplace must be True or False, got {inplace!r}")
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
    if weight.ndim != 1 or not isinstance(x, Tensor) or weight.is_complex():
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
