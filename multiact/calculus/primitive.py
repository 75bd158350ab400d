"""Operations that are functions of their own, with all that is known about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self


class Primitive(str):
    """A stable function as an operation of the graph, by its name.

    Attributes
    ----------
    body
        How it is computed: a formula in operations of the array API and other primitives.
    slopes
        One function per operand, from the operands to the partial derivative.
    means
        What it is, as a textbook writes it; None for the functions of a table.
    latex
        Template with `{0}`, `{1}` for the operands.
    decays
        Whether it decays to 0 faster than any polynomial at one of the infinities.
    bounded
        Whether its values stay finite at the infinities.
    by_precision
        Whether the body takes `bits`.
    exponent
        Of a function that is an exponential of this: so it is computed where the operand has a
        rounding error that is known, and the exponential is told it.
    pieces
        Straight lines, piece by piece, and a rest that is small far out, which it is the sum of.
    """

    body: Callable[..., Any]
    slopes: tuple[Callable[..., Any], ...]
    means: Callable[..., Any] | None
    latex: str
    decays: bool
    bounded: bool
    by_precision: bool
    exponent: Callable[[Any], Any] | None
    pieces: Callable[..., Any] | None

    @classmethod
    def of(cls, name: str, **known: Any) -> Self:
        """The primitive of this name, with all its attributes."""
        primitive = cls(name)
        vars(primitive).update(known)
        return primitive
