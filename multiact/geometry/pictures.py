"""Pictures of geometry, with matplotlib (the extra `plot`): spectra, landscapes, kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact._drawing import add_legend, draw_curves, draw_heat_map, draw_surface, new_figure
from multiact.geometry.landscape import Landscape
from multiact.geometry.spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_POINTS = 2001
_TAIL = 4.0  # standard deviations beside the first and the last eigenvalue
_FLOOR = 1e-5  # of the highest density
_LEVELS = 8  # contours, each at half of the height above the lowest loss of the next


def density_curve(found: Spectrum) -> tuple[np.ndarray, np.ndarray]:
    """Return points around all eigenvalues, and the smooth density there, of integral 1."""
    low, high = found.nodes[[0, -1]]
    tail = _TAIL * found.width
    points = np.linspace(low - tail, high + tail, _POINTS)
    return points, found.density(points)


def _lowest(found: Spectrum, curve: tuple[np.ndarray, np.ndarray]) -> float:
    """Return half of the height at the lowest node, as far as it can be seen."""
    return float(max(found.density(found.nodes).min() / 2, _FLOOR * curve[1].max()))


def draw_spectra(axes: Axes, spectra: Mapping[str, Spectrum]) -> None:
    """Draw the density of eigenvalues, with a logarithmic scale: a few are far from all others.

    Parameters
    ----------
    axes
        Where to draw.
    spectra
        From `multiact.geometry.spectrum`, by what stands in the legend.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.geometry import Spectrum
    >>> from multiact.geometry.pictures import draw_spectra
    >>> from multiact.plotting import new_figure
    >>> axes = new_figure(5, 3.6).subplots()
    >>> draw_spectra(axes, {"relu": Spectrum(np.asarray([0.0, 4.0]), np.asarray([0.9, 0.1]))})
    >>> axes.get_yscale()
    'log'
    """
    curves = {name: density_curve(found) for name, found in spectra.items()}
    draw_curves(axes, curves, "eigenvalue", "density")
    add_legend(axes, curves)
    axes.set_yscale("log")
    lowest = [_lowest(*pair) for pair in zip(spectra.values(), curves.values(), strict=True)]
    if lowest:
        axes.set_ylim(min(lowest), 2 * max(density.max() for _, density in curves.values()))


def draw_lines(axes: Axes, lines: Mapping[str, Landscape]) -> None:
    """Draw losses on lines through the weights.

    Parameters
    ----------
    axes
        Where to draw.
    lines
        From `landscape` with one direction, or from `interpolate`, by what stands in the legend.

    Raises
    ------
    ValueError
        If a landscape is that of a plane.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.geometry import Landscape
    >>> from multiact.geometry.pictures import draw_lines
    >>> from multiact.plotting import new_figure
    >>> x = np.linspace(-1, 1, 21)
    >>> axes = new_figure(5, 3.6).subplots()
    >>> draw_lines(axes, {"relu": Landscape(x, abs(x)), "gelu": Landscape(x, x**2)})
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['relu', 'gelu']
    """
    for name, line in lines.items():
        if line.losses.ndim != 1:
            shape = line.losses.shape
            raise ValueError(f"the landscape {name!r} is a plane, of shape {shape}, not a line")
    curves = {name: (line.positions, line.losses) for name, line in lines.items()}
    draw_curves(axes, curves, "position on the line", "loss")
    add_legend(axes, curves)


def picture_of_plane(plane: Landscape) -> Figure:
    """Draw the losses in a plane as a surface, and as a heat map with contours.

    A contour is at half of the height above the lowest loss of the next one.

    Parameters
    ----------
    plane
        From `landscape` with two directions; the weights are in the middle, at the cross.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("landscape.png")`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If the landscape is that of a line.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.geometry import Landscape
    >>> from multiact.geometry.pictures import picture_of_plane
    >>> x = np.linspace(-1, 1, 21)
    >>> surface, heat, scale = picture_of_plane(Landscape(x, np.add.outer(x**2, x**4))).axes
    >>> heat.get_xlabel()
    'first direction'
    """
    x, losses = plane.positions, plane.losses
    if losses.ndim != 2:
        raise ValueError(f"the landscape is a line, of shape {losses.shape}, not a plane")
    figure = new_figure(8.4, 3.6)
    surface = figure.add_subplot(1, 2, 1, projection="3d")
    draw_surface(surface, x, x, losses, "loss")
    heat = figure.add_subplot(1, 2, 2)
    draw_heat_map(heat, x, x, losses, "loss")
    low, high = np.nanmin(losses), np.nanmax(losses)
    if high > low:
        levels = low + (high - low) * 2.0 ** -np.arange(_LEVELS, 0, -1)
        heat.contour(x, x, losses.T, levels, colors="white", linewidths=0.8)
    heat.plot(x.mean(), x.mean(), "+", color="white", markersize=8)
    for axes in (surface, heat):
        axes.set_xlabel("first direction")
        axes.set_ylabel("second direction")
    return figure


def draw_kernels(axes: Axes, kernels: Mapping[str, Callable[[Any], Any]]) -> None:
    """Draw kernels by the correlation of two inputs.

    Parameters
    ----------
    axes
        Where to draw.
    kernels
        Functions of the correlation by what stands in the legend: `nngp` or `ntk` of
        `multiact.geometry.kernel`, or `multiact.analysis.dual_kernel`.

    Examples
    --------
    >>> from multiact.geometry import kernel
    >>> from multiact.geometry.pictures import draw_kernels
    >>> from multiact.plotting import new_figure
    >>> axes = new_figure(5, 3.6).subplots()
    >>> draw_kernels(axes, {f"relu, {n} layers": kernel("relu", n).nngp for n in (1, 8)})
    >>> len(axes.lines)
    2
    """
    # denser towards the ends, where kernels of deep networks are steep
    correlations = np.clip(np.cos(np.linspace(np.pi, 0.0, _POINTS // 10)), -1.0, 1.0)
    curves = {name: (correlations, f(correlations)) for name, f in kernels.items()}
    draw_curves(axes, curves, "correlation of the inputs", "kernel")
    add_legend(axes, curves)
