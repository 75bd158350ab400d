"""Limits that are functions of parameters: `limits=(0, lambda a: a)`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import pytest

import multiact
from multiact.declare.activation import Activation
from multiact.parameters import Learnable, Positive, Shaped, ones
from multiact.testing.backend import backends
from multiact.testing.check import check
from tests.helpers.registered import temporary_registrations

BACKENDS = {b.name: b for b in backends()}
X = np.array([-math.inf, math.inf, 1.0])
Weights = Annotated[Any, Shaped(("terms",), {"ones": ones})]
A = 0.75  # a number of every format, and no default


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    with temporary_registrations():
        yield


def declared(limits: Any = (0, lambda a: a)) -> Activation:
    """Soft root sign: Zhou et al. 2020, arXiv:2003.00547."""

    @multiact.activation(limits=limits)
    def planted(
        x: Any, /, a: Learnable[Positive] = 2.0, b: Learnable[Positive] = 3.0, *, xp: Any
    ) -> Any:
        return x / (x / a + xp.exp(-x / b))

    return planted  # type: ignore[return-value]


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] if "compile" in n else []) for n in BACKENDS],
)
def test_every_backend_reaches_them(name: str) -> None:
    act, backend = declared(), BACKENDS[name]
    x = backend.asarray(X, "float32")
    given = {"a": A}
    values = backend.to_numpy(backend.value(act, x, given))
    inside = 1 / (1 / A + math.exp(-1 / 3))
    np.testing.assert_allclose(values, [0, A, inside], rtol=1e-6)
    slopes = backend.to_numpy(backend.gradient(act, x, given, ("x",)))
    inside = inside**2 * math.exp(-1 / 3) * (1 + 1 / 3)
    np.testing.assert_allclose(slopes, [0, 0, inside], rtol=1e-6)


def test_derivatives_there() -> None:
    act = declared()
    for order in (1, 2, 3):
        at_ends = multiact.derivative(act, order=order)(X, a=A)[:2]
        np.testing.assert_array_equal(at_ends, [0, 0])
    np.testing.assert_array_equal(multiact.derivative(act, wrt="a")(X, a=A)[:2], [0, 1])
    np.testing.assert_array_equal(multiact.derivative(act, wrt="b")(X, a=A)[:2], [0, 0])


def test_a_declared_limit_is_used_where_none_can_be_derived() -> None:
    """A wave that dies away between numbers that overflow on the way."""

    @multiact.activation(limits=(lambda c: -c, lambda c, xp: xp.exp(c)))
    def planted(x: Any, /, c: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
        wave = xp.sin(x * x) * xp.exp(-xp.abs(x)) * xp.exp(x * x) / xp.exp(x * x)
        return xp.where(x < 0, -c, xp.exp(c)) + wave

    np.testing.assert_allclose(planted(X, c=A)[:2], [-A, math.exp(A)])
    np.testing.assert_array_equal(multiact.derivative(planted)(X, c=A)[:2], [0, 0])


def test_of_an_array_and_a_setting() -> None:
    @multiact.activation(limits=(lambda w, power: w[0] * power, 0), sizes={"terms": 2})
    def planted(x: Any, /, w: Learnable[Weights], *, power: int = 2, xp: Any) -> Any:
        return x * (power * w[0]) / (x + w[1] * xp.exp(x))

    x, w = X[:2], np.array([0.5, 2.0])
    np.testing.assert_array_equal(planted(x, w), [1, 0])
    np.testing.assert_array_equal(planted(x, w, power=3), [1.5, 0])


def test_records_and_documentation_tell_them_at_the_parameters() -> None:
    act = declared()
    assert act.limits_at({}) == (0, 2)
    assert act.limits_at({"a": A}) == (0, A)
    assert act.with_defaults(a=A).limits_at({}) == (0, A)
    assert multiact.get("relu").limits_at({}) == (0, None)
    assert multiact.get("gcu").limits_at({}) == (None, None)
    mn = pytest.importorskip("multiact_numpy")
    text = mn.function(act.with_defaults(a=A)).__doc__
    assert "Limits: 0 at -inf, 0.75 at inf, with a=0.75, b=3." in text
    found = multiact.analysis.properties(act.with_defaults(a=A))
    assert found.limits == (0, A)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((lambda a: -a, lambda a: a), ""),
        ((-2, lambda a: 2 * a), "limit: f(inf) = 4, but the formula tends to 2"),
        ((-2, lambda a, b: a / b), "limit: f(inf) = 0.666667, but the formula tends to 2"),
    ],
)
def test_the_check_compares_them_with_the_formula(limits: Any, words: str) -> None:
    @multiact.activation(limits=limits)
    def planted(
        x: Any, /, a: Learnable[Positive] = 2.0, b: Learnable[Positive] = 3.0, *, xp: Any
    ) -> Any:
        return a * x / (b + x * xp.sign(x))

    (row,) = check([planted], [BACKENDS["numpy.reference"]])
    assert words in row.reason
    assert bool(words) is bool(row.reason), row.reason
