"""Gains against mpmath, published numbers and closed forms; what has no gain says so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import multiact
from multiact.analysis import defaults
from multiact.analysis.quadrature import NotIntegrableError, mean_square
from multiact.analysis.variance import fan_gain
from tests.helpers.corners import thresholds
from tests.helpers.examples import examples
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import representatives
from tests.oracle import ORACLE, derivative

RELATIVE = 1e-10
SCALARS = [
    name
    for name in representatives(multiact.names(kind="elementwise"))
    if not any(p.shaped for p in multiact.get(name).parameters) and not multiact.get(name).noise
]
#: the square of their slopes has no finite mean
UNBOUNDED = {"frac_relu", "saha_bora", "sqrt", "ssaf"}
_EDGES = {0.0, *(s * e for s in (-1, 1) for e in (0.25, 0.5, 1, 2, 3, 5, 8, 15))}
_BENDS = (1e-3, 4e-3, 2e-2, 0.1)


def oracle(name: str, order: int, **given: Any) -> float:
    """1 / sqrt(E[f(Z)^2]) of mpmath's own formula and quadrature, or of its derivative."""
    act = multiact.get(name)
    kinks = act.kink_slopes({**defaults.arguments(act), **given})
    corners = thresholds(next(iter(examples(act))))
    bends = [c + s * e for c in (0.0, *corners) for s in (-1, 1) for e in _BENDS]
    narrow = bends if "epsilon" in act.by_name else ()  # rounded corners
    edges = sorted(_EDGES.union(map(float, kinks), corners, narrow))
    with mp.workdps(18):

        def squared(x: mpf) -> mpf:
            y = ORACLE[name](x, **given) if order == 0 else derivative(name, x, **given)
            return y**2 * mp.npdf(x)

        area = mp.quad(squared, edges, method="gauss-legendre", maxdegree=6)
        return float(1 / mp.sqrt(area))


@pytest.mark.parametrize("name", SCALARS)
def test_forward(name: str) -> None:
    assert multiact.gain(name) == pytest.approx(oracle(name, 0), rel=RELATIVE)


@pytest.mark.parametrize("name", SCALARS)
def test_backward(name: str) -> None:
    if name in UNBOUNDED:
        with pytest.raises(ValueError, match="no backward gain"):
            multiact.gain(name, mode="backward")
        return
    wanted = oracle(name, 1)
    assert multiact.gain(name, mode="backward") == pytest.approx(wanted, rel=RELATIVE)


PARAMETERS: dict[str, dict[str, Any]] = {
    "swish": {"beta": 1.5},
    "talu": {"alpha": 0.25},
    "elu": {"alpha": 3.0},
    "leaky_relu": {"negative_slope": 0.3},
    "hardtanh": {"min_val": -0.7, "max_val": 2.1},
    "rational": {"numerator": [0.5, 1.0, 0.25, -1.0], "denominator": [0.5, -2.0]},
    "dct": {"coefficients": [0.25, -1.0, 0.5]},
    "staf": {"amplitude": [0.5, -1.25], "frequency": [1.5, 3.0], "phase": [0.25, -2.0]},
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_numbers_and_arrays(name: str) -> None:
    given = PARAMETERS[name]
    assert multiact.gain(name, **given) == pytest.approx(oracle(name, 0, **given), rel=RELATIVE)
    arrays = {n: np.asarray(v) if isinstance(v, list) else v for n, v in given.items()}
    assert multiact.gain(name, **arrays) == multiact.gain(name, **given)


def test_a_mapping_is_the_same_as_parameters() -> None:
    spec = {"name": "swish", "beta": 1.5}
    assert multiact.gain(spec) == multiact.gain("swish", beta=1.5) != multiact.gain("swish")


def test_talu_forward_and_backward_are_not_mixed_up() -> None:
    assert round(multiact.gain("talu") ** 2, 4) == 1.4344  # E[f(Z)^2]
    assert round(multiact.gain("talu", mode="backward") ** 2, 4) == 1.3657  # E[f'(Z)^2]
    assert round(multiact.gain("talu", alpha=0.5) ** 2, 4) == 1.8205
    assert round(multiact.gain("talu", alpha=0.5, mode="backward") ** 2, 4) == 1.7920


def test_closed_forms() -> None:
    for mode in ("forward", "backward"):
        assert multiact.gain("relu", mode=mode) == pytest.approx(math.sqrt(2), rel=1e-14)
        slope = multiact.gain("leaky_relu", negative_slope=0.2, mode=mode)
        assert slope == pytest.approx(math.sqrt(2 / (1 + 0.2**2)), rel=1e-14)
    assert multiact.gain("selu") == pytest.approx(1, abs=1e-14)  # its fixed point, to 31 digits
    assert multiact.gain("gcu") == pytest.approx(math.sqrt(2 / (1 - 3 * math.exp(-2))), rel=1e-14)
    assert multiact.gain("squared_relu") == pytest.approx(math.sqrt(2 / 3), rel=1e-14)


def test_the_folklore_for_tanh_is_another_number() -> None:
    nn = pytest.importorskip("torch").nn
    assert nn.init.calculate_gain("relu") == pytest.approx(multiact.gain("relu"))
    leaky = nn.init.calculate_gain("leaky_relu", 0.3)
    assert leaky == pytest.approx(multiact.gain("leaky_relu", negative_slope=0.3))
    assert nn.init.calculate_gain("tanh") == pytest.approx(5 / 3)
    assert multiact.gain("tanh") == pytest.approx(1.59253742, abs=1e-8)


@pytest.mark.parametrize("gate", ["glu", "gtu", "bilinear", "reglu", "geglu", "swiglu"])
def test_gates(gate: str) -> None:
    """All are products g(a) h(b), so the double integral is a product of mpmath's integrals."""
    one = {"glu": "sigmoid", "gtu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu"}

    def squares(order: int, of: str | None) -> float:
        return 1.0 if of is None else oracle(of, order) ** -2

    g, h = ("tanh" if gate == "gtu" else None), one.get(gate)
    value, slope_a = squares(0, g) * squares(0, h), squares(1, g) * squares(0, h)
    slope_b = squares(0, g) * squares(1, h)
    assert multiact.gain(gate) == pytest.approx(value**-0.5, rel=RELATIVE)
    backward = ((slope_a + slope_b) / 2) ** -0.5
    assert multiact.gain(gate, mode="backward") == pytest.approx(backward, rel=RELATIVE)


def test_noise_is_averaged_over() -> None:
    low, high = 1 / 8, 1 / 3
    slopes = (low**2 + low * high + high**2) / 3  # the mean square of a uniform slope
    wanted = math.sqrt(2 / (1 + slopes))
    for mode in ("forward", "backward"):
        assert multiact.gain("rrelu", mode=mode) == pytest.approx(wanted, rel=1e-12)
    # x + 0.75 noise is normal, with variance 1 + 0.75^2; a kink that moves is found
    assert multiact.gain("rtrelu") == pytest.approx(math.sqrt(2 / (1 + 0.75**2)), rel=1e-10)
    assert multiact.gain("rtrelu", mode="backward") == pytest.approx(math.sqrt(2), rel=1e-10)
    assert multiact.gain("probact") == pytest.approx(1 / math.sqrt(0.5 + 0.1**2), rel=1e-10)


def test_jumps_are_found_however_near_to_each_other() -> None:
    with temporary_registrations():

        @multiact.activation
        def spike(x, /, *, xp):
            """A spike, too narrow for any quadrature that does not know where it is."""
            return xp.where((x > 0.7001) & (x < 0.7004), 100.0, 1.0) + 0 * x

        inside = float(mp.ncdf(0.7004) - mp.ncdf(0.7001))
        wanted = (1 + (100**2 - 1) * inside) ** -0.5
        assert multiact.gain(spike) == pytest.approx(wanted, rel=RELATIVE)
        with pytest.raises(ValueError, match="spike has no backward gain: its slope is zero"):
            multiact.gain(spike, mode="backward")


FORMULAS = {
    "grows": (lambda x, /, *, xp: xp.exp(x * x / 4), "grows so fast"),
    "overflows": (lambda x, /, *, xp: xp.exp(x * x * 4), "it is not finite at x = -"),
    "pole": (lambda x, /, *, xp: 1 / x, "infinite, or not found, near x = "),
    "not defined": (lambda x, /, *, xp: xp.log(x), "it is not finite at x = -"),
    "zero": (lambda x, /, *, xp: 0 * x, "its value is zero almost everywhere"),
}


@pytest.mark.parametrize(("formula", "reason"), FORMULAS.values(), ids=FORMULAS)
def test_no_gain(formula: Any, reason: str) -> None:
    formula.__name__ = "odd"
    with temporary_registrations():
        act = multiact.activation(formula)
        with pytest.raises(ValueError, match=f"odd has no forward gain: .*{reason}"):
            multiact.gain(act)


def test_a_square_that_can_be_integrated_is() -> None:
    def root(x: np.ndarray) -> np.ndarray:
        return np.abs(x) ** -0.25

    with mp.workdps(20):
        wanted = mp.gamma(mpf(1) / 4) / (mpf(2) ** mpf("0.25") * mp.sqrt(mp.pi))  # E |Z|^(-1/2)
    assert mean_square(root) == pytest.approx(float(wanted), rel=1e-10)
    with pytest.raises(NotIntegrableError):
        mean_square(lambda x: np.abs(x) ** -0.5)


MISTAKES = {
    "mode": (("relu", {"mode": "forwards"}), ValueError, "mode must be one of forward, backward"),
    "name": (("rellu", {}), LookupError, "did you mean 'relu'"),
    "kind": (("softmax", {}), TypeError, "softmax mixes the elements"),
    "parameter": (("talu", {"alpa": 1.0}), TypeError, "did you mean 'alpha'"),
    "value": (("talu", {"alpha": -1.0}), ValueError, "alpha must be greater than 0, got -1"),
    "random": (("staf", {}), TypeError, r"amplitude starts at random values.* amplitude=\[...\]"),
    "per channel": (("talu", {"alpha": [1.0, 2.0]}), TypeError, "alpha must be one number"),
}


@pytest.mark.parametrize(("call", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        multiact.gain(call[0], **call[1])


def test_the_fan_decides_the_direction() -> None:
    assert fan_gain("talu", "fan_in") == multiact.gain("talu")
    assert fan_gain("talu", "fan_out") == multiact.gain("talu", mode="backward")
    with pytest.raises(ValueError, match="mode must be one of fan_in, fan_out, got 'fan_avg'"):
        fan_gain("talu", "fan_avg")
