"""Which layers of a model are looked at, and in which batches: what all frameworks share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from multiact._suggest import nearest

#: names of layers, or a function of a name and its module that says whether it is one of them
Layers = Sequence[str] | Callable[[str, Any], bool]


def select(
    modules: Mapping[str, Any],
    layers: Layers | None,
    is_activation: Callable[[Any], bool],
) -> dict[str, Any]:
    """Return the modules to look at, by name; by default, the activations.

    Raises
    ------
    LookupError
        If there is no module of a name, or none to look at.
    TypeError
        If `layers` is a single name.
    """
    if isinstance(layers, str):
        raise TypeError(f"layers must be a list of names, got {layers!r}; write [{layers!r}]")
    if layers is None or callable(layers):
        wanted = layers or (lambda _, module: is_activation(module))
        chosen = {name: module for name, module in modules.items() if wanted(name, module)}
    else:
        for name in layers:
            if name not in modules:
                raise LookupError(f"the model has no layer {name!r}; {nearest(name, [*modules])}")
        chosen = {name: modules[name] for name in layers}
    if not chosen:
        what = "no activation that is a module" if layers is None else "no such layer"
        raise LookupError(
            f"the model has {what}; layers=[...] takes names such as {_some(modules)}"
        )
    return chosen


def _some(modules: Mapping[str, Any]) -> str:
    return ", ".join([repr(name) for name in modules][:5])


class Calls:
    """Labels of calls: a layer's name, and from its second call in a batch on, a number."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def label(self, name: str) -> str:
        """Count a call and return its label: "act", "act #2" ..."""
        self._count[name] += 1
        count = self._count[name]
        return name if count == 1 else f"{name} #{count}"

    @property
    def called(self) -> bool:
        """Whether there was a call since the last restart."""
        return bool(self._count)

    def restart(self) -> None:
        """Count from one again, for the next batch."""
        self._count.clear()


def check_called(called: bool, chosen: Mapping[str, Any]) -> None:
    """Raise an error if no chosen layer was called.

    Raises
    ------
    LookupError
        If none was.
    """
    if not called:
        raise LookupError(f"the model called none of the layers {_some(chosen)}")


def inputs_of(batches: Any) -> Iterator[Any]:
    """Yield the inputs of batches, which may be tuples of inputs and others.

    Raises
    ------
    ValueError
        If there is no batch.
    """
    for batch in _each(batches):
        yield batch[0] if isinstance(batch, tuple | list) else batch


def pairs_of(batches: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the inputs and targets of batches.

    Raises
    ------
    TypeError
        If a batch is not a pair.
    ValueError
        If there is no batch.
    """
    for batch in _each(batches):
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise TypeError(f"a batch must be (inputs, targets), got {type(batch).__name__}")
        yield batch[0], batch[1]


def peeked(batches: Any) -> tuple[Any, Iterable[Any]]:
    """Return the inputs of the first batch, and all batches, the first included."""
    each = _each(batches)
    first = next(each)
    return next(inputs_of([first])), chain([first], each)


def _each(batches: Iterable[Any]) -> Iterator[Any]:
    empty = True
    for batch in [batches] if hasattr(batches, "shape") else batches:  # an array is one batch
        empty = False
        yield batch
    if empty:
        raise ValueError("batches has no batch")
