"""Derivatives of the oracle against closed forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mpmath import mp, mpf

from tests.oracle import ORACLE, derivative
from tests.oracle._differences import derivatives_of

SCALES = [1e-308, 1e-30, 1e-8, 0.01, 0.3, 0.9, 2.7, 6.5, 18.0, 88.9, 745.5, 1e3, 1e30, 1e160]
POINTS = [*SCALES, *(-x for x in SCALES)]


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with mp.workdps(60):
        yield


def near(value: mpf, expected: mpf) -> bool:
    """Thirty-two digits, or both below what float64 can hold."""
    return bool(abs(value - expected) <= mpf(10) ** -32 * abs(expected) + mpf(10) ** -340)


def expit(x: mpf) -> mpf:
    return 1 / (1 + mp.exp(-x))


CLOSED: dict[tuple[str, int], Callable[[mpf], mpf]] = {
    ("sigmoid", 1): lambda x: mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2,
    ("sigmoid", 2): lambda x: (
        mp.sign(x) * mp.exp(-abs(x)) * mp.expm1(-abs(x)) / (1 + mp.exp(-abs(x))) ** 3
    ),
    ("tanh", 1): lambda x: 1 / mp.cosh(x) ** 2,
    ("tanh", 2): lambda x: -2 * mp.tanh(x) / mp.cosh(x) ** 2,
    ("softplus", 1): expit,
    ("softplus", 2): lambda x: expit(x) * expit(-x),
    ("silu", 1): lambda x: expit(x) * (1 + x * expit(-x)),
    ("gelu", 1): lambda x: mp.erfc(min(-x / mp.sqrt(2), 1e90)) / 2 + x * mp.npdf(x),
    ("gelu", 2): lambda x: (2 - x**2) * mp.npdf(x),
    ("tanhshrink", 1): lambda x: mp.tanh(x) ** 2,
    ("squareplus", 1): lambda x: (1 + x / mp.sqrt(x**2 + 4)) / 2,
    ("squareplus", 2): lambda x: 2 / mp.sqrt(x**2 + 4) ** 3,
    ("softsign", 1): lambda x: 1 / (1 + abs(x)) ** 2,
    ("softsign", 2): lambda x: -2 * mp.sign(x) / (1 + abs(x)) ** 3,
    ("gcu", 1): lambda x: mp.cos(x) - x * mp.sin(x),
    ("gcu", 2): lambda x: -2 * mp.sin(x) - x * mp.cos(x),
    ("snake", 1): lambda x: 1 + mp.sin(2 * x),
    ("elu", 1): lambda x: mpf(1) if x > 0 else mp.exp(x),
    ("elu", 2): lambda x: mpf(0) if x > 0 else mp.exp(x),
    ("hardswish", 1): lambda x: mpf(x >= 3) if abs(x) > 3 else (2 * x + 3) / 6,
    ("relu", 2): lambda x: mpf(0),
}


@pytest.mark.parametrize(("name", "order"), CLOSED)
def test_derivative_has_its_closed_form(name: str, order: int) -> None:
    for x in POINTS:
        with mp.workdps(900):
            expected = CLOSED[name, order](mpf(x))
        assert near(derivative(name, x, order), expected), x


@pytest.mark.parametrize("bits", [100, 133])
@pytest.mark.parametrize("x", [1e-300, -1e-8, 0.3, -2.7, 30.0, 1e4])
def test_all_orders_come_from_the_same_samples(x: float, bits: int) -> None:
    slopes = derivatives_of(ORACLE["tanh"], x, (0, 1, 2, 3, 4), bits=bits)
    with mp.workdps(900):
        t, s = mp.tanh(mpf(x)), mp.sech(mpf(x)) ** 2
        expected = [t, s, -2 * t * s, s * (4 * t**2 - 2 * s), 8 * t * s * (2 * s - t**2)]
        for found, wanted in zip(slopes, expected, strict=True):
            assert abs(found - wanted) <= mpf(10) ** -25 * abs(wanted) + mpf(10) ** -300


def test_what_is_smaller_than_asked_for_is_zero_or_right() -> None:
    """Fewer digits are needed for it."""
    for least in (mpf(10) ** -48, mpf(10) ** -330):
        (found,) = derivatives_of(ORACLE["sigmoid"], 200.0, (2,), least=least)
        with mp.workdps(400):
            true = CLOSED["sigmoid", 2](mpf(200))
        assert abs(found - true) <= max(least, mpf(10) ** -30 * abs(true))
        assert (found == 0) == (abs(true) < least)


@pytest.mark.parametrize("gap", [2.0**-22, -(2.0**-22), 2.0**-51, -(2.0**-51)])
def test_a_kink_next_door_is_not_straddled(gap: float) -> None:
    assert derivative("hardtanh", 1 + gap) == (0 if gap > 0 else 1)
    assert derivative("relu6", 6 + 8 * gap) == (0 if gap > 0 else 1)
    assert derivative("relu", gap * 1e-290) == (1 if gap > 0 else 0)


def test_derivatives_by_parameters() -> None:
    x = mpf(-1.5)
    staf: dict[str, Any] = {"amplitude": [0.5, -1.25], "phase": [0.25, -2.0]}
    assert near(derivative("talu", x, 1, "alpha"), mp.tanh(x))
    assert near(derivative("swish", x, 1, "beta", beta=2.0), x**2 * expit(2 * x) * expit(-2 * x))
    assert near(derivative("celu", x, 1, "alpha", alpha=0.7), celu_by_alpha(x, mpf(0.7)))
    got = derivative("staf", x, 1, ("frequency", 1), frequency=[1.5, 30.0], **staf)
    assert near(got, mpf(-1.25) * x * mp.cos(30 * x - 2))
    assert near(derivative("glu", 2.0, 1, "b", b=0.5), 2 * expit(mpf(0.5)) * expit(mpf(-0.5)))


def celu_by_alpha(x: mpf, alpha: mpf) -> mpf:
    return mp.expm1(x / alpha) - x / alpha * mp.exp(x / alpha)


def test_derivative_of_a_list() -> None:
    x = [0.5, -1.0, 2.0]
    p = ORACLE["softmax"](x)
    got = derivative("softmax", x, 1, ("x", 1))
    expected = [p[i] * ((i == 1) - p[1]) for i in range(3)]
    assert all(near(g, e) for g, e in zip(got, expected, strict=True))


def test_bspline_outside_goes_on_straight() -> None:
    spline: dict[str, Any] = {"coefficients": [0.0, 1.0, -2.0, 0.5, 3.0, 1.0]}
    for edge, sign in ((-3, -1), (3, 1)):
        inside = mpf(edge) - sign * mpf(2) ** -60
        slope = derivative("bspline", edge + sign, 1, **spline)
        assert abs(derivative("bspline", inside, 1, **spline) - slope) < 1e-16
        assert derivative("bspline", edge + sign, 2, **spline) == 0
