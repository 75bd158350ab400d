"""The same expressions with fewer operations.

Nothing here forgets a NaN or an infinity: `0 * x` and `x - x` stay as they are.  The zeros of
a derivative, which are no matter of values, are left out where it is taken.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from multiact.calculus.graph import topological, without_twins
from multiact.calculus.tracing import Expr, as_expr, call, const, is_const


def add(left: Any, right: Any) -> Expr:
    """`left + right`, without a zero."""
    a, b = as_expr(left), as_expr(right)
    if is_const(a, 0):
        return b
    if is_const(b, 0):
        return a
    if b.op == "neg":
        return sub(a, b.args[0])
    if a.op == "neg":
        return sub(b, a.args[0])
    return mul(2, a) if a is b else call("add", a, b)


def sub(left: Any, right: Any) -> Expr:
    """`left - right`, without a zero."""
    a, b = as_expr(left), as_expr(right)
    if is_const(b, 0):
        return a
    if is_const(a, 0):
        return neg(b)
    if b.op == "neg":
        return add(a, b.args[0])
    return neg(add(a.args[0], b)) if a.op == "neg" else call("sub", a, b)


def neg(operand: Any) -> Expr:
    """`-operand`, with double signs removed."""
    a = as_expr(operand)
    if a.op == "neg":
        return a.args[0]
    if a.op == "sub":
        return sub(a.args[1], a.args[0])
    return call("neg", a)


def mul(left: Any, right: Any) -> Expr:
    """`left * right`, without factors 1 and -1, the sign outside, the constant first."""
    a, b = as_expr(left), as_expr(right)
    if is_const(b) and not is_const(a):
        a, b = b, a
    if is_const(a, 1):
        return b
    if is_const(a, -1):
        return neg(b)
    if a.op == "neg":
        return neg(mul(a.args[0], b))
    if b.op == "neg":
        return neg(mul(a, b.args[0]))
    if b.op == "mul" and is_const(b.args[0]):
        a, b = (
            (call("mul", a, b.args[0]), b.args[1])
            if is_const(a)
            else (b.args[0], mul(a, b.args[1]))
        )
    elif a.op == "mul" and is_const(a.args[0]):
        a, b = a.args[0], mul(a.args[1], b)
    return call("mul", a, b) if not is_const(a, 1) else b


def div(left: Any, right: Any) -> Expr:
    """`left / right`, without a divisor 1; the sign outside."""
    a, b = as_expr(left), as_expr(right)
    if is_const(b, 1):
        return a
    if a.op == "neg":
        return neg(div(a.args[0], b))
    if b.op == "neg":
        return neg(div(a, b.args[0]))
    if is_const(b) and a.op == "mul" and is_const(a.args[0]):
        return mul(call("div", a.args[0], b), a.args[1])
    return call("div", a, b)


def power(base: Any, exponent: Any) -> Expr:
    """`base ** exponent`; small whole exponents become products."""
    a, p = as_expr(base), as_expr(exponent)
    if is_const(p):
        value = float(p.value)  # type: ignore[arg-type]
        if value.is_integer() and 0 <= value <= 16:
            return _integer_power(a, int(value))
        if value == 0.5:
            return call("sqrt", a)
        if value.is_integer() and -16 <= value < 0:
            return div(1.0, _integer_power(a, -int(value)))
    return call("pow", a, p)


def _integer_power(a: Expr, n: int) -> Expr:
    if n == 0:
        return const(1)
    half = _integer_power(a, n // 2)
    square = mul(half, half)
    return mul(square, a) if n % 2 else square


_COMPARED: dict[str, Callable[..., bool]] = {
    f.__name__: f
    for f in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
}


def where(condition: Any, left: Any, right: Any) -> Expr:
    """`left` where the condition holds, else `right`; between numbers it is known."""
    a, b = as_expr(left), as_expr(right)
    decided = _COMPARED.get(condition.op) if isinstance(condition, Expr) else None
    if decided is not None and all(map(is_const, condition.args)):
        return a if decided(*(c.value for c in condition.args)) else b
    return a if a is b else call("where", condition, a, b)


_RULES: dict[str, Callable[..., Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "neg": neg,
    "pow": power,
    "where": where,
}


@lru_cache(maxsize=1 << 16)
def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The operation of `e` on other, simplified arguments, simplified itself."""
    rule = _RULES.get(e.op)
    if rule is not None:
        return rule(*args)
    return call(e.op, *args) if args else e


def mapped(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """`change` applied to every node, its arguments first."""
    return transformed([e], lambda _, rebuilt: change(rebuilt))[0]


def transformed(outputs: Iterable[Expr], change: Callable[[Expr, Expr], Expr]) -> tuple[Expr, ...]:
    """`change` applied to every node and to what it is rebuilt to, its arguments first."""
    outputs = list(outputs)
    done: dict[Expr, Expr] = {}
    for n in topological(outputs):
        done[n] = change(n, rebuild(n, tuple(done[a] for a in n.args)))
    return tuple(done[e] for e in outputs)


def simplified(outputs: Iterable[Expr]) -> tuple[Expr, ...]:
    """Every expression simplified, and what they have in common shared."""
    return without_twins(transformed(outputs, lambda _, rebuilt: rebuilt))


def simplify(e: Expr, leaves: Iterable[Expr] = ()) -> Expr:
    """One expression simplified, `leaves` of which are so already."""
    done = {leaf: leaf for leaf in leaves}
    for n in topological([e], done):
        done[n] = rebuild(n, tuple(done[a] for a in n.args))
    return done[e]


def substituted(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """`e` with other expressions in the place of some."""
    done = dict(values)
    for n in topological([e], done):
        done[n] = rebuild(n, tuple(done[a] for a in n.args))
    return done[e]
