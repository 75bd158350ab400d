"""Plots of activations, their derivatives and gradients, with matplotlib (the extra `plot`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact._drawing import (
    FAINT,
    draw_heat_map,
    draw_surface,
    foreground,
    line_style,
    new_figure,
)
from multiact.analysis import defaults
from multiact.analysis.gradient_flow import gradient_flow
from multiact.analysis.slices import Slice, slices, visible_range
from multiact.declare.activation import Activation
from multiact.declare.registry import get

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["line_style", "new_figure", "plot", "plot_surface"]

Spec = str | Mapping[str, Any] | Activation

_THIN: dict[str, Any] = {"linewidth": 0.7, "alpha": 0.6}  # curves of further seeds
_POINTS, _FEWER = 1201, 300  # the latter where each point is an array
_SQUARE = 161  # points of a surface along each axis
_OFFSET = 1e-9  # distance of a breakpoint's two sides from it, relative to the interval
_COARSE = 1e-3  # the same where derivatives are differences
_ROWS = 15  # of the legend, beside axes of the usual height
_MARGIN, _DOT = 0.06, 4.5
_MIN_REACH = 4.0  # slopes up to this size are always visible; values up to the interval's size


def plot(
    specs: Spec | Iterable[Spec],
    *,
    derivatives: int = 1,
    interval: tuple[float, float] = (-5.0, 5.0),
    seeds: int = 4,
    figure: Figure | None = None,
) -> Figure:
    """Draw activations in one panel, and each order of their derivatives in a panel beside it.

    Points where a function or its slope jumps are marked with a dot at the value chosen there.
    Parameters have their defaults, or the values of a mapping.  A gate or a pair has two curves,
    one for each input, where the other input is 1.  Of softmax, channel functions and layers one
    element of an array, of 6 along each axis, varies while all others are 0; the curves are the
    output at its place, or of channel functions the outputs that vary, and their derivatives are
    differences of values.

    Parameters
    ----------
    specs
        One or more of what `multiact.get` takes: names, mappings with parameters, records.
    derivatives
        How many orders of derivatives to draw, 0 or more.
    interval
        The range of `x`.
    seeds
        How many random starts of array parameters to draw, and how many draws of noise, each of
        one value for all points.  The first start, and the function without noise, are thick.
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
        If a layer takes no array whose axes all have the same length.
    ValueError
        If `derivatives` is negative, `seeds` is not positive, the interval is empty, or there is
        nothing to draw.

    Examples
    --------
    >>> from multiact.plotting import plot
    >>> figure = plot(["talu", {"name": "swish", "beta": 1.5}], derivatives=2)
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['$x$', '$x$', '$x$']
    >>> plot("softmax").axes[0].get_xlabel()
    '$x$: one element, all others are 0'
    """
    acts = _activations(specs)
    low, high = _ends(interval)
    for name, value, least in (("derivatives", derivatives, 0), ("seeds", seeds, 1)):
        if value < least:
            raise ValueError(f"{name} must be {least} or more, got {value}")
    enlarge = figure is None
    if figure is None:
        figure = new_figure(0.5 + 3.6 * (derivatives + 1), 3.6)
    panels = figure.subplots(1, derivatives + 1, squeeze=False)[0]
    curves = [*_curves(acts, seeds, np.linspace(low, high, _POINTS))]
    for order, axes in enumerate(panels):
        values = [curve.draw(axes, order) for curve in curves]
        _set_labels_and_limits(axes, order, (low, high), np.concatenate(values))
        axes.set_xlabel(_varied(acts))
    _add_legend(figure, curves, enlarge)
    return figure


def plot_surface(
    specs: Spec | Iterable[Spec],
    *,
    interval: tuple[float, float] = (-5.0, 5.0),
    figure: Figure | None = None,
) -> Figure:
    """Draw f(x) + f(y) of activations as a surface, and the norm of its gradient as a heat map.

    Where the map is dark, next to nothing comes back through two units with these inputs.  Each
    activation has a row; a gate has two, as in `plot`, which also says what is drawn of others.
    Values and slopes of a branch that grows steeply are cut off.

    Parameters
    ----------
    specs
        One or more of what `multiact.get` takes: names, mappings with parameters, records.
    interval
        The range of `x` and `y`.
    figure
        The figure to draw in; by default a new one, which is not shown in a window.

    Returns
    -------
    matplotlib.figure.Figure
        In each row a surface, a map, and the scale of its colours.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    LookupError
        If there is no such activation.
    TypeError
        If a layer takes no array whose axes all have the same length.
    ValueError
        If the interval is empty, or there is nothing to draw.

    Examples
    --------
    >>> from multiact.plotting import plot_surface
    >>> figure = plot_surface(["relu", "gelu"])
    >>> [axes.get_title(loc="left") for axes in figure.axes[:2]]
    ['ReLU', '']
    """
    acts = _activations(specs)
    points = np.linspace(*_ends(interval), _SQUARE)
    rows = [
        (_label(act, [a for a in acts if a.key == act.key])(cut), gradient_flow(cut, points))
        for act in acts
        for cut in slices(act)
    ]
    if figure is None:
        figure = new_figure(8.4, 3.6 * len(rows))
    for i, (label, flow) in enumerate(rows):
        surface = figure.add_subplot(len(rows), 2, 2 * i + 1, projection="3d")
        draw_surface(surface, points, points, _visible(flow.values, max(map(abs, interval))),
                     "$f(x)+f(y)$")  # fmt: skip
        surface.set_title(label, loc="left", fontsize="medium")
        heat = figure.add_subplot(len(rows), 2, 2 * i + 2)
        gradient = _visible(flow.gradient, _MIN_REACH)
        draw_heat_map(heat, points, points, gradient, "$|\\nabla(f(x)+f(y))|$", lowest=0.0)
        for axes in (surface, heat):
            axes.set_xlabel("$x$")
            axes.set_ylabel("$y$")
    return figure


def _visible(values: np.ndarray, least: float) -> np.ndarray:
    """Cut off what a steeply growing branch would spoil the scale with, as on the diagonal."""
    diagonal = values.diagonal()
    diagonal = diagonal[np.isfinite(diagonal)]
    return np.clip(values, *visible_range(diagonal, least)) if diagonal.size else values


def _ends(interval: tuple[float, float]) -> tuple[float, float]:
    low, high = map(float, interval)
    if not -np.inf < low < high < np.inf:
        raise ValueError(f"interval must be two finite numbers in order, got {interval}")
    return low, high


def _activations(specs: Spec | Iterable[Spec]) -> list[Activation]:
    acts = [*map(get, [specs] if isinstance(specs, (str, Mapping, Activation)) else specs)]
    if not acts:
        raise ValueError(f"specs must name one activation or more, got {specs!r}")
    return acts


def _curves(acts: list[Activation], seeds: int, grid: np.ndarray) -> Iterator[_Curve]:
    """Yield the curves of all slices and seeds; those of one slice share their style."""
    i = 0
    for act in acts:
        label = _label(act, [a for a in acts if a.key == act.key])
        first = slices(act)
        further = [s for seed in range(seeds) for s in _drawn(act, seed)]
        styles = [line_style(i + k) for k in range(len(first))]
        for k, cut in enumerate(further):
            yield _Curve(cut, "_", {**styles[k % len(first)], **_THIN}, grid)
        for cut, style in zip(first, styles, strict=True):
            yield _Curve(cut, label(cut), style, grid)
        i += len(first)


def _drawn(act: Activation, seed: int) -> list[Slice]:
    """Return the slices with the random numbers of a seed, if there are any."""
    if act.noise:
        generator = np.random.default_rng(seed)
        noise = {
            name: generator.random() if kind == "uniform" else generator.standard_normal()
            for name, kind in act.noise.items()
        }
        return slices(act, noise=noise)
    starts = (defaults.arguments(act, s) for s in (0, seed))
    first, other = ([v for v in a.values() if isinstance(v, np.ndarray)] for a in starts)
    same = all(map(np.array_equal, first, other))
    return [] if same else slices(act, seed)


class _Curve:
    """One slice: the points at which it is drawn, and its breakpoints."""

    def __init__(self, cut: Slice, label: str, style: dict[str, Any], grid: np.ndarray) -> None:
        self._cut, self.label, self.style = cut, label, style
        grid = grid if cut.exact else grid[:: _POINTS // _FEWER]
        low, high = grid[0], grid[-1]
        points = np.asarray(cut.breakpoints(grid))
        self.breakpoints = points[(low < points) & (points < high)]
        self._offset = (high - low) * (_OFFSET if cut.exact else _COARSE)
        near = self.breakpoints[:, None]
        far = (np.abs(grid - near) >= self._offset).all(axis=0)
        sides = (self.breakpoints - self._offset, self.breakpoints, self.breakpoints + self._offset)
        self._x = np.unique(np.concatenate([grid[far], *sides]))
        self.has_dots = False

    def draw(self, axes: Axes, order: int) -> np.ndarray:
        """Draw the curve, interrupted at jumps, and dots at kinks; return its finite values."""
        y, jumps = self._values(self._x, order), self._jumps(order)
        if order and not self._cut.exact:  # differences across a kink are no derivatives
            jumps = np.ones_like(jumps)
        y = np.where(np.isin(self._x, self.breakpoints[jumps]), np.nan, y)
        axes.plot(self._x, y, label=self.label, **self.style)
        if self.label != "_" and (order == 0 or self._cut.exact):
            points = self.breakpoints[jumps | self._jumps(1) if order == 0 else jumps]
            dots = self._values(points, order)
            axes.plot(points, dots, "o", color=self.style["color"], markersize=_DOT)
            self.has_dots = self.has_dots or bool(points.size)
            y = np.concatenate([y, dots])
        return np.extract(np.isfinite(y), y)

    def _jumps(self, order: int) -> np.ndarray:
        """Whether the derivative of this order jumps at each of the breakpoints."""
        sides = (self._values(self.breakpoints + s * self._offset, order) for s in (-1, 1))
        left, right = sides
        least = 1e-4 if self._cut.exact else 2e-2
        return np.asarray(np.abs(right - left) > least * (1 + np.abs(left)))

    def _values(self, x: np.ndarray, order: int) -> np.ndarray:
        return self._cut.values(x, order)


def _label(act: Activation, family: list[Activation]) -> Callable[[Slice], str]:
    """Return what names a slice: what is drawn, and the parameters that tell it from others.

    Those differ from the declared defaults, or among activations of the same family.
    """
    alike = (act.declared, *family)
    words = [
        f"{name}={p.default:g}" if isinstance(p.default, (int, float)) else f"{name}={p.default}"
        for name, p in act.by_name.items()
        if isinstance(p.default, (int, float, str))
        and any(a.by_name[name].default != p.default for a in alike)
    ]
    text = ", ".join(words)

    def label(cut: Slice) -> str:
        if not words:
            return cut.call
        return f"{act.name}({text})" if cut.call == act.name else f"{cut.call}, {text}"

    return label


def _varied(acts: list[Activation]) -> str:
    """Return the label of the horizontal axis: what varies, and what does not."""
    arrays = [not act.is_graph for act in acts]
    if not any(arrays):
        return "$x$"
    return f"$x$: {'' if all(arrays) else 'of arrays '}one element, all others are 0"


def _set_labels_and_limits(
    axes: Axes, order: int, interval: tuple[float, float], values: np.ndarray
) -> None:
    """Add labels, and limits that a steeply growing branch cannot spoil."""
    primes = "" if not order else "^{" + r"\prime" * order + "}"
    axes.set_ylabel(f"$f{primes}(x)$" if order < 4 else f"$f^{{({order})}}(x)$")
    for line in (axes.axhline, axes.axvline):
        line(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlim(*interval)
    if values.size:
        low, high = visible_range(values, _MIN_REACH if order else max(map(abs, interval)))
        margin = _MARGIN * (high - low or 1)
        axes.set_ylim(low - margin, high + margin)


def _add_legend(figure: Figure, curves: list[_Curve], enlarge: bool) -> None:
    """Add a legend beside the axes, and make a new figure wider by it."""
    axes = figure.axes[0]
    handles, labels = axes.get_legend_handles_labels()
    if any(curve.has_dots for curve in curves):
        handles.append(axes.plot([], [], "o", color=foreground(), markersize=_DOT)[0])
        labels.append("at a kink or jump")
    if any(curve.label == "_" for curve in curves):
        handles.append(axes.plot([], [], color=foreground(), **_THIN)[0])
        labels.append("other random numbers")
    legend = figure.legend(
        handles, labels, loc="outside right upper", frameon=False, fontsize="small",
        ncols=-(-len(labels) // _ROWS),
    )  # fmt: skip
    if enlarge:
        engine = figure.get_layout_engine()
        figure.set_layout_engine("none")  # which would find no room for the axes
        figure.draw_without_rendering()
        figure.set_layout_engine(engine)
        width, height = figure.get_size_inches()
        figure.set_size_inches(width + legend.get_window_extent().width / figure.dpi, height)
