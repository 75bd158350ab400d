"""One table of a comparison: all activations of a setting, paired with a baseline by seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.experiments.result import replace_nonfinite
from multiact.experiments.setting import ACCURACY, Metric, Setting
from multiact.experiments.statistics import Paired, Verdict, holm, paired, verdict

if TYPE_CHECKING:
    from multiact.experiments.store import Record

Runs = dict[str, dict[int, "Record"]]  # by activation and seed
_POINTS = 0.5
_SHARE = 0.05  # of the baseline's mean loss


@dataclass(frozen=True)
class Row:
    """One activation in a table, or the baseline, of which the last three are None.

    Attributes
    ----------
    activation, rate
        Its name, or FILE.py:NAME, and the learning rate it was trained with.
    mean, deviation
        Of its values after the last epoch, over the seeds.
    count, failed
        How many runs there are, and how many became infinite or NaN, which count, too.
    difference
        Its values minus those of the baseline at equal seeds.
    corrected
        The p-value, corrected by Holm's method for all rows of the table.
    verdict
        What that shows.
    """

    activation: str
    rate: float
    mean: float
    deviation: float
    count: int
    failed: int
    difference: Paired | None = None
    corrected: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Table:
    """All activations in one setting, compared with one baseline.

    Attributes
    ----------
    setting, metric
        What the runs have in common, and what is compared.
    baseline
        The activation with which the others are compared.
    margin
        Differences smaller than this do not matter, in the unit of the metric.
    rows
        The baseline first, then the others, from the best mean difference to the worst.
    """

    setting: Setting
    metric: Metric
    baseline: str
    margin: float
    rows: tuple[Row, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; what is not finite becomes null."""
        return {
            **asdict(self.setting), "recipe": dict(self.setting.recipe),
            "metric": self.metric.name, "unit": self.metric.unit,
            "baseline": self.baseline, "margin": self.margin,
            "rows": [replace_nonfinite(asdict(row)) for row in self.rows],
        }  # fmt: skip


def make_table(
    setting: Setting, measure: Metric, runs: Runs, baseline: str, margin: float | None
) -> Table:
    """Compare all activations of a setting with a baseline at the seeds that both have."""
    values = _values(runs, measure)
    base = values[baseline]
    if margin is None:
        loss = abs(float(np.mean([*base.values()]))) or 1.0
        margin = _POINTS if measure == ACCURACY else _SHARE * loss
    differences = {
        name: paired([others[s] - base[s] for s in common])
        for name, others in values.items()
        if name != baseline and (common := sorted(base.keys() & others.keys()))
    }
    corrected = holm([d.p for d in differences.values()]).tolist()
    rows = []
    for (name, found), p in zip(differences.items(), corrected, strict=True):
        decided = verdict(
            found, corrected=p, margin=margin, comparisons=len(differences), sign=measure.sign
        )
        row = _row(name, runs[name], values[name], measure)
        rows.append(replace(row, difference=found, corrected=p, verdict=decided))
    rows.sort(key=lambda row: -measure.sign * differences[row.activation].mean)
    first = _row(baseline, runs[baseline], base, measure)
    return Table(setting, measure, baseline, margin, (first, *rows))


def unpaired(setting: Setting, runs: Runs, baseline: str) -> Iterator[str]:
    """Yield for which activations seeds are missing on one side."""
    base = runs[baseline].keys()
    for name, seeds in runs.items():
        if seeds.keys() != base:
            yield (
                f"{setting.short}: {name} and {baseline} have {len(base & seeds.keys())} seeds in "
                f"common, of {len(seeds)} and {len(base)}"
            )


def _values(runs: Runs, measure: Metric) -> dict[str, dict[int, float]]:
    """Return the value of every run; a loss that is none is as bad as the worst that is one."""
    values = {n: {s: measure.value(r) for s, r in seeds.items()} for n, seeds in runs.items()}
    known = [v for seeds in values.values() for v in seeds.values() if math.isfinite(v)]
    worst = max(known, default=1.0)
    return {n: {s: min(v, worst) for s, v in seeds.items()} for n, seeds in values.items()}


def _row(name: str, runs: dict[int, Record], values: dict[int, float], measure: Metric) -> Row:
    numbers = np.asarray([*values.values()])
    return Row(
        name,
        rate=next(iter(runs.values())).run.recipe.rate,
        mean=float(numbers.mean()),
        deviation=float(numbers.std(ddof=1)) if numbers.size > 1 else math.nan,
        count=len(runs),
        failed=sum(map(measure.failed, runs.values())),
    )
