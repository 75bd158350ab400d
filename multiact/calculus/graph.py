"""Expressions: a hash-consed graph of array operations.

An `Expr` behaves like an array that records what is done to it, so calling a
formula with one yields the formula's graph.  Equal expressions are the same
object; common subexpressions are therefore shared without a search.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

COMMUTATIVE = frozenset({"add", "mul", "logical_and", "logical_or"})
_FOLD: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    **{f.__name__: f for f in (math.sqrt, math.exp, math.log, math.sin, math.cos, math.tanh)},
}


#: operators that a NumPy scalar on the left hands over
_REFLECTED = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "divide": "__rtruediv__",
    "power": "__rpow__", "less": "__gt__", "less_equal": "__ge__", "greater": "__lt__",
    "greater_equal": "__le__", "equal": "__eq__", "not_equal": "__ne__",
}  # fmt: skip


class Expr:
    """A node: an operation, its arguments, and for leaves a name or a value."""

    __slots__ = ("__weakref__", "args", "op", "symbols", "value")

    op: str
    args: tuple[Expr, ...]
    value: float | str | None
    symbols: frozenset[str]  # names of the symbols below this node

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        from multiact.calculus import tracing

        return tracing

    def __bool__(self) -> bool:
        raise TypeError(
            "a formula must not branch on the values of an array (if, and, or, max, min); use "
            "xp.where(condition, a, b), &, |, xp.maximum, xp.minimum"
        )

    def _alone(self, *_: Any) -> Any:
        raise TypeError(
            "a formula sees one element at a time: no loops, indices, lengths or assignments; "
            "choose values with xp.where(condition, a, b)"
        )

    __iter__ = __len__ = __getitem__ = __setitem__ = __contains__ = _alone

    def _number(self) -> Any:
        raise TypeError("float(), int() and math work on numbers; use xp, as in xp.exp(x)")

    __float__ = __int__ = _number

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("NumPy cannot compute with a symbolic array; use xp instead of np")

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise TypeError(f"np.{function.__name__} works on NumPy alone; use xp instead of np")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: Any) -> Any:
        reflected = _REFLECTED.get(ufunc.__name__)
        if reflected is None or inputs[0] is self:
            raise TypeError(f"np.{ufunc.__name__} works on NumPy alone; use xp instead of np")
        return getattr(self, reflected)(inputs[0][()])  # a NumPy scalar, as itself

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"a symbolic array has no {name!r}: a formula sees one element at a time, and calls "
            f"functions such as xp.tanh(x), not methods"
        )

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Expr:
        return add(self, other)

    def __radd__(self, other: Any) -> Expr:
        return add(other, self)

    def __sub__(self, other: Any) -> Expr:
        return sub(self, other)

    def __rsub__(self, other: Any) -> Expr:
        return sub(other, self)

    def __mul__(self, other: Any) -> Expr:
        return mul(self, other)

    def __rmul__(self, other: Any) -> Expr:
        return mul(other, self)

    def __truediv__(self, other: Any) -> Expr:
        return div(self, other)

    def __rtruediv__(self, other: Any) -> Expr:
        return div(other, self)

    def __pow__(self, other: Any) -> Expr:
        return power(self, other)

    def __rpow__(self, other: Any) -> Expr:
        return power(other, self)

    def __neg__(self) -> Expr:
        return neg(self)

    def __pos__(self) -> Expr:
        return self

    def __abs__(self) -> Expr:
        return call("abs", self)

    def __lt__(self, other: Any) -> Expr:
        return call("lt", self, other)

    def __le__(self, other: Any) -> Expr:
        return call("le", self, other)

    def __gt__(self, other: Any) -> Expr:
        return call("gt", self, other)

    def __ge__(self, other: Any) -> Expr:
        return call("ge", self, other)

    def __eq__(self, other: Any) -> Expr:  # type: ignore[override]
        return call("eq", self, other)

    def __ne__(self, other: Any) -> Expr:  # type: ignore[override]
        return call("ne", self, other)

    def __and__(self, other: Any) -> Expr:
        return call("logical_and", self, other)

    def __or__(self, other: Any) -> Expr:
        return call("logical_or", self, other)

    def __invert__(self) -> Expr:
        return call("logical_not", self)

    def __repr__(self) -> str:
        if self.op in ("const", "symbol"):
            return str(self.value)
        return f"{self.op}({', '.join(map(repr, self.args))})"


# Nodes live as long as the process: the catalogue's graphs are small and shared.
_NODES: dict[tuple[Any, ...], Expr] = {}


def node(op: str, args: tuple[Expr, ...] = (), value: float | str | None = None) -> Expr:
    """The one node with this operation, these arguments and this value."""
    ids = tuple(map(id, args))
    if op in COMMUTATIVE:
        ids = tuple(sorted(ids))
    key = (op, value.hex() if isinstance(value, float) else value, ids)  # hex tells 0.0 from -0.0
    found = _NODES.get(key)
    if found is None:
        found = Expr.__new__(Expr)
        found.op, found.args, found.value = op, args, value
        names = frozenset({str(value)}) if op == "symbol" else frozenset[str]()
        found.symbols = names.union(*(a.symbols for a in args))
        found = _NODES.setdefault(key, found)
    return found


def const(value: float) -> Expr:
    """A constant."""
    return node("const", value=float(value))


def symbol(name: str) -> Expr:
    """A named input."""
    return node("symbol", value=name)


def as_expr(value: Any) -> Expr:
    """An expression as it is; a Python number as a constant."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, (int, float)):
        return const(value)
    raise TypeError(f"cannot use {type(value).__name__} {value!r} in a formula; use x and numbers")


def is_const(e: Expr, value: float | None = None) -> bool:
    """Whether `e` is a constant (equal to `value`, if given)."""
    return e.op == "const" and (value is None or e.value == value)


def call(op: str, *operands: Any) -> Expr:
    """An operation on expressions and numbers, folded if all are constants."""
    args = tuple(map(as_expr, operands))
    fold = _FOLD.get(op)
    if fold is not None and all(a.op == "const" for a in args):
        try:
            return const(fold(*(a.value for a in args)))
        except (ZeroDivisionError, ValueError, OverflowError):
            pass  # left for the array library, whose inf or NaN is the answer
    return node(op, args)


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
    if a is b:
        return const(0)
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
    """`left * right`, without factors 0, 1 and -1, the sign outside, the constant first."""
    a, b = as_expr(left), as_expr(right)
    if is_const(b) and not is_const(a):
        a, b = b, a
    if is_const(a, 0) or is_const(b, 0):
        return const(0)
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
    if is_const(a, 0) and not is_const(b, 0):
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
            return _whole_power(a, int(value))
        if value == 0.5:
            return call("sqrt", a)
        if value.is_integer() and -16 <= value < 0:
            return div(1.0, _whole_power(a, -int(value)))
    return call("pow", a, p)


def _whole_power(a: Expr, n: int) -> Expr:
    if n == 0:
        return const(1)
    half = _whole_power(a, n // 2)
    square = mul(half, half)
    return mul(square, a) if n % 2 else square


def where(condition: Any, left: Any, right: Any) -> Expr:
    """`left` where the condition holds, else `right`."""
    a, b = as_expr(left), as_expr(right)
    return a if a is b else call("where", condition, a, b)


def topological(roots: Iterable[Expr]) -> list[Expr]:
    """All nodes below `roots`, each after its arguments."""
    order: list[Expr] = []
    seen: set[int] = set()
    stack = [(e, False) for e in reversed(list(roots))]
    while stack:
        e, ready = stack.pop()
        if ready:
            order.append(e)
        elif id(e) not in seen:
            seen.add(id(e))
            stack.append((e, True))
            stack.extend((a, False) for a in reversed(e.args) if id(a) not in seen)
    return order


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The operation of `e` on other arguments, simplified as if written anew."""
    if all(a is b for a, b in zip(e.args, args, strict=True)):
        return e
    make = SMART.get(e.op)
    return make(*args) if make else call(e.op, *args)


def mapped(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """`change` applied to every node, its arguments first."""
    done: dict[Expr, Expr] = {}
    for n in topological([e]):
        done[n] = change(rebuild(n, tuple(done[a] for a in n.args)))
    return done[e]


def users(roots: Iterable[Expr]) -> Counter[Expr]:
    """How often each node is an argument, or a root."""
    roots = list(roots)
    found = Counter(a for e in topological(roots) for a in e.args)
    found.update(roots)
    return found


SMART: dict[str, Callable[..., Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "neg": neg,
    "pow": power,
    "where": where,
}
