"""Pictures of comparisons, with matplotlib (the extra `plot`): curves with spread, verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact._drawing import FAINT, line_style, new_figure, plain
from multiact.experiments.compare import Comparison
from multiact.experiments.rates import RateCurve
from multiact.experiments.setting import Metric, Setting, by_activation
from multiact.experiments.statistics import LEVEL, Paired
from multiact.experiments.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multiact.experiments.store import Record

Styles = Mapping[str, Mapping[str, Any]]
#: of verdicts: a colour of Okabe and Ito's palette, and a marker that tells the same without it
_MARKS = {
    "better": ("#0072B2", "^"), "worse": ("#D55E00", "v"), "same": ("#009E73", "s"),
    "undecided": ("#777777", "o"),
}  # fmt: skip
_BAND = 0.18
_FAR = 3.0  # times the median of the differences
_PANEL, _LINE, _LEAST = 4.2, 0.24, 3.4  # inches


def picture(comparison: Comparison) -> Figure:
    """Draw a row for each setting: verdicts, training curves, and scores by learning rate.

    Parameters
    ----------
    comparison
        From `multiact.experiments.compare`.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("comparison.png")`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    tables = {table.setting: table for table in reversed(comparison.tables)}  # the first of each
    settings = [*reversed(tables)]
    names = {row.activation: None for table in comparison.tables for row in table.rows}
    styles = {name: line_style(i) for i, name in enumerate(names)}
    height = max(_LEAST, 1.2 + _LINE * len(names))
    columns = 3 if comparison.curves else 2
    figure = new_figure(_PANEL * columns + 1.8, height * len(settings))
    panels = figure.subplots(
        len(settings), columns, squeeze=False, width_ratios=[1.3, 1, 1][:columns]
    )
    for setting, (left, middle, *right) in zip(settings, panels, strict=True):
        table = tables[setting]
        draw_verdicts(left, table)
        draw_training(middle, _compared(comparison, table), table.metric, styles)
        left.set_title(setting.short, loc="left", fontsize="medium")
        for axes in right:
            draw_rates(axes, [c for c in comparison.curves if c.setting == setting], styles)
    handles = {h.get_label(): h for a in figure.axes for h in a.get_legend_handles_labels()[0]}
    figure.legend(handles=[handles[n] for n in names if n in handles],
                  loc="outside right center", frameon=False, fontsize="small")  # fmt: skip
    return figure


def draw_verdicts(axes: Axes, table: Table) -> None:
    """Draw the differences from the baseline with their intervals, and the margin as a band.

    Differences that are far larger than most are arrows at the end of the axis.

    Parameters
    ----------
    axes
        Where to draw.
    table
        One of a comparison.
    """
    axes.axvspan(-table.margin, table.margin, color=FAINT, alpha=_BAND, linewidth=0, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=0.5)
    found = [(r, r.difference, r.verdict) for r in table.rows if r.difference and r.verdict]
    reach = _reach([d for _, d, _ in found], table.margin)
    for y, (row, d, decided) in enumerate(found):
        colour, marker = _MARKS[decided.kind]
        ends = np.clip([d.low, d.high], -reach, reach)
        axes.plot(ends, [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
        x, text = d.mean, decided.text
        if abs(d.mean) > reach:
            x, marker = math.copysign(reach, d.mean), "<" if d.mean < 0 else ">"
            text += f" ({d.mean:+.3g})"
        axes.plot(x, y, marker, color=colour, markersize=5, clip_on=False)
        if row.failed:
            text += f"; failed {row.failed} of {row.count}"
        axes.annotate(
            text, (1.03, y), xycoords=("axes fraction", "data"), va="center", fontsize="x-small",
            annotation_clip=False,
        )  # fmt: skip
    names = [row.activation for row, _, _ in found]
    axes.set_yticks(range(len(names)), names, fontsize="small")
    axes.set_ylim(len(names) - 0.4, -0.6)
    unit = f", {table.metric.unit}" if table.metric.unit else ""
    axes.set_xlabel(f"test {table.metric.name} minus that of {table.baseline}{unit}")
    plain(axes)


def draw_training(
    axes: Axes, records: Iterable[Record], measure: Metric, styles: Styles | None = None
) -> None:
    """Draw the mean after each epoch, and its 95 % interval over the seeds as a band.

    Where a run has become NaN, its accuracy counts as in the tables; the mean of losses ends.

    Parameters
    ----------
    axes
        Where to draw.
    records
        Final runs of one setting.
    measure
        What to draw.
    styles
        Of each activation, keywords of `Axes.plot`; by default in the order of the records.
    """
    groups = by_activation(records, "final")
    styles = styles or {name: line_style(i) for i, name in enumerate(groups)}
    bands = []
    for name, runs in groups.items():
        last = max(len(record.epochs) for record in runs)
        epochs = np.arange(1, last + 1)
        low, mean, high = _interval(np.asarray([_course(r, measure, last) for r in runs]))
        axes.plot(epochs, mean, label=name, **styles[name])
        bands.append((epochs, low, high, styles[name]["color"]))
    limits = axes.get_ylim()  # of the means: the band of failing runs would hide all others
    for epochs, low, high, colour in bands:
        axes.fill_between(epochs, low, high, color=colour, alpha=_BAND, linewidth=0, zorder=0.5)
    axes.set_ylim(limits)
    axes.set_xlabel("epoch")
    axes.set_ylabel(_axis("test", measure))
    axes.locator_params(axis="x", integer=True)
    plain(axes)


def draw_rates(axes: Axes, curves: Sequence[RateCurve], styles: Styles | None = None) -> None:
    """Draw the validation score by learning rate; dots are chosen, open ones at an edge.

    Parameters
    ----------
    axes
        Where to draw.
    curves
        Of one setting.
    styles
        Of each activation, keywords of `Axes.plot`; by default in the order of the curves.
    """
    styles = styles or {c.activation: line_style(i) for i, c in enumerate(curves)}
    for curve in curves:
        style = styles[curve.activation]
        means = np.asarray([m if math.isfinite(m) else math.nan for m in curve.means])
        error = np.nan_to_num(curve.deviations)
        axes.plot(curve.rates, means, label=curve.activation, **style)
        axes.fill_between(curve.rates, means - error, means + error, color=style["color"],
                          alpha=_BAND / 2, linewidth=0)  # fmt: skip
        best = curve.rates.index(curve.chosen)
        face = axes.get_facecolor() if curve.edge else style["color"]
        axes.plot(curve.chosen, means[best], "o", color=style["color"], markerfacecolor=face)
    axes.set_xscale("log")
    axes.set_xlabel("learning rate; dot: chosen, open: at an edge")
    if curves:
        axes.set_ylabel(_axis("validation", curves[0].metric))
    plain(axes)


def _reach(differences: Sequence[Paired], margin: float) -> float:
    """Return how far an axis goes, so that a few large differences do not hide the others."""
    sizes = sorted(max(abs(d.low), abs(d.high)) for d in differences) or [0.0]
    middle = sizes[(len(sizes) - 1) // 2]
    known = [s for s in sizes if s <= _FAR * middle and math.isfinite(s)] or [0.0]
    return max(known[-1], 2 * margin)


def _compared(comparison: Comparison, table: Table) -> list[Record]:
    """Return the final runs that a table compares."""
    rates = {(row.activation, row.rate) for row in table.rows}
    return [
        r for r in comparison.records
        if Setting.of(r) == table.setting and (r.run.activation, r.run.recipe.rate) in rates
    ]  # fmt: skip


def _course(record: Record, measure: Metric, epochs: int) -> list[float]:
    """Return the value after each epoch; after the end of a run that stopped, its final one."""
    values = [measure.of(epoch) for epoch in record.epochs]
    values += [measure.value(record)] * (epochs - len(values))
    return [v if math.isfinite(v) else math.nan for v in values]


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean over the first axis, between the ends of its t interval."""
    from scipy.special import stdtrit

    n, mean = len(values), values.mean(axis=0)
    if n == 1:
        return mean, mean, mean
    half = float(stdtrit(n - 1, 1 - LEVEL / 2)) * values.std(axis=0, ddof=1) / math.sqrt(n)
    return mean - half, mean, mean + half


def _axis(split: str, measure: Metric) -> str:
    return f"{split} {measure.name}" + (", %" if measure.unit else "")
