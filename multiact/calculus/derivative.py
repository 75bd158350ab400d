"""Derivatives of expressions, to any order.

A rule takes a node and the slopes of its arguments and returns its slope.  Primitives bring
slopes of their own: a good value formula differentiated mechanically is still a bad derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from multiact.calculus.graph import topological
from multiact.calculus.normal import collected, expanded, total
from multiact.calculus.primitive import Primitive
from multiact.calculus.simplify import add, div, mul, neg, power, simplify, sub, where
from multiact.calculus.tracing import Expr, as_expr, call, const, is_const

Rule = Callable[..., Expr]
_FEW = 3  #: terms of a numerator that are better than a difference of products


@lru_cache(maxsize=4096)
def derivative(e: Expr, wrt: str) -> Expr:
    """The derivative of a simplified expression with respect to the symbol named `wrt`."""
    slopes: dict[Expr, Expr] = {}
    for node in topological([e]):
        slopes[node] = _slope(node, wrt, slopes)
    return simplify(slopes[e])


def _slope(node: Expr, wrt: str, slopes: dict[Expr, Expr]) -> Expr:
    if wrt not in node.symbols:
        return const(0)
    if node.op == "symbol":
        return const(1)
    op = node.op
    rule = partials(*op.slopes) if isinstance(op, Primitive) and op.slopes else RULES.get(op)
    if rule is None:
        raise TypeError(f"no derivative is known for the operation {node.op!r}")
    return rule(node, *(slopes[a] for a in node.args))


def partials(*functions: Callable[..., Expr]) -> Rule:
    """The chain rule, from one partial derivative per argument (called only if needed)."""

    def rule(node: Expr, *slopes: Expr) -> Expr:
        total = const(0)
        for partial, slope in zip(functions, slopes, strict=True):
            if not is_const(slope, 0):
                total = plus(total, times(simplify(as_expr(partial(*node.args)), node.args), slope))
        return total

    return rule


def times(factor: Expr, slope: Expr) -> Expr:
    """The product; within a choice that has a branch 0, or only branches 0 and 1."""
    if is_const(factor, 0) or is_const(slope, 0):
        return const(0)
    if slope.op == "where" and (_is_step(slope) or any(is_const(a, 0) for a in slope.args[1:])):
        return where(slope.args[0], *(times(factor, a) for a in slope.args[1:]))
    return mul(factor, slope)


def _is_step(e: Expr) -> bool:
    return all(
        is_const(a, 0) or is_const(a, 1) or (a.op == "where" and _is_step(a)) for a in e.args[1:]
    )


def plus(left: Expr, right: Expr) -> Expr:
    """The sum; of two choices by the same condition, one of which has a branch 0, a choice."""
    if left.op == right.op == "where" and left.args[0] is right.args[0]:
        pairs = list(zip(left.args[1:], right.args[1:], strict=True))
        if any(is_const(a, 0) for pair in pairs for a in pair):
            return where(left.args[0], *(plus(a, b) for a, b in pairs))
    return add(left, right)


def _quotient(node: Expr, numerator: Expr, denominator: Expr) -> Expr:
    """(u' - (u / v) v') / v, unless terms of u' v and u v' cancel."""
    u, v = node.args
    if is_const(u, 1):
        return neg(_beside_power(node, _beside_power(node, denominator)))
    without = _cancelled(times(v, numerator), times(u, denominator))
    if without is not None:
        return div(div(without, v), v)
    change = sub(numerator, times(node, denominator))
    return change if is_const(change, 0) else div(change, v)


def _beside_power(factor: Expr, slope: Expr) -> Expr:
    """The product; of 1 / v and v' = log(u) u**a, a part of v, with u**a, which it brings down."""
    if slope.op == "guarded_mul":
        return call("guarded_mul", slope.args[0], call("guarded_mul", slope.args[1], factor))
    return times(factor, slope)


def _cancelled(left: Expr, right: Expr) -> Expr | None:
    """left - right if it has fewer terms than both together."""
    if is_const(left, 0) or is_const(right, 0):
        return None
    parts = expanded(sub(left, right))
    if parts is None:
        return None
    kept = collected(parts)
    return total(kept) if len(kept) < len(parts) - 1 and len(kept) <= _FEW else None


def _where(node: Expr, _condition: Expr, left: Expr, right: Expr) -> Expr:
    return where(node.args[0], left, right)


def _power_in_base(base: Expr, exponent: Expr) -> Expr:
    # the slope at 0 is 1 for the exponent 1, else 0, also where it is infinite (below 1); an
    # exponent of 0 wins over 0**(0 - 1): the second derivative of u**1 near 0 is 0
    slope = call("guarded_mul", power(base, sub(exponent, 1)), exponent)
    at_zero = where(call("eq", exponent, 1), 1.0, 0.0)
    return where(call("eq", base, 0), at_zero, slope)


def _power_in_exponent(base: Expr, exponent: Expr) -> Expr:
    return call("guarded_mul", call("log", base), power(base, exponent))


def _guarded(node: Expr, growing: Expr, decaying: Expr) -> Expr:
    # what grows has a slope that may be infinite where what decays is 0
    u, v = node.args
    first = growing if is_const(growing, 0) else call("guarded_mul", growing, v)
    return plus(first, times(u, decaying))


RULES: dict[str, Rule] = {
    "add": lambda _n, a, b: plus(a, b),
    "sub": lambda _n, a, b: sub(a, b),
    "neg": lambda _n, a: neg(a),
    "mul": lambda n, a, b: plus(times(n.args[1], a), times(n.args[0], b)),
    "div": _quotient,
    "where": _where,
    "pow": partials(_power_in_base, _power_in_exponent),
    "guarded_mul": _guarded,
    "straight_through": lambda _n, _value, smooth: smooth,
    "abs": partials(lambda u: call("sign", u)),
    "sign": partials(lambda _u: const(0)),
    **{op: partials(lambda _u: const(0)) for op in ("ceil", "floor", "round", "trunc")},
    "exp": partials(lambda u: call("exp", u)),
    "expm1": partials(lambda u: call("exp", u)),
    "log": partials(lambda u: 1 / u),
    "log1p": partials(lambda u: 1 / (1 + u)),
    "log2": partials(lambda u: 1 / (u * math.log(2))),
    "log10": partials(lambda u: 1 / (u * math.log(10))),
    "atan2": partials(
        lambda v, u: u / (u * u + v * v),
        lambda v, u: -v / (u * u + v * v),
    ),
    "sqrt": partials(lambda u: 0.5 / call("sqrt", u)),
    "sin": partials(lambda u: call("cos", u)),
    "cos": partials(lambda u: -call("sin", u)),
    "tan": partials(lambda u: 1 + call("tan", u) ** 2),
    "sinh": partials(lambda u: call("cosh", u)),
    "cosh": partials(lambda u: call("sinh", u)),
    "tanh": partials(lambda u: 1 - call("tanh", u) ** 2),
    "atan": partials(lambda u: 1 / (1 + u * u)),
    "asinh": partials(lambda u: 1 / call("sqrt", u * u + 1)),
    "acosh": partials(lambda u: 1 / (call("sqrt", u - 1) * call("sqrt", u + 1))),
    "atanh": partials(lambda u: 1 / ((1 - u) * (1 + u))),
    **{op: lambda n, *_s: const(0) for op in ("lt", "le", "gt", "ge", "eq", "ne", "isnan")},
    **{op: lambda n, *_s: const(0) for op in ("logical_and", "logical_or", "logical_not")},
}
