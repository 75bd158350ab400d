"""Taylor mode: `jax.experimental.jet` ignores the rules of custom derivatives.

So what it traces is told as a polynomial of the increments, whose coefficients are our
derivatives; products and sums it differentiates by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from typing import Any

import jax
import jax.numpy as jnp

from multiact.calculus.graph import elements
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.special.stable import derivative

Evaluate = Callable[[tuple[Expr, ...], Sequence[Any]], tuple[jax.Array, ...]]


def is_series(v: Any) -> bool:
    """Whether an operand is a Taylor series; the class is imported by whoever makes one."""
    return type(v).__name__ == "JetTracer"


def by_taylor(e: Expr, inputs: Inputs, operands: Sequence[Any], evaluate: Evaluate) -> jax.Array:
    """The value of an expression of which some operands are Taylor series.

    Parameters
    ----------
    e
        The expression.
    inputs
        What its symbols are.
    operands
        Arrays, and numbers or arrays for the parameters.
    evaluate
        Computes expressions at given operands.
    """
    place = [jnp.asarray(v.primal) if is_series(v) else v for v in operands]
    moving = [is_series(v) and isinstance(v.terms, (list, tuple)) for v in operands]  # or all 0
    order = max(len(v.terms) if moves else 0 for v, moves in zip(operands, moving, strict=True))
    steps: dict[str, jax.Array] = {}
    named = [*((n, None) for n in inputs.data), *inputs.parameters]
    for (name, length), v, p, moves in zip(named, operands, place, moving, strict=True):
        if moves:
            change = v - p
            parts = (change,) if length is None else tuple(change[i] for i in range(length))
            steps.update(zip(elements(name, length), parts, strict=True))
    paths = [c for n in range(order + 1) for c in combinations_with_replacement(steps, n)]
    total: Any = 0
    for path, value in zip(paths, evaluate(_along(e, paths), place), strict=True):
        term = value / math.prod(map(math.factorial, Counter(path).values()))
        for name in path:
            term = term * steps[name]
        total = total + term
    result: jax.Array = total
    return result


def _along(e: Expr, paths: Sequence[tuple[str, ...]]) -> tuple[Expr, ...]:
    known: dict[tuple[str, ...], Expr] = {(): e}
    for path in paths:
        if path:
            known[path] = derivative(known[path[:-1]], path[-1])
    return tuple(known[path] for path in paths)
