"""Rearranged products: loop-invariant code motion, and factors taken out of reductions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import reduce
from typing import NamedTuple

from multiact.calculus.graph import topological, users
from multiact.calculus.simplify import div, mul, rebuild
from multiact.calculus.tracing import Expr, call, const, is_const

Factor = tuple[Expr, bool]  # an expression, and whether it divides
Varies = Callable[[Expr], bool]


def hoist_invariants(outputs: Sequence[Expr], varies: Varies) -> tuple[Expr, ...]:
    """Multiply loop-invariant factors first, so that the compiler hoists them out of the loop.

    Their product takes the place of the innermost of them: in `a (s u) u`, `u u` might overflow.
    """
    uses = users(outputs)
    done: dict[Expr, Expr] = {}
    for e in topological(outputs):
        done[e] = rebuild(e, tuple(done[a] for a in e.args))
        if e.op == "mul" and varies(e):
            found = _partition(e, done, uses, varies)
            if len(found.invariants) > 1 and found.rest is not None:
                done[e] = found.with_product(reduce(mul, found.invariants))
    return tuple(done[e] for e in outputs)


class _Partition(NamedTuple):
    """The loop-invariant factors of a product, and the product of the others."""

    invariants: list[Expr]
    rest: Expr | None
    depth: int  # of the innermost invariant
    with_product: Callable[[Expr], Expr]  # the product with something instead of that invariant


def _partition(
    e: Expr, done: dict[Expr, Expr], uses: Counter[Expr], varies: Varies, depth: int = 0
) -> _Partition:
    if not varies(e):
        return _Partition([done[e]], None, depth, lambda product: product)
    if e.op != "mul" or (depth and uses[e] > 1):
        return _Partition([], done[e], -1, lambda product: call("mul", product, done[e]))
    left, right = (_partition(a, done, uses, varies, depth + 1) for a in e.args)
    inner, outer = (left, right) if left.depth >= right.depth else (right, left)
    rest = [v for v in (left.rest, right.rest) if v is not None]
    return _Partition(
        left.invariants + right.invariants,
        reduce(mul, rest) if rest else None,
        inner.depth,
        lambda product: _times(inner.with_product(product), outer.rest),
    )


def _times(product: Expr, rest: Expr | None) -> Expr:
    return product if rest is None else call("mul", product, rest)


def factor_reductions(
    outputs: Sequence[Expr], reductions: Sequence[int], varies: Varies
) -> tuple[tuple[Expr, ...], dict[int, list[Factor]]]:
    """Multiply common factors first, and take loop-invariant factors out of the reductions.

    Gradients g * (u / v) of several parameters become (g / v) * u.  Without reductions nothing
    changes, because the order of a product decides whether an intermediate result overflows.
    Returns the outputs, and for each reduction the factors that are applied to its sum.
    """
    if not reductions:
        return tuple(outputs), {}
    uses = users(outputs)
    divisors = [{v for v, divides in _factors(e, uses, uses) if divides} for e in outputs]
    shared = [v for v, count in Counter(v for each in divisors for v in each).items() if count > 1]
    invariants = [v for each in divisors for v in each if not varies(v)]
    factors_of = [
        _factors(e, uses, shared + invariants if k in reductions else shared)
        for k, e in enumerate(outputs)
    ]
    counts = Counter(f for factors in factors_of for f in set(factors))
    result, later = list(outputs), {}
    for k, factors in enumerate(factors_of):
        inside = [f for f in factors if k not in reductions or varies(f[0]) or f[0].args]
        # shared divisors first; what multiplies keeps its order, in which it does not overflow
        inside.sort(key=lambda f: -counts[f] if f[1] else 1)
        first = next((i for i, f in enumerate(inside) if not f[1]), None)
        if first is not None:
            inside.insert(0, inside.pop(first))
            result[k] = reduce(_apply_factor, inside[1:], inside[0][0])
            later[k] = [f for f in factors if not any(f is i for i in inside)]
    return tuple(result), later


def _apply_factor(product: Expr, factor: Factor) -> Expr:
    return (div if factor[1] else mul)(product, factor[0])


def _factors(e: Expr, uses: Counter[Expr], divisors: Collection[Expr]) -> list[Factor]:
    """Split a product into factors; a subexpression that is used elsewhere stays one factor.

    Quotients are split only if their divisor is among `divisors`.
    """
    factors: list[Factor] = []
    stack: list[Factor] = [(e, False)]
    while stack:
        f, divides = stack.pop()
        atomic = divides or (f is not e and uses[f] > 1)
        if f.op == "mul" and not atomic:
            stack += [(a, False) for a in reversed(f.args)]
        elif f.op == "neg" and not atomic:
            factors.append((const(-1), False))
            stack.append((f.args[0], False))
        elif f.op == "div" and not atomic and any(f.args[1] is v for v in divisors):
            stack += [(f.args[1], True), (f.args[0], False)]
        elif not is_const(f, 1):
            factors.append((f, divides))
    return factors
