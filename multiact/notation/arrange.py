"""Rearrangement of expressions for readers, before they are printed.

Sums and products are flattened, equal factors become powers, a nested `where` becomes one
list of cases, and constants get familiar names.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from multiact.calculus.tracing import Expr, const

#: familiar names of constants: LaTeX, text
_NAMED = {
    math.sqrt(2): (r"\sqrt{2}", "sqrt(2)"),
    math.sqrt(0.5): (r"\tfrac{1}{\sqrt{2}}", "(1/sqrt(2))"),
    math.sqrt(2 / math.pi): (r"\sqrt{\tfrac{2}{\pi}}", "sqrt(2/pi)"),
    2 / math.sqrt(math.pi): (r"\tfrac{2}{\sqrt{\pi}}", "(2/sqrt(pi))"),
    math.sqrt(math.pi): (r"\sqrt{\pi}", "sqrt(pi)"),
    math.sqrt(math.pi) / 2: (r"\tfrac{\sqrt{\pi}}{2}", "(sqrt(pi)/2)"),
    math.sqrt(2 * math.pi): (r"\sqrt{2\pi}", "sqrt(2*pi)"),
}


Factors = tuple[tuple[Expr, int], ...]  #: each with its integer power


@dataclass(frozen=True)
class Product:
    """A sign, and the factors of the numerator and the denominator with integer powers."""

    negative: bool
    top: Factors
    bottom: Factors


@dataclass(frozen=True)
class Cases:
    """Values with their conditions, and the value that applies otherwise."""

    rows: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


def number(value: float) -> tuple[str, str]:
    """Print a non-negative constant as LaTeX and as text, in closed form if it has one."""
    for known, names in _NAMED.items():
        if math.isclose(value, known, rel_tol=4e-16):
            return names
    if math.isnan(value):
        return r"\mathrm{NaN}", "nan"
    if math.isinf(value):
        return r"\infty", "inf"
    if value == int(value) and value < 1e15:
        return str(int(value)), str(int(value))
    ratio = Fraction(value).limit_denominator(64)
    if ratio and len(repr(value)) > 12 and math.isclose(value, ratio, rel_tol=4e-16):
        p, q = ratio.numerator, ratio.denominator
        return rf"\tfrac{{{p}}}{{{q}}}", f"({p}/{q})"
    turns = Fraction(value / math.pi).limit_denominator(64)
    if turns and len(repr(value)) > 12 and math.isclose(value / math.pi, turns, rel_tol=4e-16):
        p, q = turns.numerator, turns.denominator
        above, written = (r"\pi", "pi") if p == 1 else (rf"{p}\pi", f"{p}*pi")
        return (above, written) if q == 1 else (rf"\tfrac{{{above}}}{{{q}}}", f"({written}/{q})")
    return repr(value), repr(value)


def terms(e: Expr, negative: bool = False) -> Iterator[tuple[bool, Expr]]:
    """Yield the summands of `e`, each with whether it is subtracted."""
    if e.op in ("add", "sub"):
        yield from terms(e.args[0], negative)
        yield from terms(e.args[1], negative != (e.op == "sub"))
    elif e.op == "neg" and e.args[0].op in ("add", "sub"):
        yield from terms(e.args[0], not negative)
    elif e.op == "neg":
        yield not negative, e.args[0]
    elif e.op == "const" and float(e.value or 0) < 0:
        yield not negative, const(-float(e.value or 0))
    else:
        yield negative, e


def product(e: Expr, data: tuple[str, ...]) -> Product:
    """Collect the factors of `e`: constants, then parameters, data, sums and functions."""
    if e.op == "guarded_mul":
        return Product(False, tuple((a, 1) for a in e.args), ())
    top: list[Expr] = []
    bottom: list[Expr] = []
    negative = _collect_factors(e, top, bottom)
    above, below = _pop_constants(top), _pop_constants(bottom)
    counted, under = Counter(top), Counter(bottom)
    top, bottom = list((counted - under).elements()), list((under - counted).elements())
    if (above < 0) != (below < 0):
        negative = not negative
    above, below = _reduce(abs(above), abs(below))
    line = below != 1 or bool(bottom)
    return Product(
        negative, _powers(above, top, data), _powers(below, bottom, data) if line else ()
    )


def _collect_factors(e: Expr, top: list[Expr], bottom: list[Expr]) -> bool:
    if e.op == "neg":
        return not _collect_factors(e.args[0], top, bottom)
    if e.op == "mul":
        return _collect_factors(e.args[0], top, bottom) != _collect_factors(e.args[1], top, bottom)
    if e.op == "div":
        return _collect_factors(e.args[0], top, bottom) != _collect_factors(e.args[1], bottom, top)
    top.append(e)
    return False


def _pop_constants(factors: list[Expr]) -> float:
    value = math.prod((float(f.value or 0) for f in factors if f.op == "const"), start=1.0)
    factors[:] = [f for f in factors if f.op != "const"]
    return value


def _reduce(above: float, below: float) -> tuple[float, float]:
    if above.is_integer() and below.is_integer() and below:
        common = math.gcd(int(above), int(below))
        return (above / common, below / common) if common else (above, below)
    if above and number(below / above)[1] != repr(below / above):
        return 1.0, below / above
    return above, below


def _powers(constant: float, factors: list[Expr], data: tuple[str, ...]) -> Factors:
    counted = sorted(Counter(factors).items(), key=lambda item: _rank(item[0], data))
    return (((const(constant), 1),) if constant != 1 or not counted else ()) + tuple(counted)


def _rank(e: Expr, data: tuple[str, ...]) -> int:
    if e.op == "symbol":
        return 2 if e.value in data else 1
    if e.op in ("add", "sub"):
        return 3
    return 5 if e.op == "where" else 4


def cases(e: Expr) -> Cases:
    """Flatten a chain of nested `where` operations into one list."""
    rows = []
    while e.op == "where":
        condition, value, e = e.args
        rows.append((value, condition))
    return Cases(tuple(rows), e)
