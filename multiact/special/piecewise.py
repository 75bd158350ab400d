"""Straight lines between points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any


def piecewise_linear(x: Any, /, knots: Sequence[Any], values: Sequence[Any], *, xp: Any) -> Any:
    """Straight lines through points, constant before the first and after the last.

    Parameters
    ----------
    x
        Where it is evaluated.
    knots
        Places of the points, rising: numbers, or parameters of one element.
    values
        Their values: numbers, or elements of an array parameter.
    xp
        The array library.

    Returns
    -------
    array
        Of the shape of `x`.  At a knot the slope is that of the line after it.

    Raises
    ------
    ValueError
        If there is not one value for each of two knots or more, or if knots that are numbers
        do not rise.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.special import piecewise_linear
    >>> x = np.asarray([-1.0, 0.5, 3.0])
    >>> piecewise_linear(x, [0.0, 1.0], [0.0, 2.0], xp=np).tolist()
    [0.0, 1.0, 2.0]
    """
    knots, values = list(knots), list(values)
    if len(knots) < 2 or len(knots) != len(values):
        raise ValueError(
            "piecewise_linear needs a value for each of two knots or more, "
            f"got {len(knots)} knots and {len(values)} values"
        )
    pairs = list(pairwise(knots))
    falling = [p for p in pairs if all(isinstance(k, (int, float)) for k in p) and p[0] >= p[1]]
    if falling:
        raise ValueError(
            f"piecewise_linear: knots must rise, got {falling[0][0]} and then {falling[0][1]}"
        )
    y = values[0] + 0.0 * x  # keeps NaN, and the shape where all else is numbers
    for (left, right), low, high in zip(pairs, values, values[1:], strict=False):
        t = (x - left) * (1.0 / (right - left))
        y = xp.where(x >= left, low + (high - low) * t, y)
    return xp.where(x >= knots[-1], values[-1], y)
