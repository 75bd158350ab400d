"""Plots of activations and their derivatives, with matplotlib (the extra `plot`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import derivative

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Spec = str | Mapping[str, Any] | Activation

#: Okabe and Ito's palette for colour-blind readers, combined with dash patterns
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
_POINTS = 1201
_OFFSET = 1e-9  # distance of a breakpoint's two sides from it, relative to the interval
_MARGIN, _DOT = 0.06, 4.5
_MIN_REACH = 4.0  # slopes up to this size are always visible; values up to the interval's size


def plot(
    specs: Spec | Iterable[Spec],
    *,
    derivatives: int = 1,
    interval: tuple[float, float] = (-5.0, 5.0),
    figure: Figure | None = None,
) -> Figure:
    """Draw activations in one panel, and each order of their derivatives in a panel beside it.

    Points where a function or its slope jumps are marked with a dot at the value chosen there.
    Parameters have their defaults, or the values of a mapping; array parameters are drawn.

    Parameters
    ----------
    specs
        One or more of what `multiact.get` takes: names, mappings with parameters, records.
    derivatives
        How many orders of derivatives to draw, 0 or more.
    interval
        The range of `x`.
    figure
        The figure to draw in; by default a new one, which is not shown in a window.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; save it with `figure.savefig("talu.png")`, or let a notebook show it.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    LookupError
        If there is no such activation.
    TypeError
        If an activation is not a function of one element, such as softmax or a gate.
    ValueError
        If `derivatives` is negative, the interval is empty, or there is nothing to draw.

    Examples
    --------
    >>> from multiact.plotting import plot
    >>> figure = plot(["talu", {"name": "swish", "beta": 1.5}], derivatives=2)
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['$x$', '$x$', '$x$']
    """
    acts = _activations(specs)
    low, high = map(float, interval)
    if derivatives < 0:
        raise ValueError(f"derivatives must be 0 or more, got {derivatives}")
    if not -np.inf < low < high < np.inf:
        raise ValueError(f"interval must be two finite numbers in order, got {interval}")
    if figure is None:
        figure = _new_figure(derivatives + 1)
    panels = figure.subplots(1, derivatives + 1, squeeze=False)[0]
    curves = [_Curve(act, low, high) for act in acts]
    for order, axes in enumerate(panels):
        values = [curve.draw(axes, order, _style(i)) for i, curve in enumerate(curves)]
        _set_labels_and_limits(axes, order, (low, high), np.concatenate(values))
    handles, labels = panels[0].get_legend_handles_labels()
    if any(curve.has_dots for curve in curves):
        handles.append(panels[0].plot([], [], "o", color="0.3", markersize=_DOT)[0])
        labels.append("at a kink or jump")
    columns = 2 * len(panels)
    figure.legend(handles, labels, loc="outside upper center", ncols=columns, frameon=False)
    return figure


def _activations(specs: Spec | Iterable[Spec]) -> list[Activation]:
    acts = [*map(get, [specs] if isinstance(specs, (str, Mapping, Activation)) else specs)]
    if not acts:
        raise ValueError(f"specs must name one activation or more, got {specs!r}")
    for act in acts:
        if act.kind != "elementwise":
            raise TypeError(
                f"{act.key} is not a function of one element (its kind is {act.kind!r}): only "
                "elementwise activations can be drawn"
            )
    return acts


def _new_figure(panels: int) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        command = "pip install 'multiact[plot]'"
        raise ImportError(f"matplotlib is not installed; plots need it: {command}") from error
    # not pyplot, which changes global state and may need a window system
    return Figure(figsize=(1 + 4 * panels, 3.6), layout="constrained", dpi=150)


def _style(i: int) -> dict[str, Any]:
    """Return the i-th curve's style; the styles repeat after 28 curves."""
    return {"color": _COLOURS[i % len(_COLOURS)], "linestyle": _DASHES[i % len(_DASHES)]}


class _Curve:
    """One activation: the points at which it is drawn, and its breakpoints."""

    def __init__(self, act: Activation, low: float, high: float) -> None:
        self.act, self.arguments = act, defaults.arguments(act)
        grid = np.linspace(low, high, _POINTS)
        points = np.asarray(find_breakpoints(act, self.arguments, grid))
        self.breakpoints = points[(low < points) & (points < high)]
        self._offset = (high - low) * _OFFSET
        sides = (self.breakpoints - self._offset, self.breakpoints, self.breakpoints + self._offset)
        self.x = np.unique(np.concatenate([grid, *sides]))
        self.has_dots = False

    def draw(self, axes: Axes, order: int, style: Mapping[str, Any]) -> np.ndarray:
        """Draw the curve, interrupted at jumps, and dots at kinks; return its finite values."""
        y, jumps = self._values(self.x, order), self._jumps(order)
        line = np.where(np.isin(self.x, self.breakpoints[jumps]), np.nan, y)
        axes.plot(self.x, line, label=_label(self.act), linewidth=1.8, **style)
        marked = jumps | self._jumps(1) if order == 0 else jumps
        points = self.breakpoints[marked]
        axes.plot(points, self._values(points, order), "o", color=style["color"], markersize=_DOT)
        self.has_dots = self.has_dots or bool(marked.any())
        return np.extract(np.isfinite(y), y)

    def _jumps(self, order: int) -> np.ndarray:
        """Whether the derivative of this order jumps at each of the breakpoints."""
        sides = (self._values(self.breakpoints + s * self._offset, order) for s in (-1, 1))
        left, right = sides
        return np.asarray(np.abs(right - left) > 1e-4 * (1 + np.abs(left)))

    def _values(self, x: np.ndarray, order: int) -> np.ndarray:
        return np.asarray(derivative(self.act, order=order)(x, **self.arguments))


def _label(act: Activation) -> str:
    """Return the name, followed by the parameters that differ from the declared defaults."""
    declared = {p.name: p.default for p in get(act.key).parameters}
    changed = [
        f"{p.name}={p.default:g}"
        for p in act.parameters
        if isinstance(p.default, (int, float)) and p.default != declared.get(p.name)
    ]
    return f"{act.name}({', '.join(changed)})" if changed else act.name


def _set_labels_and_limits(
    axes: Axes, order: int, interval: tuple[float, float], values: np.ndarray
) -> None:
    """Add labels, and limits that a steeply growing branch cannot spoil."""
    primes = "" if not order else "^{" + r"\prime" * order + "}"
    axes.set_xlabel("$x$")
    axes.set_ylabel(f"$f{primes}(x)$" if order < 4 else f"$f^{{({order})}}(x)$")
    for line in (axes.axhline, axes.axvline):
        line(0, color="0.8", linewidth=0.8, zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlim(*interval)
    if values.size:
        visible = _MIN_REACH if order else max(map(abs, interval))
        limit = max(visible, 4 * _upper_quartile(values))
        low, high = max(values.min(), -limit), min(values.max(), limit)
        margin = _MARGIN * (high - low or 1)
        axes.set_ylim(low - margin, high + margin)


def _upper_quartile(values: np.ndarray) -> float:
    """Return the upper quartile of the absolute values."""
    return float(np.quantile(np.abs(values), 0.75))
