"""Expressions: arrays that record what is done to them.

Calling a formula with expressions yields its graph, exactly as the author wrote it: only
operations on constants alone are carried out.  `multiact.calculus.simplify` comes later.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import Any

from multiact._arrays import Overlay
from multiact.calculus import constant
from multiact.calculus.constant import Constant, operators
from multiact.calculus.graph import Node, is_data


def _or_infinite(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a growing function of numbers whose result beyond the range is infinite."""

    def carried_out(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return -math.inf if function(math.copysign(1.0, a)) < 0 else math.inf

    return carried_out


_GROWING = (math.exp, math.expm1, math.sinh, math.cosh)
_FOLDED: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "sqrt": lambda a: constant.sqrt(a) if a > 0 else math.sqrt(a),
    "log": lambda a: constant.log(a) if 0 < a < math.inf else math.log(a),
    **{f.__name__: f for f in (math.sin, math.cos, math.tanh)},
    **{f.__name__: _or_infinite(f) for f in _GROWING},
    # some libraries refuse them: torch.floor takes no number
    "floor": lambda a: float(math.floor(a)),
    "ceil": lambda a: float(math.ceil(a)),
    "trunc": lambda a: float(math.trunc(a)),
    "round": lambda a: float(round(a)),
    **{f.__name__: f for f in (math.log1p, math.tan, math.atan)},
}
#: operators that a NumPy scalar on the left hands over
_REFLECTED = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "divide": "__rtruediv__",
    "power": "__rpow__", "less": "__gt__", "less_equal": "__ge__", "greater": "__lt__",
    "greater_equal": "__le__", "equal": "__eq__", "not_equal": "__ne__",
}  # fmt: skip


def _binary(op: str) -> tuple[Any, Any]:
    return operators(lambda left, right: call(op, left, right))


def _unary(op: str) -> Any:
    return lambda self: call(op, self)


class Expr(Node):
    """A node that behaves like an array."""

    __slots__ = ()
    __hash__ = object.__hash__

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("sub")
    __mul__, __rmul__ = _binary("mul")
    __truediv__, __rtruediv__ = _binary("div")
    __pow__, __rpow__ = _binary("pow")
    __and__, __rand__ = _binary("logical_and")
    __or__, __ror__ = _binary("logical_or")
    __lt__, __gt__ = _binary("lt")[0], _binary("gt")[0]
    __le__, __ge__ = _binary("le")[0], _binary("ge")[0]
    __eq__, __ne__ = _binary("eq")[0], _binary("ne")[0]
    __neg__, __abs__, __invert__ = _unary("neg"), _unary("abs"), _unary("logical_not")

    def __pos__(self) -> Expr:
        return self

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        return NAMESPACE

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


def const(value: float) -> Expr:
    """A constant."""
    return Expr.of("const", value=value if isinstance(value, Constant) else float(value))


def symbol(name: str) -> Expr:
    """A named input."""
    return Expr.of("symbol", value=name)


def as_expr(value: Any) -> Expr:
    """An expression as it is; a number as a constant."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, (int, float, Real)):
        return const(value)  # type: ignore[arg-type]
    raise TypeError(f"cannot use {type(value).__name__} {value!r} in a formula; use x and numbers")


def is_const(e: Expr, value: float | None = None) -> bool:
    """Whether `e` is a constant (equal to `value`, if given)."""
    return e.op == "const" and (value is None or e.value == value)


def call(op: str, *operands: Any) -> Expr:
    """An operation on expressions and numbers, carried out if all are constants."""
    args = tuple(map(as_expr, operands))
    folded = _FOLDED.get(op)
    if folded is not None and all(a.op == "const" for a in args):
        try:
            return const(folded(*(a.value for a in args)))
        except (ZeroDivisionError, ValueError, OverflowError):
            pass  # left for the array library, whose inf or NaN is the answer
    return Expr.of(op, args)


#: functions of the array API that have the same name as their node
FUNCTIONS = (
    "abs acosh asinh atan atan2 atanh ceil cos cosh exp expm1 floor isnan log log10 log1p log2 "
    "logical_and logical_not logical_or pow round sign sin sinh sqrt tan tanh trunc where"
).split()
_OTHER_NAMES = {
    "add": "add", "divide": "div", "equal": "eq", "greater": "gt", "greater_equal": "ge",
    "less": "lt", "less_equal": "le", "multiply": "mul", "negative": "neg", "not_equal": "ne",
    "subtract": "sub",
}  # fmt: skip
#: what newcomers write, and what it is called here
_INSTEAD = {
    "absolute": "xp.abs", "arccosh": "xp.acosh", "arcsinh": "xp.asinh", "arctan": "xp.atan",
    "arctanh": "xp.atanh", "clamp": "xp.clip", "power": "xp.pow", "relu": "xp.maximum(x, 0)",
    "sigmoid": "multiact.special.expit",
    **{n: f"multiact.special.{n}" for n in ("erf", "erfc", "expit", "softplus", "softsign")},
}  # fmt: skip
_REDUCTIONS = frozenset(
    "all any argmax argmin cumulative_sum max mean min prod std sum var".split()
)


def _varies(e: Expr) -> bool:
    return any(map(is_data, e.symbols))


class _Namespace:
    """The array namespace of expressions: what an elementwise formula may call on `xp`."""

    e, pi, inf, nan = constant.E, constant.PI, math.inf, math.nan
    compensates = False  # asked by primitives

    @staticmethod
    def square(x: Any, /) -> Expr:
        """`x * x`."""
        return call("mul", x, x)

    @staticmethod
    def maximum(x: Any, y: Any, /) -> Expr:
        """The larger; a NaN in what varies stays NaN.

        At a tie of what varies with what is the same for all elements the latter's slope is
        taken (0), else that of the second argument.
        """
        x, y = as_expr(x), as_expr(y)
        if _varies(y) and not _varies(x):
            x, y = y, x
        return call("where", call("le", x, y), y, x)

    @staticmethod
    def minimum(x: Any, y: Any, /) -> Expr:
        """The smaller; a NaN in what varies stays NaN.

        At a tie of what varies with what is the same for all elements the former's slope is
        taken, as that of `maximum` would be from the same side, else that of the second
        argument.
        """
        x, y = as_expr(x), as_expr(y)
        if _varies(x) != _varies(y):
            x, y = (y, x) if _varies(x) else (x, y)
            return call("where", call("gt", y, x), x, y)
        return call("where", call("ge", x, y), y, x)

    @staticmethod
    def reciprocal(x: Any, /) -> Expr:
        """`1 / x`."""
        return call("div", 1.0, x)

    @staticmethod
    def exp2(x: Any, /) -> Expr:
        """`2 ** x`."""
        return call("pow", 2.0, x)

    @staticmethod
    def remainder(x: Any, y: Any, /) -> Expr:
        """`x - floor(x / y) * y`, of the sign of `y`."""
        return call("sub", x, call("mul", call("floor", call("div", x, y)), y))

    @staticmethod
    def copysign(x: Any, y: Any, /) -> Expr:
        """`|x|` with the sign of `y`; a zero counts as positive."""
        size = call("abs", x)
        return call("where", call("lt", y, 0.0), call("neg", size), size)

    @staticmethod
    def isfinite(x: Any, /) -> Expr:
        """Whether `x` is neither infinite nor NaN."""
        return call("lt", call("abs", x), math.inf)

    @staticmethod
    def isinf(x: Any, /) -> Expr:
        """Whether `x` is infinite."""
        return call("eq", call("abs", x), math.inf)

    @staticmethod
    def hypot(x: Any, y: Any, /) -> Expr:
        """`sqrt(x * x + y * y)`."""
        return call("sqrt", call("add", call("mul", x, x), call("mul", y, y)))

    @staticmethod
    def logaddexp(x: Any, y: Any, /) -> Expr:
        """`log(exp(x) + exp(y))`."""
        return call("log", call("add", call("exp", x), call("exp", y)))

    @staticmethod
    def clip(x: Any, /, min: Any = None, max: Any = None) -> Expr:
        """`x` held between two bounds; the slope at both bounds is 0."""
        held = as_expr(x)
        if min is not None:
            held = call("where", call("le", held, min), min, held)
        return held if max is None else call("where", call("ge", held, max), max, held)

    def __getattr__(self, name: str) -> Any:
        op = name if name in FUNCTIONS else _OTHER_NAMES.get(name)
        if op is not None:
            return partial(call, op)
        if name in _REDUCTIONS:
            hint = "it mixes the elements: such formulas are declared with kind='normalising'"
        elif name in _INSTEAD:
            hint = f"use {_INSTEAD[name]}"
        else:
            hint = f"use operators, xp.{', xp.'.join(FUNCTIONS)} or multiact.special"
        raise AttributeError(f"a formula cannot use xp.{name}; {hint}")


NAMESPACE = _Namespace()
#: for programs in which exponentials are told the rounding errors of their arguments
COMPENSATING = Overlay(NAMESPACE, compensates=True)
