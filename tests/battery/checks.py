"""The checks: each takes a subject, asserts, and says what it found where it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
from array_api_compat import array_namespace

import multiact
from multiact.testing.backend import Backend
from tests.battery.subject import Subject
from tests.helpers import ulp
from tests.helpers.corners import conditions, form
from tests.helpers.points import rounded
from tests.helpers.ulp import FORMATS, Exact


def check_kind(backend: Backend, result: Any, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """The framework's own array, of this shape and dtype; its values."""
    values = backend.to_numpy(result)  # asserts the type
    assert backend.dtype(result) == dtype, f"{backend.dtype(result)} for {dtype}"
    assert values.shape == tuple(shape), f"shape {values.shape}, not {tuple(shape)}"
    return values


def check_value(backend: Backend, subject: Subject) -> None:
    """Value, dtype, shape and type, against NumPy's."""
    x, dtype = subject.x, subject.dtype
    expected = subject.expected(x)
    result = backend.value(subject.act, backend.asarray(x, dtype), subject.arguments(backend))
    got = check_kind(backend, result, expected.shape, dtype)
    _assert_same_nan(got, expected, x)
    narrow = rounded(expected, dtype)
    truth = Exact(narrow, np.zeros_like(narrow))
    apart = ulp.ulps(got, truth, dtype)
    # layers multiply matrices in 16 bits, as accelerators do
    allowed = 1.0 if dtype in ("float16", "bfloat16") and subject.act.kind != "layer" else 8.0
    with np.errstate(all="ignore"):
        slack = _slack(subject, x, expected) / np.maximum(np.abs(expected), FORMATS[dtype].floor)
    with np.errstate(over="ignore"):
        _assert_all(apart <= allowed * (1.0 + slack), got, expected, x)


def check_gradient(backend: Backend, subject: Subject, wrt: tuple[str, ...]) -> None:
    """A first, second or parameter derivative by the framework's differentiation."""
    x, dtype = subject.x, subject.dtype
    expected, size = subject.gradient(x, wrt)
    given = backend.asarray(x, dtype)
    result = backend.gradient(subject.act, given, subject.arguments(backend), wrt)
    got = check_kind(backend, result, expected.shape, dtype)
    where = x if expected.shape == x.shape else np.zeros(expected.shape)
    _assert_same_nan(got, expected, where)
    assert np.isfinite(expected).all(), f"{wrt} is not finite at {where[~np.isfinite(expected)]}"
    # the order of a sum's terms is free, and each is rounded to the dtype
    scale = 1.0 + size + (0.0 if dtype == subject.wide else size)
    slack = _slack(subject, x, expected, wrt) if wrt[-1] == "x" else 8.0 * size
    allowed = 8 * subject.eps * (scale + slack) + FORMATS[dtype].floor
    _assert_all(np.abs(got - rounded(expected, dtype)) <= allowed, got, expected, where)


def _slack(subject: Subject, x: np.ndarray, value: np.ndarray, wrt: tuple[str, ...] = ()) -> Any:
    """What the rounding of an argument or a term changes: compilers fuse w * x + p into one.

    Roundings of terms of size 1 count for series and layers, whose terms cancel at roots.
    """
    terms = 1.0 if subject.example.vectors or not subject.act.is_graph else 0.0
    if not subject.act.is_graph or (subject.act.kind == "gated" and len(wrt) > 1):
        return terms
    names = [name for name in subject.act.data if name != "noise"]
    total = np.full(value.shape, terms)
    for i, name in enumerate(names):
        argument = x[..., i, None] if len(names) > 1 else x
        inner = (names[0], name) if wrt and len(names) > 1 else (*wrt, name)
        with np.errstate(all="ignore"):
            total = total + np.nan_to_num(np.abs(argument * subject.expected(x, inner)))
    for name in subject.example.vectors if not wrt else ():
        total = total + np.abs(subject.expected(x, (name,)) * subject.numbers[name]).sum(axis=-1)
    return total


def check_nan(backend: Backend, subject: Subject) -> None:
    """NaN in, NaN out, and nowhere else."""
    x = subject.x.copy()
    spot = (0,) * x.ndim if subject.act.kind != "gated" else (0, 1)
    x[spot] = np.nan
    given = backend.asarray(x, subject.dtype)
    got = backend.to_numpy(backend.value(subject.act, given, subject.arguments(backend)))
    if not subject.act.is_graph:
        assert np.isnan(got).any(), "NaN is lost"
        return
    assert np.isnan(got[0]).all(), f"NaN became {got[0]}"
    assert not np.isnan(got[1:]).any(), f"NaN at {subject.x[1:][np.isnan(got[1:])]}"


def check_infinities(backend: Backend, subject: Subject, limits: tuple[Any, Any]) -> None:
    """The limits at the infinities, where there are any."""
    x = backend.asarray(np.asarray([-np.inf, np.inf]), subject.dtype)
    got = backend.to_numpy(backend.value(subject.act, x, subject.arguments(backend)))
    for sign, limit, value in zip("-+", limits, got, strict=True):
        if limit is not None:
            close = np.isclose(
                value, limit, rtol=4 * subject.eps, atol=FORMATS[subject.dtype].floor
            )
            assert close, f"{value} at {sign}inf, the limit is {limit}"


def check_small(backend: Backend, subject: Subject) -> None:
    """The zeros give one value, and subnormals that of 0, up to what may be flushed."""
    tiny = 2.0 ** (FORMATS[subject.dtype].low - 2)
    x = np.asarray([0.0, -0.0, tiny, -tiny])
    x = np.stack([np.ones(4), x], axis=-1) if subject.act.kind == "gated" else x
    given = backend.asarray(x, subject.dtype)
    got = backend.to_numpy(backend.value(subject.act, given, subject.arguments(backend)))
    expected = rounded(subject.expected(x), subject.dtype)
    assert got[0] == got[1], f"{got[0]} at 0, {got[1]} at -0"
    gap = np.abs(got - expected)
    size = np.abs(expected) + (1.0 if subject.example.vectors else 0.0)
    gap = np.minimum(gap, np.abs(got - expected[0]))  # a subnormal may be taken for 0
    _assert_all(gap <= 8 * subject.eps * size + FORMATS[subject.dtype].floor, got, expected, x)


def check_shapes(backend: Backend, subject: Subject) -> None:
    """An array of no axes, an empty one, one that is not contiguous."""
    flat = subject.x
    arguments = subject.arguments(backend)
    if subject.act.kind == "elementwise":
        for x in (flat[3], flat[:0].reshape(0, 3)):
            result = backend.value(subject.act, backend.asarray(x, subject.dtype), arguments)
            check_kind(backend, result, np.shape(x), subject.dtype)
    if not subject.act.is_graph or subject.act.kind == "gated":
        return
    grid = flat[: len(flat) // 6 * 6].reshape(-1, 6)
    given = backend.asarray(grid, subject.dtype)
    whole = backend.to_numpy(backend.value(subject.act, given, arguments))
    for part in ((slice(None), slice(None, None, 2)), (slice(1, None, 3), slice(2, None))):
        result = backend.value(subject.act, given[part], arguments)
        got = check_kind(backend, result, grid[part].shape, subject.dtype)
        np.testing.assert_array_max_ulp(
            got, whole[part], 0 if subject.dtype == "float64" else 2**31
        )
        np.testing.assert_allclose(
            got, whole[part], rtol=4 * subject.eps, atol=FORMATS[subject.dtype].floor
        )


def check_broadcast(backend: Backend, subject: Subject, name: str) -> None:
    """A parameter per channel is, in each channel, that parameter."""
    value = subject.numbers[name]
    channels = rounded(np.asarray([value, value * 1.25, value * 1.5]), subject.dtype)
    x = rounded(np.linspace(-3.3, 3.1, 24).reshape(2, 3, 4), subject.dtype)
    arguments = subject.arguments(backend)
    arguments[name] = backend.asarray(channels.reshape(3, 1), subject.dtype)
    result = backend.value(subject.act, backend.asarray(x, subject.dtype), arguments)
    if subject.act.kind == "gated":
        check_kind(backend, result, (2, 3, 2), subject.dtype)
        return
    got = check_kind(backend, result, x.shape, subject.dtype)
    for i, one in enumerate(channels):
        changed = Subject(_with(subject.example, name, float(one)), subject.dtype)
        expected = rounded(changed.expected(x[:, i]), subject.dtype)
        np.testing.assert_allclose(got[:, i], expected, rtol=32 * subject.eps, atol=8 * subject.eps)


def _with(example: Any, name: str, value: float) -> Any:
    parameters = {**example.parameters, name: value}
    return type(example)(example.act, example.label, parameters, example.settings)


def check_refusal(backend: Backend, subject: Subject, x: Any) -> str:
    """Integers, booleans and complex numbers are refused; the message, to be compared."""
    try:
        result = backend.value(subject.act, x, subject.arguments(backend))
    except TypeError as error:
        message = str(error).replace("torch.", "")
        assert "real floating-point dtype" in message, message
        return message
    raise AssertionError(f"{backend.dtype(x)} was taken and gave {backend.dtype(result)}")


def check_kinks(backend: Backend, subject: Subject) -> None:
    """At every declared kink exactly the declared slope."""
    kinks = subject.example.kinks()
    # a kink that is no number of this dtype lies between two of them
    kinks = {k: v for k, v in kinks.items() if k == rounded(np.asarray(k), subject.dtype)}
    at = rounded(np.asarray([*kinks]), subject.dtype)
    declared = rounded(np.asarray([float(v) for v in kinks.values()]), subject.dtype)
    given = backend.asarray(at, subject.dtype)
    got = backend.to_numpy(backend.gradient(subject.act, given, subject.arguments(backend), ("x",)))
    summed = 8.0 if subject.example.vectors else 2.0  # of several slopes
    near = np.abs(got - declared) <= summed * subject.eps * np.abs(declared)
    _assert_all(near, got, declared, at)


def check_corners(subject: Subject) -> None:
    """Where branches meet, the slopes agree, or a kink is declared there."""
    act = subject.act
    if not conditions(subject.example):
        return
    form(subject.example)
    declared = [float(k) for k in subject.example.kinks()]
    for point in _meeting_points(subject):
        if any(np.isclose(point, k, rtol=1e-12, atol=1e-12) for k in declared):
            continue
        step = 1e-7 * max(1.0, abs(point))
        x = np.asarray([point - step, point, point + step])
        for order in ((), ("x",)):
            left, here, right = subject.expected(x, order)
            scale = 1e-5 * (1.0 + abs(here) + abs(left))
            gap = max(abs(left - here), abs(right - here))
            word = "slope" if order else "value"
            assert gap <= scale, f"{act.key} at {point}: {word} {left}, {here}, {right}"


def _meeting_points(subject: Subject) -> list[float]:
    from tests.helpers.corners import thresholds

    return [] if subject.act.kind == "gated" else list(thresholds(subject.example))


def _assert_same_nan(got: np.ndarray, expected: np.ndarray, x: np.ndarray) -> None:
    _assert_all(np.isnan(got) == np.isnan(expected), got, expected, x)


def _assert_all(good: Any, got: np.ndarray, expected: np.ndarray, x: np.ndarray) -> None:
    if not np.all(good):
        bad = ~np.broadcast_to(good, got.shape)
        i = tuple(np.argwhere(bad)[0])
        point = x[i] if x.shape == got.shape else x[i[: x.ndim - 1]] if x.ndim else x
        raise AssertionError(
            f"{int(bad.sum())} of {got.size}: {got[i]!r}, not {expected[i]!r}, at {point}"
        )


def array_api_twin(subject: Subject, x: Any, wrt: tuple[str, ...] = ()) -> Any:
    """`multiact.<name>`, or its derivative, of an array of any library; an array of the same."""
    namespace = array_namespace(x)
    dtype = getattr(namespace, subject.dtype)
    given = {
        n: namespace.asarray(v, dtype=dtype) if isinstance(v, np.ndarray) else v
        for n, v in subject.numbers.items()
    }
    own = getattr(multiact, subject.act.key)
    function = multiact.derivative(own, wrt=wrt) if wrt else own
    result = function(x, **given, **subject.example.settings)
    assert type(result) is type(x), type(result)
    assert array_namespace(result) is namespace
    assert result.dtype == dtype, f"{result.dtype} for {dtype}"
    return result


def check_twin(subject: Subject, result: Any, x: np.ndarray, wrt: tuple[str, ...] = ()) -> None:
    """What a library computed is what NumPy computes."""
    got, expected = np.asarray(result), subject.expected(x, wrt)
    assert got.shape == expected.shape
    # sums over an axis are taken in another order where the array lies in chunks
    room = 8 * subject.eps if subject.act.is_graph else 64 * subject.eps
    floor = FORMATS[subject.dtype].floor if subject.act.is_graph else room
    np.testing.assert_allclose(got, expected, rtol=room, atol=floor)
