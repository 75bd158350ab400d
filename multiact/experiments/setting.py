"""What runs are compared in: equal data, network, recipe and backend; and what is measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiact.experiments.store import Record

#: fields of a recipe that have their own place here, or may differ between activations
_APART = {"data", "network", "rate", "rates"}


@dataclass(frozen=True)
class Setting:
    """All that determines a run besides activation, learning rate and seed, as text.

    Attributes
    ----------
    data, network, backend
        Their names.
    recipe
        The other fields of the recipe but the learning rates, and their values.
    """

    data: str
    network: str
    backend: str
    recipe: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, record: Record) -> Setting:
        """Return the setting of a run."""
        run = record.run
        names = [f.name for f in fields(run.recipe) if f.name not in _APART]
        recipe = tuple((name, str(getattr(run.recipe, name))) for name in names)
        return cls(str(run.data), str(run.network), run.backend, recipe)

    @property
    def short(self) -> str:
        """Data, network and backend."""
        return f"{self.data}, {self.network}, {self.backend}"

    def __str__(self) -> str:
        return f"{self.short}; {self.options}"

    @property
    def options(self) -> str:
        """The recipe in one line, without the rate."""
        return ", ".join(f"{name} {value}" for name, value in self.recipe)


@dataclass(frozen=True)
class Metric:
    """A number by which runs are compared.

    Attributes
    ----------
    name
        "accuracy" or "loss".
    key
        Where a record has it.
    unit
        Of values and differences: "points", of 100, or none.
    scale
        What the recorded number is multiplied by.
    sign
        1 if more is better, -1 if less is.
    """

    name: str
    key: str
    unit: str
    scale: float
    sign: int

    def value(self, record: Record) -> float:
        """Return the value of a run after its last epoch, which counts if the run failed, too.

        An accuracy that could not be measured is 0: such a network classifies nothing.  A loss
        that could not be measured is infinite.
        """
        return self.of(record.final)

    def of(self, measured: Mapping[str, Any]) -> float:
        """Return the value of what was measured after an epoch."""
        number = measured.get(self.key)
        if isinstance(number, (int, float)) and math.isfinite(number):
            return self.scale * number
        return 0.0 if self.sign > 0 else math.inf

    def failed(self, record: Record) -> bool:
        """Whether anything of a run became infinite or NaN."""
        number = record.final.get(self.key)
        measured = isinstance(number, (int, float)) and math.isfinite(number)
        return not (measured and record.final.get("finite", True))

    def best(self, values: Sequence[float]) -> int:
        """Return the index of the best value, of equal ones the first."""
        return max(range(len(values)), key=lambda i: self.sign * values[i])


ACCURACY = Metric("accuracy", "test_accuracy", "points", 100.0, 1)
LOSS = Metric("loss", "test_loss", "", 1.0, -1)


def metric(records: Iterable[Record]) -> Metric:
    """Return the accuracy if any run of a setting has one, otherwise the loss."""
    return ACCURACY if any(r.final.get(ACCURACY.key) is not None for r in records) else LOSS


def by_setting(records: Iterable[Record]) -> dict[Setting, list[Record]]:
    """Sort runs by setting."""
    groups: dict[Setting, list[Record]] = {}
    for record in records:
        groups.setdefault(Setting.of(record), []).append(record)
    return groups


def by_activation(records: Iterable[Record], stage: str) -> dict[str, list[Record]]:
    """Sort runs of one stage by activation."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        if record.run.stage == stage:
            groups.setdefault(record.run.activation, []).append(record)
    return groups
