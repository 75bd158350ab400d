"""Graphs of operations whose equal nodes are one object, and walks over them.

Equal means: the same operation on the same arguments in the same order.  So common
subexpressions are shared without a search, and a graph depends on nothing but what was
written: not on other graphs, on their order, or on the process.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from operator import is_
from threading import Lock
from typing import Any, Self, TypeVar
from weakref import WeakValueDictionary

#: operations whose two arguments may change places
COMMUTATIVE = frozenset({"add", "mul", "logical_and", "logical_or"})


class Element(str):
    """The name of one element of an array parameter: `weights_0`, or `weights_k` for any."""

    __slots__ = ("array", "number")
    array: str
    number: int | str

    def __new__(cls, array: str, number: int | str) -> Self:
        """The name of element `number` of `array`."""
        name = super().__new__(cls, f"{array}_{number}")
        name.array, name.number = array, number
        return name


class Data(str):
    """The name of an array that a formula acts on; other symbols are parameters."""

    __slots__ = ()


class Noise(Data):
    """The name of an array of random numbers."""

    __slots__ = ()


class Number(str):
    """The name of a parameter, between which numbers it is, and one that it often is."""

    low: float
    high: float
    usual: float

    def __new__(
        cls, name: str, low: float = -math.inf, high: float = math.inf, usual: float = 1.0
    ) -> Self:
        """The name of a parameter with these bounds."""
        number = super().__new__(cls, name)
        number.low, number.high, number.usual = low, high, usual
        return number

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number) and vars(self) != vars(other):
            return False
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def is_data(name: str) -> bool:
    """Whether a symbol differs from element to element."""
    return isinstance(name, Data)


def elements(array: str, length: int | None) -> list[str]:
    """The names that stand for a parameter: its own, or those of its elements."""
    return [array] if length is None else [Element(array, i) for i in range(length)]


class Node:
    """An operation, its arguments, and for leaves a name or a value."""

    __slots__ = ("__weakref__", "args", "op", "symbols", "value")

    op: str
    args: tuple[Self, ...]
    value: float | str | None
    symbols: frozenset[str]  # names of the symbols below this node

    @classmethod
    def of(cls, op: str, args: tuple[Self, ...] = (), value: float | str | None = None) -> Self:
        """The one node with this operation, these arguments and this value."""
        exact = value.hex() if isinstance(value, float) else value  # hex tells 0.0 from -0.0
        key = (cls, op, type(value), exact, *map(id, args))
        found: Any = _NODES.get(key)
        if found is None:
            made = cls()
            made.op, made.args, made.value = op, args, value
            own: set[str] = {value} if op == "symbol" and isinstance(value, str) else set()
            made.symbols = frozenset(own.union(*(a.symbols for a in args)))
            with _LOCK:
                found = _NODES.setdefault(key, made)
        return found  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        if self.op in ("const", "symbol"):
            return str(self.value)
        return f"{self.op}({', '.join(map(repr, self.args))})"


#: nodes live as long as somebody holds them; a key's ids are those of arguments that its node holds
_NODES: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()
_LOCK = Lock()

N = TypeVar("N", bound=Node)


def topological(roots: Iterable[N], leaves: Iterable[N] = ()) -> list[N]:
    """All nodes below `roots` but not below `leaves`, each after its arguments."""
    order: list[N] = []
    seen = set(leaves)
    stack = list(roots)[::-1]
    opened: list[N] = []  # those on the stack whose arguments lie above them
    while stack:
        e = stack[-1]
        if opened and opened[-1] is e:
            order.append(opened.pop())
            stack.pop()
        elif e in seen:
            stack.pop()
        else:
            seen.add(e)
            if e.args:
                opened.append(e)
                stack += e.args[::-1]
            else:
                order.append(e)
                stack.pop()
    return order


def users(roots: Iterable[N]) -> Counter[N]:
    """How often each node is an argument, or a root."""
    roots = list(roots)
    found = Counter(a for e in topological(roots) for a in e.args)
    found.update(roots)
    return found


def without_twins(roots: Iterable[N]) -> tuple[N, ...]:
    """The same expressions, where `a * b` and `b * a` are one node: the first in their order."""
    roots = list(roots)
    kept: dict[tuple[str, frozenset[int]], N] = {}
    done: dict[N, N] = {}
    for e in topological(roots):
        args = tuple(done[a] for a in e.args)
        new = e if all(map(is_, args, e.args)) else e.of(e.op, args, e.value)
        if e.op in COMMUTATIVE:
            new = kept.setdefault((e.op, frozenset(map(id, args))), new)
        done[e] = new
    return tuple(done[e] for e in roots)
