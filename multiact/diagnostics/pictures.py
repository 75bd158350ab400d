"""Pictures of diagnostics, with matplotlib (the extra `plot`): by depth, and histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact._drawing import add_legend, draw_curves, line_style, new_panels, plain
from multiact._suggest import nearest
from multiact.diagnostics.histogram import Distribution
from multiact.diagnostics.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABELS = {"share": "share of dead units", "saturated": "share of saturated elements"}
_TICKS = 20
_LONG = 30  # letters of all names of layers, from which on they are slanted


def by_layer(result: Result[Any], column: str) -> np.ndarray:
    """Return a column of a table as an array of shape (layers,).

    Parameters
    ----------
    result
        From any function of diagnostics.
    column
        A column with numbers; where one is not known, it is NaN.

    Raises
    ------
    LookupError
        If there is no such column.
    TypeError
        If it has words.
    """
    cells = []
    for layer, row in result.as_dict().items():
        if column not in row:
            raise LookupError(f"there is no column {column!r}; {nearest(column, [*row])}")
        if isinstance(row[column], str):
            raise TypeError(f"{column} of {layer} is {row[column]!r}: it has no numbers to draw")
        cells.append(row[column])
    return np.asarray(cells, np.float64)  # None becomes NaN


def draw_by_layer(axes: Axes, results: Mapping[str, Result[Any]], column: str = "share") -> None:
    """Draw a column of tables by depth: the share of dead units, of saturated elements, norms.

    Parameters
    ----------
    axes
        Where to draw.
    results
        Results by what stands in the legend, such as names of activations.
    column
        The name of the column; "share", the default, is that of dead units.

    Raises
    ------
    LookupError
        If there is no such column.
    TypeError
        If it has words.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.diagnostics import DeadUnits
    >>> from multiact.diagnostics.pictures import draw_by_layer
    >>> from multiact.plotting import new_figure
    >>> units = DeadUnits()
    >>> for depth in range(1, 4):
    ...     units.add(f"act{depth}", np.tri(4, k=-depth))
    >>> axes = new_figure(4, 3).subplots()
    >>> draw_by_layer(axes, {"relu": units.result()})
    >>> axes.lines[0].get_ydata()
    array([0.25, 0.5 , 0.75])
    """
    columns = {name: by_layer(result, column) for name, result in results.items()}
    depths = {name: (np.arange(1, len(values) + 1), values) for name, values in columns.items()}
    draw_curves(axes, depths, "layer", _LABELS.get(column, column), marker="o", markersize=4)
    add_legend(axes, depths)
    names = {tuple(result) for result in results.values()}
    if len(names) == 1:
        [layers] = names
        slanted: Any = {"rotation": 45, "ha": "right"} if len("".join(layers)) > _LONG else {}
        step = -(-len(layers) // _TICKS)
        axes.set_xticks(range(1, len(layers) + 1, step), layers[::step], **slanted)
    else:  # layers are told by their numbers
        axes.locator_params(axis="x", integer=True)


def picture_of_histograms(results: Mapping[str, Result[Distribution]]) -> Figure:
    """Draw a panel for each layer, with the histograms of all results.

    The densities have a logarithmic scale, on which tails are seen beside the zeros of relu.

    Parameters
    ----------
    results
        From `histograms`, or the `histograms` of `gradients`, by what stands in the legend.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("histograms.png")`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If there is no layer.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.diagnostics import Histogram
    >>> from multiact.diagnostics.pictures import picture_of_histograms
    >>> histogram = Histogram()
    >>> for layer in ("act1", "act2"):
    ...     histogram.add(layer, np.random.default_rng(0).standard_normal((99, 8)))
    >>> figure = picture_of_histograms({"identity": histogram.result()})
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['act1', 'act2']
    """
    layers = [*{layer: None for result in results.values() for layer in result}]
    if not layers:
        raise ValueError("results must have one layer or more, got none")
    figure, panels = new_panels(layers)
    from matplotlib.ticker import NullFormatter

    for layer, axes in zip(layers, panels, strict=True):
        for i, result in enumerate(results.values()):
            if layer in result and result[layer].counts.any():
                edges, density = visible_bins(result[layer])
                axes.stairs(density, edges, **line_style(i))
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())  # whose labels would be too wide
        lost = sum(result[layer].nonfinite for result in results.values() if layer in result)
        axes.set_xlabel(f"value ({lost} not finite)" if lost else "value")
        plain(axes)
    panels[0].set_ylabel("density")
    add_legend(figure, results)
    return figure


def visible_bins(found: Distribution) -> tuple[np.ndarray, np.ndarray]:
    """Return edges and densities of the bins from the first that has a value to the last.

    The densities' integral is 1.
    """
    first, *_, last = np.flatnonzero(found.counts)[[0, -1]]
    edges = found.edges[first : last + 2]
    counts = found.counts[first : last + 1]
    return edges, counts / (counts.sum() * (edges[1] - edges[0]))
