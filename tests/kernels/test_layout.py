"""How arrays and parameters per channel lie in memory, and what kernels make of it."""

from __future__ import annotations

from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest
from multiact_numpy._native import MEMORY

from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.kernels.call import FusedLoop
from multiact.kernels.layout import channel_axis, iteration_space
from tests.helpers.loops import needs_compiler


@needs_compiler
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (2, 5, 3, 7), (3,)])
def test_parameters_per_channel(shape: tuple[int, ...]) -> None:
    axis = len(shape) - 1 if len(shape) < 3 else 1
    x = np.random.default_rng(0).normal(size=shape)
    place = [1] * len(shape)
    place[axis] = shape[axis]
    alpha = np.linspace(0.1, 2, shape[axis]).reshape(place)
    np.testing.assert_allclose(mn.talu(x, alpha), np.where(x < 0, alpha * np.tanh(x), x))


def test_channel_axes() -> None:
    assert channel_axis((4, 3, 5), ((), (1, 3, 1))) == 1
    assert channel_axis((4, 3), ((3,),)) == 1
    assert channel_axis((4, 3), ((),)) == -1
    assert channel_axis((4, 3), ((2, 3),)) is None  # two long axes
    assert channel_axis((4, 3), ((4, 1), (1, 3))) is None  # two different axes
    assert channel_axis((4, 3), ((5,),)) is None


def strides(*shape: int, order: str = "C") -> tuple[int, ...]:
    return tuple(s // 8 for s in np.empty(shape, order=order).strides)


@pytest.mark.parametrize(
    ("shape", "arrays", "parameters", "expected"),
    [
        ((4, 300), (strides(4, 300),), ((),), [(1, 1, 1200)]),
        ((4, 300), (strides(4, 300, order="F"),) * 2, ((),), [(1, 1, 1200)]),
        ((4, 300), (strides(4, 600), strides(4, 300)), (), [(4, 1, 300)]),  # a gate's half
        ((400, 3), (strides(400, 6), strides(400, 3)), (), None),  # runs that are too short
        ((4, 3), (strides(4, 6), strides(4, 3)), (), [(4, 1, 3)]),  # but few
        ((4, 300), (strides(4, 300), strides(4, 300, order="F")), ((),), None),
        ((2, 3, 99), (strides(2, 3, 99),), ((3, 1),), [(2, 3, 99)]),
        ((2, 3, 99), (strides(2, 3, 198),), ((3, 1),), None),  # holes
        ((500, 3), (strides(500, 3),), ((3,),), [(2, 1, 513, 1, 171), (1, 1, 474, 1, 158)]),
        ((50, 2, 2, 64), (strides(50, 2, 2, 64),), ((64,),), [(25, 1, 512, 1, 8)]),
        ((50, 256), (strides(50, 256),), ((256,),), [(50, 1, 256, 1, 1)]),
        ((1, 700), (strides(1, 700),), ((700,),), [(1, 1, 700, 1, 1)]),
        ((9, 4), (strides(9, 4),), ((4,),), [(1, 1, 36, 1, 9)]),
        ((2, 4), (strides(2, 4),), ((4,),), [(2, 4, 1)]),  # few pieces
        # channels last in memory, second in the shape
        (
            (20, 5, 3, 7),
            ((105, 1, 35, 5),) * 2,
            ((5, 1, 1),),
            [(4, 1, 515, 1, 103), (1, 1, 40, 1, 8)],
        ),
    ],
)
def test_iteration_spaces(shape: Any, arrays: Any, parameters: Any, expected: Any) -> None:
    found = iteration_space(shape, arrays, parameters)
    if expected is None:
        assert found is None
        return
    rows = [s[:3] + ((s.repeats, s.tile) if s.rows else ()) for s in found]
    assert rows == expected
    assert sum(s.outer * s.channels * s.inner for s in found) == np.prod(shape)


GRADIENT = (symbol("g") * call("tanh", symbol("x")) * symbol("alpha"), symbol("g") * symbol("x"))
CHANNELS = FusedLoop(MEMORY, GRADIENT, Inputs(("x", "g"), (("alpha", None),)), (1,))


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        *[((6, 5, 3, 7), axis) for axis in range(4)],
        *[((3, 5, 130), 1), ((4099, 3), 1), ((70, 9000), 1), ((2, 3), 0), ((5,), 0)],
    ],
)
@pytest.mark.parametrize("order", ["C", "F", "last"])
def test_sums_of_channels_in_every_layout(shape: Any, axis: int, order: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    x, g = (np.asarray(rng.normal(size=shape), dtype, order="C") for _ in range(2))
    if order == "F":
        x, g = np.asfortranarray(x), np.asfortranarray(g)
    elif order == "last":  # as channels_last has them in memory
        x, g = (np.moveaxis(np.moveaxis(a, 1 % a.ndim, -1).copy(), -1, 1 % a.ndim) for a in (x, g))
    place = [1] * len(shape)
    place[axis] = shape[axis]
    alpha = rng.normal(size=shape[axis])
    called = CHANNELS.call((x, g, alpha.reshape(place)))
    assert called is not None
    wide = [a.astype(float) for a in (x, g)]
    eps = np.finfo(dtype).eps
    expected = wide[1] * np.tanh(wide[0]) * alpha.reshape(place)
    np.testing.assert_allclose(called.arrays[0], expected, rtol=4 * eps, atol=eps)
    assert called.arrays[0].strides == x.strides
    others = tuple(i for i in range(len(shape)) if i != axis)
    total, size = (f(wide[0] * wide[1]).sum(axis=others) for f in (np.asarray, np.abs))
    tolerance = size * max(1e-6 if dtype != "float64" else 1e-14, 0) + 1e-12
    assert np.all(np.abs(called.totals[0] - total) <= tolerance)
