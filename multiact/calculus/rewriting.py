"""Rewriting: formulas as papers write them become the forms that keep their digits.

Each rule looks at one node whose arguments are already rewritten and returns the
better expression, or None.  Its docstring is what `multiact show` prints.
"""

from __future__ import annotations

from multiact.calculus import forms_algebraic, forms_exponential  # noqa: F401  they fill FORMS
from multiact.calculus.patterns import FORMS
from multiact.calculus.simplify import mapped, rebuild
from multiact.calculus.tracing import Expr


def rewrite(e: Expr, applied: list[str] | None = None) -> Expr:
    """The stable form of `e`; the rules used are added to `applied`."""
    return mapped(e, lambda node: _improved(node, applied))


def _improved(e: Expr, applied: list[str] | None) -> Expr:
    for rule in FORMS.get(e.op, ()):
        better = rule(e)
        if better is not None:
            if applied is not None:
                applied.append(str(rule.__doc__))
            # what a rule builds may itself be improvable
            inner = rebuild(better, tuple(_improved(a, applied) for a in better.args))
            return _improved(inner, applied)
    return e
