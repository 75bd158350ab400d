"""Triton source as text, layouts and launches: nothing here needs Triton."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

import multiact
from multiact.calculus.graph import Data
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr, call, symbol
from multiact.kernels.triton_launch import launch_of
from multiact.kernels.triton_layout import DeviceSpace, device_space
from multiact.kernels.triton_source import DeviceLoop

X, Y = symbol(Data("x")), symbol(Data("y"))
A = symbol("alpha")


def source(e: Expr, dtype: str = "float32", kind: str = "number", walk: str = "flat") -> str:
    inputs = Inputs((Data("x"), Data("y")), (("alpha", None),))
    return DeviceLoop((e,), inputs, (), dtype, (kind,), walk).source


def lines(e: Expr, dtype: str = "float32") -> list[str]:
    """What is computed for an element."""
    return [v.strip() for v in source(e, dtype).splitlines() if v.strip().startswith("t")]


def test_printing_needs_no_triton():
    code = (
        "import sys, multiact; from multiact.kernels.triton_source import DeviceLoop;"
        "a = multiact.get('mish'); s = a.specialization();"
        "DeviceLoop((a.expression(s),), s.inputs, (), 'float32', ()).source;"
        "assert not {'triton', 'torch'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_text_each_time():
    act = multiact.get("rational")
    form = act.example_specialization
    texts = {
        DeviceLoop((act.expression(form),), form.inputs, (), "float32", ("shared",) * 2).source
        for _ in range(3)
    }
    assert len(texts) == 1


def test_products_are_fused_with_sums_that_alone_use_them():
    assert lines(X * Y + A)[0] == "t0 = tl.fma(v0, v1, q0)"
    assert lines(A - X * Y)[0] == "t0 = tl.fma(-v0, v1, q0)"
    assert lines(X * Y - A)[0] == "t0 = tl.fma(v0, v1, -q0)"
    shared = call("mul", X, Y)
    assert "t0 = v0 * v1" in lines((shared + A) * shared)


def test_quotients_by_what_all_elements_share_are_products():
    assert lines(X / 3.0)[0] == f"t0 = v0 * {1 / 3!r}"
    assert lines(X / A)[:2] == ["t0 = 1.0 / q0", "t1 = v0 * t0"]
    assert lines(X / A, "float64")[0] == "t0 = v0 / q0"
    assert lines(X / Y)[0] == "t0 = v0 / v1"


def test_clamps_keep_nan():
    clamped = call("where", call("lt", X, 0.5), call("mul", Expr.of("const", value=0.5), 1.0), X)
    assert "propagate_nan=tl.PropagateNan.ALL" in lines(clamped)[0]


def test_numbers_of_float32_do_not_widen():
    """Triton takes what float32 does not hold for float64."""
    text = source(call("where", call("gt", X, 0.0), X * 1e-45, X + 1e300))
    assert "1e-45" not in text
    assert "1e+300" not in text
    assert 'float("inf")' in text


def test_16_bits_are_widened_and_rounded_once():
    text = source(X * Y + A, "bfloat16")
    assert text.count(".to(tl.float32)") == 2
    assert text.count(".to(tl.bfloat16)") == 1


@pytest.mark.parametrize("walk", ["rows", "columns"])
def test_channels_are_indexed(walk):
    assert "* channels + " in source(A * X, kind="channel", walk=walk)
    assert "channel" not in source(A * X, kind="shared")


SPACES = {
    "contiguous": ((2, 3, 4), [(12, 4, 1)], [], DeviceSpace(1, 1, 24, (24,))),
    "permuted": ((2, 3, 4), [(12, 1, 3)], [], DeviceSpace(1, 1, 24, (24,))),
    "no axes": ((), [()], [], DeviceSpace(1, 1, 1, (1,))),
    "rows": ((5, 300), [(400, 1), (300, 1)], [], DeviceSpace(5, 1, 300, (400, 300))),
    "axes with one gap": ((2, 5, 300), [(2000, 400, 1)], [], DeviceSpace(10, 1, 300, (400,))),
    "two gaps": ((2, 5, 300), [(9000, 400, 1)], [], None),
    "other orders": ((4, 6), [(6, 1), (1, 4)], [], None),
    "every other": ((8,), [(2,)], [], DeviceSpace(8, 1, 1, (2,))),
    "one number": ((4, 6), [(6, 1), (0, 0)], [], DeviceSpace(24, 1, 1, (1, 0))),
    "channels": ((2, 3, 4), [(12, 4, 1)], [(3, 1)], DeviceSpace(2, 3, 4, (12,))),
    "channels last": ((2, 3, 4), [(12, 1, 3)], [(3, 1)], DeviceSpace(8, 3, 1, (3,))),
    "rows of channels": ((9, 6), [(10, 1)], [(6,)], DeviceSpace(9, 6, 1, (10,))),
    "two axes": ((2, 3, 4), [(12, 4, 1)], [(3, 1), (4,)], None),
}


@pytest.mark.parametrize("name", SPACES)
def test_spaces(name):
    shape, strides, parameters, expected = SPACES[name]
    assert device_space(shape, tuple(strides), tuple(parameters)) == expected


@pytest.mark.parametrize("sums", [False, True])
@pytest.mark.parametrize(
    "space",
    [
        DeviceSpace(1, 1, 1, (1,)),
        DeviceSpace(1, 1, 1025, (1025,)),
        DeviceSpace(1, 1, 10**7 + 3, (1,)),
        DeviceSpace(7, 3, 130, (390,)),
        DeviceSpace(7, 3, 5000, (15000,)),
        DeviceSpace(10**6, 64, 1, (64,)),
        DeviceSpace(33, 7, 5, (35,)),
        DeviceSpace(2, 5000, 3, (15000,)),
    ],
)
def test_launches_cover_everything_once(space, sums):
    """All rows and columns are reached, and no program is without work."""
    for per_thread in (2, 4, 8):
        launch = launch_of(space, per_thread, sums)
        steps = launch.constants.get("STEPS", 1)
        assert ("STEPS" in launch.constants) == sums
        outer, channels, inner, _ = space
        if space.walk == "columns":
            rows, columns = launch.constants["ROWS"] * steps, launch.constants["COLUMNS"]
            across, along = -(-channels * inner // columns), -(-outer // rows)
            assert launch.sums == (along, channels, inner)
            assert (along - 1) * rows < outer <= along * rows
        else:
            across, along = outer * channels, -(-inner // (launch.constants["BLOCK"] * steps))
            assert math.prod(launch.sums) == across * along
        assert launch.programs == across * along
        threads = 32 * launch.warps * per_thread
        blocks = [n for name, n in launch.constants.items() if name != "STEPS"]
        assert math.prod(blocks) <= threads * 1.01 or launch.warps == 1
