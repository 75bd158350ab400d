"""Formulas that readers type: values, derivatives, mistakes, and the code that is made of them."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec

import mpmath
import numpy as np
import pytest

import multiact
from multiact.derivatives import derivative
from multiact.explorer.contents import statement
from multiact.explorer.page import SCRIPTS, asset, programs
from multiact.testing.loading import resolve
from tests.explorer.node import listed, needs_node, run
from tests.helpers.registered import temporary_registrations

pytestmark = needs_node
POINTS = [-2.3, -1.0, -0.4, 0.0, 0.3, 1.0, 1.7]
PAGE = SCRIPTS.index("state.js") + 1  # the scripts up to there need no browser

#: what is typed, and the same in mpmath; `a` is 0.7 and `beta` 1.3
FORMULAS = {
    "x * tanh(softplus(x))": lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x))),
    "x*(1+erf(x/sqrt(2)))/2": lambda x: x * (1 + mpmath.erf(x / mpmath.sqrt(2))) / 2,
    "a*x^2 - 2**-x": lambda x: 0.7 * x**2 - mpmath.mpf(2) ** -x,
    "-x**2 / (1 + x*x)": lambda x: -(x**2) / (1 + x * x),
    "exp(-beta * x) * sin(pi x)".replace("pi x", "pi*x"): lambda x: (
        mpmath.exp(-1.3 * x) * mpmath.sin(mpmath.pi * x)
    ),
    "(2 + x^2)^(a + x)": lambda x: (2 + x**2) ** (0.7 + x),
    "logaddexp(x, -a*x)": lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(-0.7 * x)),
    "hypot(x, 1) + atan(x) - log1p(x*x)": lambda x: (
        mpmath.sqrt(x * x + 1) + mpmath.atan(x) - mpmath.log(1 + x * x)
    ),
    "square(cos(x)) * reciprocal(2 + x) + exp2(x)": lambda x: (
        mpmath.cos(x) ** 2 / (3 + x - 1) + mpmath.mpf(2) ** x
    ),
    "where(x < 0.1 and not x < -2, expm1(x), a*sinh(x))": lambda x: (
        mpmath.expm1(x) if -2 <= x < 0.1 else 0.7 * mpmath.sinh(x)
    ),
    "x if -0.7 < x < 2 else a*x - e": lambda x: x if -0.7 < x < 2 else 0.7 * x - mpmath.e,
    "elu(2*x + 0.1, a) * x": lambda x: (
        x * (2 * x + 0.1 if 2 * x + 0.1 > 0 else 0.7 * mpmath.expm1(2 * x + 0.1))
    ),
    "gelu(x) - xp.maximum(x, 0.2) + min(x, 1.2)": lambda x: (
        x * mpmath.ncdf(x) - max(x, 0.2) + min(x, 1.2)
    ),
}
MISTAKES = {
    "": (0, "a formula is expected"),
    "x +": (3, "expected before the end"),
    "(x": (2, ") is expected before the end"),
    "2 x": (2, "an operator is expected before x"),
    "x § 2": (2, "§ has no meaning"),
    "tnah(x)": (0, "there is no function tnah; did you mean tanh?"),
    "1 + alhpa * x": (4, "there is no alhpa; did you mean alpha?"),
    "1 + nothing": (4, "parameters are single letters or Greek names"),
    "tanh * x": (0, "tanh is a function: write tanh(x)"),
    "where(x, 1, 2)": (6, "a condition such as x < 0 is needed"),
    "x < 1": (0, "a number is needed here, not a condition"),
    "tanh(x, 2)": (0, "tanh takes 1 operand, 2 given"),
    "elu(x, x)": (7, "operand 2 of elu is a parameter"),
    "softmax(x)": (0, "softmax cannot be used: it mixes the elements"),
    "constructor(x)": (0, "there is no function constructor"),
    "x.constructor": (0, "there is no x.constructor"),
    "__proto__": (0, "there is no __proto__"),
    "(" * 100 + "x": (60, "too many formulas within formulas"),
    "-" * 100 + "x": (60, "too many formulas within formulas"),
    "x" * 3000: (2000, "at most 2000 characters"),
    "alert(1)": (0, "there is no function alert"),
}


@pytest.fixture(scope="module")
def script() -> str:
    """Programs of what the formulas call."""
    return programs(
        statement(multiact.get(n)) for n in ("gelu", "elu", "softmax", "talu", "swiglu", "pwlu")
    )


def evaluated(folder, script, formulas) -> list[np.ndarray]:
    """Value and derivatives at the points, of formulas whose parameters are a and beta."""
    body = f"""const x = numbers({listed(POINTS)});
    const values = {{ a: 0.7, beta: 1.3 }};
    reply({json.dumps(formulas)}.map((text) => {{
      const read = explorer.read(text);
      const f = explorer.program(read);
      return x.map((v) => f(v, ...read.parameters.map((name) => values[name])));
    }}));"""
    return [np.asarray(r, np.float64).T for r in run(folder, script, body, PAGE)]


def test_values_and_derivatives(script, tmp_path):
    found = evaluated(tmp_path, script, [*FORMULAS])
    with mpmath.workdps(40):
        for (text, f), got in zip(FORMULAS.items(), found, strict=True):
            for order in range(3):
                truth = [float(mpmath.diff(f, mpmath.mpf(x), order, h="1e-12")) for x in POINTS]
                np.testing.assert_allclose(got[order], truth, 1e-9, 1e-9, err_msg=f"{text} {order}")


def test_ties_are_as_in_the_package(script, tmp_path):
    texts = {
        "maximum(x, 0)": lambda x, xp: xp.maximum(x, 0),
        "maximum(0, x)": lambda x, xp: xp.maximum(0, x),
        "minimum(x, 0)": lambda x, xp: xp.minimum(x, 0),
        "minimum(x, -x)": lambda x, xp: xp.minimum(x, -x),
        "clip(x, -1, 1)": lambda x, xp: xp.clip(x, -1, 1),
        "abs(x)": lambda x, xp: xp.abs(x),
    }
    for (text, f), got in zip(texts.items(), evaluated(tmp_path, script, [*texts]), strict=True):
        with temporary_registrations():
            slope = derivative(declared(f))(np.asarray(POINTS))
        np.testing.assert_array_equal(got[1], slope, err_msg=text)


def declared(f):
    """An activation."""

    def tie(x, /, *, xp):
        """It has ties."""
        return f(x, xp)

    return multiact.activation(tie)


def test_mistakes_have_a_place_and_a_hint(script, tmp_path):
    body = f"""reply({json.dumps([*MISTAKES])}.map((text) => {{
      try {{
        explorer.read(text);
        return "read";
      }} catch (error) {{
        return error instanceof explorer.Mistake ? [error.start, error.message] : String(error);
      }}
    }}));"""
    for (text, (start, words)), got in zip(
        MISTAKES.items(), run(tmp_path, script, body, PAGE), strict=True
    ):
        assert got[0] == start, (text, got)
        assert words in got[1], (text, got)


def test_a_formula_is_a_declaration_of_the_same_function(script, tmp_path):
    body = f"""reply({json.dumps([*FORMULAS])}.map((text) =>
      Object.values(explorer.code(explorer.ofFormula(text)))[0]));"""
    sources = run(tmp_path, script, body, PAGE)
    found = evaluated(tmp_path, script, [*FORMULAS])
    for k, (source, got) in enumerate(zip(sources, found, strict=True)):
        file = tmp_path / f"mine{k}.py"
        file.write_text(source)
        with temporary_registrations():
            act = resolve(f"{file}:mine")
            given = {n: {"a": 0.7, "beta": 1.3}[n] for n in act.by_name}
            for order in range(3):
                values = derivative(act, order=order)(np.asarray(POINTS), **given)
                np.testing.assert_allclose(got[order], values, 1e-9, 1e-9, err_msg=source)


CODE = ["#a=talu&.alpha=0.5", "#a=gelu", "#a=swiglu&.beta=2", "#a=pwlu&.left=0.5"]


def test_the_code_of_an_activation_runs(script, tmp_path):
    body = f"""reply({json.dumps(CODE)}.map((hash) =>
      explorer.code(explorer.fromAddress(hash).state.curves[0])));"""
    x = np.asarray(POINTS[:6])  # a gate halves them
    for texts in run(tmp_path, script, body, PAGE):
        names = {"x": x}
        exec(texts["NumPy"], names)
        for framework, library in (("PyTorch", "torch"), ("Flax nnx", "flax"), ("JAX", "jax")):
            if find_spec(library) is not None:
                own = {"x": _array(library, x)}
                exec(texts[framework], own)
                _compare(own["y"], names["y"])
        if find_spec("flax") is not None:
            own = {}
            exec(texts["Flax linen"], own)
            key = import_module("jax").random.key(0)
            y, _ = own["Network"]().init_with_output(key, _array("jax", x))
            _compare(y, names["y"])


def _array(library, x):
    module = import_module("torch" if library == "torch" else "jax.numpy")
    return module.asarray(x.astype(np.float32))


def _compare(found, truth):
    found = found.detach() if hasattr(found, "detach") else found
    np.testing.assert_allclose(np.asarray(found), truth, 1e-5, 1e-6)


def test_an_address_means_the_same_again(script, tmp_path):
    given = (
        "#a=swiglu&along=a&.b=2&a=talu&.alpha=0.5&f=x%5E2+%2B+beta&.beta=2&d=02&x=-3%2C3&y=-1%2C4"
    )
    body = f"""const {{ state, wrong }} = explorer.fromAddress({json.dumps(given)});
    reply([explorer.toAddress(state), wrong]);"""
    assert run(tmp_path, script, body, PAGE) == [given, []]


WRONG = {
    "#a=tlau": "there is no activation tlau; did you mean talu?",
    "#a=softmax": "softmax cannot be drawn: it mixes the elements",
    "#a=talu&.alhpa=1": "TaLU has no parameter alhpa; did you mean alpha?",
    "#a=talu&.alpha=-1": "alpha must be greater than 0, got -1",
    "#.alpha=1": "alpha stands before any activation",
    "#a=talu&x=3,1": "a range is two numbers, the smaller one first, got 3,1",
    "#a=gelu&along=b": "there is no array b to draw along",
    "#f=x+%2B": "is expected before the end",
    "#" + "&".join(["a=gelu"] * 7): "at most 6 curves are drawn",
}


def test_a_wrong_address_says_what_is_wrong(script, tmp_path):
    body = f"reply({json.dumps([*WRONG])}.map((hash) => explorer.fromAddress(hash).wrong));"
    for (wrong, words), found in zip(WRONG.items(), run(tmp_path, script, body, PAGE), strict=True):
        assert len(found) == 1, wrong
        assert words in found[0]


def test_no_text_is_ever_run():
    for name in SCRIPTS:
        text = asset(name)
        assert "eval(" not in text
        assert "Function(" not in text
        assert "innerHTML" not in text
