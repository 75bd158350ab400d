"""Kernels compiled for graphics processors that are not here: no spills, wide loads."""

from __future__ import annotations

import os
import random

import pytest

pytest.importorskip("triton")
pytest.importorskip("torch")
if os.environ.get("TRITON_INTERPRET") == "1":
    pytest.skip("the interpreter compiles nothing", allow_module_level=True)

from multiact.kernels.triton_source import DeviceLoop
from tools.gpu_compile import TARGETS, Compiled, compile_for
from tools.gpu_kernels import graphs, kernels
from tools.gpu_table import unit

#: `MULTIACT_GPU_COMPILE=all` compiles every kernel, a number as many of the activations
WANTED = os.environ.get("MULTIACT_GPU_COMPILE", "")
FEW = ("talu",)
FEW_TARGETS = ("sm_90", "gfx942")
if_wanted = pytest.mark.skipif(not WANTED, reason="MULTIACT_GPU_COMPILE is not set")
#: kernels that keep registers in memory, and why
SPILLING: dict[tuple[str, str, str], str] = {
    ("fourier", "value", "sm_100"): "four bytes around the sines of large angles",
}


def names() -> list[str]:
    """The activations whose kernels are compiled."""
    if WANTED.isdecimal():
        return sorted(random.Random(int(WANTED)).sample(graphs(), int(WANTED)))
    return graphs() if WANTED else list(FEW)


def check(loop: DeviceLoop, found: Compiled) -> list[str]:
    """What is wrong with a compiled kernel."""
    wrong = []
    if found.spilled:
        wrong.append(f"{found.spilled} bytes are spilled")
    if found.loads < 8:  # half of what can be loaded at once
        wrong.append(f"loads of {found.loads} bytes")
    return wrong


@pytest.mark.parametrize("target", TARGETS if WANTED else FEW_TARGETS)
@pytest.mark.parametrize("name", names())
def test_every_activation(name, target):
    for what, loop in kernels(name):
        wrong = check(loop, compile_for(target, loop))
        assert bool(wrong) == ((name, what, target) in SPILLING), (what, wrong)


@if_wanted
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_dtypes(dtype):
    for what, loop in kernels("talu", dtype):
        assert check(loop, compile_for("sm_90", loop)) == [], what


@if_wanted
@pytest.mark.parametrize("walk", ["rows", "columns"])
def test_channels(walk):
    for what, loop in kernels("talu", "float32", walk):
        assert check(loop, compile_for("sm_90", loop)) == [], what


@if_wanted
def test_instructions_are_counted():
    """A ReLU compares once; each element of four is loaded and stored with the others."""
    _, relu = next(kernels("relu"))
    found = compile_for("sm_90", relu)
    total = sum(found.instructions.values())
    assert sum(n for op, n in found.instructions.items() if op.startswith("FMNMX")) == 1.0
    assert sum(n for op, n in found.instructions.items() if op.startswith("LDG")) == 0.25
    assert 2 < total < 8
    assert {unit("FFMA"), unit("MUFU.RCP"), unit("FSETP.GT"), unit("DFMA"), unit("LDG.E")} == {
        "products", "reciprocals", "comparisons", "double", None,
    }  # fmt: skip


@if_wanted
@pytest.mark.parametrize(
    ("walk", "ones", "long"),
    [
        ("flat", ["inner"], []),
        ("flat", [], ["inner"]),
        ("rows", ["channels"], ["x0_step"]),
        ("rows", ["outer"], []),
        ("columns", ["inner", "channels", "x0_step", "y0_step"], []),
        ("columns", ["outer"], ["x0_step", "y0_step"]),
    ],
)
def test_integers_that_are_one_or_long(walk, ones, long):
    """Triton makes other code of them: a 1 is a constant."""
    for _, loop in kernels("talu", "float32", walk):
        assert compile_for("sm_90", loop, ones=ones, long=long).spilled == 0


def test_faults_are_found():
    spilled = Compiled({}, 16, 4, 255)
    narrow = Compiled({}, 4, 0, 32)
    _, relu = next(kernels("relu"))
    assert check(relu, spilled) == ["4 bytes are spilled"]
    assert check(relu, narrow) == ["loads of 4 bytes"]


@if_wanted
def test_a_spill_is_seen():
    """Hundreds of numbers that are all needed at the end do not fit into registers."""
    from dataclasses import replace

    from multiact.calculus.tracing import call, symbol

    _, relu = next(kernels("relu"))
    x = symbol(relu.inputs.data[0])
    powers = [x]
    for k in range(300):
        powers.append(call("abs", powers[-1] * (1.0 + k / 1024)) + 0.5)
    total = powers[0]
    for forward, back in zip(powers, reversed(powers), strict=True):
        total = total * forward + back
    assert compile_for("sm_90", replace(relu, outputs=(total,))).spilled > 0
