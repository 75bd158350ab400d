"""Names of a user's own: no name breaks generated source, and none gets into it as code."""

from __future__ import annotations

from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.kernels import compiler
from tests.errors.core import declare, named
from tests.helpers.registered import temporary_registrations

#: names of generated Python and C, of C itself and its headers, of array libraries
NAMES = (
    "t0 t1 t2 inf nan x_0 y1 d0 q0 o0 v0 k_t0 i B S T run flat block widen narrow data left parts "
    "int double float void const static inline restrict register NAN INFINITY exp expf tanh fabs "
    "memset ptrdiff_t uint16_t main np torch jax program outer channels_ inner strides totals "
    "out_ self type alpha_0 \N{GREEK SMALL LETTER ALPHA} \N{CJK UNIFIED IDEOGRAPH-503C}"
).split()
X = np.linspace(-3, 3, 31)
ENGINES = ("reference", "native") if compiler.compiler() else ("reference",)


@pytest.fixture(autouse=True)
def _forget():
    with temporary_registrations():
        yield


def formula(name: str) -> Any:
    """A formula with a parameter of this name, shared terms, infinities and a call."""
    low = f"{name} * xp.exp(-x * x) * xp.tanh(x)"
    body = f"xp.where(x < {name}, {low}, xp.where(x > xp.inf, x, xp.exp(-x * x) + {name}))"
    return declare(body, f"x, /, {name}: Learnable[Positive] = 1.5, *, xp", limits=(0.0, 1.5))


def expected(c: float) -> np.ndarray:
    """Its values."""
    return np.where(c > X, c * np.exp(-X * X) * np.tanh(X), np.exp(-X * X) + c)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_parameter_of_any_name(name, engine):
    act = mn.function(formula(name))
    with multiact.use_engine(engine):
        np.testing.assert_allclose(act(X), expected(1.5), rtol=1e-14)
        np.testing.assert_allclose(act(X, **{name: 0.5}), expected(0.5), rtol=1e-14)
        np.testing.assert_array_equal(act(np.asarray([-np.inf, np.inf])), [0.0, 1.5])
        slope = act.derivative(wrt=name)(X)
    moved = (expected(1.5 + 1e-6) - expected(1.5 - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope, moved, atol=1e-8)


@pytest.mark.parametrize("name", ["t0", "inf", "g1_0", "double_"])
def test_a_parameter_of_any_name_in_torch(name):
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    module = mt.create(formula(name)).double()
    for engine in ENGINES:
        with multiact.use_engine(engine):
            x = torch.as_tensor(X)
            np.testing.assert_allclose(module(x).detach(), expected(1.5), rtol=1e-14)
            x = x[::6].clone().requires_grad_()
            inputs = (x, getattr(module, name))
            assert torch.autograd.gradgradcheck(mt.function(module.activation), inputs)


@pytest.mark.parametrize("name", ["t0", "inf", "x_0"])
def test_a_parameter_of_any_name_in_jax(name):
    jax = pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    f = mj.function(formula(name))
    with jax.enable_x64(True):
        np.testing.assert_allclose(jax.jit(f)(X, 0.5), expected(0.5), rtol=1e-14)


REFUSED = r"must be a Python name|must not start with"
HOSTILE = (
    "x); import os #",
    "os.system('true')",
    "__import__('os')",
    "a\n    raise SystemExit",
    "a=1",
    "",
    " ",
    "1a",
    "a.b",
    "a;b",
    '"',
    "lambda",
    "None",
    "__class__",
    "\N{FULLWIDTH LATIN SMALL LETTER A} b",
    "\0",
)


@pytest.mark.parametrize("word", HOSTILE)
def test_no_name_is_code(word):
    def f(x, /, *, xp):
        return xp.tanh(x)

    for facts in ({"name": word or " "}, {"aliases": (word,)}):
        with pytest.raises(ValueError, match=REFUSED):
            multiact.activation(f, **facts)
    with pytest.raises(ValueError, match=REFUSED):
        multiact.activation(named(f, word))
    with pytest.raises(LookupError):
        multiact.get(word)
    with pytest.raises(TypeError, match="talu has no parameter"):
        multiact.get({"name": "talu", word: 1.0})


def test_a_default_is_no_code():
    """A default reaches source as a number only: anything else is refused when declared."""
    with pytest.raises(TypeError, match="p needs a number for its default"):
        declare("x * p", "x, /, p='__import__(\"os\")', *, xp")
