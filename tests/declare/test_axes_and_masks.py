"""Normalisers along several axes, with masks and without axes; a threshold; every library."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import multiact
from tests.oracle import ORACLE

NAMES = ("softmax", "softmin", "log_softmax", "sparsemax")
X = np.random.default_rng(1).normal(size=(2, 3, 4)) * 3
MASK = np.random.default_rng(2).random(X.shape) < 0.6
MASK[0, 0], MASK[1, :, 2] = False, False  # nothing takes part in these
AXES: list[Any] = [-1, 1, (1, 2), (0, -1), (2, 0), None]


def arrays(library: str) -> Any:
    """The conversion to a library's arrays."""
    if library == "numpy":
        return np.asarray
    pytest.importorskip(library)
    return import_module("jax.numpy" if library == "jax" else library).asarray


def function(library: str, name: str) -> Any:
    """The function for a library's arrays."""
    return multiact.get(name) if library == "array_api_strict" else package(library).function(name)


def package(library: str) -> Any:
    """The adapter."""
    return import_module(f"multiact_{library}")


@pytest.fixture(params=["numpy", "torch", "jax", "array_api_strict"])
def library(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param != "jax":
        yield request.param
        return
    with pytest.importorskip("jax").enable_x64(True):
        yield request.param


def expected(name: str, axis: Any, mask: np.ndarray) -> np.ndarray:
    """The oracle, applied to what takes part in each group."""
    axes = range(X.ndim) if axis is None else np.atleast_1d(axis) % X.ndim
    result = np.full(X.shape, -np.inf if name == "log_softmax" else 0.0)
    others = [range(1) if i in axes else range(n) for i, n in enumerate(X.shape)]
    for corner in np.stack(np.meshgrid(*others), axis=-1).reshape(-1, X.ndim):
        group = tuple(slice(None) if i in axes else int(k) for i, k in enumerate(corner))
        values, kept = X[group].ravel(), mask[group].ravel()
        if kept.any():
            part = np.full(values.shape, -np.inf if name == "log_softmax" else 0.0)
            with mp.workdps(40):
                part[kept] = [float(v) for v in ORACLE[name](values[kept].tolist())]
            result[group] = part.reshape(X[group].shape)
    return result


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_values(name: str, axis: Any, library: str) -> None:
    make, f = arrays(library), function(library, name)
    everything = np.ones(X.shape, bool)
    # None is all axes in multiact_jax, as in jax.nn; torch.nn's choice everywhere else
    joined = 0 if axis is None and library != "jax" else axis
    for mask, given in ((everything, {}), (MASK, {"where": make(MASK)})):
        y = f(make(X), axis=axis, **given)
        np.testing.assert_allclose(np.asarray(y), expected(name, joined, mask), rtol=1e-13)
    row = MASK[1, 1]  # a mask broadcasts
    y = f(make(X), axis=axis, where=make(row))
    whole = np.broadcast_to(row, X.shape)
    np.testing.assert_allclose(np.asarray(y), expected(name, joined, whole), rtol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_an_array_without_axes(name: str, library: str) -> None:
    make, f = arrays(library), function(library, name)
    for axis in (-1, 0, None):
        y = np.asarray(f(make(2.5), axis=axis))
        assert y.shape == ()
        assert y == (0.0 if name == "log_softmax" else 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_with_masks_are_finite_and_right(name: str) -> None:
    """What is left out is not looked at, and has no slope."""
    torch = pytest.importorskip("torch")
    f, mask = function("torch", name), torch.asarray(MASK)
    bad = torch.where(mask, torch.asarray(X), float("nan")).requires_grad_()
    y = f(bad, axis=(1, 2), where=mask)
    weights = torch.linspace(-1, 1, X.size).reshape(X.shape)
    (slope,) = torch.autograd.grad((torch.where(mask, y, 0.0) * weights).sum(), bad)
    assert torch.equal(slope[~mask], torch.zeros(int((~mask).sum()), dtype=slope.dtype))
    for k in range(2):
        part = torch.asarray(X[k])[mask[k]].requires_grad_()
        (alone,) = torch.autograd.grad((f(part) * weights[k][mask[k]]).sum(), part)
        torch.testing.assert_close(slope[k][mask[k]], alone)


def test_the_threshold_of_softplus(library: str) -> None:
    x = np.asarray([-3.0, 0.5, 0.99, 1.0, 1.01, 40.0])
    y = np.asarray(function(library, "softplus")(arrays(library)(x), 2.0, threshold=2.0))
    with mp.workdps(40):
        right = [float(ORACLE["softplus"](v, 2.0, 2.0)) for v in x]
    np.testing.assert_allclose(y, right, rtol=1e-14)
    assert y[-2:].tolist() == x[-2:].tolist()


def test_hardshrink_with_a_negative_threshold_is_the_identity(library: str) -> None:
    x = np.asarray([-1.0, -0.1, 0.0, 0.1, 2.0])
    np.testing.assert_array_equal(function(library, "hardshrink")(arrays(library)(x), -0.5), x)
