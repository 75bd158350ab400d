"""Comparisons as tables of text, and these in Markdown, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from multiact.experiments.compare import Comparison
from multiact.experiments.rates import RateCurve
from multiact.experiments.setting import ACCURACY, Metric
from multiact.experiments.table import Row, Table

_HEAD = ("activation", "rate", "mean", "sd", "failed", "difference", "95 % interval", "p", "Holm")
_FLAT = (
    "data", "network", "backend", "recipe", "metric", "baseline", "margin", "activation", "rate",
    "mean", "sd", "runs", "failed", "pairs", "difference", "low", "high", "p", "exact", "holm",
    "verdict", "seeds",
)  # fmt: skip
_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"}, "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip
_MARKDOWN = {c: f"\\{c}" for c in "\\|*_`[]<>"}


@dataclass(frozen=True)
class Section:
    """A table of text.

    Attributes
    ----------
    title
        One line on what it shows.
    head, rows
        Its cells.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sections(comparison: Comparison) -> list[Section]:
    """Return the tables with verdicts, then those with the learning rates that were tried."""
    tables = [_verdicts(table) for table in comparison.tables]
    settings = dict.fromkeys(curve.setting for curve in comparison.curves)
    rates = [[c for c in comparison.curves if c.setting == setting] for setting in settings]
    return tables + [_rates(curves) for curves in rates]


def markdown(comparison: Comparison) -> str:
    """Return all tables and warnings in Markdown."""
    text = "\n".join(
        f"{_escaped(s.title, _MARKDOWN)}\n\n{_pipes(s.head)}\n{'|---' * len(s.head)}|\n"
        + "".join(f"{_pipes(row)}\n" for row in s.rows)
        for s in sections(comparison)
    )
    warnings = "".join(f"- {_escaped(w, _MARKDOWN)}\n" for w in comparison.warnings)
    return f"{text}\n{warnings}" if warnings else text


def latex(comparison: Comparison) -> str:
    """Return all tables in LaTeX, as plain `tabular`; titles and warnings are comments."""
    lines: list[str] = []
    for section in sections(comparison):
        lines += [
            f"% {section.title}",
            rf"\begin{{tabular}}{{{'l' * len(section.head)}}}",
            r"\hline",
        ]
        lines += [_ampersands(section.head), r"\hline", *map(_ampersands, section.rows)]
        lines += [r"\hline", r"\end{tabular}", ""]
    return "\n".join(lines + [f"% {warning}" for warning in comparison.warnings]).strip() + "\n"


def comma_separated(comparison: Comparison) -> str:
    """Return the tables with verdicts as one in CSV, with all digits; unknown cells are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FLAT)
    for table in comparison.tables:
        writer.writerows(_flat(table, row) for row in table.rows)
    return text.getvalue()


#: the formats of a whole comparison, by name
FORMATS: dict[str, Callable[[Comparison], str]] = {
    "markdown": markdown,
    "csv": comma_separated,
    "latex": latex,
}


def _verdicts(table: Table) -> Section:
    measure = table.metric
    exact = all(row.difference.exact for row in table.rows if row.difference)
    title = f"{table.setting}. Test {_named(measure)}, minus {table.baseline} at equal seeds"
    if not exact:
        title += "; p from 100000 random signs"
    rows = tuple(tuple(_cells(row, measure)) for row in table.rows)
    return Section(title, (*_HEAD, "verdict"), rows)


def _named(measure: Metric) -> str:
    return "accuracy in %" if measure == ACCURACY else "loss, of which less is better"


def _cells(row: Row, measure: Metric) -> Iterator[str]:
    yield row.activation
    yield f"{row.rate:g}"
    yield _number(row.mean, measure)
    yield _number(row.deviation, measure)
    yield f"{row.failed} of {row.count}"
    if row.difference is None or row.corrected is None or row.verdict is None:
        yield from ("", "", "", "", "baseline")
        return
    d = row.difference
    yield _number(d.mean, measure, "+")
    yield f"{_number(d.low, measure, '+')} to {_number(d.high, measure, '+')}"
    yield f"{d.p:.2g}"
    yield f"{row.corrected:.2g}"
    yield row.verdict.text


def _number(value: float, measure: Metric, sign: str = "") -> str:
    if math.isnan(value):
        return "-"
    return f"{value:{sign}.2f}" if measure == ACCURACY else f"{value:{sign}.4g}"


def _rates(curves: Sequence[RateCurve]) -> Section:
    """All rates of one setting; a cell has the mean score, and how many runs failed."""
    rates = sorted({rate for curve in curves for rate in curve.rates})
    title = f"{curves[0].setting}. Validation {_named(curves[0].metric)}, at each learning rate"
    rows = tuple(
        (curve.activation, *(_score(curve, rate) for rate in rates), _chosen(curve))
        for curve in curves
    )
    return Section(title, ("activation", *(f"{rate:g}" for rate in rates), "chosen"), rows)


def _score(curve: RateCurve, rate: float) -> str:
    if rate not in curve.rates:
        return ""
    i = curve.rates.index(rate)
    failed = f" (failed {curve.failed[i]} of {curve.counts[i]})" if curve.failed[i] else ""
    return _number(curve.means[i], curve.metric) + failed


def _chosen(curve: RateCurve) -> str:
    return f"{curve.chosen:g}, the {curve.edge}" if curve.edge else f"{curve.chosen:g}"


def _flat(table: Table, row: Row) -> list[object]:
    setting, d, decided = table.setting, row.difference, row.verdict
    numbers: list[object] = ["", "", "", "", "", "", "", "baseline", ""]
    if d is not None and decided is not None:
        numbers = [d.count, d.mean, d.low, d.high, d.p, d.exact, row.corrected]
        numbers += [decided.text, decided.seeds]
    cells = [
        setting.data, setting.network, setting.backend, setting.options, table.metric.name,
        table.baseline, table.margin, row.activation, row.rate, row.mean, row.deviation,
        row.count, row.failed, *numbers,
    ]  # fmt: skip
    return ["" if isinstance(c, float) and not math.isfinite(c) else c for c in cells]


def _escaped(text: str, characters: dict[str, str]) -> str:
    return "".join(characters.get(c, c) for c in text)


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escaped(cell, _MARKDOWN) for cell in cells)} |"


def _ampersands(cells: Iterable[str]) -> str:
    return rf"{' & '.join(_escaped(cell, _LATEX) for cell in cells)} \\"
