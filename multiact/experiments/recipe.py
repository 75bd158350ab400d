"""The hyperparameters of training, independent of the framework."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from multiact._suggest import nearest

FOLDER = Path(__file__).parent / "recipes"
_CHOICES = {
    "optimizer": ("sgd", "adam"),
    "schedule": ("constant", "linear"),
    "scaling": ("standard", "half"),
}


@dataclass(frozen=True)
class Recipe:
    """What is trained on what, and how: all of a run but its activation, seed and framework.

    Attributes
    ----------
    data
        Name of the data set, for `multiact.experiments.load`.
    network
        "mlp-256-128": hidden layers of dense networks; "lenet" or "cnn-32-64-128": convolutions,
        then one dense layer; "resnet-16-32"; "transformer-64-2-4": width, blocks and heads; or
        "FILE.py:NAME", a function that makes a model: see `multiact.experiments.own`.
    epochs
        How many times every example is seen.
    batch_size
        Examples per step; the last step of an epoch may have fewer.
    optimizer
        "sgd" or "adam".
    rate
        Learning rate of the first step.
    momentum
        Of SGD.
    schedule
        "constant", or "linear": the rate falls to zero.
    label_smoothing
        The share of the label that is spread over all classes.
    scaling
        "standard": inputs have mean 0 and deviation 1 over the training set; "half": pixels from
        0 to 1 minus 1/2, divided by 1/2.
    rates
        The learning rates among which tuning chooses.
    """

    data: str = "fashion-mnist"
    network: str = "mlp-256-128"
    epochs: int = 3
    batch_size: int = 128
    optimizer: str = "adam"
    rate: float = 1.5e-3
    momentum: float = 0.0
    schedule: str = "linear"
    label_smoothing: float = 0.0
    scaling: str = "standard"
    rates: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
        for rate in (self.rate, *self.rates):
            if not 0 < rate < math.inf:
                raise ValueError(f"learning rates must be positive and finite, got {rate}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be from 0 to below 1, got {self.momentum}")

    @classmethod
    def read(cls, name: str | os.PathLike[str]) -> Self:
        """Read a recipe: one of the package's, such as "book-code", or a TOML file.

        Parameters
        ----------
        name
            Name of a recipe, or path of a file that ends in `.toml`.

        Raises
        ------
        LookupError
            If there is no such recipe.
        ValueError
            If the file is no TOML, or has a key or a value that a recipe does not have.

        Examples
        --------
        >>> from multiact.experiments import Recipe
        >>> Recipe.read("book-code").momentum
        0.8
        """
        path = Path(name)
        if path.suffix != ".toml":
            known = [file.stem for file in sorted(FOLDER.glob("*.toml"))]
            path = FOLDER / f"{name}.toml"
            if path.stem not in known:
                raise LookupError(f"no recipe {os.fspath(name)!r}; {nearest(str(name), known)}")
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path}: no TOML: {error}") from error
        return cls().changed(content)

    def changed(self, values: Mapping[str, Any]) -> Self:
        """Return the recipe with other values, which may be text, as from a command line."""
        types = {f.name: f for f in fields(self)}
        for name in values:
            if name not in types:
                raise ValueError(f"a recipe has no {name!r}; {nearest(name, list(types))}")
        return replace(self, **{n: _converted(types[n].default, n, v) for n, v in values.items()})

    def as_dict(self) -> dict[str, Any]:
        """Return what determines a run: all but the rates that are not its own."""
        return {name: v for name, v in asdict(self).items() if name != "rates"}

    def steps(self, count: int) -> int:
        """Return the number of steps of an epoch with this many examples."""
        return math.ceil(count / self.batch_size)

    def factor(self, step: int, count: int) -> float:
        """Return the factor of the learning rate at a step, counted from 0 over all epochs."""
        constant = self.schedule == "constant"
        return 1.0 if constant else 1 - step / (self.epochs * self.steps(count))


def _converted(default: Any, name: str, value: Any) -> Any:
    """Convert text or TOML's values to the type of a field."""
    assert default is not MISSING
    try:
        if isinstance(default, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(float(part) for part in parts)
        if isinstance(default, int):
            return _integer(value)
        return type(default)(value) if isinstance(default, float) else _text(value)
    except (TypeError, ValueError) as error:
        kind = "numbers" if isinstance(default, tuple) else type(default).__name__
        raise ValueError(f"{name} must be {kind}, got {value!r}") from error


def _integer(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError(value)
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
