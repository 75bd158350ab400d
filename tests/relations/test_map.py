"""The map: places, families and labels that do not overlap."""

import numpy as np
import pytest

import multiact
from multiact.relations.atlas import atlas, embedded, find_families
from multiact.relations.curves import Curve

NAMES = (
    "relu leaky_relu shilu elu celu exlu learnable_elu silu swish quick_gelu sigmoid tanh stanh "
    "adaptive_sigmoid sgt_scaled hardtanh hardsigmoid scaled_hardsigmoid sine gcu"
).split()


def test_distances_in_the_plane_are_kept():
    points = np.random.default_rng(0).normal(size=(12, 2)) * [3, 1]
    distances = np.linalg.norm(points[:, None] - points, axis=-1)
    places = embedded(distances)
    assert np.linalg.norm(places[:, None] - places, axis=-1) == pytest.approx(distances)
    assert np.ptp(places[:, 0]) > np.ptp(places[:, 1])


def test_families_are_the_clusters():
    rng = np.random.default_rng(1)
    centres = np.asarray([[0, 0], [9, 0], [0, 9]]).repeat([6, 4, 3], axis=0)
    points = np.vstack([centres + rng.normal(size=centres.shape), [[40.0, 40.0]]])
    distances = np.linalg.norm(points[:, None] - points, axis=-1)
    names = [f"name_{i}" for i in range(len(points))]
    families, typical = find_families(distances, names, most=4)
    assert families == (0,) * 6 + (1,) * 4 + (2,) * 3 + (3,)
    assert [t in names for t in typical] == [True, True, True, False]


def test_labels_do_not_overlap():
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from multiact.relations.drawing import draw

    figure = draw(atlas([Curve(multiact.get(name)) for name in NAMES]))
    canvas = FigureCanvasAgg(figure)
    (axes,) = figure.axes
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in axes.texts]
    assert [t.get_text() for t in axes.texts] == NAMES
    for i, one in enumerate(boxes):
        assert not any(one.shrunk(0.95, 0.8).overlaps(b.shrunk(0.95, 0.8)) for b in boxes[:i])
        assert figure.bbox.contains(*one.min)
        assert figure.bbox.contains(*one.max)
