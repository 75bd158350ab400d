"""Every activation in every eager backend."""

from __future__ import annotations

import numpy as np
import pytest

import multiact
from tests.battery import checks
from tests.battery.limits import oracle_limits
from tests.battery.subject import Subject, scalars
from tests.battery.variants import EAGER, FUNCTIONS, backend, dtypes, precision
from tests.helpers.examples import examples

NAMES = multiact.names()
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]
ELEMENTWISE = [n for n in GRAPHS if multiact.get(n).kind != "gated"]
KINKED = [n for n in ELEMENTWISE if multiact.get(n).kinks is not None]


def subjects(name: str, dtype: str, *labels: str) -> list[Subject]:
    """The examples of an activation, by default only that of its defaults."""
    wanted = labels or ("default",)
    return [Subject(e, dtype) for e in examples(multiact.get(name), dtype) if e.label in wanted]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variant", EAGER)
def test_values(variant, name):
    for dtype in dtypes(variant):
        labels = ("default", "varied") if dtype == "float32" else ("default",)
        for subject in subjects(name, dtype, *labels):
            with precision(variant, dtype):
                checks.check_value(backend(variant), subject)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("variant", [v for v in EAGER if not v.startswith("numpy")])
def test_derivatives(variant, name):
    """First, second and parameter derivatives; JAX's in float64 are checked under jit."""
    for dtype in ("float32", "float64") if variant == "torch" else ("float32",):
        for subject in subjects(name, dtype):
            paths = [("x",), *((p.name,) for p in subject.act.parameters)]
            paths += [("x", "x")] if variant in FUNCTIONS else []
            for wrt in paths:
                with precision(variant, dtype):
                    checks.check_gradient(backend(variant), subject, wrt)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("variant", ["torch", "jax"])
def test_narrow_derivatives(variant, name):
    for dtype in ("float16", "bfloat16"):
        for subject in subjects(name, dtype):
            checks.check_gradient(backend(variant), subject, ("x",))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variant", FUNCTIONS)
def test_nan(variant, name):
    for dtype in ("float32", "float16"):
        checks.check_nan(backend(variant), subjects(name, dtype)[0])


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("variant", FUNCTIONS)
def test_infinities(variant, name):
    for subject in subjects(name, "float32", "default", "varied"):
        limits = oracle_limits(subject.example)
        checks.check_infinities(backend(variant), subject, limits)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("variant", FUNCTIONS)
def test_zeros_and_subnormals(variant, name):
    for dtype in ("float16", "float32"):
        checks.check_small(backend(variant), subjects(name, dtype)[0])


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("variant", FUNCTIONS)
def test_shapes(variant, name):
    checks.check_shapes(backend(variant), subjects(name, "float32")[0])


@pytest.mark.parametrize("name", [n for n in GRAPHS if scalars(multiact.get(n))])
@pytest.mark.parametrize("variant", FUNCTIONS)
def test_parameters_per_channel(variant, name):
    subject = subjects(name, "float32")[0]
    for parameter in scalars(subject.act):
        checks.check_broadcast(backend(variant), subject, parameter)


@pytest.mark.parametrize("name", NAMES)
def test_refusals(name):
    """Integers, booleans and complex numbers: the same TypeError everywhere."""
    subject = subjects(name, "float32")[0]
    for dtype in ("int32", "bool", "complex64"):
        messages = set()
        for variant in FUNCTIONS:
            x = backend(variant).asarray(np.ones(subject.x.shape), dtype)
            messages.add(checks.check_refusal(backend(variant), subject, x))
        assert len(messages) == 1, messages


@pytest.mark.parametrize("name", KINKED)
@pytest.mark.parametrize("variant", EAGER)
def test_kinks(variant, name):
    for dtype in ("float32", "float64", "bfloat16"):
        if dtype in dtypes(variant):
            for subject in subjects(
                name, dtype, "default", *(("varied",) if dtype != "bfloat16" else ())
            ):
                with precision(variant, dtype):
                    checks.check_kinks(backend(variant), subject)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_corners_are_declared(name):
    for subject in subjects(name, "float64", "default", "varied", "negative"):
        checks.check_corners(subject)
