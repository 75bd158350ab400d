"""The page of the measurements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def page(found: dict[str, Any]) -> str:
    """Return the results in Markdown."""
    return "\n".join([*_head(found), *_correct(found), *_times(found), *_rest(found)]) + "\n"


def _head(found: dict[str, Any]) -> Iterator[str]:
    yield "# On a graphics processor"
    yield ""
    if found["dry"]:
        yield "**A dry run by Triton's interpreter, not measured on a device: times mean nothing.**"
        yield ""
    yield "| measured with | |"
    yield "|---|---|"
    yield from (f"| {what} | {value} |" for what, value in found["machine"].items())
    yield ""


def _correct(found: dict[str, Any]) -> Iterator[str]:
    rows = found["correct"]
    wrong = {n: r for n, r in rows.items() if isinstance(r, str) or not r["right"]}
    composed = [n for n, r in rows.items() if not isinstance(r, str) and not r["kernels"]]
    yield "## Values and gradients against the CPU's kernels"
    yield ""
    yield f"{len(rows) - len(wrong)} of {len(rows)} agree; {len(composed)} ran without a kernel."
    yield ""
    for name, row in wrong.items():
        yield f"- {name}: {row if isinstance(row, str) else format(row['worst'], '.2g')}"
    yield ""


def _times(found: dict[str, Any]) -> Iterator[str]:
    yield "## Times in microseconds: the value / value and gradient"
    yield ""
    rivals = ["ours", "native", "composed", "torch.compile", "jax.nn", "copy"]
    yield f"| activation | elements | {' | '.join(rivals)} |"
    yield f"|{'---|' * (2 + len(rivals))}"
    for row in found["times"]:
        cells = [_cell(row["times"].get(rival)) for rival in rivals]
        yield f"| {row['name']} | {row['elements']:.0e} | {' | '.join(cells)} |"
    yield ""


def _cell(times: Any) -> str:
    if not isinstance(times, dict):
        return ""
    return " / ".join(f"{1e6 * times[k]:.1f}" for k in ("value", "both") if k in times)


def _rest(found: dict[str, Any]) -> Iterator[str]:
    yield "## Launches: microseconds of the processor for a call with one element (mish)"
    yield ""
    yield from (f"- {rival}: {1e6 * s:.1f}" for rival, s in found["overheads"].items())
    yield ""
    yield "## Memory: most bytes for each element, value and gradient"
    yield ""
    largest = max((row["elements"] for row in found["times"]), default=0)
    for row in found["times"]:
        peaks = {
            rival: times["peak bytes"] / row["elements"]
            for rival, times in row["times"].items()
            if isinstance(times, dict) and times.get("peak bytes") is not None
        }
        if row["elements"] == largest and peaks:
            yield f"- {row['name']}: {', '.join(f'{r} {b:.1f}' for r, b in peaks.items())}"
    yield ""
    yield "## A training step, in milliseconds"
    yield ""
    yield from (f"- {what}: {1e3 * s:.2f}" for what, s in found["training"].items())
    yield ""
    yield "## Not run"
    yield ""
    yield from (f"- {what}: {why}" for what, why in _not_run(found).items())


def _not_run(found: dict[str, Any]) -> dict[str, str]:
    missing = dict(found["not run"])
    for row in found["times"]:
        for rival, times in row["times"].items():
            if isinstance(times, str):
                missing.setdefault(f"{rival} of {row['name']}", times)
    return missing
