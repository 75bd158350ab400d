"""One training: what determines it, and the name that follows from that."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

from multiact.experiments.choice import Choice
from multiact.experiments.data import Dataset
from multiact.experiments.network import Network, convolutional, mlp
from multiact.experiments.recipe import Recipe

STAGES = ("tune", "final")
BACKENDS = ("torch", "flax")


@dataclass(frozen=True)
class Run:
    """A training.

    Attributes
    ----------
    activation
        The text of a `Choice`, such as "relu" or "prelu+tied".
    recipe
        What is trained on what, and how.
    seed
        Determines the starting weights and the order of the examples.
    backend
        "torch" or "flax".
    stage
        "final": trained on all training examples and tested on the test set; "tune": trained on
        a part of the former and tested on the rest.
    """

    activation: str
    recipe: Recipe
    seed: int = 0
    backend: str = "torch"
    stage: str = "final"

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")
        for name, choices in (("backend", BACKENDS), ("stage", STAGES)):
            if getattr(self, name) not in choices:
                value = getattr(self, name)
                raise ValueError(f"{name} must be {' or '.join(choices)}, got {value!r}")

    @property
    def data(self) -> str:
        """The name of the data set."""
        return self.recipe.data

    @property
    def network(self) -> str:
        """The name of the network."""
        return self.recipe.network

    @cached_property
    def choice(self) -> Choice:
        """The activation with its options."""
        return Choice.parse(self.activation)

    def as_dict(self) -> dict[str, Any]:
        """Return all that determines the run, in a form that JSON can hold."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        formula = self.choice.activation
        # a user may change the formula in the file that the text names
        own = {} if formula.package == "multiact" else {"formula": _fingerprint(formula)}
        return {**values, "recipe": self.recipe.as_dict(), **own}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the run that `as_dict` described."""
        known = {f.name: values[f.name] for f in fields(cls)}
        return cls(**{**known, "recipe": Recipe(**values["recipe"])})

    def __getstate__(self) -> dict[str, Any]:
        # a worker reads an activation from its file itself: what was read here is no part of it
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def folder(self) -> str:
        """The name of the folder that runs with other seeds share, and the seed's in it."""
        without = {n: v for n, v in self.as_dict().items() if n != "seed"}
        digest = hashlib.sha256(json.dumps(without, sort_keys=True).encode()).hexdigest()[:8]
        name = re.sub(r"[^\w.=+-]+", "_", self.activation.rpartition("/")[2]).strip("_")
        return f"{name}-{digest}/seed-{self.seed:04d}"

    @property
    def group(self) -> Run:
        """The run with the seed and the rate that all others of its stack have, too."""
        return replace(self, seed=0, recipe=replace(self.recipe, rate=1.0))


def _fingerprint(act: Any) -> str:
    text = repr(act.expression(act.example_specialization, raw=True)) if act.is_graph else act.key
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build_network(run: Run, data: Dataset) -> Network:
    """Describe the network of a run for the inputs and targets of a data set.

    Raises
    ------
    ValueError
        If there is no such network, or the images are too small for it.
    """
    name, *numbers = run.network.split("-")
    choice = run.choice
    act, options = choice.activation, choice.options
    outputs = len(data.classes) or data.train.targets.shape[1]
    shape = data.train.inputs.shape[1:]
    sizes = [int(number) for number in numbers if number.isdigit()]
    if name == "mlp" and len(sizes) == len(numbers) > 0:
        dense = [math.prod(shape), *sizes, outputs]
        return mlp(dense, act, [options] * len(sizes), tie=choice.tied)
    if (name == "lenet" and not numbers) or (name == "cnn" and len(sizes) == len(numbers) > 1):
        if len(shape) not in (2, 3):
            raise ValueError(f"{run.network} takes images; those of {run.data} have shape {shape}")
        image = (*shape[-2:], shape[0] if len(shape) == 3 else 1)
        if name == "lenet":
            five: Any = {"kernel": 5, "padding": 0}
            return convolutional(
                image, (6, 16), (120, 84), outputs, act, options, tie=choice.tied, **five
            )
        return convolutional(image, sizes[:-1], sizes[-1:], outputs, act, options, tie=choice.tied)
    raise ValueError(f"no network {run.network!r}; write mlp-256-128, cnn-32-64-128 or lenet")
