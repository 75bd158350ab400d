"""Constants that are known better than a double holds them: pi, square roots, logarithms.

An exponential multiplies the rounding of a constant in its exponent as it does any other.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any, Self

_EXACT = Context(prec=50)
_NONE = 1e-30  #: sqrt(2) * sqrt(2) is 2


def operators(apply: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return the methods of an operator, from the left and from the right."""

    def forward(self: Any, other: Any) -> Any:
        return apply(self, other)

    def reflected(self: Any, other: Any) -> Any:
        return apply(other, self)

    return forward, reflected


def _binary(name: str) -> tuple[Any, Any]:
    return operators(lambda left, right: _combined(name, left, right))


class Constant(float):
    """The double next to a number, and what that number has more.

    Sums, products and quotients with other numbers are such constants, too; a number that a
    double holds is a float.
    """

    __slots__ = ("rest",)
    rest: float

    @classmethod
    def of(cls, number: Decimal) -> float:
        """A number as a constant; as a float, if that is exact."""
        nearest = float(number)
        rest = float(_EXACT.subtract(number, Decimal(nearest)))
        return nearest if abs(rest) <= _NONE * abs(nearest) else cls._new(nearest, rest)

    @classmethod
    def _new(cls, nearest: float, rest: float) -> Self:
        constant = cls(nearest)
        constant.rest = rest
        return constant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self.hex() == other.hex()

    def __hash__(self) -> int:
        return hash(self.hex())

    def hex(self) -> str:
        """Both parts, which tell it from all other numbers."""
        return f"{float(self).hex()} {self.rest.hex()}"

    def __neg__(self) -> float:
        return self._new(-float(self), -self.rest)

    def __abs__(self) -> float:
        return -self if self < 0 else self

    def __reduce__(self) -> Any:
        return Constant._new, (float(self), self.rest)

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("subtract")
    __mul__, __rmul__ = _binary("multiply")
    __truediv__, __rtruediv__ = _binary("divide")
    __pow__ = _binary("power")[0]


def _combined(name: str, left: Any, right: Any) -> Any:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return NotImplemented
    exact, plain = _OPERATIONS[name]
    if not math.isfinite(left) or not math.isfinite(right) or (right == 0 and name == "divide"):
        return plain(float(left), float(right))
    if name == "power" and not isinstance(right, int):
        return plain(float(left), float(right))
    return Constant.of(exact(_decimal(left), _decimal(right)))


_OPERATIONS: dict[str, tuple[Callable[..., Decimal], Callable[..., float]]] = {
    "add": (_EXACT.add, operator.add),
    "subtract": (_EXACT.subtract, operator.sub),
    "multiply": (_EXACT.multiply, operator.mul),
    "divide": (_EXACT.divide, operator.truediv),
    "power": (_EXACT.power, operator.pow),
}


def _decimal(number: float) -> Decimal:
    exact = Decimal(float(number))
    return _EXACT.add(exact, Decimal(number.rest)) if isinstance(number, Constant) else exact


PI = Constant.of(Decimal("3.14159265358979323846264338327950288419716939937511"))
E = Constant.of(Decimal("2.71828182845904523536028747135266249775724709369996"))


def sqrt(number: float) -> float:
    """The square root of a number that is not negative."""
    return Constant.of(_EXACT.sqrt(_decimal(number)))


def log(number: float) -> float:
    """The natural logarithm of a positive number."""
    return Constant.of(_EXACT.ln(_decimal(number)))
