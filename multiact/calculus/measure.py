"""Which of several forms of one function keeps more digits, measured where it is evaluated.

Forms that are equal on paper lose digits at different places.  Each is evaluated in float32
and in float64: where it keeps its digits the two agree, and where one form has a number another
has neither 0 nor an overflow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from multiact.calculus.graph import Number, is_data
from multiact.calculus.interpret import evaluated
from multiact.calculus.limits import parameter_values
from multiact.calculus.tracing import Expr

_FAR = np.geomspace(1e-12, 1e12, 49)
_NEAR = np.linspace(-40.0, 40.0, 81) + 0.013
_PLACES = np.concatenate([-_FAR[::-1], _NEAR, _FAR]).astype(np.float32)
_SAMPLES = 4
_SMALL = 1e-30  #: what float32 has no room for counts for none
_OFF = 2e-6  #: 17 units in the last place of float32
_MANY = 4  #: places: a root that one form meets better is no reason


def most_accurate(forms: Sequence[Expr]) -> Expr:
    """The form that is wrong at the fewest places, then the one that loses digits at the fewest.

    Wrong is what is off by more than rounding beside 1; parameters that are 0 count last, and
    of forms that are close the first is taken.
    """
    if len(forms) < 2:
        return forms[0]
    places = _places(frozenset[str]().union(*(e.symbols for e in forms)))
    wide, narrow = (np.stack([_at(e, places, t) for e in forms]) for t in (np.float64, np.float32))
    with np.errstate(all="ignore"):
        size = np.abs(wide)
        number = np.isfinite(wide) & (size > 0)
        inside = (number & (size > _SMALL) & (size < 1 / _SMALL)).any(axis=0)
        kept = number & (np.abs(narrow - wide) <= _OFF * size)
        # a 0 beside digits that no form keeps may be right
        lost = np.where(wide == 0, kept.any(axis=0), ~kept)
        wrong = lost & ~(np.abs(narrow - wide) <= _OFF * np.maximum(size, 1.0))
    counts, gross = ((what & inside).sum(axis=1) for what in (lost, wrong))
    usual, at_zero = counts[:, :-1].sum(axis=1), counts[:, -1]
    return forms[_first_of_least(gross[:, :-1].sum(axis=1), usual, at_zero)]


def _first_of_least(*criteria: np.ndarray) -> int:
    """The first form that is about as good as the best; a later criterion decides a draw."""
    draw = np.ones(len(criteria[0]), dtype=bool)
    for counts in criteria:
        draw &= counts <= counts[draw].min() + _MANY
    return int(np.flatnonzero(draw)[0])


def _at(e: Expr, places: dict[str, np.ndarray], dtype: type) -> np.ndarray:
    values: dict[str, np.ndarray] = {name: v.astype(dtype) for name, v in places.items()}
    shape = np.broadcast_shapes((1, _SAMPLES), *(v.shape for v in places.values()))
    found: np.ndarray = np.broadcast_to(evaluated(e, values), shape).astype(np.float64)
    return found


def _places(symbols: frozenset[str]) -> dict[str, np.ndarray]:
    """Values of the symbols, the arrays' along the first axis."""
    draw = np.random.default_rng(0)
    values: dict[str, np.ndarray] = {}
    for name in sorted(symbols):
        if is_data(name):
            values[name] = (draw.permutation(_PLACES) if values else _PLACES)[:, None]
        else:
            values[name] = parameter_values(name, draw, _SAMPLES)
            if not isinstance(name, Number) or name.low < 0 < name.high:
                values[name][-1] = 0.0  # which quotients by a parameter are not defined for
    return values
