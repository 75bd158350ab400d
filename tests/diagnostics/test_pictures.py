"""Pictures of diagnostics show the numbers of the results, layer by layer."""

import math

import numpy as np
import pytest

from multiact.diagnostics import DeadUnits, Histogram, Saturation
from multiact.diagnostics.pictures import (
    by_layer,
    draw_by_layer,
    picture_of_histograms,
    visible_bins,
)

figures = pytest.importorskip("matplotlib.figure")


def dead(*shares, width=8, name="act{}"):
    """Layers of which these shares of the units are dead."""
    units = DeadUnits()
    for i, share in enumerate(shares, 1):
        units.add(name.format(i), np.where(np.arange(width) < share * width, 0.0, [[1.0], [2.0]]))
    return units.result()


def histograms(*layers, bins=8):
    found = Histogram(bins)
    for i, values in enumerate(layers, 1):
        found.add(f"act{i}", np.asarray(values))
    return found.result()


def texts(legend):
    return [text.get_text() for text in legend.get_texts()]


def test_a_column_by_layer():
    assert by_layer(dead(0.25, 0.5), "share").tolist() == [0.25, 0.5]
    slopes = Saturation()
    slopes.add("act1", np.asarray([0.0, 1.0]))
    slopes.add("softmax", np.asarray([math.nan, math.nan]))
    np.testing.assert_array_equal(by_layer(slopes.result(), "saturated"), [0.5, math.nan])


def test_dead_units_by_depth():
    axes = figures.Figure().subplots()
    draw_by_layer(axes, {"relu": dead(0.25, 0.5, 1.0), "gelu": dead(0, 0, 0)})
    relu, gelu = axes.lines
    assert relu.get_xydata().tolist() == [[1, 0.25], [2, 0.5], [3, 1]]
    assert gelu.get_ydata().tolist() == [0, 0, 0]
    assert relu.get_color() != gelu.get_color()
    assert texts(axes.get_legend()) == ["relu", "gelu"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["act1", "act2", "act3"]
    assert axes.get_ylabel() == "share of dead units"


def test_networks_of_several_depths_have_numbers():
    axes = figures.Figure().subplots()
    draw_by_layer(axes, {"2": dead(0.5, 0.5), "4": dead(0.5, 0.5, 0.5, 0.5)}, "units")
    assert [len(line.get_xdata()) for line in axes.lines] == [2, 4]
    assert not any(tick.get_text().startswith("act") for tick in axes.get_xticklabels())
    assert axes.get_ylabel() == "units"


def test_long_names_of_many_layers_do_not_overlap():
    figure = figures.Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.subplots()
    draw_by_layer(axes, {"relu": dead(*[0.5] * 60, name="backbone.block{}.act")})
    figure.draw_without_rendering()
    labels = axes.get_xticklabels()
    assert len(labels) == 20
    assert all(label.get_rotation() == 45 for label in labels)
    assert all(label.get_window_extent().x0 >= 0 for label in labels)


def test_bins_have_their_counts_and_integral_one():
    edges, density = visible_bins(histograms([[-0.4, 0.1, 0.2, 0.9]])["act1"])
    # of width 0.25 from -1 to 1; the first two and none behind the last are empty
    np.testing.assert_array_equal(edges, [-0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_array_equal(density, [1, 0, 2, 0, 0, 1])
    assert (density * np.diff(edges)).sum() == 1


def test_bins_of_a_single_value():
    edges, density = visible_bins(histograms([[0.3, 0.3]])["act1"])
    assert edges.tolist() == [0.25, 0.375]
    assert density.tolist() == [8]


def test_a_panel_for_each_layer():
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 200, 5))
    results = {"identity": histograms(first, second), "relu": histograms(np.maximum(first, 0))}
    figure = picture_of_histograms(results)
    panels = figure.axes
    assert [axes.get_title(loc="left") for axes in panels] == ["act1", "act2"]
    assert [len(axes.patches) for axes in panels] == [2, 1]
    for patch, result in zip(panels[0].patches, results.values(), strict=True):
        values, edges, _ = patch.get_data()
        expected = visible_bins(result["act1"])
        np.testing.assert_array_equal(edges, expected[0])
        np.testing.assert_array_equal(values, expected[1])
    assert {axes.get_yscale() for axes in panels} == {"log"}
    assert texts(figure.legends[0]) == ["identity", "relu"]


def test_a_layer_without_finite_values_says_so():
    figure = picture_of_histograms({"exp": histograms([[1.0, math.inf]], [[math.nan] * 3])})
    figure.draw_without_rendering()
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "value (1 not finite)", "value (3 not finite)",
    ]  # fmt: skip
    assert [len(axes.patches) for axes in figure.axes] == [1, 0]


def test_four_panels_in_a_row():
    figure = picture_of_histograms({"relu": histograms(*[[[1.0, 2.0]]] * 6)})
    figure.draw_without_rendering()
    assert len(figure.axes) == 6
    assert len({round(axes.get_position().y0, 6) for axes in figure.axes}) == 2
    legend = figure.legends[0].get_window_extent()
    assert all(axes.get_window_extent().x1 <= legend.x0 for axes in figure.axes)
