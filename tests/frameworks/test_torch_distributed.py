"""Two processes compute what one does: values, gradients, a step of an optimiser."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import multiact
from tests.helpers.representatives import representatives

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not torch.distributed.is_available(), reason="needs gloo on Linux"
)

EXACT = 1e-12  # sums in another order, in float64, of numbers of size 1
#: they look along the axis, or split it
COMMUNICATING = ("normalising", "layer", "channel")


@pytest.fixture(scope="module")
def figures() -> Any:
    from tests.frameworks.processes import run

    return run("torch_ranks", ranks=2)


@pytest.mark.parametrize("way", ["DDP", "FSDP2"])
def test_data_parallel_step(figures: Any, way: str) -> None:
    found = figures[way]
    assert found.pop("least movement") > 1e-6  # every parameter took part
    assert set(found) == {"outputs", "gradients", "parameters"}
    assert max(found.values()) < EXACT


def test_fsdp_names_the_parameter_that_has_no_axis(figures: Any) -> None:
    assert "scalar" in figures["refused"]
    assert "alpha" in figures["refused"]


# the mean that ABReLU takes is that of all rows
@pytest.mark.parametrize("name", [n for n in representatives() if n != "ab_relu"])
def test_rows_of_a_distributed_tensor(figures: Any, name: str) -> None:
    found = figures["rows"][name]
    assert max(found["outputs"], found["gradients"]) < EXACT
    assert found["kept"]
    assert found["reduced"]
    if multiact.get(name).kind not in COMMUNICATING:
        assert found["communications"] == 0


@pytest.mark.parametrize("cut", ["rows per channel", "columns", "compiled"])
def test_a_value_per_channel_of_a_distributed_tensor(figures: Any, cut: str) -> None:
    for found in figures[cut].values():
        assert max(found["outputs"], found["gradients"]) < EXACT
        assert found["kept"]
        assert found["communications"] == (None if cut == "compiled" else 0)


def test_softmax_across_processes(figures: Any) -> None:
    found = figures["rows"]["softmax2d of images"]
    assert max(found["outputs"], found["gradients"]) < EXACT


def test_summands_are_summed_first(figures: Any) -> None:
    """DTensor's own rules fail on such inputs for some formulas."""
    assert set(figures["summands"]) == {*representatives()}
    for found in figures["summands"].values():
        assert max(found["outputs"], found["gradients"]) < EXACT
