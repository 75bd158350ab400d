"""The stable form of expressions and of their derivatives: all equations at work."""

from __future__ import annotations

from functools import lru_cache

from multiact.calculus import derivative as calculus
from multiact.calculus.branches import by_branches
from multiact.calculus.limits import with_limits, without_limits
from multiact.calculus.polynomial import far_out, gathered, horner
from multiact.calculus.rewriting import Equation, Rewriter
from multiact.calculus.simplify import simplified, simplify
from multiact.calculus.tracing import Expr
from multiact.special import (
    algebraic,
    circular,
    differences,
    entire,
    exponential,
    gamma,
    hyperbolic,
    logistic,
    normal,
)
from multiact.special._primitive import Special

_MODULES = (
    hyperbolic,
    logistic,
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
        s.definition for m in _MODULES for s in vars(m).values() if isinstance(s, Special)
    ]
    found = [d for d in definitions if d is not None]
    return tuple(dict.fromkeys([*(q for m in _MODULES for q in m.EQUATIONS), *found]))


EQUATIONS = _equations()
_rewrite = Rewriter(EQUATIONS)


def stable(e: Expr, used: list[Equation] | None = None) -> Expr:
    """The form of an expression that keeps its digits; the equations are added to `used`."""
    return _rewrite(far_out(horner(by_branches(gathered(simplify(e))))), used)


@lru_cache(maxsize=4096)
def derivative(e: Expr, wrt: str) -> Expr:
    """The stable derivative of a stable expression with respect to the symbol named `wrt`.

    At the infinities it has limits of its own, also where the expression is told its value.
    """
    if wrt != "x":
        return stable(calculus.derivative(e, wrt))
    return with_limits(stable(calculus.derivative(without_limits(e), wrt)), numbers_only=True)


def derivatives(outputs: tuple[Expr, ...], names: tuple[str, ...]) -> tuple[Expr, ...]:
    """The derivatives of every output with respect to every symbol, output by output."""
    return simplified(derivative(e, name) for e in outputs for name in names)
