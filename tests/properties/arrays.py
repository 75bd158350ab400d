"""Strategies: activations with arguments, arrays of any shape, numbers and layout."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import multiact
from tests.helpers.examples import Example, all_examples
from tests.helpers.representatives import representatives
from tests.properties import PROFILE

DTYPES = ("float16", "float32", "float64")
#: numbers at which functions change: corners, ends of ranges, the edge of overflow
SPECIAL = (0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 0.5, 20.0, -20.0, 88.8, -88.8, 104.0, -104.0, 710.0)


@lru_cache
def all_graphs() -> list[Example]:
    """Examples of every activation with a graph."""
    known = multiact.names() if PROFILE == "fuzz" else representatives()
    found = all_examples("default", "varied", "negative", names=known)
    return [e for e in found if e.act.is_graph]


def activations(**which: Any) -> st.SearchStrategy[Example]:
    """Examples of registered activations with a graph, perhaps of some kinds only."""
    wanted = multiact.names(**which)
    return st.sampled_from([e for e in all_graphs() if e.act.key in wanted])


def numbers(dtype: str, *, finite: bool = False) -> st.SearchStrategy[float]:
    """Numbers of a dtype: ordinary, special, subnormal, infinite, NaN."""
    width = np.dtype(dtype).itemsize * 8
    any_bits = st.floats(width=width, allow_nan=not finite, allow_infinity=not finite)
    return st.one_of(st.floats(-8, 8, width=width), st.sampled_from(SPECIAL), any_bits)


SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
LONG = st.sampled_from([(127,), (128,), (129,), (3, 43), (2, 300)])


@st.composite
def arrays(draw: Any, dtypes: tuple[str, ...] = DTYPES, shapes: Any = None) -> np.ndarray:
    """Arrays in C order; long ones repeat their numbers."""
    dtype = draw(st.sampled_from(dtypes))
    shape = draw(st.one_of(SHAPES, LONG) if shapes is None else shapes)
    size = int(np.prod(shape))
    pool = draw(st.lists(numbers(dtype), min_size=1, max_size=24))
    with np.errstate(over="ignore"):
        return np.resize(np.asarray(pool).astype(dtype), size).reshape(shape)


def _unaligned(x: np.ndarray) -> np.ndarray:
    room = np.empty(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    room[...] = x
    return room


def _spaced(x: np.ndarray) -> np.ndarray:
    room = np.full(tuple(2 * n + 1 for n in x.shape), np.nan, x.dtype)
    part = room[(..., *(slice(1, None, 2) for _ in x.shape))]
    part[...] = x
    return part


def _read_only(x: np.ndarray) -> np.ndarray:
    x.flags.writeable = False
    return x


#: the same numbers, lying otherwise in memory
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "Fortran": lambda x: np.array(x, order="F"),
    "backwards": lambda x: np.array(np.flip(x), order="C")[(slice(None, None, -1),) * x.ndim],
    "transposed": lambda x: np.array(x.T, order="C").T,
    "spaced": _spaced,
    "broadcast": lambda x: np.broadcast_to(x[..., :1] if x.ndim and x.shape[-1] else x, x.shape),
    "swapped bytes": lambda x: x.astype(x.dtype.newbyteorder()),
    "unaligned": _unaligned,
    "read only": lambda x: _read_only(x.copy()),
    "subclass": lambda x: x.copy().view(np.recarray) if x.ndim else x,
}  # fmt: skip
layouts = st.sampled_from(sorted(LAYOUTS))
