"""Derivatives of any oracle formula, by central differences at very high precision.

The step is 2**-133 (about 1e-40) of min(1, |point|), and the precision is raised until the
difference stands 35 digits above its own rounding noise. Nothing within 2e-40 of the point is
touched, so a neighbouring kink is never straddled; points on a kink are the caller's business.
A derivative that is smaller than asked for comes back as zero: that needs no more digits.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp, mpf

from ._tools import exact, rounded

STEP_BITS = 133
MARGIN = 35
LEAST = mpf(10) ** -330  # below every number of float64
#: of the samples at so many steps from the point, by order of the derivative
WEIGHTS = {
    0: {0: 1.0},
    1: {-1: -0.5, 1: 0.5},
    2: {-1: 1.0, 0: -2.0, 1: 1.0},
    3: {-2: -0.5, -1: 1.0, 1: -1.0, 2: 0.5},
    4: {-2: 1.0, -1: -4.0, 0: 6.0, 1: -4.0, 2: 1.0},
}


def flat(value: Any) -> list[mpf]:
    """All numbers of a nested list, in order."""
    if isinstance(value, list):
        return [number for item in value for number in flat(item)]
    return [value]


def pick(value: Any, path: tuple[int, ...]) -> mpf:
    """The number at that index path."""
    return pick(value[path[0]], path[1:]) if path else value


def put(value: Any, path: tuple[int, ...], number: mpf) -> Any:
    """A copy of the nested list with that one number replaced."""
    if not path:
        return number
    return [put(v, path[1:], number) if i == path[0] else v for i, v in enumerate(value)]


def digits(value: mpf) -> int:
    """Decimal digits before the point, at least; negative for small numbers."""
    return int(mp.mag(value)) * 30103 // 100000 + 1 if value != 0 else 0


def difference(samples: dict[int, list[mpf]], step: mpf, order: int) -> tuple[list[mpf], list[mpf]]:
    """Central difference quotients, and the size up to which they are rounding noise."""
    weights = WEIGHTS[order]
    columns = list(zip(*(samples[k] for k in weights), strict=True))
    slopes = [mp.fdot(weights.values(), column) / step**order for column in columns]
    unit = mpf(10) ** (5 + MARGIN - mp.dps) / step**order
    return slopes, [unit * max(abs(v) for v in column) for column in columns]


def differences(
    along: Callable[[mpf], list[mpf]], point: mpf, orders: Sequence[int], least: mpf, bits: int
) -> list[list[mpf]]:
    """Derivatives at a point, with as many digits as it takes; what is noise is zero."""
    scale = min(mpf(1), abs(point)) if point != 0 else mpf(1)
    with mp.workdps(30):
        size = max(0, digits(point), *map(digits, along(point)))
    dps = 90 + size + max(orders) * (bits * 3 // 10 + max(0, -digits(scale)) + 2)
    for _ in range(2):
        with mp.workdps(dps):
            step = mp.ldexp(1, int(mp.mag(scale)) - bits)
            places = {k for order in orders for k in WEIGHTS[order]}
            samples = {k: along(point + k * step) for k in places}
            found = [difference(samples, step, order) for order in orders]
        pairs = [pair for slopes in found for pair in zip(*slopes, strict=True)]
        unclear = [noise for slope, noise in pairs if least <= noise >= abs(slope)]
        if not unclear:
            break
        dps += digits(max(unclear) / least) + 1
    return [
        [s if order == 0 or abs(s) > noise else mpf(0) for s, noise in zip(*slopes, strict=True)]
        for order, slopes in zip(orders, found, strict=True)
    ]


def derivatives_of(
    function: Callable[..., Any],
    x: Any,
    orders: Sequence[int] = (0, 1),
    wrt: str | tuple[str | int, ...] = "x",
    /,
    least: mpf = LEAST,
    bits: int = STEP_BITS,
    **params: Any,
) -> list[Any]:
    """The derivatives of ``function(x, **params)``, all from the same samples.

    Each is a flat list where the value is a list. ``wrt`` is "x", the name of a parameter, or a
    tuple of name and indices for one entry of a vector: ("x", 2), ("kernel", 0, 1). What is
    smaller than `least` may come back as zero; `bits` make the step. Of a function with a
    surrogate, only the value is its own.
    """
    smooth = getattr(function, "surrogate", None)
    if smooth is not None:
        slopes = derivatives_of(smooth, x, orders, wrt, least, bits, **params)
        (value,) = derivatives_of(_without(function), x, (0,), wrt, least, bits, **params)
        return [slopes[i] if order else value for i, order in enumerate(orders)]
    name, *rest = (wrt,) if isinstance(wrt, str) else wrt
    path = tuple(int(index) for index in rest)
    arguments = inspect.signature(function).parameters
    first = next(iter(arguments))
    values = {first: exact(x)} | {key: exact(value) for key, value in params.items()}
    name = first if name == "x" else str(name)
    target = values[name] if name in values else exact(arguments[name].default)
    several = False

    def along(number: mpf) -> list[mpf]:
        nonlocal several
        moved = values | {name: put(target, path, number)}
        value = function(moved.pop(first), **moved)
        several = isinstance(value, list)
        return flat(value)

    found = differences(along, pick(target, path), orders, least, bits)
    return [rounded(slopes if several else slopes[0]) for slopes in found]


def _without(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which now has the derivatives of its own."""

    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    del plain.surrogate  # type: ignore[attr-defined]
    return plain


def derivative_of(
    function: Callable[..., Any],
    x: Any,
    order: int = 1,
    wrt: str | tuple[str | int, ...] = "x",
    /,
    **params: Any,
) -> Any:
    """One of them."""
    return derivatives_of(function, x, (order,), wrt, **params)[0]
