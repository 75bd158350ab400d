"""The checks: each looks at one result of a backend, and says what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from multiact.testing.backend import Backend
from tests.battery.limits import oracle_limits
from tests.battery.subject import Subject
from tests.helpers import ulp
from tests.helpers.corners import conditions, thresholds
from tests.helpers.points import rounded
from tests.helpers.ulp import FORMATS, Exact
from tests.oracle import ORACLE


def check_kind(backend: Backend, result: Any, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """The framework's own array, of this shape and dtype; its values."""
    values = backend.to_numpy(result)  # asserts the type
    assert backend.dtype(result) == dtype, f"{backend.dtype(result)} for {dtype}"
    assert values.shape == tuple(shape), f"shape {values.shape}, not {tuple(shape)}"
    return values


def check_value(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """Value, dtype, shape and type, against NumPy's."""
    dtype = subject.dtype
    expected = subject.expected(x)
    got = check_kind(backend, result, expected.shape, dtype)
    _assert_same_nan(got, expected, x)
    narrow = rounded(expected, dtype)
    apart = ulp.ulps(got, Exact(narrow, np.zeros_like(narrow)), dtype)
    # layers multiply matrices in 16 bits, as accelerators do
    allowed = 1.0 if subject.narrow and subject.act.kind != "layer" else 8.0
    with np.errstate(all="ignore"):
        slack = _slack(subject, x, expected) / np.maximum(np.abs(expected), FORMATS[dtype].floor)
    with np.errstate(over="ignore"):
        _assert_all(apart <= allowed * (1.0 + slack), got, expected, x)


def check_gradient(
    subject: Subject, x: np.ndarray, wrt: tuple[str, ...], backend: Backend, result: Any
) -> None:
    """A derivative by the data, or the sum of one by a parameter."""
    expected, size = subject.gradient(x, wrt)
    got = check_kind(backend, result, expected.shape, subject.dtype)
    where = x if expected.shape == x.shape else np.zeros(expected.shape)
    _assert_same_nan(got, expected, where)
    beyond = np.isinf(subject.expected(x)) if expected.shape == x.shape[: expected.ndim] else False
    known = np.isfinite(expected) | (beyond if subject.act.kind == "elementwise" else False)
    assert known.all(), f"not finite at {where[~known]}"
    # the order of a sum's terms is free, and each is rounded to the dtype
    scale = 1.0 + size + (0.0 if subject.dtype == subject.wide else size)
    slack = _slack(subject, x, expected, wrt) if wrt[-1] == "x" else 8.0 * size
    allowed = 8 * subject.eps * (scale + slack) + FORMATS[subject.dtype].floor
    apart = _apart(got, rounded(expected, subject.dtype))
    if len(wrt) == 3 and len(subject.act.data) == 1 and not (apart <= allowed).all():
        # terms of a spline are as large as its coefficients over the cube of the distance of its
        # knots: in bspline's 0.3455514994821 the 14th digit differs, measured with jax.jit
        allowed = allowed + 8 * subject.eps * _terms(subject, x, wrt)
    _assert_all(apart <= allowed, got, expected, where)


def check_each_slope(
    subject: Subject, x: np.ndarray, name: str, backend: Backend, result: Any
) -> None:
    """The derivative by a parameter that has a number for each element: nothing is summed."""
    expected = subject.expected(x, (name,))
    got = check_kind(backend, result, expected.shape, subject.dtype)
    _assert_same_nan(got, expected, x)
    slack = _slack(subject, x, expected, (name,))
    allowed = 8 * subject.eps * (np.minimum(1.0, slack) + np.abs(expected) + slack)
    near = _apart(got, rounded(expected, subject.dtype)) <= allowed + FORMATS[subject.dtype].floor
    _assert_all(near, got, expected, x)


def _slack(subject: Subject, x: np.ndarray, value: np.ndarray, wrt: tuple[str, ...] = ()) -> Any:
    """What the rounding of an argument or a term changes: compilers fuse w * x + p into one.

    Roundings of terms of size 1 count for series and layers, whose terms cancel at roots.
    """
    terms = 1.0 if subject.example.vectors or not subject.act.is_graph else 0.0
    if not subject.act.is_graph or (len(subject.act.data) == 2 and len(wrt) > 1):
        return terms
    names = list(subject.act.data)
    total = np.full(value.shape, terms)
    of_data = not wrt or wrt[0] == "x"
    for i, name in enumerate(names):
        argument = x[..., i, None] if len(names) > 1 else x
        inner = (names[0], name) if wrt and len(names) > 1 and of_data else (*wrt, name)
        with np.errstate(all="ignore"):
            total = total + np.nan_to_num(np.abs(argument * subject.expected(x, inner)))
    if wrt:
        return total
    if _multiplies_roundings(subject):
        given = {n: v for n, v in subject.numbers.items() if n not in subject.example.vectors}
        sizes = (np.abs(v * subject.expected(x, (n,))) for n, v in given.items())
        total = total + sum(map(np.nan_to_num, sizes))
    return total + _terms(subject, x, ())


def _multiplies_roundings(subject: Subject) -> bool:
    """Whether the oracle says that a rounding on the way is multiplied."""
    return hasattr(ORACLE[subject.act.key], "conditioned")


def _terms(subject: Subject, x: np.ndarray, wrt: tuple[str, ...]) -> Any:
    """The sum of the sizes of a series' terms."""
    terms = [
        np.abs(subject.expected(x, (*wrt, name)) * subject.numbers[name]).sum(axis=-1)
        for name in subject.example.vectors
    ]
    return sum(terms, start=0.0)


def check_nan(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """NaN in, NaN out, and nowhere else."""
    got = backend.to_numpy(result)
    if not subject.act.is_graph:
        assert np.isnan(got).any(), "NaN is lost"
        return
    given = np.isnan(x).any(axis=-1, keepdims=True) if len(subject.act.data) == 2 else np.isnan(x)
    assert np.isnan(got[given]).all(), f"NaN became {got[given]}"
    finite = ~given & np.isfinite(x[..., :1] if len(subject.act.data) == 2 else x)
    assert not np.isnan(got[finite]).any(), f"NaN at {x[(finite & np.isnan(got))]}"


def check_infinities(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """The limits at the infinities, where there are any."""
    got = backend.to_numpy(result)
    series = 4 * subject.eps if subject.example.vectors else 0.0  # terms may cancel
    for sign, limit in zip((-1, 1), oracle_limits(subject.rounded), strict=True):
        if limit is not None:
            value = float(got[x == sign * np.inf][0])
            least = FORMATS[subject.dtype].floor + series
            close = np.isclose(value, limit, rtol=4 * subject.eps, atol=least)
            assert close, f"{value} at {'-' if sign < 0 else ''}inf, the limit is {limit}"


def tiny_points(subject: Subject) -> np.ndarray:
    """The zeros, and subnormals that may be taken for zero."""
    tiny = 2.0 ** (FORMATS[subject.dtype].low - 2)
    return np.asarray([0.0, -0.0, tiny, -tiny])


def check_small(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """The zeros give one value, and subnormals that of 0, up to what may be flushed."""
    got = backend.to_numpy(result)
    expected = rounded(subject.expected(x), subject.dtype)
    assert got[0] == got[1], f"{got[0]} at 0, {got[1]} at -0"
    gap = _apart(got, expected)
    terms = bool(subject.example.vectors) or _multiplies_roundings(subject)
    size = np.abs(expected) + (1.0 if terms else 0.0)
    gap = np.minimum(gap, np.abs(got - expected[0]))  # a subnormal may be taken for 0
    _assert_all(gap <= 8 * subject.eps * size + FORMATS[subject.dtype].floor, got, expected, x)


def check_part(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """What stands at these places, whichever shape and strides the array has."""
    got = check_kind(backend, result, x.shape, subject.dtype)
    expected = rounded(subject.expected(x), subject.dtype)
    slack = _slack(subject, x, expected)
    allowed = 8 * subject.eps * (np.abs(expected) + slack) + FORMATS[subject.dtype].floor
    _assert_all(_apart(got, expected) <= allowed, got, expected, x)


def check_channels(
    subject: Subject, x: np.ndarray, name: str, values: np.ndarray, backend: Backend, result: Any
) -> None:
    """A parameter per channel is, in each channel, that parameter."""
    if len(subject.act.data) == 2:
        check_kind(backend, result, (*x.shape[:-1], x.shape[-1] // 2), subject.dtype)
        return
    got = check_kind(backend, result, x.shape, subject.dtype)
    full, wide = np.broadcast_to(values, x.shape), 8 * subject.eps
    for one in np.unique(values):
        here = full == one
        changed = subject.with_number(name, float(one))
        expected = rounded(changed.expected(x[here]), subject.dtype)
        near = np.abs(got[here] - expected) <= wide + 4 * wide * np.abs(expected)
        _assert_all(near, got[here], expected, x[here])


def check_kinks(subject: Subject, x: np.ndarray, backend: Backend, result: Any) -> None:
    """At every declared kink exactly the declared slope."""
    got = backend.to_numpy(result)
    # a kink that is no number of this dtype lies between two of them
    kinks = {
        k: v
        for k, v in subject.example.kinks().items()
        if k == rounded(np.asarray(k), subject.dtype)
    }
    at = np.asarray([*kinks])
    assert np.isin(at, x).all(), f"{at} are not among the points"
    declared = rounded(np.asarray([float(v) for v in kinks.values()]), subject.dtype)
    found = np.asarray([got[x == k][0] for k in at])
    summed = 8.0 if subject.example.vectors else 2.0  # of several slopes
    near = np.abs(found - declared) <= summed * subject.eps * np.abs(declared)
    _assert_all(near, found, declared, at)


def check_corners(subject: Subject) -> None:
    """Where branches meet, the slopes agree, or a kink is declared there."""
    act = subject.act
    if not conditions(subject.example) or len(act.data) == 2:
        return
    declared = [float(k) for k in subject.example.kinks()]
    for point in thresholds(subject.example):
        if any(np.isclose(point, k, rtol=1e-12, atol=1e-12) for k in declared):
            continue
        step = 1e-9 * max(1.0, abs(point))  # a bend may be as narrow as 1e-3
        x = np.asarray([point - step, point, point + step])
        for order in ((), ("x",)):
            left, here, right = subject.expected(x, order)
            scale = 1e-5 * (1.0 + abs(here) + abs(left))
            gap = max(abs(left - here), abs(right - here))
            word = "slope" if order else "value"
            assert gap <= scale, f"{act.key} at {point}: {word} {left}, {here}, {right}"


def _assert_same_nan(got: np.ndarray, expected: np.ndarray, x: np.ndarray) -> None:
    _assert_all(np.isnan(got) == np.isnan(expected), got, expected, x)


def _apart(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """The distance; 0 also between equal infinities."""
    with np.errstate(invalid="ignore"):
        return np.where(got == expected, 0.0, np.abs(got - expected))


def _assert_all(good: Any, got: np.ndarray, expected: np.ndarray, x: np.ndarray) -> None:
    if not np.all(good):
        bad = ~np.broadcast_to(good, got.shape)
        i = tuple(np.argwhere(bad)[0])
        point = x[i] if x.shape == got.shape else x[i[: x.ndim - 1]] if x.ndim else x
        raise AssertionError(
            f"{int(bad.sum())} of {got.size}: {got[i]!r}, not {expected[i]!r}, at {point}"
        )
