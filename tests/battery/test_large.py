"""Arrays that are evaluated in pieces: where there is no compiler, and where that is asked for."""

from __future__ import annotations

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.kernels import blocked
from multiact.testing.backend import operands
from tests.battery.subject import Subject, scalars, subjects
from tests.helpers.loops import without_compiler
from tests.helpers.ulp import FORMATS

GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
#: more elements than a piece, and an axis of channels: the first, the middle, the last
SHAPES = {0: (33, 2049), 1: (65, 17, 61), 2: (5, 821, 17)}


def near(subject: Subject, got: np.ndarray, expected: np.ndarray, x: np.ndarray) -> None:
    """Equal but for the loops that NumPy has for arrays with gaps."""
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    if len(subject.act.data) == 2:
        size = np.abs(expected) + np.abs(x).max(initial=0)
    else:
        with np.errstate(all="ignore"):
            slope = multiact.derivative(subject.act)(x, **subject.numbers)
            size = np.abs(expected) + np.nan_to_num(np.abs(slope * x))
    apart = np.abs(np.subtract(got, expected, where=got != expected, out=np.zeros_like(got)))
    bad = (
        apart
        > 8 * subject.eps * (size + (1 if subject.example.vectors else 0))
        + FORMATS[subject.dtype].floor
    )
    assert not bad.any(), f"{subject}: {got[bad][0]}, not {expected[bad][0]}, at {x[bad][0]}"


@pytest.mark.parametrize("name", GRAPHS)
def test_pieces(name):
    """Values and slopes of long arrays."""
    for dtype in ("float32", "float64"):
        (subject,) = subjects(name, dtype)
        shape = (70_001, 2) if len(subject.act.data) == 2 else (70_001,)
        x = np.resize(subject.x.astype(dtype), shape)
        given = subject.numbers
        with multiact.use_engine("reference"):
            expected = mn.function(name)(*operands(subject.act, x), **given)
        with multiact.use_engine("blocked"):
            near(subject, mn.function(name)(*operands(subject.act, x), **given), expected, x)
        with without_compiler():
            near(subject, mn.function(name)(*operands(subject.act, x), **given), expected, x)
            wrt = subject.act.data[-1] if len(subject.act.data) == 2 else "x"
            slope = mn.function(name).derivative(wrt=wrt)(
                *operands(subject.act, x[:66_000]), **given
            )
        with multiact.use_engine("reference"):
            expected = mn.function(name).derivative(wrt=wrt)(
                *operands(subject.act, x[:66_000]), **given
            )
        room = 64 * subject.eps
        np.testing.assert_allclose(slope, expected, rtol=room, atol=room)


@pytest.mark.parametrize("name", [n for n in GRAPHS if scalars(multiact.get(n))])
def test_parameters_per_channel(name):
    """Along every axis; each channel is the function with that channel's number."""
    (subject,) = subjects(name, "float64")
    rng = np.random.default_rng(0)
    for parameter in scalars(subject.act):
        value = float(subject.numbers[parameter])
        for axis, shape in SHAPES.items():
            x = rng.normal(size=shape) * 3
            if len(subject.act.data) == 2:
                x = np.repeat(x, 2, axis=-1)
            channels = value * np.linspace(1.0, 1.5, shape[axis])
            place = [1] * len(shape)
            place[axis] = shape[axis]
            given = {**subject.numbers, parameter: channels.reshape(place)}
            assert x.size > 2 * blocked.BLOCK
            with without_compiler():
                got = mn.function(name)(*operands(subject.act, x), **given)
                if place[-1] != 1:  # an array of one axis meets the last one
                    flat = mn.function(name)(
                        *operands(subject.act, x), **{**given, parameter: channels}
                    )
                    np.testing.assert_array_equal(flat, got)
            assert got.shape == (shape if len(subject.act.data) == 2 else x.shape)
            for i in (0, shape[axis] // 2, shape[axis] - 1):
                here = (slice(None),) * axis + (i,)
                one = subject.with_number(parameter, float(channels[i]))
                if len(subject.act.data) == 2:
                    here = (slice(None),) * axis + (slice(i, i + 1),)
                    part = x if axis == len(shape) - 1 else x[here]
                    expected = multiact.get(name)(*operands(subject.act, part), **one.numbers)
                    expected = expected[here] if axis == len(shape) - 1 else expected
                else:
                    expected = one.act(x[here], **one.numbers)
                np.testing.assert_allclose(got[here], expected, rtol=1e-12, atol=1e-14)
