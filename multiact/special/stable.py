"""The stable form of expressions and of their derivatives: all equations at work."""

from __future__ import annotations

from functools import lru_cache

from multiact.calculus import derivative as calculus
from multiact.calculus.branches import by_branches
from multiact.calculus.limits import slope_at, with_limits, without_limits
from multiact.calculus.measure import most_accurate
from multiact.calculus.pieces import piecewise, with_asymptotes
from multiact.calculus.polynomial import far_out, gathered, horner
from multiact.calculus.primitive import Primitive
from multiact.calculus.rewriting import PHASES, Equation, Rewriter
from multiact.calculus.simplify import mapped, simplified, simplify
from multiact.calculus.surrogate import OPERATION as STRAIGHT
from multiact.calculus.tracing import NAMESPACE, Expr, call
from multiact.special import (
    algebraic,
    circular,
    differences,
    entire,
    exponential,
    gamma,
    hyperbolic,
    logistic,
    mish,
    normal,
)
from multiact.special._primitive import Special

#: what brings primitives and equations
MODULES = (
    hyperbolic,
    logistic,
    mish,
    exponential,
    entire,
    normal,
    circular,
    algebraic,
    differences,
    gamma,
)


def _equations() -> tuple[Equation, ...]:
    definitions = [
        s.definition for m in MODULES for s in vars(m).values() if isinstance(s, Special)
    ]
    found = [d for d in definitions if d is not None]
    return tuple(
        dict.fromkeys([*(q for m in MODULES for q in getattr(m, "EQUATIONS", ())), *found])
    )


#: what formulas are written in, for which the equations are made
_CANONICAL = frozenset(
    s.op
    for m in MODULES
    for s in vars(m).values()
    if isinstance(s, Special) and s.phase == PHASES[0]
)
EQUATIONS = _equations()
_rewrite = Rewriter(EQUATIONS)


def stable(e: Expr, used: list[Equation] | None = None) -> Expr:
    """The form of an expression that keeps its digits; the equations are added to `used`."""
    plain = far_out(horner(by_branches(piecewise(gathered(simplify(e))))))
    named = _rewrite(plain, used, PHASES[:1])
    whole = _rewrite(named, used, PHASES[1:])
    apart = with_asymptotes(named)
    if apart is named:
        return whole
    pieces = _rewrite(apart, used, PHASES[1:])
    # the pieces meet in kinks, which their sum has not: it is differentiated as a whole
    return whole if most_accurate([whole, pieces]) is whole else call(STRAIGHT, pieces, whole)


@lru_cache(maxsize=4096)
def derivative(e: Expr, wrt: str) -> Expr:
    """The stable derivative of a stable expression with respect to the symbol named `wrt`.

    At the infinities it has limits of its own, also where the expression is told its value.
    """
    if wrt != "x":
        return _derivative(e, wrt)
    inner, limits = without_limits(e)
    return with_limits(_derivative(inner, wrt), tuple(map(slope_at, limits)), numbers_only=True)


def _derivative(e: Expr, wrt: str) -> Expr:
    """By the slopes of the primitives or of what they stand for, whichever keeps more digits."""
    forms = [stable(calculus.derivative(e, wrt))]
    plain = written_out(e)
    if plain is not e:
        forms.append(stable(calculus.derivative(plain, wrt)))
    return most_accurate(list(dict.fromkeys(forms)))


@lru_cache(maxsize=4096)
def written_out(e: Expr) -> Expr:
    """An expression with what primitives mean in their place, where equations lead back to them."""
    return mapped(e, _written_out)


def _written_out(node: Expr) -> Expr:
    op = node.op
    if not isinstance(op, Primitive) or op.means is None or op in _CANONICAL:
        return node
    return written_out(simplify(op.means(*node.args, xp=NAMESPACE), node.args))


def derivatives(outputs: tuple[Expr, ...], names: tuple[str, ...]) -> tuple[Expr, ...]:
    """The derivatives of every output with respect to every symbol, output by output."""
    return simplified(derivative(e, name) for e in outputs for name in names)
