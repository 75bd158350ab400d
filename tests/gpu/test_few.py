"""A little of what is done with Triton, in processes of their own, where it is installed."""

from __future__ import annotations

import json

import pytest

from benchmarks.gpu.__main__ import main
from tests.gpu.watched import INTERPRETED
from tests.helpers import processes


@pytest.mark.skipif(INTERPRETED, reason="this process interprets")
def test_a_few_by_the_interpreter():
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    sums = "test_sums_of_16_bits_are_not_rounded_on_the_way[bfloat16]"
    names = ["test_layouts[a block and one]", "test_a_parameter_for_each_channel[images]", sums]
    chosen = [f"tests/gpu/test_layouts.py::{name}" for name in names]
    planted = ("a_wrong_slope", "a_lost_mask_where_results_are_stored", "sums_in_16_bits")
    chosen += [f"tests/gpu/test_planted.py::test_{name}" for name in planted]
    quiet = ("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")
    process = processes.python(*quiet, *chosen, TRITON_INTERPRET="1")
    out, _ = processes.finished(process)
    assert f"{len(chosen)} passed" in out


def test_the_benchmark_runs_dry(tmp_path):
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    process = processes.python("-m", "benchmarks.gpu", "--dry-run", "--out", str(tmp_path))
    out, _ = processes.finished(process)
    assert "4 agree with the CPU" in out
    found = json.loads((tmp_path / "gpu.json").read_text())
    assert all(row["right"] and row["kernels"] == 2 for row in found["correct"].values())
    assert {"ours", "native", "composed", "copy"} <= {*found["times"][0]["times"]}
    assert len(found["training"]) == 6
    page = (tmp_path / "gpu.md").read_text()
    assert "not measured on a device" in page
    assert "torch.compile of mish: takes seconds" in page


def test_the_benchmark_wants_a_device(capsys):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a device")
    with pytest.raises(SystemExit):
        main([])
    assert "PyTorch sees no CUDA device" in capsys.readouterr().err
