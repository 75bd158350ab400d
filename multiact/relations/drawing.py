"""The picture of the map, with matplotlib (the extra `plot`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.relations.atlas import Atlas, at_defaults
from multiact.relations.curves import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's palette for colour-blind readers, darkened where text has to be read in it
_COLOURS = (
    "#0072B2", "#D55E00", "#00805E", "#B04A85", "#A67400", "#2E86B5", "#7A3B00", "#4B4B9E",
    "#777777",
)  # fmt: skip
_LETTER, _LINE = 0.078, 0.155  # inches: the width of a letter of a label, and its height
_DOT = 0.12  # inches beside a label that its dot takes
_SIZE = 8.0  # points, of the letters
_COLUMN = 2.4  # inches, of the legend
_APART = 1.04  # of the size of a label, from one to the next
_ROOM = 2.2  # of the area that labels would take side by side
_ASPECT = 1.5


def draw(atlas: Atlas) -> Figure:
    """Draw a dot and a label for each activation, and lines between those that coincide.

    Labels that would overlap are moved apart, and their dots with them: places are right but
    for the width of a few labels.
    """
    from matplotlib.figure import Figure
    from matplotlib.patheffects import withStroke

    places, sizes = placed(atlas)
    low, high = places.min(axis=0), (places + sizes * [1, 0]).max(axis=0)
    margin = np.asarray([0.4, 0.9])
    inches = high - low + [2 * margin[0], margin[1] + 0.3]
    figure = Figure(figsize=(inches[0], inches[1]))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(low[0] - margin[0], high[0] + margin[0])
    axes.set_ylim(low[1] - margin[1], high[1] + 0.3)
    axes.set_axis_off()
    _draw_lines(axes, atlas, places)
    for name, (x, y), family in zip(atlas.names, places, atlas.families, strict=True):
        colour = _colour(atlas, family)
        axes.plot(x, y, "o", color=colour, markersize=4, gid=f"dot {name}")
        axes.text(
            x + _DOT / 2 + 0.02, y, name, color=colour, fontsize=_SIZE, va="center_baseline",
            gid=f"label {name}", path_effects=[withStroke(linewidth=2.0, foreground="white")],
        )  # fmt: skip
    _draw_legend(axes, atlas, float(inches[0]))
    return figure


def placed(atlas: Atlas) -> tuple[Array, Array]:
    """Return where dots are and how large they are with their labels, in inches."""
    sizes = np.asarray([[len(n) * _LETTER + _DOT, _LINE] for n in atlas.names])
    height = np.sqrt(_ROOM * float(sizes.prod(axis=1).sum()) / _ASPECT) + 1.0
    return _spread_out(atlas.points, np.asarray([_ASPECT * height, height]), sizes), sizes


def _colour(atlas: Atlas, family: int) -> str:
    return _COLOURS[family] if atlas.centres[family] else _COLOURS[-1]


def _draw_lines(axes: Axes, atlas: Atlas, places: Array) -> None:
    """Draw what coincides at the defaults solid, with other parameters dotted."""
    at = dict(zip(atlas.names, places, strict=True))
    for r in atlas.relations:
        style: dict[str, Any] = (
            {"linewidth": 1.1, "color": "#444444"}
            if at_defaults(r, atlas.defaults)
            else {"linewidth": 0.6, "color": "#AAAAAA", "linestyle": (0, (1, 2))}
        )
        (x0, y0), (x1, y1) = at[r.left], at[r.right]
        axes.plot([x0, x1], [y0, y1], zorder=0.5, **style)


def _draw_legend(axes: Axes, atlas: Atlas, width: float) -> None:
    from matplotlib.lines import Line2D

    entries = [
        Line2D([], [], marker="o", linestyle="", markersize=4, color=_colour(atlas, k),
               label=f"like {centre}" if centre else "like few others")
        for k, centre in enumerate(atlas.centres)
    ]  # fmt: skip
    lines = [
        Line2D([], [], color="#444444", linewidth=1.1, label="the same, but for scales and shifts"),
        Line2D([], [], color="#AAAAAA", linewidth=0.9, linestyle=(0, (1, 2)),
               label="the same with other parameters"),
    ]  # fmt: skip
    axes.legend(
        handles=[*entries, *lines], loc="lower center", ncols=max(1, int(width / _COLUMN)),
        fontsize=_SIZE, frameon=False, borderaxespad=0.2, columnspacing=1.2, handletextpad=0.4,
    )  # fmt: skip


def _spread_out(points: Array, area: Array, sizes: Array) -> Array:
    """Return places in inches, in which the labels overlap nowhere.

    Half of a place is the rank of its coordinate, or most would be in one spot.
    """
    ranks = np.argsort(np.argsort(points, axis=0), axis=0) / max(len(points) - 1, 1)
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1.0)
    places = (scaled + ranks) / 2 * area
    for _ in range(2000):
        moves = _moves(places, sizes)
        if not moves.any():
            break
        places = places + moves
    result: Array = places
    return result


def _moves(places: Array, sizes: Array) -> Array:
    """Return for each label how far to move it out of those that it overlaps."""
    centres = places + sizes * [0.5, 0.0] - [_DOT / 2, 0.0]
    rows = np.abs(centres[:, None, 1] - centres[:, 1]) < _LINE * _APART
    i, j = np.nonzero(np.triu(rows, 1))
    gaps = centres[i] - centres[j]
    overlaps = (sizes[i] + sizes[j]) / 2 * _APART - np.abs(gaps)
    both = (overlaps > 1e-3).all(axis=1)
    i, j, gaps, overlaps = i[both], j[both], gaps[both], overlaps[both]
    # along the shorter way out, rather up or down; of two in one place the second moves up
    way = np.argmin(overlaps / [2.0, 1.0], axis=1)
    pairs = np.arange(len(way))
    push = np.zeros_like(gaps)
    push[pairs, way] = np.where(gaps[pairs, way] > 0, 1, -1) * overlaps[pairs, way] * 0.35
    moves = np.zeros_like(places)
    np.add.at(moves, i, push)
    np.add.at(moves, j, -push)
    result: Array = np.clip(moves, -_LINE, _LINE)
    return result
