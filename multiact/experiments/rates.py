"""Learning rates: how the score depends on them, and which one is chosen for an activation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.experiments.result import replace_nonfinite
from multiact.experiments.setting import Metric, Setting, by_activation, by_setting, metric

if TYPE_CHECKING:
    from multiact.experiments.store import Record


@dataclass(frozen=True)
class RateCurve:
    """The scores of one activation on the validation split, at each learning rate.

    Attributes
    ----------
    setting, metric
        What the runs have in common, and what was measured.
    activation
        Its name, or FILE.py:NAME.
    rates
        Learning rates in ascending order.
    means, deviations
        Of the scores at each rate, over the seeds; failed runs count.
    counts, failed
        How many runs there are at each rate, and how many of them failed.
    """

    setting: Setting
    metric: Metric
    activation: str
    rates: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    counts: tuple[int, ...]
    failed: tuple[int, ...]

    @property
    def chosen(self) -> float:
        """The rate with the best mean; of equally good ones the smallest."""
        return self.rates[self.metric.best([round(m, 9) for m in self.means])]

    @property
    def edge(self) -> str:
        """Which edge of the grid the chosen rate is: "smallest", "largest", "only" or none."""
        if len(self.rates) == 1:
            return "only"
        ends = {self.rates[0]: "smallest", self.rates[-1]: "largest"}
        return ends.get(self.chosen, "")

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; what is not finite becomes null."""
        rows = zip(
            self.rates, self.means, self.deviations, self.counts, self.failed, strict=True
        )  # fmt: skip
        head = ("rate", "mean", "sd", "count", "failed")
        return {
            "setting": str(self.setting), "activation": self.activation, "chosen": self.chosen,
            "edge": self.edge,
            "rates": [replace_nonfinite(dict(zip(head, row, strict=True))) for row in rows],
        }  # fmt: skip


def rate_curves(records: Iterable[Record]) -> tuple[RateCurve, ...]:
    """Return the curve of every activation that was tuned, in every setting.

    Parameters
    ----------
    records
        Finished runs; those of the stage "tune" are looked at.

    Returns
    -------
    tuple of RateCurve
    """
    return tuple(
        _curve(setting, metric(group), activation, runs)
        for setting, group in by_setting(records).items()
        for activation, runs in by_activation(group, "tune").items()
    )


def choose_rate(records: Iterable[Record]) -> float:
    """Choose the learning rate of one activation in one setting.

    Parameters
    ----------
    records
        Its finished runs; those of the stage "tune" are looked at.

    Returns
    -------
    float
        The rate with the best mean score on the validation split, over all seeds, after the
        last epoch; of equally good ones the smallest.

    Raises
    ------
    ValueError
        If none of the runs tunes, or if they are of several activations or settings.
    """
    curves = rate_curves(records)
    if len(curves) != 1:
        found = ", ".join(f"{c.activation} ({c.setting.short})" for c in curves) or "none"
        raise ValueError(
            f"records must have tuning runs of one activation and setting, got {found}"
        )
    return curves[0].chosen


def _curve(setting: Setting, measure: Metric, activation: str, runs: list[Record]) -> RateCurve:
    groups: dict[float, list[Record]] = {}
    for record in runs:
        groups.setdefault(record.run.recipe.rate, []).append(record)
    rates = sorted(groups)
    scores = [np.asarray([measure.value(r) for r in groups[rate]]) for rate in rates]
    return RateCurve(
        setting, measure, activation, tuple(rates),
        means=tuple(float(s.mean()) for s in scores),
        deviations=tuple(_deviation(s) for s in scores),
        counts=tuple(map(len, scores)),
        failed=tuple(sum(map(measure.failed, groups[rate])) for rate in rates),
    )  # fmt: skip


def _deviation(values: np.ndarray) -> float:
    known = len(values) > 1 and np.isfinite(values).all()
    return float(values.std(ddof=1)) if known else math.nan


def tuning_warnings(curves: Sequence[RateCurve]) -> Iterator[str]:
    """Yield what makes chosen rates doubtful: the edge of a grid, or unequal budgets."""
    for setting in dict.fromkeys(curve.setting for curve in curves):
        here = [curve for curve in curves if curve.setting == setting]
        for edge in ("smallest", "largest", "only"):
            if names := [f"{c.activation} ({c.chosen:g})" for c in here if c.edge == edge]:
                yield (
                    f"{setting.short}: the {edge} rate of the grid was chosen for "
                    f"{', '.join(names)}; a better one may lie outside"
                )
        least, most = (f(here, key=lambda c: sum(c.counts)) for f in (min, max))
        if sum(least.counts) != sum(most.counts):
            yield (
                f"{setting.short}: unequal budgets: {sum(most.counts)} runs tuned "
                f"{most.activation}, {sum(least.counts)} {least.activation}"
            )
