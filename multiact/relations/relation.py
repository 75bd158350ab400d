"""What a relation between two activations is, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from multiact.relations.numbers import Number

Kind = Literal["same", "special case", "affine"]
Parameters = tuple[tuple[str, Number], ...]
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


@dataclass(frozen=True)
class Relation:
    """That `left(x) = a right(b x + c) + d` at these parameters, and how this was confirmed.

    Attributes
    ----------
    left, right
        The names of the activations.
    kind
        "same": they coincide at their defaults; "special case": one of them with other
        parameters is the other one; "affine": they do so but for `a`, `b`, `c` and `d`.
    left_parameters, right_parameters
        All the parameters of each, as exact numbers.
    a, b, c, d
        Factors and shifts, as exact numbers.
    confirmed
        "symbolic": both sides are the same expression; "60 digits": their values agree to 60
        digits at many points.
    renamed
        Pairs of parameters, of the left and of the right side: the relation holds whatever the
        value of the left one is, if the right one has the same value.
    """

    left: str
    right: str
    kind: Kind
    left_parameters: Parameters = ()
    right_parameters: Parameters = ()
    a: Number = ONE
    b: Number = ONE
    c: Number = ZERO
    d: Number = ZERO
    confirmed: Literal["", "symbolic", "60 digits"] = ""
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def coefficients(self) -> tuple[Number, Number, Number, Number]:
        """The factors and shifts: a, b, c, d."""
        return self.a, self.b, self.c, self.d

    @property
    def parameters(self) -> tuple[Parameters, Parameters]:
        """The parameters of the left side, and those of the right one."""
        return self.left_parameters, self.right_parameters

    @property
    def is_plain(self) -> bool:
        """Whether it is without factors and shifts."""
        return self.coefficients == (ONE, ONE, ZERO, ZERO)

    def __str__(self) -> str:
        general = dict(self.renamed)
        left = [(n, n if n in general else str(v)) for n, v in self.left_parameters]
        by_right = {r: n for n, r in self.renamed}
        right = [(n, by_right.get(n, str(v))) for n, v in self.right_parameters]
        argument = _sum(_multiple(self.b, "x"), self.c)
        value = _sum(_multiple(self.a, _call(self.right, argument, right)), self.d)
        return f"{_call(self.left, 'x', left)} = {value}"

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON: numbers as floats, and as text where that says more."""
        return {
            "left": self.left,
            "right": self.right,
            "kind": self.kind,
            "left_parameters": {n: float(v) for n, v in self.left_parameters},
            "right_parameters": {n: float(v) for n, v in self.right_parameters},
            **{n: float(v) for n, v in zip("abcd", self.coefficients, strict=True)},
            "confirmed": self.confirmed,
            "for_every": {r: n for n, r in self.renamed},
            "text": str(self),
        }


def _call(name: str, argument: str, parameters: list[tuple[str, str]]) -> str:
    written = [n if n == v else f"{n}={v}" for n, v in parameters]
    return f"{name}({', '.join([argument, *written])})"


def _multiple(factor: Number, of: str) -> str:
    if factor == ONE:
        return of
    if factor == -ONE:
        return f"-{of}"
    return f"({factor}) {of}" if "/" in str(factor) else f"{factor} {of}"


def _sum(text: str, added: Number) -> str:
    if added == ZERO:
        return text
    return f"{text} - {-added}" if float(added) < 0 else f"{text} + {added}"
