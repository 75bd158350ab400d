"""NumPy functions on arrays of any shape, numbers and layout, by every engine."""

from __future__ import annotations

from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import multiact
from multiact.analysis.measured import properties
from multiact.kernels import blocked, compiler
from multiact.testing.backend import operands
from tests.helpers.examples import Example
from tests.helpers.examples import examples as small_examples
from tests.helpers.ulp import FORMATS
from tests.properties import examples
from tests.properties.arrays import DTYPES, LAYOUTS, activations, arrays, layouts

ENGINES = ("native", "blocked", "reference") if compiler.compiler() else ("blocked", "reference")
engines = st.sampled_from(ENGINES)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays of a few elements are evaluated in pieces where that is asked for."""
    monkeypatch.setattr(blocked, "BLOCK", 8)


def arguments(e: Example) -> dict[str, Any]:
    """The arguments of an example as NumPy takes them."""
    vectors = {n: np.asarray(v) for n, v in e.parameters.items() if isinstance(v, tuple)}
    return {**e.parameters, **vectors, **e.settings}


def even(e: Example, x: np.ndarray) -> None:
    """Leave out what a gate cannot halve."""
    assume(len(e.act.data) == 1 or (x.ndim and x.shape[-1] % 2 == 0))


def call(engine: str, f: Any, x: np.ndarray, **given: Any) -> np.ndarray:
    """Apply with an engine."""
    with multiact.use_engine(engine):
        return f(*operands(f.activation, x), **given)


def same(a: np.ndarray, b: np.ndarray) -> None:
    """Equal bit for bit, but for the payloads of NaN."""
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(np.signbit(a) & ~np.isnan(a), np.signbit(b) & ~np.isnan(b))


@examples(60)
@given(activations(), arrays(), layouts, engines)
def test_the_layout_does_not_matter(e, x, layout, engine):
    even(e, x)
    laid = LAYOUTS[layout](x)
    flat, before = np.array(laid, x.dtype, order="C"), laid.tobytes()
    f, given = mn.function(e.act), arguments(e)
    y = call(engine, f, laid, **given)
    assert y.dtype == laid.dtype
    assert y.dtype.newbyteorder("=") == x.dtype
    if len(e.act.data) == 1:
        assert y.shape == x.shape
        assert not np.isnan(y[~np.isnan(laid)]).any() or np.isinf(laid).any()
        assert np.isnan(y[np.isnan(laid)]).all()
    assert laid.tobytes() == before
    assert not np.shares_memory(y, laid)
    if engine == "native":
        same(y, call(engine, f, flat, **given))
    else:  # NumPy has other loops for arrays with gaps
        close(e, laid, y, call(engine, f, flat, **given))


def test_bytes_in_another_order():
    """hypothesis found it: kernels were left out, and the result differed in the last place."""
    known = small_examples(multiact.get("adaptive_sigmoid"))
    e = next(e for e in known if e.label == "varied")
    x = np.linspace(-3, 3, 50, dtype=np.float32)
    for engine in ENGINES:
        f, given = mn.function(e.act), arguments(e)
        y = call(engine, f, x.astype(">f4"), **given)
        assert y.dtype == np.dtype(">f4")
        same(y, call(engine, f, x, **given))


def close(e: Example, x: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    """Equal within the goal for engines, and what an error of an argument may change."""
    form = FORMATS[x.dtype.name]
    assert a.shape == b.shape
    assert (np.isnan(a) == np.isnan(b)).all()
    wide = np.asarray(x, np.float64)
    steep = np.zeros(a.shape)
    with np.errstate(all="ignore"):
        for name in e.act.data:
            slope = mn.function(e.act).derivative(wrt=name)
            size = np.abs(wide) if len(e.act.data) == 1 else np.abs(wide).max(initial=0)
            sloping = np.abs(slope(*operands(e.act, wide), **arguments(e)) * size)
            steep += np.nan_to_num(sloping, posinf=0.0)
        terms = sum(np.abs(v).sum() for v in arguments(e).values() if isinstance(v, np.ndarray))
        size = np.abs(b.astype(float)) + steep + terms
        apart = np.abs(a.astype(float) - b.astype(float))
    allowed = 16 * form.eps * size + form.floor
    wrong = (apart > allowed) & (a != b) & ~np.isnan(a)
    top = np.finfo(x.dtype).max * (1 - 16 * form.eps)
    wrong &= ~((np.abs(a) > top) & (np.abs(b) > top) & (np.sign(a) == np.sign(b)))
    assert not wrong.any(), f"{e}: {a[wrong]} and {b[wrong]}"


@examples(60)
@given(activations(), arrays())
def test_engines_agree(e, x):
    even(e, x)
    f, given = mn.function(e.act), arguments(e)
    expected = call("reference", f, x, **given)
    for engine in ENGINES[:-1]:
        close(e, x, call(engine, f, x, **given), expected)


@examples(60)
@given(activations(), arrays(), engines, st.data())
def test_a_part_is_computed_as_in_the_whole(e, x, engine, data):
    assume(len(e.act.data) == 1)
    f, given = mn.function(e.act), arguments(e)
    whole = call(engine, f, x, **given)
    part = tuple(data.draw(st.slices(n)) for n in x.shape)
    found = call(engine, f, x[part], **given)
    if engine == "native":
        same(found, whole[part])
    else:
        close(e, x[part], found, whole[part])


def test_pieces_of_a_long_array_are_computed_as_alone(monkeypatch):
    monkeypatch.undo()  # pieces of their own length
    x = np.random.default_rng(3).normal(size=300_001)
    for engine in ENGINES:
        whole = call(engine, mn.gelu, x)
        np.testing.assert_array_max_ulp(
            call(engine, mn.gelu, x[70_001:70_400]), whole[70_001:70_400], 4
        )


#: from x and the result to an array to write into; whether it is right
OUT: dict[str, Any] = {
    "new": lambda x, y: (np.empty_like(y), True),
    "x itself": lambda x, y: (x, x.shape == y.shape and x.flags.writeable),
    "spaced": lambda x, y: (LAYOUTS["spaced"](y), True),
    "Fortran": lambda x, y: (np.empty_like(y, order="F"), True),
    "read only": lambda x, y: (LAYOUTS["read only"](y), False),
    "wider": lambda x, y: (y.astype(np.longdouble), False),
    "longer": lambda x, y: (np.empty((*y.shape, 1), y.dtype), False),
    "list": lambda x, y: (y.tolist(), False),
    "swapped": lambda x, y: (y.astype(y.dtype.newbyteorder()), y.dtype.byteorder == "|"),
}


@examples(60)
@given(activations(), arrays(), engines, st.sampled_from(sorted(OUT)))
def test_out(e, x, engine, kind):
    even(e, x)
    f, given = mn.function(e.act), arguments(e)
    expected = call(engine, f, x.copy(), **given)
    out, right = OUT[kind](x, expected)
    if right:
        assert call(engine, f, x, **given, out=out) is out
        same(out, expected)
        return
    kept = np.array(out)
    with pytest.raises(ValueError, match=f"{e.act.key}: out must be an array of {expected.dtype}"):
        call(engine, f, x, **given, out=out)
    np.testing.assert_array_equal(out, kept)


@examples(30)
@given(activations(kind="elementwise"), st.sampled_from(DTYPES), engines, st.integers(-3, 3))
def test_out_that_overlaps(e, dtype, engine, shift):
    room = np.linspace(-4, 4, 400).astype(dtype)
    x = room[3 : 3 + 300]
    out = room[3 + shift : 303 + shift]
    f, given = mn.function(e.act), arguments(e)
    expected = call(engine, f, x.copy(), **given)
    same(call(engine, f, x, **given, out=out), expected)


@st.composite
def channels(draw: Any) -> tuple[np.ndarray, tuple[int, ...], bool]:
    """An array, the shape of a parameter, and whether it goes with the array."""
    x = draw(arrays(dtypes=("float32", "float64")))
    shape = [draw(st.sampled_from((1, n))) for n in x.shape]
    shape = shape[draw(st.integers(0, x.ndim)) :]
    wrong = x.ndim > 0 and x.shape[-1] > 1 and draw(st.booleans())
    if wrong:
        shape = [*shape[:-1], x.shape[-1] + 1]
    return x, tuple(shape), not wrong


@examples(60)
@given(activations(kind="elementwise"), channels(), engines)
def test_parameters_of_any_shape(e, channel, engine):
    x, shape, right = channel
    names = [p.name for p in e.act.parameters if p.shaped is None]
    assume(names)
    factors = np.linspace(1, 1.5, int(np.prod(shape))).reshape(shape)
    given = arguments(e)
    value = (given[names[0]] * factors).astype(x.dtype)
    f = mn.function(e.act)
    if not right:
        with pytest.raises(
            ValueError, match=f"{e.act.key}: {names[0]} of shape .* its axis -1 must be 1 or"
        ):
            call(engine, f, x, **{**given, names[0]: value})
        return
    y = call(engine, f, x, **{**given, names[0]: value})
    assert y.shape == x.shape
    full = np.broadcast_to(value, x.shape)
    for place in np.ndindex(x.shape):
        one = call("reference", f, x[place], **{**given, names[0]: float(full[place])})
        close(e, np.asarray(x[place]), y[place], one)


@examples(60)
@given(
    activations(kind="elementwise"), st.lists(st.floats(-50, 50), min_size=2, max_size=20), engines
)
def test_declared_properties(e, values, engine):
    assume(e.label == "default" and not e.vectors)  # of arrays, others are looked at there
    found = properties(e.act)
    assume(found is not None)
    x = np.sort(np.asarray(values))
    f, given = mn.function(e.act), arguments(e)
    y = call(engine, f, x, **given)
    slack = 8 * np.finfo(float).eps * np.maximum(1, np.abs(y)).max()
    if found.monotone:
        steps = np.diff(y) * (1 if found.monotone == "increasing" else -1)
        assert (steps >= -slack).all()
    if found.parity:
        mirrored = call(engine, f, -x, **given)
        np.testing.assert_allclose(mirrored, y if found.parity == "even" else -y, atol=slack)
    assert (y >= found.low - slack - 1e-6).all()
    assert (y <= found.high + slack + 1e-6).all()
