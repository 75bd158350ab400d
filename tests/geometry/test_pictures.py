"""Pictures of geometry show spectra, landscapes and kernels as they are."""

import math

import numpy as np
import pytest

from multiact.geometry import Landscape, Spectrum, landscape
from multiact.geometry.pictures import (
    density_curve,
    draw_kernels,
    draw_lines,
    draw_spectra,
    picture_of_plane,
)
from tests.geometry.quadratic import Quadratic

figures = pytest.importorskip("matplotlib.figure")


@pytest.fixture
def axes():
    return figures.Figure().subplots()


def spectrum(nodes, weights):
    return Spectrum(np.asarray(nodes, float), np.asarray(weights, float))


@pytest.mark.parametrize("nodes", [[-1.0, 9.0], [3.0, 3.0]], ids=["range", "one point"])
def test_the_density_is_a_sum_of_normal_ones(nodes):
    points, density = density_curve(spectrum(nodes, [0.75, 0.25]))
    width = (nodes[1] - nodes[0]) / 100 or 1.0
    assert points[0] == pytest.approx(nodes[0] - 4 * width)
    assert points[-1] == pytest.approx(nodes[1] + 4 * width)
    z = (points[:, None] - nodes) / width
    expected = np.exp(-(z**2) / 2) @ [0.75, 0.25] / (width * math.sqrt(2 * math.pi))
    np.testing.assert_allclose(density, expected, rtol=1e-12, atol=1e-300)  # rounding
    # beyond four deviations there are 6e-5 of a normal distribution
    assert np.trapezoid(density, points) == pytest.approx(1.0, abs=1e-4)


def test_spectra_show_even_a_single_eigenvalue(axes):
    many = spectrum([*np.zeros(999), 10.0], np.full(1000, 1e-3))
    draw_spectra(axes, {"relu": many, "gelu": spectrum([0.0, 1.0], [0.5, 0.5])})
    low, high = axes.get_ylim()
    peak = 1e-3 / (0.1 * math.sqrt(2 * math.pi))
    assert low == pytest.approx(peak / 2)
    assert high > 0.5 / (0.01 * math.sqrt(2 * math.pi))
    assert axes.get_yscale() == "log"
    assert [line.get_label() for line in axes.lines] == ["relu", "gelu"]


def test_nodes_of_no_weight_do_not_spoil_the_scale(axes):
    draw_spectra(axes, {"estimate": spectrum([0.0, 5.0, 10.0], [1.0, 1e-30, 0.0])})
    low, high = axes.get_ylim()
    assert 1e-6 < low / high < 1


def test_lines(axes):
    x = np.linspace(-1, 1, 5)
    draw_lines(axes, {"relu": Landscape(x, x**2), "gelu": Landscape(x, x**4)})
    np.testing.assert_array_equal(axes.lines[1].get_xydata(), np.stack([x, x**4], 1))
    assert axes.get_ylabel() == "loss"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["relu", "gelu"]


def test_the_first_direction_is_horizontal():
    plane = landscape(Quadratic(np.diag([2.0, 0.0])), np.eye(2), points=5)
    figure = picture_of_plane(plane)
    surface, heat, _ = figure.axes
    colours = heat.collections[0].get_array()
    x = np.linspace(-1, 1, 5)
    np.testing.assert_allclose(colours, np.tile(x**2, (5, 1)))
    assert (surface.get_xlabel(), surface.get_zlabel()) == ("first direction", "loss")
    assert heat.get_ylabel() == "second direction"
    [cross] = heat.lines
    assert cross.get_xydata().tolist() == [[0, 0]]


def test_contours_are_at_halves_of_the_height():
    x = np.linspace(-1, 1, 41)
    heat = picture_of_plane(Landscape(x, 3 + np.add.outer(x**2, x**2))).axes[1]
    contours = heat.collections[1]
    np.testing.assert_allclose(contours.levels, 3 + 2.0 ** np.arange(-7, 1))
    # the circle of level 3 + 1/4 has the radius 1/2; linear interpolation errs by a cell squared
    points = contours.get_paths()[5].vertices
    np.testing.assert_allclose(np.hypot(*points.T), 0.5, atol=0.05**2)


def test_a_flat_plane_and_losses_that_are_not_finite():
    x = np.linspace(-1, 1, 3)
    assert len(picture_of_plane(Landscape(x, np.ones((3, 3)))).axes[1].collections) == 1
    losses = np.add.outer(x**2, x**2)
    losses[0, 0] = np.nan
    picture_of_plane(Landscape(x, losses)).draw_without_rendering()


def test_kernels(axes):
    def arc(c):  # of relu, Cho and Saul
        return (np.sqrt(1 - c * c) + c * (np.pi - np.arccos(c))) / np.pi

    draw_kernels(axes, {"relu": arc, "identity": lambda c: c})
    for line, f in zip(axes.lines, (arc, lambda c: c), strict=True):
        x, y = line.get_data()
        assert (x[0], x[-1]) == (-1, 1)
        assert len(x) >= 200
        np.testing.assert_array_equal(y, f(x))
    assert axes.get_xlabel() == "correlation of the inputs"


def test_nothing_is_cut_off():
    x = np.linspace(-1, 1, 21)
    figure = picture_of_plane(Landscape(x, 1234.5 * np.add.outer(x**2, x**4)))
    figure.draw_without_rendering()
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
