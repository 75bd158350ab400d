"""Expressions evaluated by NumPy at a few places, without a program of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.lower import BIG, BIG_PLACES, Target, must_be_guarded
from multiact.calculus.primitive import Primitive
from multiact.calculus.program import Inputs, program
from multiact.calculus.surrogate import OPERATION, valued
from multiact.calculus.tracing import Expr, call, symbol

_NAMES = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "pow": "power",
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
    "ne": "not_equal",
}  # fmt: skip
#: from the values of symbols and of arguments to the value of a part
Operation = Callable[..., Any]
#: a part of an expression, what computes it, and the places of its arguments
Step = tuple[Expr, Operation, list[int]]


def evaluated(e: Expr, values: Mapping[str, Any]) -> Any:
    """The expression where its symbols have these values, with the guards of lowering."""
    return interpreter(e)(values)


def interpreter(e: Expr) -> Callable[[Mapping[str, Any]], Any]:
    """Return the function that evaluates an expression where its symbols have given values."""
    parts = steps(valued(e))
    return lambda values: all_values(parts, values)[-1]


def all_values(parts: Iterable[Step], values: Mapping[str, Any]) -> list[Any]:
    """The value of every part of an expression, in the order of `steps`."""
    done: list[Any] = []
    with np.errstate(all="ignore"):
        for _, operation, places in parts:
            done.append(operation(values, *[done[i] for i in places]))
    return done


def steps(e: Expr) -> list[Step]:
    """Every part of `e`, what computes it, and the numbers of the parts that this takes."""
    nodes = topological([e])
    places = {n: i for i, n in enumerate(nodes)}
    return [(n, _operation(n), [places[a] for a in n.args]) for n in nodes]


def _operation(n: Expr) -> Operation:
    """Return what computes a part."""
    if n.op == "const" or n is BIG:
        value = BIG_PLACES[64] if n is BIG else n.value
        return lambda _: value
    if n.op == "symbol":
        return lambda values: values[n.value]
    if isinstance(n.op, Primitive):
        names = tuple(f"u{i}" for i in range(len(n.args)))
        run = program((call(n.op, *map(symbol, names)),), Inputs(names), Target(64))
        return lambda _, *args: run(*map(np.asarray, args), xp=np)[0]
    if n.op == OPERATION:
        return lambda _, value, smooth: value
    if n.op == "guarded_mul":
        return lambda _, a, b: np.where(b == 0, b, np.multiply(a, b))
    function = getattr(np, _NAMES.get(n.op, n.op))
    guarded = must_be_guarded(n) if n.op == "mul" else ()
    return lambda _, *args: _guarded(function(*args), args, guarded)


def _guarded(y: Any, args: tuple[Any, ...], guarded: Iterable[int]) -> Any:
    for k in guarded:
        y = np.where(args[k] == 0, args[k], y)
    return y
