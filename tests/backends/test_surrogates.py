"""Derivatives of every order are those of the surrogate, in every way to differentiate."""

from __future__ import annotations

from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.special import straight_through
from multiact.testing.exact import truth
from tests.helpers.registered import temporary_registrations
from tests.oracle import derivative

X = np.asarray([-3.0, -1.5, -0.25, 0.0, 0.5, 2.0])
#: value, slope, second and third derivative, by the definition
EXPECTED = [
    np.maximum(X, 0),
    *(np.asarray([float(derivative("sugar", v, k)) for v in X]) for k in (1, 2, 3)),
]
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


def test_the_truth_differs_from_the_value() -> None:
    act = multiact.get("sugar")
    at = truth(act, act.specialization(), {"x": 2.0}, "x", 64)
    found = [float(v) for v in (at.value, at.slope, at.second)]
    np.testing.assert_allclose(found, [e[-1] for e in EXPECTED[:3]], rtol=1e-13)
    assert not truth(act, act.specialization(), {"x": 0.0}, "x", 64).corner


@pytest.mark.parametrize("order", range(4))
def test_numpy(order: int) -> None:
    np.testing.assert_allclose(mn.sugar.derivative(order)(X), EXPECTED[order], **CLOSE)
    np.testing.assert_allclose(multiact.derivative("sugar", order=order)(X), EXPECTED[order])


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.tensor(X, requires_grad=True)
    module = mt.SUGAR()
    y = module(x)
    for expected in EXPECTED:
        np.testing.assert_allclose(y.detach(), expected, **CLOSE)
        (y,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    ones = torch.ones_like(x)
    value, slope = torch.func.jvp(module, (x,), (ones,))
    second = torch.func.vmap(torch.func.grad(torch.func.grad(module)))(x)
    (compiled,) = torch.autograd.grad(torch.compile(module, fullgraph=True)(x).sum(), x)
    found = {0: value, 1: slope, 2: second}
    for order, got in found.items():
        np.testing.assert_allclose(got.detach(), EXPECTED[order], **CLOSE)
    np.testing.assert_allclose(compiled, EXPECTED[1], **CLOSE)


def test_jax() -> None:
    jax = pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    with jax.enable_x64(True):
        x = jax.numpy.asarray(X)
        f = mj.sugar
        for expected in EXPECTED:
            np.testing.assert_allclose(jax.jit(jax.vmap(f))(x), expected, **CLOSE)
            f = jax.grad(f)
        value, slope = jax.jvp(mj.sugar, (x,), (jax.numpy.ones_like(x),))
        (pulled,) = jax.vjp(mj.sugar, x)[1](jax.numpy.ones_like(x))
        for got in (slope, pulled):
            np.testing.assert_allclose(got, EXPECTED[1], **CLOSE)
        np.testing.assert_allclose(value, EXPECTED[0], **CLOSE)


def test_inside_another_formula() -> None:
    """The chain rule goes through it: tanh(2 sugar(x)) and its slope."""
    with temporary_registrations():

        @multiact.activation
        def outer(x: Any, /, *, xp: Any) -> Any:
            return xp.tanh(2 * multiact.get("sugar")(x, xp=xp))

        y = np.tanh(2 * EXPECTED[0])
        np.testing.assert_allclose(mn.function(outer)(X), y, **CLOSE)
        slope = 2 * (1 - y**2) * EXPECTED[1]
        np.testing.assert_allclose(mn.function(outer).derivative()(X), slope, **CLOSE)
        second = 2 * (1 - y**2) * EXPECTED[2] - 8 * y * (1 - y**2) * EXPECTED[1] ** 2
        np.testing.assert_allclose(mn.function(outer).derivative(2)(X), second, **CLOSE)


def test_a_parameter_learns_by_the_surrogate() -> None:
    """A step, whose own derivatives are 0."""
    with temporary_registrations():

        @multiact.activation(surrogate=lambda x, theta, xp: xp.tanh(x - theta))
        def staircase(x: Any, /, theta: float = 0.5, *, xp: Any) -> Any:
            return xp.where(x >= theta, 1.0, 0.0)

        np.testing.assert_array_equal(mn.function(staircase)(X), X >= 0.5)
        slope = 1 - np.tanh(X - 0.5) ** 2
        np.testing.assert_allclose(
            mn.function(staircase).derivative(wrt="theta")(X), -slope, **CLOSE
        )


def test_in_a_formula_that_mixes_elements() -> None:
    with temporary_registrations():

        @multiact.activation(kind="normalising", surrogate=lambda x, xp: xp.tanh(x))
        def signs(x: Any, /, *, xp: Any) -> Any:
            return xp.sign(x) + 0 * xp.sum(x)

        slope = 1 - np.tanh(X) ** 2
        torch = pytest.importorskip("torch")
        x = torch.tensor(X, requires_grad=True)
        y = pytest.importorskip("multiact_torch").function(signs)(x)
        np.testing.assert_array_equal(y.detach(), np.sign(X))
        np.testing.assert_allclose(torch.autograd.grad(y.sum(), x)[0], slope, **CLOSE)
        jax = pytest.importorskip("jax")
        f = pytest.importorskip("multiact_jax").function(signs)
        with jax.enable_x64(True):
            np.testing.assert_allclose(jax.grad(lambda x: f(x).sum())(X), slope, **CLOSE)


def test_the_special_function() -> None:
    np.testing.assert_array_equal(straight_through(np.sign(X), np.tanh(X)), np.sign(X))
    torch = pytest.importorskip("torch")
    x = torch.tensor(X, requires_grad=True)
    y = straight_through(torch.sign(x), torch.tanh(x))
    np.testing.assert_array_equal(y.detach(), np.sign(X))
    slope = torch.autograd.grad(y.sum(), x)[0]
    np.testing.assert_allclose(slope, 1 - np.tanh(X) ** 2, **CLOSE)


def test_readers_see_both() -> None:
    doc = mn.sugar.__doc__
    assert "Formula: ``max(x, 0)``" in doc
    assert "Derivatives, of every order, are those of ``(x + 1.67)*expit(x) - 0.835``" in doc
    assert multiact.analysis.latex("sugar") == r"\max\!\left(x, 0\right)"
