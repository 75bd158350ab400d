"""Plots of a candidate's error over x, with matplotlib."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from multiact._files import replaced
from multiact.testing.comparison.goal import TOLERANCE, Goal
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.probe import Sample

_LOWEST = 1e-2  # smaller errors are drawn at this height, since the scale is logarithmic
_SPAN = (-15.0, 15.0)


def draw(pair: Pair, file: str, *, dtype: str, goal: Goal, title: str, count: int = 1201) -> None:
    """Draw both functions, and below them the errors in ULP with the accepted one.

    Parameters
    ----------
    pair
        An elementwise candidate and its reference.
    file
        The file to write; its suffix decides the format.
    dtype
        As in `crosscheck`.
    goal
        The accepted errors; those in ULP are drawn as a line.
    title
        The candidate's name.
    count
        Number of points drawn on [-15, 15].

    Raises
    ------
    TypeError
        If the functions are not elementwise.
    """
    if not pair.elementwise:
        both = f"{title} and {pair.reference.name}"
        raise TypeError(f"a picture needs an elementwise function; {both} are of whole arrays")
    probe = pair.probe(dtype, goal)
    fmt = probe.curve.tolerance.fmt
    samples = probe.samples(sorted({fmt.rounded(float(x)) for x in np.linspace(*_SPAN, count)}))
    figure = Figure(figsize=(8, 7), layout="constrained")
    axes = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 2))
    _plot_functions(axes[0], samples, title, pair.reference.name)
    ulp = TOLERANCE if goal.ulp is None else goal.ulp
    _plot_errors(axes[1], samples, "value", ulp)
    _plot_errors(axes[2], samples, "slope", 2 * ulp)
    axes[0].set_title(f"{title} against {pair.reference.name}, {dtype}")
    axes[2].set_xlabel("x")
    with replaced(file) as new:
        figure.savefig(new, dpi=120)


def _plot_functions(ax: Any, samples: Sequence[Sample], candidate: str, reference: str) -> None:
    x, truths = [sample.x for sample in samples], [sample.truth.value for sample in samples]
    ax.plot(
        x, [math.nan if t is None else float(t) for t in truths], lw=4, alpha=0.35, label=reference
    )
    ax.plot(x, [sample.value for sample in samples], lw=1.3, color="C3", label=candidate)
    ax.legend(frameon=False)
    ax.grid(alpha=0.3)


def _plot_errors(ax: Any, samples: Sequence[Sample], what: str, goal: float) -> None:
    measured = [(sample.x, sample.error(what)) for sample in samples if sample.error(what) >= 0]
    finite = [(x, max(e, _LOWEST)) for x, e in measured if math.isfinite(e)]
    within = [(x, e) for x, e in finite if e <= goal]
    exceeding = [(x, e) for x, e in finite if e > goal]
    top = max([goal * 10, *(e * 3 for _, e in finite)])
    not_finite = [(x, top / 1.5) for x, e in measured if not math.isfinite(e)]
    _plot_points(ax, within, "o", "C0", None)
    _plot_points(ax, exceeding, "o", "C3", f"beyond {goal:g} ULP")
    _plot_points(ax, not_finite, "x", "k", "NaN or infinite")
    ax.axhline(goal, color="0.4", lw=1, ls="--")
    ax.set_yscale("log")
    ax.set_ylim(_LOWEST / 1.5, top)
    ax.set_ylabel("value, ULP" if what == "value" else "gradient, ULP / (1 + κ)")
    ax.grid(alpha=0.3)
    if not measured:
        ax.text(0.5, 0.5, "not compared", transform=ax.transAxes, ha="center", va="center")
    if exceeding or not_finite:
        ax.legend(frameon=False, loc="upper right")


def _plot_points(
    ax: Any, points: Sequence[tuple[float, float]], marker: str, color: str, label: str | None
) -> None:
    if points:
        ax.plot(*zip(*points, strict=True), marker, color=color, ms=3, label=label)
