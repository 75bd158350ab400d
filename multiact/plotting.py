"""Pictures of activations and their derivatives, with matplotlib (the extra `plot`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import break_points
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import derivative

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Spec = str | Mapping[str, Any] | Activation

#: Okabe and Ito's colours, which the colour-blind can tell apart, in turn with dashes
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
_POINTS = 1201
_BESIDE = 1e-9  # of the interval: how near to a break its two sides are drawn
_MARGIN, _DOT = 0.06, 4.5
_SHOWN = 4.0  # a slope is always shown up to here, a value up to the end of the interval


def plot(
    specs: Spec | Iterable[Spec],
    *,
    derivatives: int = 1,
    interval: tuple[float, float] = (-5.0, 5.0),
    figure: Figure | None = None,
) -> Figure:
    """Draw activations in one panel, and each order of their derivatives in one beside it.

    Points where a function or a slope jumps are marked with a dot, at the value chosen there.
    Parameters are the defaults, or a mapping's; array parameters start at drawn values.

    Parameters
    ----------
    specs
        One or more of what `multiact.get` takes: names, mappings with parameters, records.
    derivatives
        How many orders of derivatives, 0 or more.
    interval
        Where `x` goes from and to.
    figure
        Where to draw; by default a new figure, which no window shows.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("talu.png")`; notebooks show it.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    LookupError
        If there is no such activation.
    TypeError
        If an activation is not a function of one element, such as softmax or a gate.
    ValueError
        If `derivatives` is negative, the interval empty, or nothing is given to draw.

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
        drawn = [curve.draw(axes, order, _style(i)) for i, curve in enumerate(curves)]
        _finish(axes, order, (low, high), np.concatenate(drawn))
    handles, labels = panels[0].get_legend_handles_labels()
    if any(curve.broken for curve in curves):
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
        if act.kind not in ("elementwise", "stochastic"):
            raise TypeError(
                f"{act.key} is not a function of one element (its kind is {act.kind!r}): only "
                "elementwise and stochastic activations can be drawn"
            )
    return acts


def _new_figure(panels: int) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        command = "pip install 'multiact[plot]'"
        raise ImportError(f"matplotlib is not installed; plots need it: {command}") from error
    # not pyplot: nothing global changes, and no window system is needed
    return Figure(figsize=(1 + 4 * panels, 3.6), layout="constrained", dpi=150)


def _style(i: int) -> dict[str, Any]:
    """The i-th curve's: 28 combinations before one comes again."""
    return {"color": _COLOURS[i % len(_COLOURS)], "linestyle": _DASHES[i % len(_DASHES)]}


class _Curve:
    """One activation: where it is drawn, and where it or a slope jumps."""

    def __init__(self, act: Activation, low: float, high: float) -> None:
        self.act, self.arguments = act, defaults.arguments(act)
        grid = np.linspace(low, high, _POINTS)
        found = np.asarray(break_points(act, self.arguments, grid))
        self.breaks = found[(low < found) & (found < high)]
        self._beside = (high - low) * _BESIDE
        sides = (self.breaks - self._beside, self.breaks, self.breaks + self._beside)
        self.x = np.unique(np.concatenate([grid, *sides]))
        self.broken = False  # whether a dot was drawn

    def draw(self, axes: Axes, order: int, style: Mapping[str, Any]) -> np.ndarray:
        """Draw the curve, interrupted where it jumps, and dots at kinks; return its values."""
        y, jumps = self._values(self.x, order), self._jumps(order)
        broken_line = np.where(np.isin(self.x, self.breaks[jumps]), np.nan, y)
        axes.plot(self.x, broken_line, label=_label(self.act), linewidth=1.8, **style)
        marked = jumps | self._jumps(1) if order == 0 else jumps
        places = self.breaks[marked]
        axes.plot(places, self._values(places, order), "o", color=style["color"], markersize=_DOT)
        self.broken = self.broken or bool(marked.any())
        return np.extract(np.isfinite(y), y)

    def _jumps(self, order: int) -> np.ndarray:
        """At which of the breaks the derivative of this order jumps."""
        sides = (self._values(self.breaks + s * self._beside, order) for s in (-1, 1))
        left, right = sides
        return np.asarray(np.abs(right - left) > 1e-4 * (1 + np.abs(left)))

    def _values(self, x: np.ndarray, order: int) -> np.ndarray:
        return np.asarray(derivative(self.act, order=order)(x, **self.arguments))


def _label(act: Activation) -> str:
    """The name, and the parameters that are not as declared."""
    declared = {p.name: p.default for p in get(act.key).parameters}
    changed = [
        f"{p.name}={p.default:g}"
        for p in act.parameters
        if isinstance(p.default, (int, float)) and p.default != declared.get(p.name)
    ]
    return f"{act.name}({', '.join(changed)})" if changed else act.name


def _finish(axes: Axes, order: int, interval: tuple[float, float], drawn: np.ndarray) -> None:
    """Labels, and limits that a branch which shoots up cannot spoil."""
    primes = "" if not order else "^{" + r"\prime" * order + "}"
    axes.set_xlabel("$x$")
    axes.set_ylabel(f"$f{primes}(x)$" if order < 4 else f"$f^{{({order})}}(x)$")
    for line in (axes.axhline, axes.axvline):
        line(0, color="0.8", linewidth=0.8, zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlim(*interval)
    if drawn.size:
        most = max(_SHOWN if order else max(map(abs, interval)), 4 * _upper_quarter(drawn))
        low, high = max(drawn.min(), -most), min(drawn.max(), most)
        margin = _MARGIN * (high - low or 1)
        axes.set_ylim(low - margin, high + margin)


def _upper_quarter(values: np.ndarray) -> float:
    """What three quarters of the values do not exceed in size."""
    return float(np.quantile(np.abs(values), 0.75))
