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

from multiact.experiments import own
from multiact.experiments.architectures import convolutional, mlp, residual, transformer
from multiact.experiments.choice import Choice
from multiact.experiments.data import Dataset
from multiact.experiments.network import Network
from multiact.experiments.recipe import Recipe

STAGES = ("tune", "final")
BACKENDS = ("torch", "flax")
_NETWORK = re.compile(r"(mlp|resnet)(-\d+)+|cnn(-\d+){2,}|lenet|transformer(-\d+){3}")
_EXAMPLES = "mlp-256-128, cnn-32-64-128, lenet, resnet-16-32, transformer-64-2-4"


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
        # a user may change what is in the files that the texts name
        changing = {} if formula.package == "multiact" else {"formula": _fingerprint(formula)}
        if own.is_own(self.network):
            changing["model"] = own.fingerprint(self.network)
        return {**values, "recipe": self.recipe.as_dict(), **changing}

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
    LoadingError
        If there is no file or function of this name.
    ValueError
        If there is no such network, or if it takes other inputs, or larger images.
    """
    if own.is_own(run.network):
        return own.describe(run.network, run.choice, data)
    if _NETWORK.fullmatch(run.network) is None:
        raise ValueError(f"no network {run.network!r}; write {_EXAMPLES} or FILE.py:NAME")
    name, *numbers = run.network.split("-")
    sizes = [*map(int, numbers)]
    if (name == "transformer") != bool(data.symbols):
        takes, has = ("texts", "numbers") if name == "transformer" else ("numbers", "texts")
        raise ValueError(f"{run.network} takes {takes}; {run.data} has {has}")
    choice = run.choice
    described: Any = choice.activation, choice.options
    outputs = len(data.classes) or data.train.targets.shape[1]
    if name == "mlp":
        dense = [math.prod(data.shape), *sizes, outputs]
        act, options = described
        return mlp(dense, act, [options] * len(sizes), tie=choice.tied)
    if name == "transformer":
        return transformer(outputs, data.shape[0], sizes, *described, tie=choice.tied)
    if not data.image:
        raise ValueError(f"{run.network} takes images; those of {run.data} have shape {data.shape}")
    if name == "resnet":
        return residual(data.image, sizes, outputs, *described, tie=choice.tied)
    five: Any = {"kernel": 5, "padding": 0} if name == "lenet" else {}
    convolutions, hidden = ((6, 16), (120, 84)) if name == "lenet" else (sizes[:-1], sizes[-1:])
    return convolutional(
        data.image, convolutions, hidden, outputs, *described, tie=choice.tied, **five
    )
