"""A fault in any pass over graphs is found by `multiact check`, and is told by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import multiact
from multiact.calculus import lower, surrogate
from multiact.calculus.graph import Data
from multiact.calculus.rewriting import PHASES
from multiact.calculus.simplify import mapped, mul, substituted, where
from multiact.calculus.tracing import Expr, call, const, symbol
from multiact.declare import formula
from multiact.declare.activation import Activation
from multiact.parameters import Learnable, Positive
from multiact.special import stable
from multiact.testing.backend import load
from multiact.testing.check import check
from tests.helpers.caches import forget_graphs
from tests.helpers.registered import temporary_registrations

NUMPY = load("numpy")[-1]
A = 1.25  # the default of the parameter, whose slope is planted
X = symbol(Data("x"))
#: for each pass over a whole expression a formula that it changes
PASSES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "simplify": (stable, "simplify", lambda x, a, xp: 1.0 * (a * xp.tanh(0.7 * x))),
    "gathered": (stable, "gathered", lambda x, a, xp: xp.tanh(x - a + 0.7)),
    "piecewise": (stable, "piecewise", lambda x, a, xp: xp.abs(x + a) - x),
    "by_branches": (stable, "by_branches", lambda x, a, xp: xp.sign(x) * xp.log(1 + a * xp.abs(x))),
    "horner": (stable, "horner", lambda x, a, xp: 0.7 * x + a * x * x + x * x * x),
    "far_out": (stable, "far_out", lambda x, a, xp: (a * x + x * x) / (1.7 + x * x)),
    "canonicalise": (stable, "_rewrite", lambda x, a, xp: xp.log(1 + xp.exp(a * x))),
    "stabilise": (stable, "_rewrite", lambda x, a, xp: xp.sqrt(x * x + a) - x),
    "with_asymptotes": (
        stable,
        "with_asymptotes",
        lambda x, a, xp: a * (xp.log(1 + xp.exp(x)) - x),
    ),
    "keeping_nan": (formula, "keeping_nan", lambda x, a, xp: xp.where(x > 0, xp.tanh(a * x), 0.0)),
}
Fault = Callable[[Expr], Expr]
VALUE = ("value: ", "limit: ")
FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "off by 1e-3": (lambda e: mul(1.001, e), VALUE),
    "slope by a lost": (
        lambda e: substituted(e, {_parameter(e): const(A)}),
        ("derivative by a: ",),
    ),
    "NaN lost": (lambda e: where(call("eq", X, X), e, const(0.0)), ("lost NaN: ",)),
}
#: what no harm is done by: the last pass over values brings NaN back, and the pieces of a sum have
#: the slopes of the whole
MENDED = {
    *((name, "NaN lost") for name, (module, *_) in PASSES.items() if module is stable),
    ("with_asymptotes", "slope by a lost"),
}


def _parameter(e: Expr) -> Expr:
    (name,) = [s for s in e.symbols if s == "a"]
    return symbol(name)


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    forget_graphs()
    with temporary_registrations():
        yield
    forget_graphs()


def declared(function: Callable[..., Any], **facts: Any) -> Activation:
    """An activation of one parameter."""

    @multiact.activation(**facts)
    def planted(x: Any, /, a: Learnable[Positive] = A, *, xp: Any) -> Any:
        return function(x, a, xp)

    return planted  # type: ignore[return-value]


def reason(act: Activation) -> str:
    (row,) = check([act], [NUMPY])
    return row.reason


def faulty(right: Any, fault: Fault, phases: str = "") -> Any:
    """A pass with a fault in what it changes, and nothing else."""

    def wrong(e: Expr, *rest: Any) -> Expr:
        new: Expr = right(e, *rest)
        mine = not phases or (rest[1] == PHASES[:1]) is (phases == "canonicalise")
        return fault(new) if new is not e and mine and "a" in new.symbols else new

    return wrong


@pytest.mark.parametrize("name", PASSES)
def test_without_a_fault(name: str) -> None:
    assert reason(declared(PASSES[name][2])) == ""


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", PASSES)
def test_a_fault_of_a_pass(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, attribute, function = PASSES[name]
    fault, words = FAULTS[kind]
    wrong = faulty(getattr(module, attribute), fault, name if attribute == "_rewrite" else "")
    monkeypatch.setattr(module, attribute, wrong)
    found = reason(declared(function))
    if (name, kind) in MENDED:
        assert found == ""
    else:
        assert found.startswith(words)


LIMITED: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "declared, not used": (
        lambda right: lambda e, *_rest, **_options: e,
        (None, lambda a: a),
        "limit: f(inf) = nan",
    ),
    "declared, off by 1e-3": (
        lambda right: (
            lambda e, limits=(None, None), **options: right(
                e, [None if v is None else mul(1.001, v) for v in limits], **options
            )
        ),
        (None, lambda a: a),
        "limit: f(inf) = 1.25125, declared is 1.25",
    ),
    "derived, off by 1e-3": (
        lambda right: lambda e, *rest, **options: _off(right(e, *rest, **options)),
        None,
        "limit: f(inf) = 1.25125, but the formula tends to 1.25",
    ),
}


def _off(e: Expr) -> Expr:
    """The value at infinity off."""
    at_infinity = e.op == "where" and e.args[0].op == "eq"
    return where(e.args[0], mul(1.001, e.args[1]), e.args[2]) if at_infinity else e


@pytest.mark.parametrize(("change", "limits", "words"), LIMITED.values(), ids=LIMITED)
def test_a_fault_of_a_limit(
    change: Any, limits: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def root_sign(x: Any, a: Any, xp: Any) -> Any:
        return x / (x / a + xp.exp(-0.7 * x))

    facts = {} if limits is None else {"limits": limits}
    with monkeypatch.context() as patch:
        patch.setattr(formula, "with_limits", change(formula.with_limits))
        assert reason(declared(root_sign, **facts)).startswith(words)


#: what computes, from graphs that are right: the place, its fault, a formula, what is told
LOWERING: dict[str, tuple[Any, str, Any, Callable[..., Any], Any]] = {
    "guards": (
        lower, "must_be_guarded", lambda right: lambda product: iter(()),
        lambda x, a, xp: a * x * xp.exp(-x * x), "limit: f(inf) = nan",
    ),
    "guarded products": (
        lower, "_guarded", lambda right: mul,
        lambda x, a, xp: xp.pow(xp.abs(x), a + 2.0), "derivative by a: nan at x = 0",
    ),
    "lone sigmoids": (
        lower, "_lone_sigmoids", lambda right: lambda es: _each(right(es), es),
        lambda x, a, xp: 1 / (1 + xp.exp(-a * x)), VALUE,
    ),
    "numbers within": (
        lower, "_numbers_within", lambda right: lambda es: _each(right(es), es),
        lambda x, a, xp: 0.3 * (xp.tanh(x) * xp.cos(a * x)), VALUE,
    ),
    "wide angles": (
        lower, "with_wide_angles", lambda right: lambda es: _each(right(es), es),
        lambda x, a, xp: xp.sin(a * x), VALUE,
    ),
    "slopes": (
        stable.calculus, "derivative", lambda right: lambda e, n: mul(1.001, right(e, n)),
        lambda x, a, xp: xp.tanh(a * x), "derivative: ",
    ),
    "slopes by a": (
        stable.calculus, "derivative",
        lambda right: lambda e, n: mul(1.001 if n == "a" else 1.0, right(e, n)),
        lambda x, a, xp: xp.tanh(a * x), "derivative by a: ",
    ),
    "second slopes": (
        stable.calculus, "derivative",
        lambda right: lambda e, n: mul(1.0 if e.op == "tanh" else 1.001, right(e, n)),
        lambda x, a, xp: xp.tanh(a * x), "second derivative: ",
    ),
}  # fmt: skip


def _each(new: tuple[Expr, ...], before: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The expressions, those that are changed off by 1e-3."""
    pairs = zip(new, before, strict=True)
    return tuple(n if n is b else mul(1.001, n) for n, b in pairs)


@pytest.mark.parametrize(
    ("module", "name", "change", "function", "words"), LOWERING.values(), ids=LOWERING
)
def test_a_fault_below(
    module: Any, name: str, change: Any, function: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with temporary_registrations():
        assert reason(declared(function)) == ""
    forget_graphs()
    with monkeypatch.context() as patch:
        patch.setattr(module, name, change(getattr(module, name)))
        assert reason(declared(function)).startswith(words)


def test_the_worse_of_two_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(x: Any, /, *, xp: Any) -> Any:
        return xp.log(1 + xp.exp(x)) - x

    with temporary_registrations():
        assert reason(multiact.activation(planted)) == ""
    forget_graphs()
    monkeypatch.setattr(stable, "most_accurate", lambda forms: forms[0])
    assert reason(multiact.activation(planted)).startswith(VALUE)


def test_a_surrogate_that_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(x: Any, a: Any, xp: Any) -> Any:
        return xp.where(x > 0, a, 0.0)

    def smooth(x: Any, a: Any, *, xp: Any) -> Any:
        return a / (1 + xp.exp(-x))

    with temporary_registrations():
        assert reason(declared(step, surrogate=smooth)) == ""
    forget_graphs()
    monkeypatch.setattr(lower, "valued", lambda e: mapped(e, _smooth))
    assert reason(declared(step, surrogate=smooth)).startswith(VALUE)


def _smooth(e: Expr) -> Expr:
    return e.args[1] if e.op == surrogate.OPERATION else e
