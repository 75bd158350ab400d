"""Products rearranged for loops: what does not vary is multiplied once, what is shared first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce

from multiact.calculus.graph import Expr, call, const, div, is_const, mul, rebuild, topological

Factor = tuple[Expr, bool]  # and whether it divides
Varies = Callable[[Expr], bool]


def hoisted(outputs: Sequence[Expr], varies: Varies) -> tuple[Expr, ...]:
    """Factors that are the same for all elements multiplied first, outside the loop."""
    users = _users(outputs)
    done: dict[Expr, Expr] = {}
    for e in topological(outputs):
        done[e] = rebuild(e, tuple(done[a] for a in e.args))
        if e.op == "mul" and varies(e):
            found = _factors(e, users, divide=False)
            fixed = [done[f] for f, _ in found if not varies(f)]
            if len(fixed) > 1:
                rest = [done[f] for f, _ in found if varies(f)]
                done[e] = call("mul", reduce(mul, fixed), reduce(mul, rest))
    return tuple(done[e] for e in outputs)


def summed(
    outputs: Sequence[Expr], sums: Sequence[int], varies: Varies
) -> tuple[tuple[Expr, ...], dict[int, list[Factor]]]:
    """Outputs whose common factors come first, and the factors that sums of them get later.

    A gradient g * u / v is multiplied as (g / v) * u if other gradients have g / v too.
    """
    users = _users(outputs)
    found = [_factors(e, users, divide=True) for e in outputs]
    often = Counter(f for factors in found for f in set(factors))
    result, later = list(outputs), {}
    for k, factors in enumerate(found):
        inside = [f for f in factors if k not in sums or varies(f[0]) or f[0].args]
        inside.sort(key=lambda f: -often[f])
        first = next((i for i, f in enumerate(inside) if not f[1]), None)
        if first is not None:
            inside.insert(0, inside.pop(first))
            result[k] = reduce(_by, inside[1:], inside[0][0])
            later[k] = [f for f in factors if not any(f is i for i in inside)]
    return tuple(result), later


def _by(product: Expr, factor: Factor) -> Expr:
    return (div if factor[1] else mul)(product, factor[0])


def _users(outputs: Sequence[Expr]) -> Counter[Expr]:
    users = Counter(a for e in topological(outputs) for a in e.args)
    users.update(outputs)
    return users


def _factors(e: Expr, users: Counter[Expr], *, divide: bool) -> list[Factor]:
    """The factors of a product; a part that others use too is one factor."""
    found: list[Factor] = []
    todo: list[Factor] = [(e, False)]
    while todo:
        f, below = todo.pop()
        whole = f is not e and users[f] > 1
        if f.op == "mul" and not whole and not below:
            todo += [(a, False) for a in reversed(f.args)]
        elif f.op == "neg" and not whole and not below:
            found.append((const(-1), False))
            todo.append((f.args[0], False))
        elif f.op == "div" and divide and not whole and not below:
            todo += [(f.args[1], True), (f.args[0], False)]
        elif not is_const(f, 1):
            found.append((f, below))
    return found
