"""A few of the tests by Triton's interpreter, in a process of their own, where it is installed."""

from __future__ import annotations

import pytest

from tests.gpu.watched import INTERPRETED
from tests.helpers import processes


@pytest.mark.skipif(INTERPRETED, reason="this process interprets")
def test_a_few_by_the_interpreter():
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    chosen = ["tests/gpu/test_interpreted.py::test_every_activation[mish]"]
    layouts = ["a block and one", "channels last"]
    chosen += [f"tests/gpu/test_layouts.py::test_layouts[{name}]" for name in layouts]
    chosen += ["tests/gpu/test_layouts.py::test_a_parameter_for_each_channel[images]"]
    sums = "test_sums_of_16_bits_are_not_rounded_on_the_way[bfloat16]"
    chosen += [f"tests/gpu/test_layouts.py::{sums}"]
    planted = ("a_wrong_slope", "a_lost_mask_where_results_are_stored", "sums_in_16_bits")
    chosen += [f"tests/gpu/test_planted.py::test_{name}" for name in planted]
    quiet = ("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")
    process = processes.python(*quiet, *chosen, TRITON_INTERPRET="1")
    out, _ = processes.finished(process)
    assert f"{len(chosen)} passed" in out
