"""Pictures show the numbers of the comparison, and nothing is cut off or covered."""

import math

import numpy as np
import pytest

from multiact.experiments import compare
from multiact.experiments.pictures import draw_rates, draw_training, draw_verdicts, picture
from multiact.experiments.setting import ACCURACY, LOSS
from tests.experiments.runs import Record, finals, record, study

stats = pytest.importorskip("scipy.stats")
figures = pytest.importorskip("matplotlib.figure")
agg = pytest.importorskip("matplotlib.backends.backend_agg")

LEVELS = {"relu": 90.0, "gelu": 92.0, "identity": 80.0, "file.py:long_name_of_mine": 90.0}


@pytest.fixture
def axes():
    return figures.Figure().subplots()


def course(values, final=None, name="relu", seed=0, key="test_accuracy", scale=0.01):
    made = record(name, seed, final if key == "test_accuracy" else None, loss=final)
    return Record(
        made.run, made.final, [{"epoch": k, key: v * scale} for k, v in enumerate(values)]
    )


def test_training_curves_have_the_mean_and_its_interval(axes):
    runs = [[70.0, 80.0], [72.0, 81.0], [71.0, 85.0]]
    draw_training(axes, [course(r, r[-1], seed=s) for s, r in enumerate(runs)], ACCURACY)
    (line,) = axes.lines
    np.testing.assert_array_equal(line.get_xdata(), [1, 2])
    np.testing.assert_allclose(line.get_ydata(), np.mean(runs, axis=0))
    ends = stats.ttest_1samp(runs, 0.0, axis=0).confidence_interval()
    (band,) = axes.collections
    drawn = band.get_paths()[0].vertices
    for x, low, high in zip((1, 2), ends.low, ends.high, strict=True):
        y = drawn[drawn[:, 0] == x, 1]
        np.testing.assert_allclose((y.min(), y.max()), (low, high))


def test_a_run_that_stopped_keeps_its_final_accuracy(axes):
    draw_training(axes, [course([50.0, 60.0, 70.0], 70.0), course([40.0], 10.0, seed=1)], ACCURACY)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [45.0, 35.0, 40.0])


def test_the_mean_of_losses_ends_where_one_does(axes):
    runs = [course(v, v[-1], seed=s, key="test_loss", scale=1)
            for s, v in enumerate(([3.0, 2.0, 1.0], [3.0, math.nan, math.nan]))]  # fmt: skip
    draw_training(axes, runs, LOSS)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [3.0, math.nan, math.nan])


def test_rates_and_the_chosen_one(axes):
    curves = compare(study(LEVELS)).curves
    draw_rates(axes, curves)
    lines = {line.get_label(): line for line in axes.lines}
    for curve in curves:
        np.testing.assert_allclose(lines[curve.activation].get_ydata(), curve.means)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == [curve.chosen for curve in curves]
    open_ones = [dot.get_markerfacecolor() != dot.get_color() for dot in dots]
    assert open_ones == [bool(curve.edge) for curve in curves]
    assert axes.get_xscale() == "log"


def test_verdicts(axes):
    table = compare(study({"relu": 90.0, "gelu": 92.0, "tanh": 90.0}, failing=("tanh",))).tables[0]
    draw_verdicts(axes, table)
    gelu, tanh = table.rows[1:]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["gelu", "tanh"]
    intervals = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    assert any(np.allclose(x, (gelu.difference.low, gelu.difference.high)) for x in intervals)
    texts = [text.get_text() for text in axes.texts]
    assert texts[0] == "better"
    assert texts[1].startswith(tanh.verdict.text)
    assert texts[1].endswith("; failed 2 of 10")


def test_a_large_difference_does_not_hide_the_others(axes):
    levels = {"relu": 90.0, "gelu": 90.5, "tanh": 89.5, "identity": 40.0}
    table = compare(study(levels)).tables[0]
    draw_verdicts(axes, table)
    low, high = axes.get_xlim()
    assert high - low < 5
    last = axes.texts[-1].get_text()
    assert last == f"worse ({table.rows[-1].difference.mean:+.3g})"


@pytest.mark.parametrize(
    "runs",
    [
        study(LEVELS, failing=("gelu",)),
        [*study(LEVELS), *study(LEVELS, data="fashion-mnist", backend="flax")],
        [*finals("relu", [90.0, 91.0]), *finals("gelu", [90.0, 91.0])],
        [*finals("relu", [90.0]), *finals("gelu", [95.0])],
        finals("relu", [90.0]),
    ],
    ids=["failing", "two settings", "untuned", "one seed", "alone"],
)
def test_nothing_is_cut_off_or_covered(runs):
    figure = picture(compare(runs))
    renderer = agg.FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    whole = figure.bbox
    texts = [t for a in figure.axes for t in (*a.texts, a.title, a.xaxis.label, a.yaxis.label)]
    texts += [t for a in figure.axes if a.texts for t in a.get_yticklabels()]
    texts += [t for legend in figure.legends for t in legend.get_texts()]
    boxes = [t.get_window_extent(renderer) for t in texts if t.get_text() and t.get_visible()]
    for box in boxes:
        assert whole.x0 <= box.x0
        assert box.x1 <= whole.x1
        assert whole.y0 <= box.y0
        assert box.y1 <= whole.y1
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent(renderer)
            assert not any(box.overlaps(other.bbox) for other in figure.axes)
