"""Expressions evaluated by NumPy at a few places, without a program of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.lower import BIG, BIG_PLACES, Target, must_be_guarded
from multiact.calculus.primitive import Primitive
from multiact.calculus.program import Inputs, program
from multiact.calculus.surrogate import valued
from multiact.calculus.tracing import Expr, call, symbol

_NAMES = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "pow": "power",
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
    "ne": "not_equal",
}  # fmt: skip


def evaluated(e: Expr, values: Mapping[str, Any]) -> Any:
    """The expression where its symbols have these values, with the guards of lowering."""
    e = valued(e)
    done: dict[Expr, Any] = {}
    with np.errstate(all="ignore"):
        for n in topological([e]):
            done[n] = _value(n, [done[a] for a in n.args], values)
    return done[e]


def _value(n: Expr, args: list[Any], values: Mapping[str, Any]) -> Any:
    if n.op == "const":
        return n.value
    if n is BIG:
        return BIG_PLACES[64]
    if n.op == "symbol":
        return values[n.value]  # type: ignore[index]
    if isinstance(n.op, Primitive):
        names = tuple(f"u{i}" for i in range(len(args)))
        node = call(n.op, *map(symbol, names))
        (y,) = program((node,), Inputs(names), Target(64))(*map(np.asarray, args), xp=np)
        return y
    if n.op == "guarded_mul":
        return np.where(args[1] == 0, args[1], np.multiply(*args))
    y = getattr(np, _NAMES.get(n.op, n.op))(*args)
    for k in must_be_guarded(n) if n.op == "mul" else ():
        y = np.where(args[k] == 0, args[k], y)
    return y
