"""The oracle against numbers known independently."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mpmath import mp, mpf

import multiact
from tests import oracle
from tests.helpers.examples import examples
from tests.oracle import ORACLE
from tests.oracle._tools import erf, erfc

SCALES = [1e-308, 1e-30, 1e-8, 0.01, 0.3, 0.9, 2.7, 6.5, 18.0, 88.9, 745.5, 1e3, 1e30, 1e300]
POINTS = [0.0, *SCALES, *(-x for x in SCALES)]
PARAMS: dict[str, dict[str, Any]] = {
    "fourier": {"constant": -1.0, "cosine": [1.0, 0.0], "sine": [0.0, 0.0], "frequency": 1.5},
    "lin_comb": {"weights": [0.0, 0.0, 1.0, -1.0]},
}


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with mp.workdps(60):
        yield


def close(value: Any, expected: Any, digits: int) -> bool:
    """Relative agreement to that many digits, absolute below 1e-400."""
    gap = abs(mpf(value) - mpf(expected))
    return bool(gap <= mpf(10) ** -digits * abs(mpf(expected)) + mpf(10) ** -400)


VALUES = [
    ("gelu", 1.0, {}, "0.841344746068542948585232545632", 29),
    ("gelu_tanh", 1.0, {}, "0.8411919906082768", 15),
    ("telu", -2.0, {}, "-0.2690300", 6),
    ("telu", 1.0, {}, "0.9913289", 6),
    ("swigelu", 1.0, {}, "0.7862017", 6),
    ("swigelu", -1.0, {}, "-0.2137983", 6),
    ("silu", -1.2784645427610738, {}, "-0.2784645427610738", 15),
    ("mish", -1.1924, {}, "-0.30884", 4),
    ("softplus", 0.0, {"beta": 2.0}, "0.34657359027997265470861606072908828", 33),
    ("sigmoid", 0.0, {}, "0.5", 50),
    ("squareplus", 0.0, {}, "1", 50),
    ("smelu", 0.0, {}, "0.25", 50),
    ("smooth_hardswish", 1.5, {}, "1.265625", 50),
    ("hasan_talu", -2.0, {}, "-0.6351489523872873192144343", 24),
    ("star_relu", -1.0, {"b": -0.5}, "-0.5", 50),
    ("sgt", -2.0, {}, "-0.197375320224904", 14),
    ("sgt", 2.0, {}, "0.9757431300314515", 15),
    ("delu", 1.0, {"n": 1.0}, "2.132120558828557678404476229838", 29),
    ("nipuna", -1.0, {}, "-0.26894142136999512074884", 22),
    ("nipuna_book", 0.0, {}, "0.69314718055994530941723212145818", 31),
    ("golu", 0.5, {}, "0.2726196059463025", 15),
    ("sine_relu", 0.0, {"eps": 0.5}, "-0.5", 50),
    ("scaled_softsign", -1.0, {"a": 2.0, "b": 3.0}, "-0.5", 50),
    ("snake", 1.0, {}, "1.70807341827357119", 17),
    ("rational", 2.0, {"numerator": [1.0, 2.0, 3.0], "denominator": [-2.0]}, "3.4", 50),
    ("dct", -9.0, {"coefficients": [1.0, 2.0, 4.0]}, "7", 50),
    ("rrelu", -3.0, {"noise": 0.5, "lower": 0.0, "upper": 1.0}, "-1.5", 50),
]


@pytest.mark.parametrize(("name", "x", "params", "expected", "digits"), VALUES)
def test_known_value(
    name: str, x: float, params: dict[str, Any], expected: str, digits: int
) -> None:
    assert close(ORACLE[name](x, **params), expected, digits)


def test_selu_keeps_the_standard_normal() -> None:
    def moment(power: int) -> mpf:
        def density(t: mpf) -> mpf:
            return ORACLE["selu"](t) ** power * mp.npdf(t)

        return mp.quad(density, [-mp.inf, -5, 0, 5, mp.inf])

    with mp.workdps(25):
        assert abs(moment(1)) < 1e-15
        assert abs(moment(2) - 1) < 1e-15


@pytest.mark.parametrize("name", multiact.names())
def test_every_activation_has_its_oracle(name: str) -> None:
    act = multiact.get(name)
    family = act.family if act.package == "multiact" else ""
    assert name in ORACLE, (
        f"{name} of multiact/catalogue/{family} has no oracle: write it, from the paper and with "
        f"mpmath, as a function of that name in tests/oracle/{family}.py"
    )
    assert oracle.family(name) == family, (
        f"the oracle of {name} stands in tests/oracle/{oracle.family(name)}, its formula in "
        f"multiact/catalogue/{family}: files of one name"
    )
    found = set(inspect.signature(ORACLE[name]).parameters)
    masks = {p.name for p in act.settings if p.mask}
    wanted = {*act.data, *act.by_name, *act.noise} - {"axis", "gate"} - masks
    assert found == wanted, f"the oracle of {name} takes {found}, the formula {wanted}"
    assert ORACLE[name].__doc__


def test_every_oracle_has_its_activation() -> None:
    left = set(ORACLE) - set(multiact.names())
    assert not left, f"{left} are no activations; functions that help start with an underscore"


@pytest.mark.parametrize("name", [n for n in multiact.names() if multiact.get(n).is_graph])
def test_precision_is_reached(name: str) -> None:
    """Sixty digits agree with three hundred, from 1e-308 to 1e300."""
    act = multiact.get(name)
    example = next(iter(examples(act)))
    given = {**example.parameters, **example.settings}
    given |= dict.fromkeys(act.data[1:], 0.25)
    given = {n: v for n, v in given.items() if n not in ("axis", "gate")}
    for x in POINTS:
        value = ORACLE[name](x, **given)
        with mp.workdps(300):
            assert close(value, ORACLE[name](x, **given), 55), x


@pytest.mark.parametrize(
    ("name", "x", "leading"),
    [
        ("tanhshrink", 1e-300, lambda x: x**3 / 3),
        ("squareplus", -1e300, lambda x: -1 / x),
        ("fourier", 1e-200, lambda x: -((mpf(1.5) * x) ** 2) / 2),
        ("lin_comb", 1e-100, lambda x: x**2),
        ("gelu", -1e-300, lambda x: x / 2),
        ("silu", -700.0, lambda x: x * mp.exp(x)),
        ("tanhlu", 1e30, lambda x: x + 1),
        ("golu", -1e300, lambda x: 0 * x),
    ],
)
def test_where_naive_forms_lose_everything(
    name: str, x: float, leading: Callable[[mpf], mpf]
) -> None:
    assert close(ORACLE[name](x, **PARAMS.get(name, {})), leading(mpf(x)), 30)


@pytest.mark.parametrize("digits", [30, 90, 250, 600])
def test_the_error_function_has_all_digits(digits: int) -> None:
    """Its Taylor series, against mpmath."""
    for k in range(-30, 45):
        t = mpf(k) / 3 + mpf(1) / 7
        with mp.workdps(digits):
            found = erfc(t), erf(t)
        with mp.workdps(digits + 50):
            for value, true in zip(found, (mp.erfc(t), mp.erf(t)), strict=True):
                assert abs(value - true) <= 4 * mpf(10) ** -digits * abs(true), t


def test_axis_functions() -> None:
    assert ORACLE["sparsemax"]([0.5, 0.25, -1.0]) == [mpf(0.625), mpf(0.375), 0]
    assert ORACLE["sparsemax"]([1e300, 0.0, 0.0]) == [1, 0, 0]
    assert ORACLE["sparsemax"]([0.0, 0.0]) == [0.5, 0.5]
    assert ORACLE["crelu"]([1.0, -2.0]) == [1, 0, 0, 2]
    assert ORACLE["maxout"]([1.0, -2.0, 3.0, 4.0]) == [1, 4]
    assert ORACLE["group_sort"]([4.0, -2.0, 3.0, 1.0]) == [-2, 4, 1, 3]
    assert ORACLE["group_sort"]([4.0, -2.0, 3.0, 1.0], size=4) == [-2, 1, 3, 4]
    log, soft = ORACLE["log_softmax"]([800.0, 0.0]), ORACLE["softmax"]([800.0, 0.0])
    assert close(log[0], -mp.exp(mpf(-800)), 30)
    assert close(mp.log(soft[1]), log[1], 50)
    assert ORACLE["softmin"]([-800.0, 0.0]) == soft


def test_layers() -> None:
    eye, zero = [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]
    got = ORACLE["swiglu_layer"]([1.0, -2.0], eye, zero, [[0.0, 1.0], [1.0, 0.0]], zero)
    assert close(got[0], -2 * ORACLE["silu"](1.0), 50)
    assert close(got[1], ORACLE["silu"](-2.0), 50)
    plane, shift = [[1.0, -2.0], [-3.0, 4.0]], [[0.0] * 3, [0.0, 0.0, 1.0], [0.0] * 3]
    assert ORACLE["funnel_relu"]([plane], [shift]) == [[[1, 0], [4, 4]]]
    pixels = ORACLE["softmax2d"]([[[0.0, 800.0]], [[0.0, 0.0]]])
    assert pixels[0][0][0] == pixels[1][0][0] == 0.5
    assert close(pixels[1][0][1], mp.exp(-mpf(800)), 50)
    got = ORACLE["moe"]([1.0, -1.0], [[0.0] * 3] * 2, [0.0] * 3)
    assert close(got[1], (ORACLE["gelu"](-1.0) + ORACLE["silu"](-1.0)) / 3, 50)


def test_bspline_is_a_partition_of_unity_that_reproduces_lines() -> None:
    width = mpf(6) / 5
    centres = [-3 + (i - 1) * width for i in range(8)]
    for x in (-50.0, -3.0, -1.7, 0.0, 2.9, 3.0, 11.0):
        assert close(ORACLE["bspline"](x, coefficients=[1.0] * 8), 1, 50)
        assert abs(ORACLE["bspline"](x, coefficients=centres) - mpf(x)) < mpf(10) ** -50


def test_arguments_are_taken_exactly() -> None:
    assert ORACLE["leaky_relu"](-1.0) == -mpf(0.01)
    assert ORACLE["leaky_relu"](-1.0) != -mpf("0.01")
    assert math.isclose(float(ORACLE["leaky_relu"](-3)), -0.03)


GATES = [
    ("glu", lambda b: 1 / (1 + mp.exp(-b))),
    ("gtu", lambda b: mp.tanh(mpf(-2)) / -2 / (1 + mp.exp(-b))),
    ("bilinear", lambda b: b),
    ("reglu", lambda b: max(b, 0)),
    ("geglu", lambda b: b * mp.ncdf(b)),
    ("swiglu", lambda b: b / (1 + mp.exp(-b))),
]


@pytest.mark.parametrize(("name", "gate"), GATES)
@pytest.mark.parametrize("b", [-1.5, 0.75])
def test_gated(name: str, gate: Callable[[mpf], mpf], b: float) -> None:
    assert close(ORACLE[name](-2.0, b), -2 * gate(mpf(b)), 50)
