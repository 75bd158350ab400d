"""The corpus is judged rightly: planted faults are found, the truth is mpmath's, and what is
right in the package is found right."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from mpmath import iv, mp, mpf

from tests.helpers.registered import temporary_registrations
from tests.naive import __main__ as program
from tests.naive import corpus, intervals, judge
from tests.naive.formats import FORMATS
from tests.naive.judge import Failure, failures
from tests.naive.namespace import rebound
from tests.naive.report import Report
from tests.naive.rows import ROWS, Row, row
from tests.naive.subject import with_numpy
from tests.naive.table import table
from tests.naive.truth import limit, settle, truths

WIDE = FORMATS["float64"]
assert corpus.__all__


def gate(x, /, a=1.0, *, xp):
    return x / (1 + xp.exp(-a * x))


def plain(x, /, *, xp):
    return x / (1 + xp.exp(-x))


GATE, PLAIN = Row(gate, {"a": (0.5, 2.0)}), Row(plain)


def perfect(row, values, path, x):
    """The truth itself, rounded."""
    fmt = FORMATS[x.dtype.name]
    truth = table(row, fmt, values)
    ends = truth.limits[min(len(path), 1)] if path in ("", "x") else (np.nan, np.nan)
    found = truth.answers[path].high
    with np.errstate(over="ignore"):
        return np.asarray([*np.where(np.isnan(found), 0.0, found), np.nan, *ends]).astype(x.dtype)


def planted(path, wrong):
    """The truth, but for one path."""

    def subject(row, values, asked, x):
        right = perfect(row, values, asked, x)
        return wrong(right, x) if asked == path else right

    return subject


FAULTS = {
    judge.VALUE: ("", lambda y, x: y * 1.001),
    judge.CONDITIONED: (
        "",
        lambda y, x: np.where(x < -50, y * (1 + 20 * np.finfo(x.dtype).eps), y),
    ),
    judge.ZERO[judge.SLOPE]: ("x", lambda y, x: np.where(np.abs(y) < 1e-9, 0.0, y)),
    judge.NONFINITE[judge.PARAMETER]: ("a", lambda y, x: np.where(x < -80, np.nan, y)),
    judge.SLOPE: ("x", lambda y, x: np.where(np.abs(x) < 9, y + 1e-5, y)),
    judge.PARAMETER: ("a", lambda y, x: y * 1.01),
    judge.INFINITY: ("", lambda y, x: np.where(x == -np.inf, np.nan, y)),
    judge.NAN: ("", lambda y, x: np.where(np.isnan(x), 0.0, y)),
    judge.SECOND: ("xx", lambda y, x: y * 1.001),
    judge.SLOPE_AT_INFINITY: ("x", lambda y, x: np.where(x == np.inf, 0.0, y)),
    judge.SLOPE_AT_NAN: ("x", lambda y, x: np.where(np.isnan(x), 1.0, y)),
}


def test_what_is_right_passes():
    assert failures(GATE, perfect) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_found_and_named(kind):
    path, wrong = FAULTS[kind]
    # values of formulas with parameters are excused by their condition
    row = PLAIN if kind == judge.CONDITIONED else GATE
    found = failures(row, planted(path, wrong))
    assert [f.kind for f in found] == [kind]
    assert found[0].path == path


def test_a_wrong_sign_is_found():
    found = failures(GATE, planted("x", lambda y, x: np.where(np.abs(x) < 1, -y, y)))
    assert [f.kind for f in found] == [judge.SLOPE]


def test_what_raises_is_found():
    def subject(row, values, path, x):
        raise ValueError("no such thing")

    (failure,) = failures(GATE, subject)
    assert (failure.kind, failure.message) == (judge.RAISES, "ValueError: no such thing")


def test_another_formula_is_found():
    """What is off by a thousandth in the formula, not in the answer."""

    def subject(row, values, path, x):
        if path:
            return perfect(row, values, path, x)
        with np.errstate(all="ignore"):
            x = x.astype(float)
            return np.where(x == -np.inf, 0.0, x / (1 + np.exp(-values["a"] * 1.001 * x)))

    kinds = {f.kind for f in failures(GATE, subject)}
    assert judge.VALUE in kinds


def place(name, x, **values):
    found = {**ROWS[name].defaults, **values}
    return rebound(ROWS[name].formula), {"x": mpf(x), **{n: mpf(v) for n, v in found.items()}}


DEFINITIONS = {
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "gelu": lambda x: x * mp.ncdf(x),
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "softplus_plus": lambda x: mp.log1p(mp.exp(x)) + x / 2 - mp.ln2,
    "snake": lambda x: x + mp.sin(x) ** 2,
    "squareplus": lambda x: (x + mp.sqrt(x * x + 4)) / 2,
    "symexp": lambda x: mp.sign(x) * mp.expm1(abs(x)),
    "hard_swish": lambda x: x * min(max(x / 6 + mpf(1) / 2, 0), 1),
}


@pytest.mark.parametrize("x", [-700.25, -3.7, -1e-9, 1e-30, 0.4, 2.9, 40.5])
@pytest.mark.parametrize("name", DEFINITIONS)
def test_values_are_those_of_mpmath(name, x):
    found, _ = truths(*place(name, x), WIDE)
    with mp.workdps(700):
        right = DEFINITIONS[name](mpf(x))
        assert abs(found[""].low - right) <= mpf(2) ** -70 * abs(right) + mpf(2) ** -1050
        assert found[""].low == found[""].high


SLOPES = (
    "tanh_soft swish psf aranda_ordaz golu_learned smu plogish snake fsa isru squareplus "
    "soft_clipping sgt xielu uaf pau tanhshrink gish asinh modified_arcsinh calu hosc repsu "
    "parametric_cone kaf frac_elu pdelu dynamic_erf rel_tanh ssinh psech_sig sgelu"
)


@pytest.mark.parametrize("x", [-2.3, -0.45, 0.7, 3.1])
@pytest.mark.parametrize("name", SLOPES.split())
def test_slopes_are_differences_of_values(name, x):
    formula, at = place(name, x)
    found, _ = truths(formula, at, WIDE)
    if mp.isnan(found[""].low):
        return  # the formula has no value there

    def along(path):
        name, order = ("x", 2) if path == "xx" else (path, 1)

        def value(v):
            precise = replace(WIDE, bits=mp.prec + 10)
            y, _ = settle(formula, {**at, name: v}, precise, slopes=False)
            return intervals.middle(y.value)

        return mp.diff(value, at[name], order)

    for path, truth in found.items():
        if path and not mp.isnan(truth.low):
            assert float(along(path)) == pytest.approx(float(truth.low), rel=1e-9, abs=1e-12), path


@pytest.mark.parametrize("name", "exp log sqrt sin cos tanh atan asinh erf erfc".split())
def test_bounds_hold(name):
    """Also where a result is next to a round number, or digits are few."""
    rng = np.random.default_rng(1)
    places = [2.0**-k for k in (20, 90, 99, 1000)] + [0.0, 1.0, 40.25, 1e6, 3.0**40]
    places += [*rng.uniform(0, 8, 40).tolist()]
    for bits in (60, 100, 400):
        for v in places if name in ("log", "sqrt") else [*places, *(-p for p in places)]:
            if name == "log" and not v:
                continue
            iv.prec = bits
            u = iv.mpf(mpf(v))
            both = dict(zip(("sin", "cos"), intervals.sin_cos(u), strict=True))
            found = both[name] if name in both else getattr(intervals, name)(u)
            with mp.workprec(bits + 3000):
                right = getattr(mp, name)(mpf(v))
                low, high = intervals.bounds(found)
                assert low <= right <= high, (bits, v)
                assert high - low <= abs(right) * mpf(2) ** (3 - bits) or high < 1e-300


LIMITS = {
    "tanh": (-1, 1),
    "squareplus": (0, math.inf),
    "swish": (0, math.inf),
    "symlog": (-math.inf, math.inf),
    "sine": (math.nan, math.nan),
    "sinc": (0, 0),
    "srs": (0, 2),
    "bent_identity": (-math.inf, math.inf),
    "power_function_linear_unit": (0, math.inf),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name):
    formula, at = place(name, 0)
    parameters = {n: v for n, v in at.items() if n != "x"}
    found = [float(limit(formula, parameters, WIDE, side)[0]) for side in (-1, 1)]
    assert found == pytest.approx(LIMITS[name], nan_ok=True)


def sides(name, x, path, **values):
    found, _ = truths(*place(name, x, **values), WIDE)
    return float(found[path].low), float(found[path].high)


def test_what_is_right_at_a_tie():
    assert sides("relu", 0, "x") == pytest.approx((0, 1), abs=1e-90)
    assert sides("relu", 0, "") == (0, 0)
    assert sides("relu", 1e-300, "x") == (1, 1)
    assert sides("hard_tanh", 1, "b") == pytest.approx((0, 1), abs=1e-90)
    assert sides("heaviside", 0, "") == (1, 1)  # the value is the formula's own
    # a threshold that is computed, here -b / a, may be rounded
    assert sides("aqulu", -0.1 / 0.2, "x") == pytest.approx((-0.1, 0), abs=1e-14)
    # by a parameter at its tie: the formula's slope there is 0, that of the function is not
    assert sides("soft_exponential", 2, "a") == pytest.approx((3, 3))


def test_removable_singularities_have_a_value():
    assert sides("sinc_inr", 0, "") == pytest.approx((1, 1))
    assert sides("snake", 0.5, "", alpha=0.0) == pytest.approx((0.5, 0.5))
    assert sides("snake", 0.5, "alpha", alpha=0.0) == pytest.approx((0.25, 0.25))


def test_a_root_is_conditioned_by_x():
    """There, and not in a tail, an error counts relative to what rounding x would do."""
    found, _ = truths(*place("parametric_softplus", -0.0003), WIDE)
    assert found[""].sway > 0
    found, _ = truths(*place("swish", -80), WIDE)
    assert found[""].sway == 0
    assert found[""].condition > 0


def test_a_row_with_a_wrong_parameter_is_refused():
    with pytest.raises(ValueError, match="no parameter"):
        row(b=(1.0,))(gate)
    with pytest.raises(ValueError, match="name is taken"):
        row(ROWS["elu"].formula)


def test_a_helper_is_part_of_a_row():
    assert "def _elu" in ROWS["pe2id"].source


def test_the_report_counts_rows():
    wrong = Failure(judge.NAN, "", "float32", {}, math.nan, 0.0, math.nan, math.inf)
    second = replace(wrong, kind=judge.SECOND, path="xx")
    report = Report({ROWS["elu"]: [wrong], ROWS["relu"]: [second], ROWS["mish"]: [], GATE: []})
    assert (report.headline, report.with_second, report.passes) == (75.0, 50.0, False)
    text = "\n".join(report.lines())
    assert "NaN lost" in text
    assert "right nan" in text
    assert "75.0 %" in text
    json.dumps(report.json(), allow_nan=False)


#: right today, of several families, a few that take seconds; `python -m tests.naive` has them all
RIGHT = "sigmoid mish elu gelu prelu sincos log_log soft_clipping"


@pytest.mark.parametrize("name", RIGHT.split())
def test_the_package_is_right(name):
    with temporary_registrations():
        found = failures(ROWS[name], with_numpy(kernels=False))
    assert not {f.kind for f in found} & {*judge.HEADLINE}, found


def test_the_program(tmp_path, capsys):
    with temporary_registrations():
        assert program.main(["softsign", "--json", str(tmp_path / "found.json")]) == 0
    assert "1 rows" in capsys.readouterr().out
    assert json.loads((tmp_path / "found.json").read_text())["right"] == 100.0
    with pytest.raises(SystemExit):
        program.main(["no_such_row"])
