"""A user's own model in the place of a network: `FILE.py:NAME`, or `MODULE:NAME`.

NAME is a function that makes the model, in the framework of the run:

    def NAME(activation, *, shape, outputs, seed): ...

`activation()` makes a module with the run's activation; options of the module may be given.  Its
`channels` and `axis` mean nothing to an activation that learns nothing, so that the same function
serves all.
`shape` is that of one input: (features,), (channels, height, width) in PyTorch and (height, width,
channels) in Flax, or (positions,) of the numbers of tokens, of which there are `outputs`.  The
model takes a batch of inputs, and returns `outputs` numbers for each, of texts for each position.

The user's part is, first, that the weights at the start follow from the seed; torch's global
generator is seeded with it before.  Two frameworks do not start alike unless the functions see to
it.  Second, that what the file imports stays as it is: the name of a run has a digest of this one.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from multiact.experiments.choice import Choice
from multiact.experiments.data import Dataset
from multiact.experiments.network import Act, Network, Own
from multiact.testing.loading import LoadingError, attribute


def is_own(name: str) -> bool:
    """Whether the name of a network is that of a function of the user's."""
    return ":" in name


def describe(name: str, choice: Choice, data: Dataset) -> Network:
    """Describe a model of the user's for the inputs and targets of a data set.

    Raises
    ------
    LoadingError
        If there is no such function.
    """
    function(name)
    act = Act("activation", choice.activation, choice.options)
    outputs = len(data.classes) or data.train.targets.shape[1]
    result = (*data.shape, outputs) if data.symbols else (outputs,)
    return (Own(name, act, choice.tied, data.image or data.shape, result),)


def function(name: str) -> Callable[..., Any]:
    """Import the function that makes a model.

    Raises
    ------
    LoadingError
        If there is no such file or function.
    """
    place = Path(name.rpartition(":")[0])
    return _function(name, place.read_bytes() if place.is_file() else b"")


@lru_cache(maxsize=32)
def _function(name: str, content: bytes) -> Callable[..., Any]:
    """Import a file once while its content is the same, so that programs are compiled once."""
    found = attribute(name)
    if not callable(found):
        raise LoadingError(f"{name} must be a function that makes a model, got {found!r}")
    made: Callable[..., Any] = found
    return made


def make(
    own: Own, create: Callable[..., Any], kind: type, shape: tuple[int, ...], seed: int
) -> tuple[Any, list[Any]]:
    """Call the user's function; return its model, and the modules that it was given.

    Parameters
    ----------
    own
        The model's description.
    create
        Makes a module of an activation with options.
    kind
        The class of models in the framework.
    shape
        The shape of one input, as the framework has it.
    seed
        What the starting weights follow from.

    Raises
    ------
    TypeError
        If the function returns no model of the framework.
    """
    modules: list[Any] = []

    def activation(**given: Any) -> Any:
        if not (own.tied and modules):
            modules.append(create(own.act.activation, **_options(own, given)))
        return modules[-1]

    model = function(own.name)(activation, shape=shape, outputs=own.result[-1], seed=seed)
    if not isinstance(model, kind):
        wanted = ".".join([*kind.__module__.split(".")[:2], kind.__name__])  # as it is imported
        raise TypeError(f"{own.name} must return a {wanted}, got {type(model).__name__}")
    return model, modules


def _options(own: Own, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a module: the run's, then those that the user's function gives."""
    apart = () if own.act.configuration().learnable else ("channels", "axis")
    return {**own.act.options, **{n: value for n, value in given.items() if n not in apart}}


def fingerprint(name: str) -> str:
    """Return a digest of the file that has the function.

    Raises
    ------
    LoadingError
        If there is no such file or function.
    """
    made = function(name)
    place = name.rpartition(":")[0]
    file = Path(place) if place.endswith(".py") else Path(_file_of(made, place))
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _file_of(made: Any, place: str) -> str:
    """Return the file that defines a function, or else that of the module which has it."""
    defining = sys.modules.get(getattr(made, "__module__", place))
    return str(getattr(defining, "__file__", None) or sys.modules[place].__file__)


def check_result(own: Own, shape: tuple[int, ...]) -> None:
    """Raise an error if outputs of a model have another shape than the targets need.

    Raises
    ------
    ValueError
        If it is another one.
    """
    if shape[1:] != own.result:
        wanted = ", ".join(map(str, ("count", *own.result)))
        raise ValueError(f"{own.name}: the outputs must have shape ({wanted}), got {shape}")
