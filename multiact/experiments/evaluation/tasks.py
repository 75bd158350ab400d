"""The part of an evaluation that trains: rates are tuned, then all activations are compared."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.adapters.frameworks import part
from multiact.experiments.compare import Comparison, compare
from multiact.experiments.evaluation.part import Part, attempt, drawn
from multiact.experiments.pictures import draw_rates, draw_training, draw_verdicts
from multiact.experiments.recipe import Recipe
from multiact.experiments.report import Section, sections
from multiact.experiments.run import BACKENDS, Run
from multiact.experiments.setting import by_activation
from multiact.experiments.statistics import Paired, Verdict, holm, verdict
from multiact.experiments.store import Record, records_of
from multiact.experiments.sweep import grid, train, tune
from multiact.plotting import line_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: seeds of the runs that choose a rate
TUNING = 3


@dataclass(frozen=True)
class Duel:
    """The difference of the activation from one baseline on one task.

    Attributes
    ----------
    data, baseline
        On what, and from what.
    unit, margin
        Of the difference, and how large one that matters is.
    difference
        That of the activation minus the baseline, at equal seeds.
    verdict
        What it shows; p-values are corrected for the number of baselines.
    """

    data: str
    baseline: str
    unit: str
    margin: float
    difference: Paired
    verdict: Verdict

    def __str__(self) -> str:
        d, unit = self.difference, f" {self.unit}" if self.unit else ""
        against = f"{self.baseline} on {self.data}"
        if self.verdict.kind in ("better", "worse"):
            interval = f"95 % interval {d.low:+.2g} to {d.high:+.2g}"
            return f"{self.verdict.kind} than {against}, by {abs(d.mean):.2g}{unit} ({interval})"
        if self.verdict.kind == "same":
            return f"no difference larger than {self.margin:.2g}{unit} from {against}"
        return (
            f"undecided against {against}: {self.verdict.text} (difference {d.mean:+.2g}{unit} "
            f"with {d.count})"
        )


@dataclass(frozen=True)
class Task:
    """What training on one task showed.

    Attributes
    ----------
    part
        The same for the page.
    duels
        One for each baseline.
    doubts
        What makes them doubtful.
    failed, count
        How many of the activation's runs became infinite or NaN, of how many.
    """

    part: Part
    duels: tuple[Duel, ...] = ()
    doubts: tuple[str, ...] = ()
    failed: int = 0
    count: int = 0


def check_backend(backend: str) -> None:
    """Raise an error if there is no such backend, or if it is not installed.

    Raises
    ------
    Unavailable
        If it is not installed.
    ValueError
        If there is no such backend.
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend must be {' or '.join(BACKENDS)}, got {backend!r}")
    part(backend, "_train")


def shown(choice: str) -> str:
    """Return a choice without the file or module that its activation is in."""
    target, parenthesis, options = choice.partition("(")
    return target.rpartition(":")[2] + parenthesis + options


def epochs(choices: Sequence[str], recipe: Recipe, seeds: int) -> int:
    """Return how many epochs a task takes."""
    return len(choices) * recipe.epochs * (seeds + TUNING * len(recipe.rates))


def compete(
    choices: Sequence[str], recipe: Recipe, seeds: int, backend: str,
    out: str | os.PathLike[str], workers: int, advance: Callable[[int], None],
) -> Task:  # fmt: skip
    """Tune, train and compare activations, the subject first, then the baselines."""
    options: Any = {"workers": workers, "report": lambda made, _: advance(made)}
    tuning, rates = list[Run](), dict.fromkeys(choices, recipe.rate)
    if recipe.rates:
        tuning = grid(choices, recipe, TUNING, backend, recipe.rates, "tune")
        rates = tune(tuning, out, **options)
    final = [run for n in choices for run in grid([n], recipe, seeds, backend, [rates[n]])]
    train(final, out, **options)
    records = records_of([*tuning, *final], out)
    return _task([_renamed(record) for record in records], [*map(shown, choices)])


def attempted(choices: Sequence[str], recipe: Recipe, *args: Any) -> Task:
    """Do the same; if it cannot be done, say why."""
    found: list[Task] = []

    def make() -> Part:
        found.append(compete(choices, recipe, *args))
        return found[0].part

    tried = attempt(f"Training on {recipe.data}", make)
    return found[0] if found else Task(tried)


def _renamed(record: Record) -> Record:
    return replace(record, run=replace(record.run, activation=shown(record.run.activation)))


def _task(records: Sequence[Record], names: Sequence[str]) -> Task:
    subject, *baselines = names
    comparison = compare(records, baselines[0])
    duels = _duels([r for r in records if r.run.stage == "final"], subject, baselines)
    table = comparison.tables[0]
    (row,) = (r for r in table.rows if r.activation == subject)
    data = table.setting.data
    picture = drawn(
        f"Differences from {baselines[0]} with their 95 % intervals, test {table.metric.name} "
        f"by epoch, and by learning rate, of {', '.join(names)} on {data}",
        lambda: _draw(comparison, names),
    )
    said = [str(duel) for duel in duels]
    if row.failed:
        said.insert(0, f"{row.failed} of {row.count} runs became infinite or NaN")
    doubts = tuple(
        f"its learning rate on {data} is the {curve.edge} of the grid: a better one may lie outside"
        for curve in comparison.curves
        if curve.activation == subject and curve.edge and row.failed < row.count
    )
    found = Part(
        f"Training on {data}", (*said, *(f"warning: {w}" for w in comparison.warnings)),
        (*sections(comparison), _units(comparison, names)),
        (picture,),
        {"duels": [asdict(duel) for duel in duels], "comparison": comparison.as_dict()},
    )  # fmt: skip
    return Task(found, tuple(duels), doubts, row.failed, row.count)


def _duels(records: Sequence[Record], subject: str, baselines: Sequence[str]) -> list[Duel]:
    """Compare with each baseline alone; Holm's method corrects for their number."""
    tables = []
    for other in baselines:
        pair = [r for r in records if r.run.activation in (subject, other)]
        tables.append(compare(pair, other).tables[0])
    differences = [row.difference for t in tables for row in t.rows[1:] if row.difference]
    corrected = holm([d.p for d in differences])
    return [
        Duel(
            table.setting.data, table.baseline, table.metric.unit, table.margin, found,
            verdict(found, corrected=float(p), margin=table.margin, comparisons=len(tables),
                    sign=table.metric.sign),
        )
        for table, found, p in zip(tables, differences, corrected, strict=True)
    ]  # fmt: skip


def _units(comparison: Comparison, names: Sequence[str]) -> Section:
    """Tabulate the units without effect, and the norms of the last gradients."""
    groups = by_activation(comparison.records, "final")
    columns = ((0, "dead"), (-1, "dead"), (-1, "gradient_norm"))
    rows = tuple(
        (name, *(_mean([r.epochs[i] for r in groups[name]], key) for i, key in columns))
        for name in names
    )
    head = ("activation", "after one epoch", "after the last", "gradient norm")
    title = "Share of units whose output is the same for all test inputs; norm of the last gradient"
    return Section(title, head, rows)


def _mean(lines: Sequence[Any], key: str) -> str:
    values = [np.nan if line[key] is None else line[key] for line in lines]
    return f"{np.mean(values):.3g}"


def _draw(comparison: Comparison, names: Sequence[str]) -> Figure:
    table = comparison.tables[0]
    styles = {name: line_style(i) for i, name in enumerate(names)}
    figure = new_figure(8.0, 5.6)
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 1.6])
    draw_verdicts(figure.add_subplot(grid[0, :]), table)
    left = figure.add_subplot(grid[1, 0])
    draw_training(left, comparison.records, table.metric, styles)
    if comparison.curves:
        draw_rates(figure.add_subplot(grid[1, 1]), comparison.curves, styles)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", frameon=False, fontsize="small", ncols=4
    )
    return figure
