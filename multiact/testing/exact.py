"""The truth for the checks: formulas as they were written, evaluated in mpmath.

Values come from the raw graph, so the truth does not rely on the rewriting rules, the stable
primitives or their precision-dependent bodies.  The first two derivatives are finite
differences of such values, so that a wrong derivative rule is detected too; what is declared
with the slope of something else has the differences of that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath
from mpmath import mp, mpf

from multiact.calculus import surrogate
from multiact.calculus.constant import Constant
from multiact.calculus.primitive import Primitive
from multiact.calculus.tracing import NAMESPACE, Expr, symbol
from multiact.declare.activation import Activation
from multiact.declare.arguments import Specialization

Number = Any  # an mpf; mpmath ships no types
_STEP = 20  # the step of the differences is 10**-20, relative to x or 1, whichever is smaller
#: digits for float32 and narrower, and for float64: the range of the format and 40 more
DIGITS = {32: 150, 64: 420}
_ENORMOUS = mpf(2) ** 1100  # beyond every format: exp of it counts as infinite


@dataclass(frozen=True)
class Truth:
    """Value, slope and second derivative at one point, and whether it is a corner."""

    value: Number
    slope: Number
    second: Number
    corner: bool  # the slopes on the two sides differ


def evaluate(
    e: Expr, values: Mapping[str, Number], start: Mapping[str, Number] | None = None
) -> Number:
    """Evaluate an expression in mpmath's working precision; only in the selected branches.

    Parameters
    ----------
    e
        The expression.
    values
        The values of its symbols.
    start
        The place from which differences are taken.  Away from it, what has the slope of something
        else changes as that does; None: every part has its own value.
    """
    done: dict[Expr, Number] = {}

    def through(value: Expr, smooth: Expr) -> Number:
        if start is None:
            return visit(value)
        here, before = evaluate(value, start), evaluate(smooth, start)
        after = visit(smooth)
        return here if after == before else here + (after - before)

    def visit(node: Expr) -> Number:
        if node not in done:
            if node.op == "where":
                done[node] = visit(node.args[1] if visit(node.args[0]) else node.args[2])
            elif node.op == surrogate.OPERATION:
                done[node] = through(*node.args)
            else:
                done[node] = _applied(node, [visit(a) for a in node.args], values)
        return done[node]

    return visit(e)


def _applied(node: Expr, args: list[Number], values: Mapping[str, Number]) -> Number:
    if node.op == "const":
        return _constant(node.value)
    if node.op == "symbol":
        return values[node.value]  # type: ignore[index]
    rule = OPERATIONS.get(node.op)
    if rule is None:
        meaning = _meaning(node.op)
        return evaluate(meaning, dict(zip(_operand_names(len(args)), args, strict=True)))
    try:
        return rule(*args)
    except ZeroDivisionError:
        return _pole(*args)


@cache
def _meaning(op: str) -> Expr:
    """The definition of a primitive, in the symbols of `_operand_names`."""
    if not isinstance(op, Primitive) or op.means is None:
        raise NotImplementedError(f"testing.exact has no definition of {op!r}")
    names = _operand_names(len(op.slopes))
    written: Expr = op.means(*map(symbol, names), xp=NAMESPACE)
    return written


def _operand_names(count: int) -> tuple[str, ...]:
    return tuple(f"u{i}" for i in range(count))


def truth(
    act: Activation, specialization: Specialization, place: Mapping[str, float], wrt: str, bits: int
) -> Truth:
    """Compute the value and derivatives of a formula at one point.

    Parameters
    ----------
    act
        An activation with a graph.
    specialization
        The specialization of the graph.
    place
        The values of all symbols; array parameters by element, `amplitude_0` and so on.
    wrt
        The symbol to differentiate by.
    bits
        32 or 64, the format whose range the digits must cover.
    """
    e = act.expression(specialization, raw=True)
    values = {name: mpf(v) for name, v in place.items()}
    return around(lambda v: evaluate(e, {**values, wrt: v}, values), place[wrt], bits)


def around(function: Callable[[Number], Number], x: float, bits: int) -> Truth:
    """Compute the value and derivatives at `x` of any function of mpmath numbers.

    Parameters
    ----------
    function
        A function that takes and returns an mpf.
    x
        The point; at an infinity the derivatives are NaN.
    bits
        32 or 64, the format whose range the digits must cover.
    """
    with mp.workdps(DIGITS[bits]):
        point = mpf(x)
        value = function(point)
        if not mpmath.isfinite(point):
            return Truth(value, mp.nan, mp.nan, False)
        # at 0, a step below every number of the format, so that a slope of 0 is found to be 0;
        # far out, a step shorter than the period of sin
        scale = min(abs(point), mpf(1)) if point else mpf(10) ** (_STEP - DIGITS[bits] * 4 // 5)
        h = scale * mpf(10) ** -_STEP
        right, left = function(point + h), function(point - h)
        slope, change = (right - left) / (2 * h), (right - 2 * value + left) / h
        return Truth(value, slope, change / h, bool(abs(change) > 1e-12 * (1 + abs(slope))))


@cache
def _constant(value: float) -> Number:
    """Convert a constant; like the equations, take some constants as what they are meant to be."""
    with mp.workdps(DIGITS[64] + 20):
        known = (mp.sqrt(2), 1 / mp.sqrt(2), mp.log(2), +mp.pi, mp.pi / 2)
    for constant in known:
        if math.isclose(value, float(constant), rel_tol=3e-16):
            return constant
    return mpf(value) + (value.rest if isinstance(value, Constant) else 0)


def _pole(*args: Number) -> Number:
    """Return the result of a division by zero in floating-point arithmetic."""
    top = args[0] if len(args) > 1 else mpf(1)
    return mp.nan if top == 0 or mpmath.isnan(top) else mp.sign(top) * mp.inf


def _exp(u: Number) -> Number:
    if u > _ENORMOUS:
        return mp.inf
    return mpf(0) if u < -_ENORMOUS else mp.exp(u)


def _tanh(u: Number) -> Number:
    return mp.sign(u) if abs(u) > _ENORMOUS else mp.tanh(u)


def _power(u: Number, p: Number) -> Number:
    return mp.nan if u < 0 and p != int(p) else u**p


def _erfc(u: Number) -> Number:
    return mpf(0) if u > 10**5 else mpf(2) if u < -(10**5) else mp.erfc(u)


def _log(u: Number) -> Number:
    return mp.nan if u < 0 else -mp.inf if u == 0 else mp.log(u)


OPERATIONS: dict[str, Callable[..., Number]] = {
    "add": lambda u, v: u + v,
    "sub": lambda u, v: u - v,
    "mul": lambda u, v: u * v,
    "div": lambda u, v: u / v,
    "neg": lambda u: -u,
    "pow": _power,
    "lt": lambda u, v: u < v,
    "le": lambda u, v: u <= v,
    "gt": lambda u, v: u > v,
    "ge": lambda u, v: u >= v,
    "eq": lambda u, v: u == v,
    "ne": lambda u, v: u != v,
    "logical_and": lambda u, v: u and v,
    "logical_or": lambda u, v: u or v,
    "logical_not": lambda u: not u,
    "isnan": mpmath.isnan,
    "abs": abs,
    "sign": mp.sign,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "round": mp.nint,
    "trunc": lambda u: mp.floor(u) if u > 0 else mp.ceil(u),
    "sqrt": lambda u: mp.nan if u < 0 else mp.sqrt(u),
    "exp": _exp,
    "expm1": lambda u: _exp(u) - 1 if abs(u) > 1 else mp.expm1(u),
    "log": _log,
    "log1p": lambda u: _log(1 + u) if abs(u) > 1 else mp.log1p(u),
    "log2": lambda u: _log(u) / mp.log(2),
    "log10": lambda u: _log(u) / mp.log(10),
    "atan2": mp.atan2,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "sinh": lambda u: (_exp(u) - _exp(-u)) / 2 if abs(u) > 1 else mp.sinh(u),
    "cosh": lambda u: (_exp(u) + _exp(-u)) / 2,
    "tanh": _tanh,
    "atan": mp.atan,
    "atanh": mp.atanh,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "rgamma": mp.rgamma,
    "digamma": mp.digamma,
    "_trigamma": lambda u: mp.psi(1, u),
    "_tetragamma": lambda u: mp.psi(2, u),
    "erf": lambda u: mp.sign(u) if abs(u) > 10**5 else mp.erf(u),
    "erfc": _erfc,
    "erfcx": lambda u: _exp(u * u) * mp.erfc(u) if u < 10**4 else 1 / (u * mp.sqrt(mp.pi)),
}
