"""The array namespace of symbolic arrays: what an elementwise formula may call on `xp`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from multiact.calculus.graph import SMART, Expr, call, mul, power, where

__all__ = ["clip", "e", "maximum", "minimum", "pi", "pow", "square", "where"]

e, pi, inf, nan = math.e, math.pi, math.inf, math.nan
pow = power

#: operations of the array API that have the same name as their node
FUNCTIONS = (
    "abs acosh asinh atan atanh cos cosh exp expm1 floor isnan log log1p logical_and "
    "logical_not logical_or sign sin sinh sqrt tan tanh"
).split()
_OTHER_NAMES = {
    "add": "add", "divide": "div", "equal": "eq", "greater": "gt", "greater_equal": "ge",
    "less": "lt", "less_equal": "le", "multiply": "mul", "negative": "neg", "not_equal": "ne",
    "subtract": "sub",
}  # fmt: skip


def square(x: Any, /) -> Expr:
    """`x * x`."""
    return mul(x, x)


def maximum(x: Any, y: Any, /) -> Expr:
    """The larger; a tie takes the second argument's slope, a NaN in the first stays NaN."""
    return where(call("le", x, y), y, x)


def minimum(x: Any, y: Any, /) -> Expr:
    """The smaller; a tie takes the second argument's slope, a NaN in the first stays NaN."""
    return where(call("ge", x, y), y, x)


def clip(x: Any, /, min: Any = None, max: Any = None) -> Expr:
    """`x` held between two bounds; the slope at both bounds is 0."""
    above = x if min is None else maximum(x, min)
    return above if max is None else minimum(above, max)


def _named(op: str) -> Callable[..., Expr]:
    def operation(*operands: Any) -> Expr:
        return SMART[op](*operands) if op in SMART else call(op, *operands)

    return operation


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


def __getattr__(name: str) -> Any:
    op = name if name in FUNCTIONS else _OTHER_NAMES.get(name)
    if op is not None:
        return _named(op)
    if name in _REDUCTIONS:
        hint = "it mixes the elements: such formulas are declared with kind='normalising'"
    elif name in _INSTEAD:
        hint = f"use {_INSTEAD[name]}"
    else:
        hint = f"use operators, xp.where, xp.{', xp.'.join(FUNCTIONS)} or multiact.special"
    raise AttributeError(f"a formula cannot use xp.{name}; {hint}")


class _WithFMA:
    """The namespace with fused multiply-add, for programs that become C."""

    def __getattr__(self, name: str) -> Any:
        return partial(call, "fma") if name == "fma" else getattr(sys.modules[__name__], name)


WITH_FMA = _WithFMA()
