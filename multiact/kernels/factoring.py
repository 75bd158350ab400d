"""Products rearranged for loops: loop-invariant code motion, and factors taken out of sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import reduce

from multiact.calculus.graph import topological, users
from multiact.calculus.simplify import div, mul, rebuild
from multiact.calculus.tracing import Expr, call, const, is_const

Factor = tuple[Expr, bool]  # and whether it divides
Varies = Callable[[Expr], bool]


def hoist_invariants(outputs: Sequence[Expr], varies: Varies) -> tuple[Expr, ...]:
    """Factors that are the same for all elements multiplied first, outside the loop."""
    used = users(outputs)
    done: dict[Expr, Expr] = {}
    for e in topological(outputs):
        done[e] = rebuild(e, tuple(done[a] for a in e.args))
        if e.op == "mul" and varies(e):
            fixed, rest = _parted(e, done, used, varies)
            if len(fixed) > 1 and rest is not None:
                done[e] = call("mul", reduce(mul, fixed), rest)
    return tuple(done[e] for e in outputs)


def _parted(
    e: Expr, done: dict[Expr, Expr], used: Counter[Expr], varies: Varies, inner: bool = False
) -> tuple[list[Expr], Expr | None]:
    """The factors of a product that do not vary, and the others in the order they had."""
    if not varies(e):
        return [done[e]], None
    if e.op != "mul" or (inner and used[e] > 1):
        return [], done[e]
    (fixed, left), (more, right) = (_parted(a, done, used, varies, True) for a in e.args)
    rest = [v for v in (left, right) if v is not None]
    return fixed + more, reduce(mul, rest) if rest else None


def factor_reductions(
    outputs: Sequence[Expr], reductions: Sequence[int], varies: Varies
) -> tuple[tuple[Expr, ...], dict[int, list[Factor]]]:
    """Outputs whose common factors come first, and the factors that sums of them get later.

    Gradients g * (u / v) of several parameters become (g / v) * u.  Without sums nothing
    changes: the order of a product decides whether it overflows on the way.
    """
    if not reductions:
        return tuple(outputs), {}
    used = users(outputs)
    divisors = [{v for v, below in _factors(e, used, used) if below} for e in outputs]
    shared = [v for v, count in Counter(v for each in divisors for v in each).items() if count > 1]
    fixed = [v for each in divisors for v in each if not varies(v)]
    found = [
        _factors(e, used, shared + fixed if k in reductions else shared)
        for k, e in enumerate(outputs)
    ]
    often = Counter(f for factors in found for f in set(factors))
    result, later = list(outputs), {}
    for k, factors in enumerate(found):
        inside = [f for f in factors if k not in reductions or varies(f[0]) or f[0].args]
        inside.sort(key=lambda f: (not f[1], -often[f]))
        first = next((i for i, f in enumerate(inside) if not f[1]), None)
        if first is not None:
            inside.insert(0, inside.pop(first))
            result[k] = reduce(_by, inside[1:], inside[0][0])
            later[k] = [f for f in factors if not any(f is i for i in inside)]
    return tuple(result), later


def _by(product: Expr, factor: Factor) -> Expr:
    return (div if factor[1] else mul)(product, factor[0])


def _factors(e: Expr, used: Counter[Expr], divisors: Collection[Expr]) -> list[Factor]:
    """The factors of a product, and of quotients by some divisors; what others use is one."""
    found: list[Factor] = []
    todo: list[Factor] = [(e, False)]
    while todo:
        f, below = todo.pop()
        whole = below or (f is not e and used[f] > 1)
        if f.op == "mul" and not whole:
            todo += [(a, False) for a in reversed(f.args)]
        elif f.op == "neg" and not whole:
            found.append((const(-1), False))
            todo.append((f.args[0], False))
        elif f.op == "div" and not whole and any(f.args[1] is v for v in divisors):
            todo += [(f.args[1], True), (f.args[0], False)]
        elif not is_const(f, 1):
            found.append((f, below))
    return found
