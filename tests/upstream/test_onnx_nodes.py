"""ONNX's own node tests of the operators that have a name here, in each package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

import numpy as np
import pytest

from multiact.adapters.frameworks import part
from multiact.libraries import expanded, table
from tests.upstream.deviations import NODES

onnx = pytest.importorskip("onnx")

PACKAGES = ("numpy", "torch", "jax")
#: our names of attributes, and of the inputs after the first
ATTRIBUTES = {
    "LeakyRelu": {"alpha": "negative_slope"},
    "Swish": {"alpha": "beta"},
    "ThresholdedRelu": {"alpha": "threshold"},
}
INPUTS = {"Clip": ("min_val", "max_val"), "PRelu": ("weight",)}
#: what an input means that is left out
ABSENT = {"min_val": -np.inf, "max_val": np.inf}


@cache
def cases() -> dict[str, Any]:
    """The tests by name: no decompositions into other operators, no lists of arrays."""
    from onnx.backend.test.case import node

    ours = {n.lower() for n in (*table("onnx").names, *table("onnx").refused)}
    for module in pkgutil.iter_modules(node.__path__):
        if module.name in ours:  # others need packages for images
            importlib.import_module(f"{node.__name__}.{module.name}")
    return {
        c.name: c
        for c in node._NodeTestCases
        if "_expanded" not in c.name and isinstance(c.data_sets[0][0][0], np.ndarray)
    }


def run(case: Any, inputs: list[Any], package: Any) -> Any:
    """Our function of the operator, with its attributes, of the inputs."""
    (operator,) = case.model.graph.node
    renamed = ATTRIBUTES.get(operator.op_type, {})
    given = {
        renamed.get(a.name, a.name): onnx.helper.get_attribute_value(a) for a in operator.attribute
    }
    arrays = iter(inputs)
    x = next(arrays)
    used = [*map(bool, operator.input[1:]), False]
    for name, is_used in zip(INPUTS.get(operator.op_type, ()), used, strict=False):
        given[name] = next(arrays) if is_used else ABSENT[name]
    form = "_tanh" if given.pop("approximate", b"none") == b"tanh" else ""
    key, values = expanded(f"onnx:{operator.op_type}", given)
    return package.function(key + form)(x, *arrays, **values)


def deviation(package: str, name: str) -> str | None:
    """The reason why a case fails here."""
    (operator,) = cases()[name].model.graph.node
    listed = NODES.get(f"{package}:{name}", NODES.get(name))
    return listed or table("onnx").refused.get(operator.op_type)


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("package", PACKAGES)
def test_node(package, name):
    """It agrees, or it is refused for a reason in the table."""
    ours = pytest.importorskip(f"multiact_{package}")
    if deviation(package, name):
        with pytest.raises((TypeError, ValueError, LookupError)):
            compare(package, ours, cases()[name])
    else:
        compare(package, ours, cases()[name])


def compare(package: str, ours: Any, case: Any) -> None:
    """Values and dtypes, as near as ONNX demands."""
    backend = part(package, "_testing").BACKENDS[0]
    for inputs, (expected,) in case.data_sets:
        given = [backend.asarray(v.astype(float), str(v.dtype)) for v in inputs]
        y = run(case, given, ours)
        assert backend.dtype(y) == str(expected.dtype)
        near = {"rtol": case.rtol, "atol": case.atol}
        np.testing.assert_allclose(backend.to_numpy(y), expected.astype(float), **near)


def test_the_deviations_are_cases():
    assert {name.rpartition(":")[2] for name in NODES} <= {*cases()}
