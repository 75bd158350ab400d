"""Polynomials with constant coefficients."""

from __future__ import annotations

from typing import Any, TypeVar

_T = TypeVar("_T")


class ByBits(dict[int, _T]):
    """Something by precision; what has nothing of its own for 16 bits takes that for 32."""

    def __missing__(self, bits: int) -> _T:
        return self[{16: 32}[bits]]


def horner(coefficients: tuple[float, ...], x: Any) -> Any:
    """The polynomial with these coefficients, lowest power first."""
    y = coefficients[-1] * x + coefficients[-2]
    for c in coefficients[-3::-1]:
        y = y * x + c
    return y
