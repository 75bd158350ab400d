"""The shapes of activations with the parameters in weights."""

from dataclasses import replace

import numpy as np
import pytest

from multiact.experiments import Dataset, Recipe, Split, grid, mlp, results, start, train, training
from multiact.experiments.shapes import learned_shapes, picture_by_epoch, picture_of_shapes

DOTS = np.random.default_rng(0).standard_normal((40, 3))
CLASSES = (DOTS[:, 0] > 0).astype(np.uint8)
X = np.linspace(-3, 3, 13)


def test_one_number():
    network = mlp([4, 3, 3, 2], "elu", [{"learnable": ["alpha"]}, {}])
    shapes = learned_shapes(network, {"act1.alpha": np.asarray(2.0)}, X)
    assert list(shapes) == ["act1"]
    # elu's own formula; the tolerance is rounding
    expected = np.where(X > 0, X, 2 * np.expm1(X))
    np.testing.assert_allclose(shapes["act1"], [expected], rtol=1e-14, atol=1e-15)


def test_a_number_for_each_channel():
    network = mlp([4, 3, 2], "prelu", [{"channels": 3}])
    weight = np.asarray([0.0, -0.5, 1.5], np.float32)
    found = learned_shapes(network, {"act1.weight": weight}, X)["act1"]
    np.testing.assert_array_equal(found, [np.where(X > 0, X, w * X) for w in weight])


def test_coefficients():
    network = mlp([4, 3, 2], "rational")
    state = start(network, 0)
    names = {n.rpartition(".")[2] for n in state if n.startswith("act1.")}
    assert names == {"numerator", "denominator"}
    state |= {
        "act1.numerator": np.asarray([1.0, 2.0, 3.0, *np.zeros(3)]),
        "act1.denominator": np.asarray([0.5, *np.zeros(3)]),
    }
    found = learned_shapes(network, state, X)["act1"]
    expected = (1 + 2 * X + 3 * X**2) / (1 + np.abs(0.5 * X))
    np.testing.assert_allclose(found, [expected], rtol=1e-13)


def test_a_tied_module_has_one_shape():
    network = mlp([4, 3, 3, 2], "talu", tie=True)
    assert list(learned_shapes(network, start(network, 0), X)) == ["act1"]


def test_the_picture():
    pytest.importorskip("matplotlib")
    network = mlp([4, 3, 3, 2], "prelu", [{}, {"channels": 3}])
    begin = start(network, 0)
    end = begin | {"act1.weight": np.asarray(0.75), "act2.weight": np.asarray([0.0, 0.2, 0.7])}
    figure = picture_of_shapes(network, {"start": begin, "end": end}, interval=(-2, 2))
    one, channels = figure.axes
    slopes = [line.get_ydata()[0] / -2 for line in one.lines]
    np.testing.assert_allclose(slopes, [0.25, 0.75])
    means = {line.get_label(): line for line in channels.lines if line.get_alpha() is None}
    assert list(means) == ["start", "end"]
    assert means["end"].get_ydata()[0] / -2 == pytest.approx(0.3)  # the mean of the three
    assert len(channels.lines) == 2 + 2 * 3
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["act1", "act2"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["start", "end"]


def test_the_picture_by_epoch(monkeypatch, tmp_path):
    """One run of each activation that learned; a line for each epoch, and the start on top."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("torch")
    data = Dataset(
        "digits", "here", Split(DOTS, CLASSES), Split(DOTS, CLASSES), 0.0, 1.0, ("a", "b")
    )
    monkeypatch.setattr(training, "load", lambda _: data)
    recipe = Recipe.read("digits").changed({"epochs": 3, "network": "mlp-4-4"})
    train(grid(["relu", "prelu", 'swiglu(learnable=["beta"])'], recipe, 2), tmp_path)
    records = results(tmp_path)
    figure = picture_by_epoch(reversed(records), interval=(-2, 2))
    *panels, bar = figure.axes
    assert [axes.get_title(loc="left") for axes in panels] == ["prelu, act1", "prelu, act2"]
    (first,) = (r for r in records if r.run.activation == "prelu" and r.run.seed == 0)
    for axes, name in zip(panels, ("act1.weight", "act2.weight"), strict=True):
        slopes = [line.get_ydata()[0] / -2 for line in axes.lines]
        learned = [line[name] for line in first.learned()]
        np.testing.assert_allclose(slopes, learned)
        assert [line.get_linestyle() for line in axes.lines] == ["--", "-", "-", "-"]
        assert len(set(slopes)) == 4
    assert "epoch" in bar.get_ylabel()
    other = replace(first, run=replace(first.run, backend="flax"))
    titles = [a.get_title(loc="left") for a in picture_by_epoch([first, other]).axes]
    assert titles[2] == "prelu, act1\ndigits, mlp-4-4, flax"


def test_many_channels_are_thinned_out():
    pytest.importorskip("matplotlib")
    network = mlp([4, 200, 2], "prelu", [{"channels": 200}])
    (axes,) = picture_of_shapes(network, {"start": start(network, 0)}).axes
    assert 1 < len(axes.lines) <= 65
