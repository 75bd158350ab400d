"""Printed formulas: KaTeX can parse the LaTeX, and Python computes what the text says."""

import re

import numpy as np
import pytest

import multiact
from multiact.analysis import defaults, latex, text
from multiact.calculus.graph import Data
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import NAMESPACE, call, symbol
from multiact.derivatives import derivative, expressions
from multiact.notation.latex import latex as latex_of
from multiact.notation.text import text as text_of
from multiact.special.evaluate import evaluate
from multiact.testing.exact import OPERATIONS
from tests.helpers.primitives import primitives

xp = NAMESPACE
GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
KATEX = set(
    r"""frac tfrac sqrt left right begin end text otherwise operatorname cdots sum le ge ne wedge
    vee neg quad tanh sinh cosh sin cos tan log max min arctan lfloor rfloor pi alpha beta gamma
    delta epsilon zeta theta kappa lambda mu nu omega sigma varepsilon Gamma Phi cdot
    infty""".split()
)
POINTS = [-2.5, -0.7, 0.3, 1.2, 4.0]

WRITTEN = {
    "relu": r"\max\!\left(x, 0\right)",
    "silu": r"\frac{x}{1 + e^{-x}}",
    "leaky_relu": r"\begin{cases} x & x > 0 \\ \text{negative\_slope} x & \text{otherwise} "
    r"\end{cases}",
    "snake": r"x + \frac{\sin^{2}\!\left(\alpha x\right)}{\alpha}",
    "squared_relu": r"\max\!\left(x, 0\right)^{2}",
    "staf": r"\sum_{k=0}^{n-1} \text{amplitude}_{k} \, "
    r"\sin\!\left(\text{frequency}_{k} x + \text{phase}_{k}\right)",
    "celu": r"\begin{cases} x & x > 0 \\ \alpha \, \left(e^{x / \alpha} - 1\right) & "
    r"\text{otherwise} \end{cases}",
}


def assert_parsable(tex):
    depth = 0
    for character in re.sub(r"\\[{}]", "", tex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, tex
    assert depth == 0, tex
    opened = []
    for what in re.findall(r"\\left|\\right|\\begin\{cases\}|\\end\{cases\}", tex):
        if what in (r"\left", r"\begin{cases}"):
            opened.append(what)
        else:
            assert opened.pop() == {r"\right": r"\left"}.get(what, r"\begin{cases}"), tex
    assert not opened, tex
    words = set(re.findall(r"\\([A-Za-z]+)", tex))
    assert words <= KATEX, (words - KATEX, tex)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_latex_can_be_parsed(name):
    for order in (0, 1, 2):
        assert_parsable(latex(name, order=order, wrt=multiact.get(name).data[0]))


@pytest.mark.parametrize(("name", "tex"), WRITTEN.items(), ids=WRITTEN)
def test_the_latex_of_some(name, tex):
    assert latex(name) == tex


def primitive(op):
    def value(*operands):
        names = [Data("u0"), *(f"u{i}" for i in range(1, len(operands)))]
        node = call(op, *map(symbol, names))
        inputs = Inputs(("u0",), tuple((f"u{i}", None) for i in range(1, len(operands))))
        return float(evaluate((node,), inputs, [np.asarray(float(v)) for v in operands])[0])

    return value


def computed(printed, arguments, x):
    """The value of a printed formula, the letters that are defined after it first."""
    whole, *defined = printed.split("; ")
    names = {n.lstrip("_"): primitive(op) for n, op in primitives().items()} | OPERATIONS
    scope = {**names, "max": max, "min": min, "pi": np.pi, **arguments, **x}
    for line in defined:
        letter, _, formula = line.partition(" = ")
        scope[letter] = eval(formula, scope)
    return float(eval(whole, scope))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", GRAPHS)
def test_the_text_says_what_is_computed(name, order):
    act = multiact.get(name)
    printed = text(name, order=order, wrt=act.data[0])
    if "..." in printed or "sum over k" in printed:
        pytest.skip("a sum that is shortened")
    arguments = defaults.arguments(act)
    bound, names = act.bind((), arguments), (*act.data, *act.noise)
    form = act.specialize(act.lengths(bound), bound.settings, noisy=bool(act.noise))
    values = [arguments[p.name] for p in act.parameters]
    graphs = expressions(act, form, (act.data[0],) * order)
    for x in POINTS:
        place = {"x": x, "a": x, "b": 0.4 - x, **dict.fromkeys(act.noise, 0.5)}
        data = [np.asarray([place[n]]) for n in names]
        wanted = evaluate(graphs, form.inputs, (*data, *values))[0]
        given = {n: place[n] for n in names}
        got = computed(printed, {**arguments, "inf": np.inf}, given)
        assert got == pytest.approx(float(wanted[0]), rel=1e-10, abs=1e-12)


def test_a_shortened_sum():
    assert text("dct").count("...") == 1
    assert r"\cdots" in latex("dct")
    assert r"\cdots" not in latex("lin_comb")  # its terms are all different


def test_choices_that_only_rounding_needs_are_not_shown():
    u = xp.where(x > 1, xp.exp(x) / x, 1 / (x * xp.exp(-x)))
    assert text_of(u, ("x",)) == "1/(x*exp(-x))"
    assert "if" not in text("rational")
    near = xp.where(x > 0.5, x + 1e-6, x)  # another function
    rare = xp.where(x == 0, 1.0, xp.sin(x) / x)  # at a point that a comparison never meets
    assert "if" in text_of(near, ("x",))
    assert "if" in text_of(rare, ("x",))


def test_a_function_along_an_axis_has_its_summary():
    assert latex("softmax") == r"\text{Exponentials, divided by their sum.}"
    with pytest.raises(TypeError, match="mixes the elements"):
        latex("softmax", order=1)


x, a, alpha = symbol(Data("x")), symbol("a"), symbol("alpha")


def _cases(value, condition, otherwise, before=""):
    rows = rf"{value} & {condition} \\ {otherwise} & \text{{otherwise}}"
    return rf"{before}\begin{{cases}} {rows} \end{{cases}}"


PIECES = {
    "order": (xp.tanh(x) * x * alpha * 2.0, r"2 \, \alpha x \, \tanh\!\left(x\right)"),
    "cancelled": (x * alpha / alpha, "x"),
    "powers": (x * x * x / (a * a), r"\frac{x^{3}}{a^{2}}"),
    "sign": (-(x * (-2.0)), "2 x"),
    "nested sign": (x - (a - alpha), r"x - a + \alpha"),
    "not maximum": (
        xp.where(x < 0, 0.0, x),
        r"\begin{cases} 0 & x < 0 \\ x & \text{otherwise} \end{cases}",
    ),
    "absolute": (xp.where(x < 0, -x, x), r"\left| x \right|"),
    "known branch": (
        xp.where(x < 0, xp.where(x < 0, a, x), alpha),
        r"\begin{cases} a & x < 0 \\ \alpha & \text{otherwise} \end{cases}",
    ),
    "cases in a sum": (
        1.0 + xp.where(x < 0, a, x),
        r"1 + \left(\begin{cases} a & x < 0 \\ x & \text{otherwise} \end{cases}\right)",
    ),
    "power of a sum": ((x + a) ** 2, r"\left(x + a\right)^{2}"),
    "power of an exponential": (xp.exp(x) * xp.exp(x), r"\left(e^{x}\right)^{2}"),
    "both": (
        xp.where((x > 0) & (x < 1), x, 0.0),
        r"\begin{cases} x & x > 0 \wedge x < 1 \\ 0 & \text{otherwise} \end{cases}",
    ),
    "and in or": (
        x * xp.where(((x > 0) & (x < 1)) | (x > 2), 1.0, 0.0),
        _cases("1", r"\left(x > 0 \wedge x < 1\right) \vee x > 2", "0", before=r"x \, "),
    ),
    "pi": (x * (np.pi / 6), r"\tfrac{\pi}{6} x"),
    "third": (x * (2 / 3), r"\tfrac{2}{3} x"),
}


@pytest.mark.parametrize(("expression", "tex"), PIECES.values(), ids=PIECES)
def test_pieces(expression, tex):
    assert latex_of(expression) == tex
    assert_parsable(tex)


def test_a_choice_within_a_choice_has_parentheses():
    inner = xp.where(a > 1, a, alpha)
    assert text_of(xp.where(x > 0, inner, 3.0)) == "(a if a > 1 else alpha) if x > 0 else 3"
    assert text_of(xp.where(x > 0, 3.0, inner)) == "3 if x > 0 else a if a > 1 else alpha"
    assert text_of(xp.where(inner > 0, x, 3.0)) == "x if (a if a > 1 else alpha) > 0 else 3"


def test_a_long_repeated_part_gets_a_letter():
    part = xp.exp(xp.sin(x) * alpha + xp.cos(x) - a)
    printed = text_of(xp.tanh(part) + xp.sqrt(part) * xp.log(part))
    assert printed == ("tanh(t) + sqrt(t)*log(t); t = exp(alpha*sin(x) + cos(x) - a)")


def test_derivatives_by_a_parameter():
    assert text("swish", order=1, wrt="beta") == "x**2*expit_slope(beta*x)"
    assert derivative("swish", wrt="beta")(np.asarray([0.0])) == 0


def test_choices_within_choices_have_parentheses():
    inner = xp.where(x < 1, a, x)
    assert (
        text_of(xp.where(x < 2, inner, alpha), ("x",)) == "(a if x < 1 else x) if x < 2 else alpha"
    )
    assert (
        text_of(xp.where(inner < 2, x, alpha), ("x",)) == "x if (a if x < 1 else x) < 2 else alpha"
    )


@pytest.mark.parametrize("name", ["heaviside", "step"])
def test_what_is_there_for_nan_alone_is_not_printed(name):
    for write in (latex, text):
        slope = write(name, order=1)
        assert "x = x" not in slope
        assert "x == x" not in slope
    assert latex("heaviside", order=1) == "0"
