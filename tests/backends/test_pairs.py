"""Two arrays: both derivatives, modules called with both, and gates with either half first."""

from __future__ import annotations

import pickle
from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from tests.oracle import ORACLE, derivative

A = np.asarray([-3.0, -0.5, 0.0, 1.5, 40.0])
B = np.asarray([2.0, -1.25, 3.0, 0.0, -0.5])


def expected(wrt: str | None = None) -> np.ndarray:
    """Value or derivative by the definition."""
    pairs = zip(A.tolist(), B.tolist(), strict=True)
    if wrt is None:
        return np.asarray([float(ORACLE["silu_mul"](a, b)) for a, b in pairs])
    name = "x" if wrt == "a" else wrt
    return np.asarray([float(derivative("silu_mul", a, 1, name, b=b)) for a, b in pairs])


def check(found: Any, wrt: str | None = None) -> None:
    """Equal to the definition."""
    np.testing.assert_allclose(np.asarray(found), expected(wrt), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("engine", ["native", "blocked", "reference"])
def test_numpy(engine: str) -> None:
    with multiact.use_engine(engine):
        check(mn.silu_mul(A, B))
        check(mn.silu_mul(A.tolist(), B.tolist()))
        out = np.empty_like(A)
        assert mn.silu_mul(A, B, out=out) is out
        check(out)
        for wrt in "ab":
            check(mn.silu_mul.derivative(wrt=wrt)(A, B), wrt)
        swapped = mn.silu_mul(A.astype(">f8"), B.astype(">f8"))
        assert swapped.dtype == ">f8"
        check(swapped)
        strided = np.stack([A, B], axis=-1)
        check(mn.silu_mul(strided[:, 0], strided[:, 1]))


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    a, b = (torch.tensor(v, requires_grad=True) for v in (A, B))
    module = mt.SiLUMul()
    again = pickle.loads(pickle.dumps(module))
    for f in (mt.silu_mul, module, again, torch.compile(module, fullgraph=True)):
        y = f(a, b)
        check(y.detach())
        for wrt, slope in zip("ab", torch.autograd.grad(y.sum(), (a, b)), strict=True):
            check(slope, wrt)
    check(torch.func.vmap(torch.func.grad(mt.silu_mul, argnums=1))(a, b).detach(), "b")
    mixed = torch.func.vmap(torch.func.grad(torch.func.grad(mt.silu_mul), argnums=1))(a, b)
    slope = multiact.derivative("silu_mul", wrt=("a", "b"))(A, B)
    np.testing.assert_allclose(mixed.detach(), slope, rtol=1e-13)

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.act = module

        def forward(self, x: Any) -> Any:
            return self.act(x, 2 * x)

    np.testing.assert_array_equal(torch.fx.symbolic_trace(Net())(a).detach(), mn.silu_mul(A, 2 * A))
    with pytest.raises(TypeError, match=r"a, b|'b'"):
        module(a)


def test_jax_and_flax() -> None:
    jax = pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    with jax.enable_x64(True):
        a, b = map(jax.numpy.asarray, (A, B))
        for f in (mj.silu_mul, jax.jit(mj.silu_mul), jax.vmap(mj.silu_mul)):
            check(f(a, b))
        slopes = jax.grad(lambda a, b: mj.silu_mul(a, b).sum(), argnums=(0, 1))(a, b)
        for wrt, slope in zip("ab", slopes, strict=True):
            check(slope, wrt)
        with pytest.raises(TypeError, match="takes two arrays"):
            mj.silu_mul(a)
        mf, linen = pytest.importorskip("multiact_flax"), pytest.importorskip("multiact_flax.linen")
        check(mf.SiLUMul()(a, b))
        check(linen.SiLUMul().init_with_output(jax.random.key(0), a, b)[0])


HALVES = np.stack([A, B], axis=-1)


def gated(x: np.ndarray, gate: str) -> np.ndarray:
    """GEGLU by the definition, with the gate in this half."""
    order = slice(None, None, -1) if gate == "first" else slice(None)
    return np.asarray([[float(ORACLE["geglu"](*row[order]))] for row in x.tolist()])


@pytest.mark.parametrize("gate", ["first", "second"])
def test_gate(gate: str) -> None:
    """Every gate has either half first; `gelu_and_mul` has the first by default."""
    other = {"first": "gelu_and_mul", "second": "geglu"}[gate]
    want = {"rtol": 1e-13, "atol": 1e-15}
    np.testing.assert_allclose(mn.geglu(HALVES, gate=gate), gated(HALVES, gate), **want)
    np.testing.assert_array_equal(mn.function(other)(HALVES), mn.geglu(HALVES, gate=gate))
    record = multiact.get("geglu").with_defaults(gate=gate)
    np.testing.assert_array_equal(mn.function(record)(HALVES), mn.geglu(HALVES, gate=gate))
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.tensor(HALVES, requires_grad=True)
    for f in (mt.GEGLU(gate=gate), lambda x: mt.geglu(x, gate=gate), mt.function(other)):
        y = f(x)
        np.testing.assert_allclose(y.detach(), gated(HALVES, gate), **want)
        (slope,) = torch.autograd.grad(y.sum(), x)
        side = 1 if gate == "first" else 0  # the half that is only a factor
        factor = mn.gelu(HALVES[:, 1 - side])
        np.testing.assert_allclose(slope[:, side], factor, **want)
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        mf = pytest.importorskip("multiact_flax")
        y = mf.GEGLU(gate=gate)(jax.numpy.asarray(HALVES))
        np.testing.assert_allclose(y, gated(HALVES, gate), **want)
