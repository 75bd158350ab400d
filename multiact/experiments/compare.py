"""Comparisons of finished runs: paired by seed, with intervals, tests and verdicts."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multiact._suggest import nearest
from multiact.experiments.rates import RateCurve, rate_curves, tuning_warnings
from multiact.experiments.setting import Setting, by_setting, metric
from multiact.experiments.table import Runs, Table, make_table, unpaired

if TYPE_CHECKING:
    from multiact.experiments.store import Record

IDENTITY = "identity"


@dataclass(frozen=True)
class Comparison:
    """What finished runs show.

    Attributes
    ----------
    tables
        One for each setting and baseline: the one that was asked for, and the identity.
    curves
        The learning rates that were tried for each activation.
    warnings
        What makes a table or a rate doubtful, one line each.
    records
        The runs.
    """

    tables: tuple[Table, ...]
    curves: tuple[RateCurve, ...]
    warnings: tuple[str, ...]
    records: tuple[Record, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON, without the runs; what is not finite becomes null."""
        return {
            "tables": [table.as_dict() for table in self.tables],
            "rates": [curve.as_dict() for curve in self.curves],
            "warnings": list(self.warnings),
        }


def compare(
    results: str | os.PathLike[str] | Iterable[Record],
    baseline: str = "relu",
    *,
    margin: float | None = None,
) -> Comparison:
    """Compare activations with a baseline, and with the identity.

    Runs are compared in each setting on its own: equal data, network, recipe but for the
    learning rate, and backend.  The unit is the seed: two runs with one seed have the same
    initial weights and batches.  What counts is the value after the last epoch.

    Parameters
    ----------
    results
        The folder of the runs, or a list of records.
    baseline
        The activation with which the others are compared.
    margin
        Differences smaller than this do not matter: in points, of 100, for accuracies, by
        default 0.5; in the unit of the loss otherwise, by default 5 % of the baseline's mean.

    Returns
    -------
    Comparison

    Raises
    ------
    FileNotFoundError
        If the folder has no finished run.
    LookupError
        If no run has the baseline.
    ValueError
        If there is no final run, the margin is not positive, or runs of one activation have
        the same seed, or rates of which none was chosen.

    References
    ----------
    Bouthillier et al. 2021, Accounting for Variance in Machine Learning Benchmarks,
    arXiv:2103.03098.

    Examples
    --------
    >>> from multiact.experiments import compare
    >>> compare([])
    Traceback (most recent call last):
        ...
    ValueError: results must have one final run or more, got none
    """
    if isinstance(results, (str, os.PathLike)):
        from multiact.experiments.store import results as read

        records = tuple(read(results))
    else:
        records = tuple(results)
    if margin is not None and not 0 < margin < math.inf:
        raise ValueError(f"margin must be positive and finite, got {margin}")
    final = [r for r in records if r.run.stage == "final"]
    if not final:
        found = f"{len(records)} of the stage 'tune'" if records else "none"
        raise ValueError(f"results must have one final run or more, got {found}")
    known = sorted({r.run.activation for r in final})
    if baseline not in known:
        raise LookupError(f"no run of the baseline {baseline!r}; {nearest(baseline, known)}")
    curves = rate_curves(records)
    warnings = [*tuning_warnings(curves)]
    tables: list[Table] = []
    for setting, group in by_setting(final).items():
        chosen = {c.activation: c for c in curves if c.setting == setting}
        runs = _final_runs(group, chosen, warnings)
        warnings += _doubts(setting, runs, chosen, records)
        for other in dict.fromkeys((baseline, IDENTITY)):
            if other in runs:
                tables.append(make_table(setting, metric(group), runs, other, margin))
                warnings += unpaired(setting, runs, other)
            else:
                warnings.append(f"{setting.short}: {_MISSING.get(other, f'no run of {other}')}")
    return Comparison(tuple(tables), curves, tuple(dict.fromkeys(warnings)), records)


_MISSING = {
    IDENTITY: "identity was not run, so nothing says what a network without activation does"
}


def _final_runs(records: list[Record], curves: dict[str, RateCurve], warnings: list[str]) -> Runs:
    """Sort the final runs of a setting; of several rates, the chosen one counts."""
    found: Runs = {}
    rates: dict[str, set[float]] = {}
    for record in records:
        rates.setdefault(record.run.activation, set()).add(record.run.recipe.rate)
    for record in records:
        name, rate, seed = record.run.activation, record.run.recipe.rate, record.run.seed
        if len(rates[name]) > 1:
            chosen = curves[name].chosen if name in curves else None
            if chosen not in rates[name]:
                listed = ", ".join(f"{r:g}" for r in sorted(rates[name]))
                raise ValueError(f"{name} has final runs with rates {listed}, and none was tuned")
            if rate != chosen:
                warnings.append(f"{name}: {chosen:g} was chosen, runs with {rate:g} are left out")
                continue
        if seed in found.setdefault(name, {}):
            raise ValueError(f"{name} has two final runs with seed {seed} in one setting")
        found[name][seed] = record
    return found


def _doubts(
    setting: Setting, runs: Runs, curves: dict[str, RateCurve], records: Iterable[Record]
) -> Iterator[str]:
    """Yield what makes a comparison unfair."""
    untuned = [name for name in runs if name not in curves]
    if untuned and curves:
        yield f"{setting.short}: the rate of {', '.join(untuned)} was not tuned, others were"
    elif untuned:
        yield f"{setting.short}: rates were not tuned; one rate rarely suits all activations"
    for name, curve in curves.items():
        for rate in {r.run.recipe.rate for r in runs.get(name, {}).values()} - {curve.chosen}:
            yield f"{setting.short}: {name} was run with {rate:g}, but {curve.chosen:g} was chosen"
    tuned = {r.run.seed for r in records if r.run.stage == "tune" and Setting.of(r) == setting}
    if again := sorted(tuned & {seed for seeds in runs.values() for seed in seeds}):
        listed = ", ".join(map(str, again))
        yield f"{setting.short}: rates were chosen with seeds that are compared, too: {listed}"
