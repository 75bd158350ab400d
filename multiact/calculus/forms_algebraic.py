"""Rules for quotients and roots that would cancel or overflow."""

from __future__ import annotations

from multiact.calculus.forms_exponential import exp_of_own_sum
from multiact.calculus.patterns import on, one_plus, square, without
from multiact.calculus.simplify import div, mul, sub, where
from multiact.calculus.tracing import Expr, call, is_const


@on("div")
def over_one_plus_abs(e: Expr) -> Expr | None:
    """u / (1 + |u|) as softsign(u)"""
    top, bottom = e.args
    u = one_plus(bottom)
    if u is not None and u.op == "abs" and u.args[0] is top:
        return call("softsign", top)
    return None


@on("div")
def over_sum_with_abs(e: Expr) -> Expr | None:
    """a u / (s + |u|) as a times a softsign of width s"""
    top, bottom = e.args
    if bottom.op != "add":
        return None
    for s, size in (bottom.args, bottom.args[::-1]):
        if size.op == "abs" and not s.symbols & size.symbols:
            if top is size.args[0]:
                return call("_wide_softsign", top, s)
            factor = without(top, size.args[0])
            if factor is not None:
                return mul(factor, call("_wide_softsign", size.args[0], s))
    return None


@on("div")
def over_one_minus_own_product(e: Expr) -> Expr | None:
    """v / (1 - v exp(-u)) for v < 0 as v exp(u) / (exp(u) - v)"""
    v, bottom = e.args
    if bottom.op != "sub" or not is_const(bottom.args[0], 1):
        return None
    small = without(bottom.args[1], v)
    if small is None or small.op != "exp" or small.args[0].op != "neg":
        return None
    exponent = call("exp", small.args[0].args[0])
    product = exp_of_own_sum(exponent)
    large = exponent if product is None else product
    below = div(mul(v, large), sub(large, v))
    above = mul(v, div(1, sub(1, mul(v, small))))  # not the quotient that this rule looks for
    return where(call("lt", v, 0), below, above)


def _root_of_square_plus(e: Expr, u: Expr) -> Expr | None:
    """The s of sqrt(u^2 + s)."""
    if e.op != "sqrt" or e.args[0].op != "add":
        return None
    for u_squared, s in (e.args[0].args, e.args[0].args[::-1]):
        if square(u_squared) is u and not s.symbols & u.symbols:
            return s
    return None


@on("add")
def plus_root(e: Expr) -> Expr | None:
    """u + sqrt(u^2 + s), rationalised where u < 0"""
    for u, root in (e.args, e.args[::-1]):
        s = _root_of_square_plus(root, u)
        if s is not None:
            return call("_root_sum", u, s)
    return None


@on("div")
def over_root(e: Expr) -> Expr | None:
    """u / sqrt(u^2 + s) without overflow of the square"""
    s = _root_of_square_plus(e.args[1], e.args[0])
    return None if s is None else call("hypot_quotient", e.args[0], s)
