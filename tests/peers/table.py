"""Rows of verdicts, as Markdown."""

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from multiact.testing import Report, crosscheck
from multiact.testing.comparison import Errors
from multiact.testing.loading import LoadingError, attribute
from tests.peers.rows import NAMESAKES, PEER, Row

HEAD = "| theirs | reference | dtype | values, ULP | gradients, ULP | verdict |\n|-|-|-|-|-|-|"
PAGE = Path(__file__).parents[2] / "docs" / "crosscheck.md"
_HIDDEN = """
import sys, warnings
warnings.simplefilter("ignore")
sys.modules["plotly"] = None
import torch_activation
print(*vars(torch_activation))
"""


def checked(row: Row) -> Report:
    """Cross-check one row; LoadingError if the candidate cannot be imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        return crosscheck(
            attribute(row.candidate),
            row.reference,
            arguments=row.arguments,
            parameters=row.parameters,
            dtypes=row.dtypes,
            name=row.candidate,
        )


def lines(rows: Iterable[Row], done: Callable[[str], None]) -> Iterator[str]:
    """One line for each row and dtype."""
    for row in rows:
        reference = f"`{row.reference}`"
        try:
            report = checked(row)
        except LoadingError as error:
            yield f"| `{row.label}` | {reference} | | | | not importable: {error} |"
        else:
            for figures in report.figures:
                ulps = f"{_ulps(figures.values)} | {_ulps(figures.gradients)}"
                verdict = _verdict(report, figures.dtype)
                yield f"| `{row.label}` | {reference} | {figures.dtype} | {ulps} | {verdict} |"
        done(row.label)


def _ulps(errors: Errors | None) -> str:
    return "" if errors is None else f"{errors.ulp if errors.ulp >= 1e-3 else 0:.3g}"


def _verdict(report: Report, dtype: str) -> str:
    found = [d for d in report.differences if d.dtype in ("", dtype)]
    first = {d.kind: d for d in reversed(found)}  # of a kind
    texts = [f"**{d.kind}** {d.text.split('; so at')[0]}" for d in found if first[d.kind] is d]
    return "; ".join(texts).replace("|", "\\|") or "agrees"


def hidden(rows: Iterable[Row]) -> list[str]:
    """Classes that are not there unless plotly, which is not declared, is installed."""
    command = [sys.executable, "-c", _HIDDEN]
    there = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    names = {row.candidate.partition(":")[2] for row in rows}
    return sorted(names - set(there))


def notes(rows: Iterable[Row]) -> str:
    """What the table of torch-activation does not say."""
    missing = hidden(rows)
    classes = ", ".join(f"`{name}`" for name in missing)
    same = "; ".join(f"`{name}` is {what}" for name, what in NAMESAKES.items())
    return (
        f"Not importable as {PEER} 1.0.0 is installed, since their files import plotly, which it "
        f"does not declare ({len(missing)} of these classes; checked here with plotly beside it): "
        f"{classes}.\n\n`SquaredReLU` of NaN is what the memory held, another number each time.\n\n"
        f"Namesakes, which are other functions and are not compared: {same}."
    )


def written(page: str, name: str, text: str) -> str:
    """The page with what stands between the marks of this name replaced."""
    start, end = f"<!-- {name} -->", f"<!-- end {name} -->"
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    if not rest or end not in rest:
        raise ValueError(f"the page has no marks {start} ... {end}")
    return f"{before}{start}\n{text}\n{end}{after}"
