"""Lowering: stable primitives become array operations in one precision.

Products of a growing and a decaying factor (`x * expit(x)`) get a guard, since
`inf * 0` would turn the limit at infinity, or an overflow on the way, into NaN.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce

from multiact.calculus.bounds import clamp_of, interval
from multiact.calculus.compensate import error_of, exponential, exponential_less_one
from multiact.calculus.graph import is_data, topological, without_twins
from multiact.calculus.normal import Product, product, terms
from multiact.calculus.primitive import Primitive
from multiact.calculus.simplify import add, div, mul, rebuild, transformed, where
from multiact.calculus.surrogate import valued
from multiact.calculus.tracing import COMPENSATING, NAMESPACE, Expr, call, const, is_const, symbol

ANGULAR = frozenset({"sin", "cos", "tan"})
_BOUNDED = frozenset({"tanh", "sin", "cos", "atan", "sign"})
_ZERO_AT_ZERO = frozenset({"neg", "tanh", "sin", "atan", "asinh", "sinh", "log1p", "expm1", "sqrt", "abs", "erf"})  # fmt: skip  # noqa: E501


#: a place so far out that a function has reached its limit there, yet its powers are finite
BIG = Expr.of("big")
BIG_PLACES = {16: 2.0**30, 32: 2.0**30, 64: 2.0**120}


@dataclass(frozen=True)
class Target:
    """What a program is made for.

    Attributes
    ----------
    bits
        64, 32, or 16 for what is computed in 32 and then rounded: the coefficients of primitives.
    fma
        Whether it has fused multiply-add, which the array API does not have.
    splits
        Whether the rounding errors of products in exponents are computed without it.
    own
        Primitives that it has as operations of its own.
    arithmetic
        Functions that are slower or less accurate there than sums and products, and the rules
        that take them apart: from operands, their bounds, and bits; None where they do not.
    clamps
        Whether `where(x < c, c, x)` shall be `maximum(x, c)`.
    wide_angles
        Whether sines and cosines are of any angle; else it is seen to by `with_wide_angles`.
    """

    bits: int
    fma: bool = False
    splits: bool = False
    own: frozenset[str] = frozenset()
    arithmetic: frozenset[tuple[str, Callable[..., Expr | None]]] = frozenset()
    clamps: bool = False
    wide_angles: bool = True

    @property
    def products(self) -> str | None:
        """How the rounding error of a product is computed."""
        if self.bits == 16:
            return None
        return "fma" if self.fma else "split" if self.splits else None

    @cached_property
    def rules(self) -> dict[str, Callable[..., Expr | None]]:
        """The rules of `arithmetic`."""
        return dict(self.arithmetic)


@lru_cache(maxsize=4096)
def lower(e: Expr, target: Target) -> Expr:
    """`e` in the operations of `target` only."""
    return _lower(valued(e), (), target, guard=True)


def lowered(outputs: tuple[Expr, ...], target: Target) -> tuple[Expr, ...]:
    """All outputs of a program, which share what they have in common."""
    found = _lone_sigmoids(without_twins(lower(e, target) for e in outputs))
    found = _numbers_within(found)
    return with_wide_angles(found) if target.wide_angles else found


def _numbers_within(outputs: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """`(u v) / 6` as `u (v / 6)`: the product may overflow where the result does not.

    The factor that is bounded, if one is, takes the number; only of products that nothing shares.
    So do the terms of sums that overflow together, where that rounds nothing.
    """
    users = Counter([*(a for e in topological(outputs) for a in e.args), *outputs])

    def within(e: Expr, rebuilt: Expr) -> Expr:
        i = {"mul": 0, "div": 1}.get(rebuilt.op) if rebuilt.op == e.op else None
        if i is None or not is_const(rebuilt.args[i]) or users[e.args[1 - i]] > 1:
            return rebuilt
        number, whole = float(rebuilt.args[i].value or 0), rebuilt.args[1 - i]
        smaller = 0 < abs(number) < 1 if e.op == "mul" else abs(number) > 1
        scaled = _scaled_within(whole, number, e.op) if smaller else None
        return rebuilt if scaled is None else scaled

    return transformed(outputs, within)


def _scaled_within(whole: Expr, number: float, op: str) -> Expr | None:
    if whole.op == "add" and abs(math.frexp(number)[0]) == 0.5 and all(map(_explodes, whole.args)):
        parts = [_scaled_within(a, number, op) for a in whole.args]
        alone = [call(op, a, number) for a in whole.args]
        return call("add", *(a if p is None else p for p, a in zip(parts, alone, strict=True)))
    if whole.op != "mul" or any(map(is_const, whole.args)):
        return None
    u, v = whole.args
    if math.isfinite(interval(u).high - interval(u).low):
        u, v = v, u
    return call("mul", u, mul(number, v) if op == "mul" else call("div", v, const(number)))


def _explodes(e: Expr) -> bool:
    """Whether it is a hyperbolic sine or cosine, or a product with one."""
    return e.op in ("cosh", "sinh") or (e.op == "mul" and any(map(_explodes, e.args)))


def with_wide_angles(outputs: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The outputs with sines and cosines that are numbers wherever the arrays are finite.

    The angle may overflow there, and its sine be NaN; any number from -1 to 1 is as right.
    """

    def widened(e: Expr, rebuilt: Expr) -> Expr:
        arrays = [symbol(n) for n in sorted(e.symbols) if is_data(n)]
        if e.op not in ANGULAR or not arrays or e.args[0].op == "symbol":
            return rebuilt
        (angle,) = rebuilt.args
        zeros = [call("sub", x, x) for x in arrays]  # NaN where it is infinite
        overflows = call("eq", call("abs", angle), const(math.inf))
        return call(e.op, where(overflows, add(reduce(add, zeros), 1.0), angle))

    return transformed(outputs, widened)


def _lower(e: Expr, leaves: tuple[Expr, ...], target: Target, guard: bool) -> Expr:
    """`e`, of which `leaves` are lowered already."""
    done = {leaf: leaf for leaf in leaves}
    for node in topological([e], done):
        done[node] = _lower_one(node, tuple(done[a] for a in node.args), target, guard)
    return done[e]


def _lone_sigmoids(outputs: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """`where(u < 0, z, 1) / (1 + z)` as `1 / (1 + exp(-u))` where nothing shares z = exp(-|u|)."""
    users = Counter(a for e in topological(outputs) for a in e.args)

    def alone(e: Expr, rebuilt: Expr) -> Expr:
        if e.op == "div" and e.args[0].op == "where":
            condition, z, one = e.args[0].args
            if e.args[1] is 1 + z and is_const(one, 1) and z.op == "exp" and users[z] == 2:
                u = condition.args[0]
                if z is call("exp", -call("abs", u)) and condition is (u < 0):
                    u = rebuilt.args[0].args[0].args[0]
                    return div(1.0, 1 + call("exp", -u))
        return rebuilt

    return transformed(outputs, alone)


def _lower_one(node: Expr, args: tuple[Expr, ...], target: Target, guard: bool) -> Expr:
    found = _by_arithmetic(node, args, target)
    if node.op == "expm1" and guard and any(map(_is_multiple_of_exponential, terms(node.args[0]))):
        plain = rebuild(node, args) if found is None else found
        found = exponential_less_one(args[0], plain, target.bits, target.products)
    if found is not None:
        return found
    if isinstance(node.op, Primitive):
        return _of_primitive(node.op, args, target)
    if node.op == "exp":
        nested = guard and _is_multiple_of_exponential(product(node.args[0]))
        return exponential(args[0], target.bits, target.products, nested=nested)
    if node is BIG:
        return const(BIG_PLACES[target.bits])
    if node.op == "where" and target.clamps:
        return _clamped(where(*args))
    if node.op == "guarded_mul":
        return _guarded(*args)
    if node.op == "mul" and guard:
        guarded = mul(*args)
        for k in must_be_guarded(node):
            guarded = where(call("eq", args[k], const(0)), args[k], guarded)
        return guarded
    return rebuild(node, args)


def _by_arithmetic(node: Expr, args: tuple[Expr, ...], target: Target) -> Expr | None:
    rule = target.rules.get(node.op)
    # what is lowered no longer shows its bounds
    found = None if rule is None else rule(*args, *map(interval, node.args), target.bits)
    return None if found is None else _lower(found, args, target, guard=False)


def taken_apart(outputs: tuple[Expr, ...], target: Target) -> tuple[Expr, ...]:
    """Lowered outputs with the target's rules applied to the functions that they still have.

    Had they been applied before, the rounding errors inside of an exponent's functions would
    have been computed, too.
    """

    def apart(e: Expr, rebuilt: Expr) -> Expr:
        found = _by_arithmetic(e, rebuilt.args, target) if rebuilt.op == e.op else None
        return rebuilt if found is None else found

    return transformed(outputs, apart)


def _is_multiple_of_exponential(p: Product) -> bool:
    return any(f.op == "exp" for f, _ in p.factors)


def _of_primitive(op: Primitive, args: tuple[Expr, ...], target: Target) -> Expr:
    bits, products = target.bits, target.products
    if op.exponent is not None and products and error_of(args[0], bits, products) is not None:
        return exponential(op.exponent(*args), bits, products)
    if op in target.own:
        return call(op, *args)
    precision = {"bits": bits} if op.by_precision else {}
    # a body is written with its limits in mind: nothing in it needs a guard
    body = op.body(*args, xp=COMPENSATING if products else NAMESPACE, **precision)
    return _lower(body, args, target, guard=False)


def _clamped(chosen: Expr) -> Expr:
    found = clamp_of(chosen)
    return chosen if found is None else call(*found)


def _guarded(growing: Expr, decaying: Expr) -> Expr:
    return where(call("eq", decaying, const(0)), decaying, mul(growing, decaying))


def must_be_guarded(e: Expr) -> Iterator[int]:
    """The positions of factors whose zero must win over an infinity of the other one."""
    left, right = e.args
    if decays(right) and unbounded(left):
        yield 1
    if decays(left) and unbounded(right):
        yield 0


@lru_cache(maxsize=1 << 16)
def decays(e: Expr) -> bool:
    """Whether `e` may reach 0 at an infinity faster than any polynomial grows."""
    if not e.symbols:
        return False
    if isinstance(e.op, Primitive) and e.op.decays:
        return True
    if e.op in ("exp", "pow"):
        return True
    if e.op in ("mul", "guarded_mul", "where"):
        return any(map(decays, e.args))
    if e.op in ("add", "sub"):
        return all(map(decays, e.args))
    if e.op == "div":
        return decays(e.args[0])
    return e.op in _ZERO_AT_ZERO and decays(e.args[0])


@lru_cache(maxsize=1 << 16)
def unbounded(e: Expr) -> bool:
    """Whether `e` may become infinite (parameters are finite)."""
    if e.op == "symbol":
        return is_data(e.value)  # type: ignore[arg-type]
    if e.op in _BOUNDED or not e.symbols:
        return False
    if isinstance(e.op, Primitive) and e.op.bounded:
        return False
    return any(map(unbounded, e.args)) or e.op == "div"
