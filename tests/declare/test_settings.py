"""Settings that are no numbers, through functions and modules; the default of a gate's axis."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, Literal

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.adapters.configuration import configure
from multiact.declare.activation import Activation
from multiact.parameters import Axis, Learnable, Name, Real
from tests.helpers.registered import temporary_registrations

X = np.asarray([-2.0, -0.5, 1.0])


@pytest.fixture
def chosen() -> Iterator[Activation]:
    """An activation with one setting of each type."""
    with temporary_registrations():

        @multiact.activation
        def chosen(
            x: Any,
            /,
            scale: Learnable[Real] = 2.0,
            *,
            negated: bool = False,
            side: Literal["both", "right"] = "both",
            base: Name = "tanh",
            xp: Any,
        ) -> Any:
            y = scale * multiact.get(base)(x, xp=xp)
            y = xp.where(x > 0, y, 0.0) if side == "right" else y
            return -y if negated else y

        yield chosen


CASES = [
    ({}, 2 * np.tanh(X)),
    ({"negated": True}, -2 * np.tanh(X)),
    ({"side": "right"}, 2 * np.tanh(X) * (X > 0)),
    ({"base": "softplus", "negated": True}, -2 * np.log1p(np.exp(X))),
    ({"base": "Softplus", "side": "right"}, 2 * np.log1p(np.exp(X)) * (X > 0)),
]


@pytest.mark.parametrize(("options", "expected"), CASES)
def test_every_library(chosen: Activation, options: dict[str, Any], expected: np.ndarray) -> None:
    close = {"rtol": 1e-6, "atol": 1e-7}
    np.testing.assert_allclose(mn.function(chosen)(X, **options), expected, **close)
    np.testing.assert_allclose(chosen.with_defaults(**options)(X), expected, **close)
    slope = mn.function(chosen).derivative(wrt="scale")(X, **options)
    np.testing.assert_allclose(slope, expected / 2, **close)
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    module, x = mt.create(chosen, **options), torch.tensor(X)
    for call in (module, torch.compile(module, fullgraph=True)):
        np.testing.assert_allclose(call(x).detach(), expected, **close)
    assert all(f"{n}={v!r}" in repr(module) for n, v in options.items())
    again = pickle.loads(pickle.dumps(module.configuration))
    assert again.settings == module.configuration.settings
    jax = pytest.importorskip("jax")
    mf = pytest.importorskip("multiact_flax")
    np.testing.assert_allclose(
        mf.create(chosen, **options)(jax.numpy.asarray(X)), expected, **close
    )


def test_documentation(chosen: Activation) -> None:
    doc = mn.function(chosen).__doc__
    assert "negated : bool, default False" in doc
    assert "side : {'both', 'right'}, default 'both'" in doc
    assert "base : str, default 'tanh'" in doc


def test_a_wrong_default_is_found_at_the_declaration() -> None:
    with temporary_registrations(), pytest.raises(ValueError, match="side must be one of"):

        @multiact.activation
        def wrong(x: Any, /, *, side: Literal["a", "b"] = "c", xp: Any) -> Any:
            return x


def test_the_axis_of_a_gate_has_the_default_of_its_declaration() -> None:
    with temporary_registrations():

        @multiact.activation(kind="gated")
        def by_channels(a: Any, b: Any, /, *, axis: Axis = 1, xp: Any) -> Any:
            return a * b

        x = np.arange(24.0).reshape(2, 4, 3)
        expected = x[:, :2] * x[:, 2:]
        np.testing.assert_array_equal(mn.function(by_channels)(x), expected)
        last = mn.function(by_channels)(x[..., :2], axis=-1)
        np.testing.assert_array_equal(last, x[..., :1] * x[..., 1:2])
        assert configure(by_channels, (), {}).axis == 1
        torch = pytest.importorskip("torch")
        module = pytest.importorskip("multiact_torch").create(by_channels)
        np.testing.assert_array_equal(module(torch.tensor(x)), expected)
