"""What is specific to the JAX adapter: transformations, derivative rules, residuals, dtypes."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import multiact
from tests.helpers.examples import sizes
from tests.helpers.representatives import operations, representatives

jax = pytest.importorskip("jax")
mj = pytest.importorskip("multiact_jax")
jnp = jax.numpy

NAMES = representatives()
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]
ELEMENTWISE = representatives(multiact.names(kind="elementwise"))
FEW = ("talu", "gelu", "mish", "swiglu", "staf", "softmax", "rrelu")


def arrays_of(name: str) -> dict[str, Any]:
    """Array parameters of float32."""
    act, rng = multiact.get(name), np.random.default_rng(0)
    known = {size: n for size, n in act.sizes.items() if n} | sizes(act, (2, 4, 6, 8))
    known |= {p.name: len(p.default) for p in act.settings if isinstance(p.default, tuple)}
    shapes = {
        p.name: [int(s) if s.isdigit() else known[s] for s in p.shaped.sizes]
        for p in act.parameters
        if p.shaped is not None
    }
    return {n: jnp.asarray(rng.uniform(0.2, 1, s), jnp.float32) for n, s in shapes.items()}


def all_arrays(name: str) -> dict[str, Any]:
    """The same, and the scalar parameters as arrays."""
    scalars = {p.name: p.default for p in multiact.get(name).parameters if p.shaped is None}
    return {**arrays_of(name), **{n: jnp.float32(v) for n, v in scalars.items()}}


def points(dtype: Any = "float32", shape: tuple[int, ...] = (2, 4, 6, 8)) -> Any:
    return jnp.asarray(np.random.default_rng(1).normal(size=shape), dtype)


@pytest.mark.parametrize("x64", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_strict_promotion_and_second_order_trace(name: str, x64: bool) -> None:
    f, given = getattr(mj, name), all_arrays(name)

    def total(x: Any, given: Any) -> Any:
        return f(x, **given).astype("float32").sum()

    def second(x: Any, given: Any) -> Any:
        slopes = jax.grad(total, argnums=(0, 1))(x, given)
        return sum(jnp.sum(g.astype("float32")) for g in jax.tree.leaves(slopes))

    with (
        jax.enable_x64(x64),
        jax.numpy_dtype_promotion("strict"),
        jax.numpy_rank_promotion("raise"),
    ):
        for dtype in ("float64",) if x64 else ("bfloat16", "float32"):
            x = points(dtype)
            assert jax.eval_shape(f, x, **given).dtype == dtype
            out, slopes = jax.eval_shape(jax.grad(second, argnums=(0, 1)), x, given)
            assert (out.dtype, out.shape) == (dtype, x.shape)
            assert jax.tree.map(jnp.shape, slopes) == jax.tree.map(jnp.shape, given)


@pytest.mark.parametrize("name", FEW)
def test_transformations_agree(name: str) -> None:
    f, given, x = getattr(mj, name), arrays_of(name), points(shape=(2, 4, 1, 8))

    def loss(x: Any) -> Any:
        return jnp.vdot(f(x, **given), f(x + 1, **given))

    expected = jax.grad(loss)(x)

    def scanned(x: Any) -> Any:
        return jax.lax.scan(lambda c, _: (c + loss(x), None), jnp.float32(0), jnp.arange(2))[0] / 2

    for other in (
        jax.jit(jax.grad(loss)),
        jax.jacfwd(loss),
        jax.grad(jax.checkpoint(loss)),
        jax.grad(scanned),
    ):
        np.testing.assert_allclose(other(x), expected, rtol=2e-5, atol=1e-5)
    hessian = jax.jit(jax.hessian(lambda v: loss(v.reshape(x.shape))))(x.ravel())
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-3, atol=1e-3)
    gradient = jax.jit(jax.grad(loss))
    assert jax.export.export(gradient, platforms=["cuda", "tpu"])(x).platforms == ("cuda", "tpu")


@pytest.mark.parametrize("name", ["talu", "mish", "gelu", "snake", "elu"])
def test_derivatives_of_three_orders_and_vmap(name: str) -> None:
    f, x = getattr(mj, name), points(shape=(64,))
    for order in (1, 2, 3):
        f = jax.grad(f)
        expected = multiact.derivative(name, order=order)(np.asarray(x, np.float64))
        np.testing.assert_allclose(jax.jit(jax.vmap(f))(x), expected, rtol=2e-4, atol=2e-5)


def test_array_parameters_get_gradients_of_their_shape() -> None:
    x, given = points(shape=(50,)), arrays_of("staf")
    slopes = jax.jit(jax.grad(lambda g: mj.staf(x, **g).sum()))(given)
    for name, slope in slopes.items():
        by_element = multiact.derivative("staf", wrt=name)(np.asarray(x), **given)
        np.testing.assert_allclose(slope, np.asarray(by_element).sum(0), rtol=1e-4, atol=1e-4)
    alpha = jnp.arange(1.0, 5.0)
    rows = jax.vmap(mj.talu)(points(shape=(4, 3)), alpha)
    np.testing.assert_allclose(rows, mj.talu(points(shape=(4, 3)), alpha[:, None]), rtol=1e-6)
    mixed = jax.jacfwd(jax.grad(lambda a: mj.talu(x, a).sum()))(jnp.float32(1.0))
    assert mixed == 0


def test_a_parameter_may_broadcast_the_input() -> None:
    x, alpha = points(shape=(1, 3)), jnp.ones((4, 1), jnp.float32)
    y, change = jax.jvp(lambda x: mj.swish(x, alpha), (x,), (jnp.ones_like(x),))
    assert y.shape == change.shape == (4, 3)
    slopes = jax.grad(lambda *a: mj.talu(*a).sum(), argnums=(0, 1))(x, alpha)
    assert [s.shape for s in slopes] == [(1, 3), (4, 1)]


def residual_bytes(f: Any, *operands: Any) -> float:
    """Bytes per element of x that a backward pass keeps."""
    pulled = jax.eval_shape(lambda *v: jax.vjp(f, *v)[1], *operands)
    return sum(r.size * r.dtype.itemsize for r in jax.tree.leaves(pulled)) / operands[0].size


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_residuals_are_as_small_as_the_input(name: str) -> None:
    f, arrays, x = getattr(mj, name), all_arrays(name), points(shape=(10_000,))
    assert residual_bytes(lambda x: f(x, **arrays), x) <= 4.1
    assert residual_bytes(lambda x, a: f(x, **a), x, arrays) <= 4.1
    assert residual_bytes(lambda x, a: f(x, **a), x.astype("bfloat16"), arrays) <= 2.1


@pytest.mark.parametrize("name", "gelu silu swish mish elu softplus talu swigelu".split())
def test_values_and_slopes_are_one_loop_each(name: str) -> None:
    """XLA writes to memory between two loops, which takes as long as computing does."""
    f, x = mj.function(name), jnp.ones(1000, jnp.float32)

    def loops(g: Any, *operands: Any) -> int:
        return jax.jit(g).lower(*operands).compile().as_text().count("kind=kLoop")

    assert loops(f, x) == 1
    assert loops(jax.grad(lambda v: f(v).sum()), x) == 1
    # forward and backward apart, as with other layers between them
    assert loops(lambda v: jax.vjp(f, v), x) == 1
    assert loops(lambda pull, g: pull(g), jax.vjp(f, x)[1], x) == 1


def test_platforms_differ_only_where_programs_do() -> None:
    x = jnp.ones(8, jnp.float32)
    for name, differs in (("relu", False), ("hardswish", False), ("gelu", True), ("snake", True)):
        assert ("platform_index" in str(jax.make_jaxpr(mj.function(name))(x))) is differs
    with jax.enable_x64(True):
        wide = jax.make_jaxpr(mj.snake)(jnp.ones(8, jnp.float64))
    assert "platform_index" not in str(wide)


#: not lowered for a TPU by this version of Pallas
NOT_IN_PALLAS = {"asinh", "acosh", "atanh"}


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in ELEMENTWISE
        if not arrays_of(n) and not operations(multiact.get(n)) & NOT_IN_PALLAS
    ],
)
def test_inside_a_pallas_kernel(name: str) -> None:
    """Interpreted here, lowered for a TPU."""
    pallas = pytest.importorskip("jax.experimental.pallas")
    function = mj.function(name)

    def kernel(x: Any, y: Any) -> None:
        y[...] = function(x[...])

    def called(x: Any, interpret: bool) -> Any:
        shape = jax.ShapeDtypeStruct(x.shape, x.dtype)
        return pallas.pallas_call(kernel, out_shape=shape, interpret=interpret)(x)

    x = jnp.linspace(-4, 4, 1024, dtype=jnp.float32).reshape(8, 128)
    np.testing.assert_allclose(called(x, True), function(x), rtol=1e-6, atol=1e-6)
    if " atan " in str(jax.make_jaxpr(function)(x)):
        pytest.skip("Pallas has no arc tangent on TPUs")
    exported = jax.export.export(jax.jit(lambda x: called(x, False)), platforms=["tpu"])(x)
    assert "tpu_custom_call" in exported.mlir_module()


def test_sixteen_bits_are_rounded_once() -> None:
    x = points("bfloat16", (1000,))
    for f in (mj.gelu, mj.softmax, jax.vmap(jax.grad(mj.mish))):
        np.testing.assert_array_equal(f(x), f(x.astype("float32")).astype("bfloat16"))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1.0], "x must be a jax.Array or a numpy.ndarray, got list"),
        (np.arange(3), "talu: x must have a real floating-point dtype, got int32"),
        (np.zeros(3, complex), "real floating-point dtype, got complex64"),
        (np.zeros(3, bool), "real floating-point dtype, got bool"),
    ],
)
def test_wrong_arrays_are_refused(x: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        mj.talu(x)


def test_functions_describe_themselves() -> None:
    assert mj.talu is mj.function("TaLU") is pickle.loads(pickle.dumps(mj.talu))
    assert str(inspect.signature(mj.leaky_relu)) == "(x, /, negative_slope=0.01)"
    assert mj.talu.__name__ == "talu"
    assert "Returns" in mj.talu.__doc__
    assert {"talu", "function", "softmax"} <= set(dir(mj))
    assert mj.tanhexp is mj.telu
    assert not hasattr(mj, "MaxMin")  # the name of a class
    assert isinstance(mj.talu(np.float32([1.0, -2.0])), jax.Array)
    with pytest.raises(AttributeError, match="did you mean 'talu'"):
        mj.tallu  # noqa: B018
    with pytest.raises(TypeError, match="did you mean 'alpha'"):
        mj.talu(points(), alfa=1.0)


def test_rrelu_takes_noise() -> None:
    x = -jnp.ones((3,))
    np.testing.assert_allclose(mj.rrelu(x), -(1 / 8 + 1 / 3) / 2)
    noise = jnp.asarray([0.0, 0.5, 1.0])
    np.testing.assert_allclose(mj.rrelu(x, noise=noise), [-1 / 8, -11 / 48, -1 / 3], rtol=1e-6)
    slope = jax.grad(lambda x: mj.rrelu(x, noise=noise).sum())(x)
    np.testing.assert_allclose(slope, [1 / 8, 11 / 48, 1 / 3], rtol=1e-6)


def test_a_new_activation_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from multiact.declare import registry

    monkeypatch.setattr(registry, "_RECORDS", dict(registry._RECORDS))
    monkeypatch.setattr(registry, "_LOOKUP", dict(registry._LOOKUP))

    @multiact.activation(name="HalfTanh")
    def half_tanh(x, /, alpha=0.5, *, xp):
        """Half of tanh."""
        return alpha * xp.tanh(x)

    x = points(shape=(5,))
    np.testing.assert_allclose(mj.half_tanh(x), 0.5 * np.tanh(x), rtol=1e-6)
    assert "half_tanh" in dir(mj)


@pytest.mark.parametrize("name", ["sinlu", "gcu", "coslu"])
def test_an_element_does_not_depend_on_the_angles_beside_it(name: str) -> None:
    """Angles that sums and products cannot reduce take another way, each by itself."""
    x = np.append(np.random.default_rng(0).normal(size=200), [0.0, -0.0]).astype(np.float32)
    for f in (mj.function(name), jax.vmap(jax.grad(mj.function(name)))):
        alone = np.asarray(f(jnp.append(x, 1.0)))[:-1]
        for other in (1e5, np.inf, np.nan):
            beside = np.asarray(f(jnp.append(x, np.float32(other))))[:-1]
            assert beside.tobytes() == alone.tobytes(), other
