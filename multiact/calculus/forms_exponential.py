"""Rules for exponentials, logarithms, hyperbolic and error functions."""

from __future__ import annotations

import math

from multiact.calculus.patterns import on, one_plus, scale, scaled, square, without
from multiact.calculus.simplify import mul, neg
from multiact.calculus.tracing import Expr, call, const, is_const


@on("tanh")
def tanh_of_softplus(e: Expr) -> Expr | None:
    """tanh(softplus(u)) as n / (n + 2), n = e^u (e^u + 2)"""
    return call("tanh_softplus", *e.args[0].args) if e.args[0].op == "softplus" else None


@on("log")
def log_of_expit(e: Expr) -> Expr | None:
    """log(expit(u)) as -softplus(-u)"""
    u = e.args[0]
    return neg(call("softplus", neg(u.args[0]))) if u.op == "expit" else None


@on("log")
def log_of_one_plus(e: Expr) -> Expr | None:
    """log(1 + u) as log1p(u)"""
    u = one_plus(e.args[0])
    return None if u is None else call("log1p", u)


@on("log1p")
def log1p_of_exp(e: Expr) -> Expr | None:
    """log(1 + exp(u)) as softplus(u)"""
    return call("softplus", *e.args[0].args) if e.args[0].op == "exp" else None


@on("sub", "add")
def exp_minus_one(e: Expr) -> Expr | None:
    """exp(u) - 1 as expm1(u)"""
    left, right = e.args
    if left.op == "exp" and is_const(right, 1 if e.op == "sub" else -1):
        return call("expm1", *left.args)
    if e.op == "sub" and is_const(left, 1) and right.op == "exp":
        return neg(call("expm1", *right.args))
    return None


@on("add", "sub")
def one_plus_tanh(e: Expr) -> Expr | None:
    """1 + tanh(u) as 2 expit(2u), 1 - tanh(u) as 2 expit(-2u)"""
    sign, v = _one_and(e, "tanh")
    return None if v is None else mul(2, call("expit", scaled(2 * sign, v)))


@on("add", "sub")
def one_plus_erf(e: Expr) -> Expr | None:
    """1 + erf(u / sqrt 2) as 2 ndtr(u), and 1 - erf likewise"""
    sign, v = _one_and(e, "erf")
    return None if v is None else mul(2, call("ndtr", scaled(sign * math.sqrt(2), v)))


def _one_and(e: Expr, op: str) -> tuple[int, Expr | None]:
    left, right = e.args
    for one, other in ((left, right), (right, left)):
        if is_const(one, 1) and other.op == op and (e.op == "add" or one is left):
            return (1 if e.op == "add" else -1), other.args[0]
    return 1, None


@on("erfc")
def erfc_as_ndtr(e: Expr) -> Expr | None:
    """erfc(-u / sqrt 2) as 2 ndtr(u)"""
    c, u = scale(e.args[0])
    if math.isclose(abs(c) * math.sqrt(2), 1, rel_tol=4e-16):
        return mul(2, call("ndtr", neg(u) if c > 0 else u))
    return None


@on("mul")
def times_ndtr(e: Expr) -> Expr | None:
    """u ndtr(u) as the positive part of u less |u| ndtr(-|u|)"""
    return _times_own(e, "ndtr")


@on("mul")
def times_expit(e: Expr) -> Expr | None:
    """u expit(u) as u / (1 + exp(-u)), 0 at minus infinity"""
    return _times_own(e, "expit")


@on("mul")
def times_scaled_expit(e: Expr) -> Expr | None:
    """u expit(s u) as u / (1 + exp(-s u)), 0 at minus infinity"""
    for u, factor in (e.args, e.args[::-1]):
        if factor.op == "expit":
            c, rest = scale(factor.args[0])
            s = const(c) if rest is u else without(factor.args[0], u)
            if s is not None:
                return call("times_scaled_expit", u, s)
    return None


@on("mul")
def times_tanh_softplus(e: Expr) -> Expr | None:
    """u tanh(softplus(u)) as u w / (w + 2), w = e^u (e^u + 2), 0 at minus infinity"""
    return _times_own(e, "tanh_softplus")


@on("mul")
def times_gates(e: Expr) -> Expr | None:
    """u (expit(u) + ndtr(u)) and its like as the sum of both products"""
    for u, factor in (e.args, e.args[::-1]):
        if factor.op == "add" and all(g.op in _GATES and g.args[0] is u for g in factor.args):
            return call("add", *(mul(u, g) for g in factor.args))
    return None


_GATES = frozenset({"expit", "ndtr", "tanh_softplus"})


def _times_own(e: Expr, gate: str) -> Expr | None:
    for u, factor in (e.args, e.args[::-1]):
        if factor.op == gate and factor.args[0] is u:
            return call(f"times_{gate}", u)
    return None


@on("sub")
def one_minus_expit(e: Expr) -> Expr | None:
    """1 - expit(u) as expit(-u)"""
    left, right = e.args
    return call("expit", neg(right.args[0])) if is_const(left, 1) and right.op == "expit" else None


@on("sub")
def one_minus_tanh_squared(e: Expr) -> Expr | None:
    """1 - tanh(u)^2 as sech2(u)"""
    left, right = e.args
    inner = square(right)
    if is_const(left, 1) and inner is not None and inner.op == "tanh":
        return call("sech2", *inner.args)
    return None


@on("sub")
def difference_to_tanh(e: Expr) -> Expr | None:
    """u - tanh(u) as tanhshrink(u), a series near 0"""
    left, right = e.args
    return call("tanhshrink", left) if right.op == "tanh" and right.args[0] is left else None


@on("mul")
def expit_times_complement(e: Expr) -> Expr | None:
    """expit(u) expit(-u) as the derivative of expit"""
    left, right = e.args
    if left.op == right.op == "expit" and neg(left.args[0]) is right.args[0]:
        return call("expit_slope", *left.args)
    return None


@on("div")
def over_one_plus_exp(e: Expr) -> Expr | None:
    """v / (1 + exp(-u)) as v expit(u)"""
    top, bottom = e.args
    u = one_plus(bottom)
    return mul(top, call("expit", neg(u.args[0]))) if u is not None and u.op == "exp" else None


@on("exp")
def exp_of_own_sum(e: Expr) -> Expr | None:
    """exp(u + exp(u)) as a product"""
    inner = e.args[0]
    if inner.op == "add":
        for u, w in (inner.args, inner.args[::-1]):
            if w.op == "exp" and w.args[0] is u:
                return call("exp_plus_exp", u)
    return None


@on("mul")
def scaled_expm1(e: Expr) -> Expr | None:
    """s (exp(u / s) - 1) with a stable derivative by s"""
    for s, other in (e.args, e.args[::-1]):
        if other.op == "expm1" and not is_const(s):
            quotient = other.args[0]
            if quotient.op == "div" and quotient.args[1] is s:
                return call("scaled_expm1", quotient.args[0], s)
    return None


@on("div")
def scaled_softplus(e: Expr) -> Expr | None:
    """softplus(s u) / s with a stable derivative by s"""
    top, s = e.args
    if top.op == "softplus" and not is_const(s):
        u = without(top.args[0], s)
        return None if u is None else call("scaled_softplus", u, s)
    return None


@on("div")
def hyperbolic_quotient(e: Expr) -> Expr | None:
    """sinh / cosh, written out or not, as tanh; 1 / cosh as sech"""
    top, bottom = e.args
    if bottom.op == "cosh":
        if top.op == "sinh" and top.args[0] is bottom.args[0]:
            return call("tanh", *top.args)
        return mul(top, call("sech", *bottom.args))
    if (top.op, bottom.op) == ("sub", "add") and {*top.args} == {*bottom.args}:
        plus, minus = top.args
        if plus.op == minus.op == "exp" and neg(plus.args[0]) is minus.args[0]:
            return call("tanh", *plus.args)
    return None


@on("exp")
def exp_of_square(e: Expr) -> Expr | None:
    """exp(-u^2) and exp(-u^2 / 2) with the square split in two exact parts"""
    c, rest = scale(e.args[0])
    u = square(rest)
    if u is None or c not in (-1.0, -0.5):
        return None
    return call("gauss" if c == -1.0 else "half_gauss", u)
