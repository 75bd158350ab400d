"""What all pictures share: the style, and kinds of drawings (matplotlib, the extra `plot`).

Colours are told apart by colour-blind readers, and on white as on dark backgrounds: whoever wants
dark pictures draws and saves them in `matplotlib.style.context("dark_background")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's palette, combined with dash patterns; then comes the colour of texts
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
_WIDTHS = (1.8, 0.9, 2.8)
#: for what stands behind the curves: light grey on white, dark grey on black
FAINT = (0.5, 0.5, 0.5, 0.4)
_COLUMNS = 4
_PANEL = (3.2, 2.6)  # inches
_VIEW = {"elev": 30.0, "azim": -120.0}  # low values in front
_ZOOM = 0.85  # leaves room for the labels, which no layout knows of
_CELLS = 80  # of a surface, along each axis
_COLOUR_MAP = "cividis"  # the same for all kinds of colour vision
_ON_WHITE, _ON_DARK = (0.0, 0.85), (0.35, 1.0)  # parts of it
_GREY = 1.5  # of red, green and blue together


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        command = "pip install 'multiact[plot]'"
        raise ImportError(f"matplotlib is not installed; plots need it: {command}") from error
    # not pyplot, which changes global state and may need a window system
    return Figure(figsize=(width, height), layout="constrained", dpi=150)


def line_style(i: int) -> dict[str, Any]:
    """Return colour, dashes and width of the i-th curve; they repeat after 84."""
    palette = (*COLOURS, foreground())
    colours, dashes = len(palette), len(_DASHES)
    width = _WIDTHS[i // (colours * dashes) % len(_WIDTHS)]
    look = {"color": palette[i % colours], "linestyle": _DASHES[i % dashes]}
    return {**look, "linewidth": width}


def foreground() -> Any:
    """Return the colour of texts: black, or a light one on dark backgrounds."""
    from matplotlib import rcParams

    return rcParams["text.color"]


def new_panels(titles: Iterable[str]) -> tuple[Figure, list[Axes]]:
    """Return a new figure with so many axes below each of their titles, four in a row."""
    titles = list(titles)
    columns = min(len(titles), _COLUMNS)
    rows = -(-len(titles) // columns)
    figure = new_figure(columns * _PANEL[0], rows * _PANEL[1])
    grid = [*figure.subplots(rows, columns, squeeze=False).flat]
    for axes, title in zip(grid, titles, strict=False):
        axes.set_title(title, loc="left", fontsize="medium")
    for axes in grid[len(titles) :]:
        axes.remove()
    return figure, grid[: len(titles)]


def draw_curves(
    axes: Axes, curves: Mapping[str, tuple[Any, Any]], xlabel: str, ylabel: str, **look: Any
) -> None:
    """Draw curves of points (x, y), with their names as labels."""
    for i, (name, (x, y)) in enumerate(curves.items()):
        axes.plot(x, y, label=name, **line_style(i), **look)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    plain(axes)


def add_legend(place: Axes | Figure, names: Iterable[str]) -> None:
    """Name the curves of `line_style`, in axes or beside those of a figure."""
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=name, **line_style(i)) for i, name in enumerate(names)]
    look: Any = {"loc": "best" if isinstance(place, Axes) else "outside right upper"}
    place.legend(handles=handles, frameon=False, fontsize="small", **look)


def colours_by_number(
    figure: Figure, axes: Sequence[Axes], last: int, label: str
) -> Callable[[int], Any]:
    """Return the colour of each number from 1 on, after drawing their scale beside all axes."""
    import matplotlib as mpl
    from matplotlib.colors import ListedColormap, Normalize, to_rgb

    # neither end of the scale may be lost in the background
    ends = _ON_DARK if sum(to_rgb(foreground())) > _GREY else _ON_WHITE
    colours = ListedColormap(mpl.colormaps[_COLOUR_MAP](np.linspace(*ends, 256)))
    scale = mpl.cm.ScalarMappable(Normalize(1, max(last, 2)), colours)
    bar = figure.colorbar(scale, ax=[*axes], aspect=40, pad=0.02)
    bar.set_label(label, fontsize="small")
    bar.ax.tick_params(labelsize="small")
    bar.locator = mpl.ticker.MaxNLocator(integer=True)
    bar.update_ticks()
    return lambda number: scale.to_rgba(np.asarray(number))


def draw_surface(axes: Any, x: np.ndarray, y: np.ndarray, z: np.ndarray, zlabel: str) -> None:
    """Draw z, of shape (x, y), above a plane in axes with the projection "3d"."""
    grid = np.meshgrid(x, y, indexing="ij")
    # an image inside of vector graphics: thousands of squares would be large and have seams
    axes.plot_surface(
        *grid, z, cmap=_COLOUR_MAP, rcount=_CELLS, ccount=_CELLS, linewidth=0, antialiased=False,
        rasterized=True,
    )  # fmt: skip
    axes.view_init(**_VIEW)
    axes.set_box_aspect(None, zoom=_ZOOM)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color((*FAINT[:3], 0.1))
    axes.locator_params(nbins=5)
    axes.set_zlabel(zlabel)
    axes.zaxis.label.set_fontsize("small")
    plain(axes)


def draw_heat_map(
    axes: Axes, x: np.ndarray, y: np.ndarray, z: np.ndarray, label: str, lowest: float | None = None
) -> None:
    """Draw z, of shape (x, y), in colours, and their scale, from `lowest` on, beside it."""
    mesh = axes.pcolormesh(
        x, y, z.T, vmin=lowest, cmap=_COLOUR_MAP, shading="nearest", rasterized=True
    )
    bar = axes.figure.colorbar(mesh, ax=axes)
    bar.set_label(label, fontsize="small")
    bar.ax.tick_params(labelsize="small")
    axes.set_aspect("equal")
    axes.locator_params(nbins=5)
    plain(axes)


def plain(axes: Axes) -> None:
    """Leave out what frames the axes, and make their letters small."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize="small")
    axes.xaxis.label.set_fontsize("small")
    axes.yaxis.label.set_fontsize("small")
