"""What becomes of exponentials that underflow: which of them have to keep their last bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from multiact.calculus.bounds import interval
from multiact.calculus.graph import topological
from multiact.calculus.tracing import Expr

_EXPONENTIALS = frozenset({"exp", "bell", "narrow_bell"})
#: functions whose results are about as small as their argument
_ODD = frozenset({"neg", "abs", "tanh", "expm1", "log1p", "sin"})
_ABSORBING = 1e-30  # a number that underflows changes nothing when it is added to this one

_Symbols = Mapping[Expr, frozenset[Expr]]


class Use(IntEnum):
    """What becomes of a number that underflows, as far as the outputs show it."""

    ABSORBED = 0  #: nothing: it is added to a larger number
    KEPT = 1  #: it is about a result
    MAGNIFIED = 2  #: a factor may turn it into a normal number again


def uses(outputs: Sequence[Expr]) -> dict[Expr, Use]:
    """Return how the exponentials of some expressions are used where they underflow.

    x exp(x) is a normal number down to x = -91 in float32, where exp(x) is not.  Only factors
    that depend on the exponential's own symbols count: others, such as a cotangent, have any
    size, and the exponential alone has to be normal for their product with it to be right.
    """
    nodes = topological(outputs)
    symbols: dict[Expr, frozenset[Expr]] = {}
    for e in nodes:
        own = frozenset({e} if e.op == "symbol" else ())
        symbols[e] = own.union(*(symbols[a] for a in e.args))
    found = dict.fromkeys(nodes, Use.ABSORBED) | dict.fromkeys(outputs, Use.KEPT)
    for e in reversed(nodes):
        for k, a in enumerate(e.args):
            use = Use.ABSORBED if _absorbs(e, k) else found[e]
            found[a] = max(found[a], Use.MAGNIFIED if _magnifies(e, k, symbols) else use)
    return {e: use for e, use in found.items() if e.op in _EXPONENTIALS}


def _magnifies(e: Expr, k: int, symbols: _Symbols) -> bool:
    """Whether the result may be normal where the argument underflows."""
    if e.op == "mul":
        a, other = e.args[k], e.args[1 - k]
        size = max(map(abs, interval(other)))
        return size > 1 and a is not other and bool(symbols[a] & symbols[other])
    if e.op == "div":
        divisor = interval(e.args[1])
        return k == 1 or not max(divisor.low, -divisor.high) >= 1
    selects = e.op == "where"
    return not (selects or e.op in _ODD or e.op in ("add", "sub") or _absorbs(e, k))


def _absorbs(e: Expr, k: int) -> bool:
    """Whether an argument that underflows changes nothing."""
    if e.op in ("add", "sub"):
        other = interval(e.args[1 - k])
        return max(other.low, -other.high) > _ABSORBING
    return e.op in ("lt", "le", "gt", "ge", "eq", "ne", "exp") or (e.op == "where" and k == 0)
