"""Four devices compute what one does, and elementwise functions need no communication."""

from __future__ import annotations

from typing import Any

import pytest

import multiact
from tests.helpers.representatives import representatives

pytest.importorskip("multiact_flax")

EXACT = 1e-13  # sums in another order, in float64, of numbers of size 1
GRAPHS = {n for n in representatives() if multiact.get(n).is_graph}
GATES = {*multiact.names(kind="gated")}


@pytest.fixture(scope="module")
def figures() -> Any:
    from tests.frameworks.processes import run

    flags = "--xla_force_host_platform_device_count=4"
    return run("jax_devices", XLA_FLAGS=flags, JAX_PLATFORMS="cpu")


@pytest.mark.parametrize(("cut", "names"), [("rows", GRAPHS), ("columns", GRAPHS - GATES)])
def test_shardings_are_kept_without_communication(figures: Any, cut: str, names: set[str]) -> None:
    found = figures[cut]
    assert set(found["outputs"]) == set(found["kept"]) == names
    assert max(found["outputs"].values()) < EXACT
    assert found["communications"] == {}


def test_waves_ask_once_whether_an_angle_is_large(figures: Any) -> None:
    found = figures["waves"]
    assert found.pop("communications") == {"all-reduce": 1}
    assert found == {"small": 0, "small kept": True, "large": 0, "large kept": True}


@pytest.mark.parametrize("way", ["NamedSharding", "shard_map"])
def test_training_step(figures: Any, way: str) -> None:
    found = figures[way]
    assert figures["least movement"] > 1e-6  # every parameter took part
    assert max(found["outputs"], found["gradients"], found["parameters"]) < EXACT
    assert found["devices"] == 4
    assert set(found["communications"]) == {"all-reduce"}  # gradients of parameters, nothing else


def test_pmap_and_donation(figures: Any) -> None:
    assert figures["pmap"] < EXACT
    assert figures["donated"]
