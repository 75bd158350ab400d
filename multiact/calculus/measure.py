"""Which of several forms of one function keeps more digits, measured where it is evaluated.

Forms that are equal on paper lose digits at different places.  Each is evaluated in float32 and in
float64; where the float64 values of all agree, they tell the errors of the float32 ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from multiact.calculus.graph import is_data
from multiact.calculus.interpret import evaluated
from multiact.calculus.limits import parameter_values
from multiact.calculus.tracing import Expr

_FAR = np.geomspace(1e-12, 1e12, 49)
_NEAR = np.linspace(-40.0, 40.0, 81) + 0.013
_PLACES = np.concatenate([-_FAR[::-1], _NEAR, _FAR]).astype(np.float32)
_SAMPLES = 3
_OFF = 1e-5  #: 84 units in the last place of float32
_MANY = 4  #: places: a root that one form meets better is no reason


def most_accurate(forms: Sequence[Expr]) -> Expr:
    """The form with the fewest places where digits are lost; the first of those that are close."""
    if len(forms) < 2:
        return forms[0]
    places = _places(frozenset[str]().union(*(e.symbols for e in forms)))
    wide = np.stack([_at(e, places, np.float64) for e in forms])
    with np.errstate(all="ignore"):
        size = np.abs(wide).max(axis=0)
        agree = np.isfinite(size) & (np.ptp(wide, axis=0) <= _OFF * size) & (size > 1e-30)
        agree &= size < 1e30
        lost = [_lost(e, places, w, agree) for e, w in zip(forms, wide, strict=True)]
    fewest = min(lost)
    return next(e for e, n in zip(forms, lost, strict=True) if n <= fewest + _MANY)


def _lost(e: Expr, places: dict[str, np.ndarray], wide: np.ndarray, judged: np.ndarray) -> int:
    narrow = _at(e, places, np.float32).astype(np.float64)
    return int(np.sum(judged & ~(np.abs(narrow - wide) <= _OFF * np.abs(wide))))


def _at(e: Expr, places: dict[str, np.ndarray], dtype: type) -> np.ndarray:
    values: dict[str, np.ndarray] = {name: v.astype(dtype) for name, v in places.items()}
    shape = np.broadcast_shapes(*(v.shape for v in places.values()))
    y: np.ndarray = np.broadcast_to(evaluated(e, values), shape)
    return y


def _places(symbols: frozenset[str]) -> dict[str, np.ndarray]:
    """Values of the symbols, the arrays' along the first axis."""
    draw = np.random.default_rng(0)
    values: dict[str, np.ndarray] = {}
    for name in sorted(symbols):
        if is_data(name):
            values[name] = (draw.permutation(_PLACES) if values else _PLACES)[:, None]
        else:
            values[name] = parameter_values(name, draw, _SAMPLES)
    return values
