"""Directions as long as the weights; losses on lines and in planes of which they are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from multiact.geometry import Group, interpolate, landscape, random_directions
from tests.geometry.quadratic import Quadratic

GROUPS = [Group("conv", (4, 3, 2, 2)), Group("bias", (4,)), Group("kernel", (5, 6), -1)]
GROUPS += [Group("scale", ()), Group("transposed", (2, 3, 2), 1)]


@dataclass
class Layers:
    """Weights in several groups."""

    start: np.ndarray
    groups: list[Group]


LAYERS = Layers(np.random.default_rng(1).normal(size=sum(g.size for g in GROUPS)), GROUPS)


def test_filters_are_as_long_as_those_of_the_weights():
    for d in random_directions(LAYERS, count=3):
        conv, bias, kernel, scale, transposed = np.split(d, [48, 52, 82, 83])
        w_conv, _, w_kernel, _, w_transposed = np.split(LAYERS.start, [48, 52, 82, 83])
        assert not bias.any()
        assert not scale.any()
        for one, other, shape, axes in (
            (conv, w_conv, (4, 3, 2, 2), (1, 2, 3)),
            (kernel, w_kernel, (5, 6), 0),
            (transposed, w_transposed, (2, 3, 2), (0, 2)),
        ):
            lengths = np.sqrt((one.reshape(shape) ** 2).sum(axes))
            assert lengths == pytest.approx(np.sqrt((other.reshape(shape) ** 2).sum(axes)))
            assert len(np.unique(one)) == one.size


def test_directions_are_drawn_from_the_seed():
    first, again, other = (random_directions(LAYERS, 2, seed=s) for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other)[:, :48].all()
    assert (first[0] != first[1])[:48].all()


def test_a_filter_of_zeros_stays():
    zero = Layers(np.zeros(6), [Group("w", (2, 3))])
    assert not random_directions(zero).any()


PROBLEM = Quadratic(np.diag([2.0, 6.0, 0.0]), np.asarray([1.0, 0.0, 0.0]))


def test_a_line_and_a_plane():
    x = np.linspace(-2, 2, 5)
    line = landscape(PROBLEM, [[1.0, 0.0, 0.0]], extent=2.0, points=5)
    assert line.positions == pytest.approx(x)
    assert line.losses == pytest.approx(x**2 + x)
    plane = landscape(PROBLEM, [[1.0, 0, 0], [0, 1.0, 0]], extent=2.0, points=5)
    assert plane.losses == pytest.approx((x**2 + x)[:, None] + 3 * x**2)
    assert plane.losses[2, 2] == PROBLEM.loss(PROBLEM.start)


def test_interpolation():
    found = interpolate(PROBLEM, [0, 0, 0], [2.0, 1.0, 5.0], points=11)
    t = np.linspace(0, 1, 11)
    assert found.positions == pytest.approx(t)
    assert found.losses == pytest.approx((2 * t) ** 2 + 2 * t + 3 * t**2)
