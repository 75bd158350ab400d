"""Units that change or compare channels."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Vector, guarded


def _groups(x: Vector, size: int) -> list[Vector]:
    """Cut into runs of consecutive channels."""
    size = int(size)
    if len(x) % size:
        raise ValueError(f"{len(x)} channels do not divide into groups of {size}")
    return [x[i : i + size] for i in range(0, len(x), size)]


@guarded()
def crelu(x: Vector) -> Vector:
    """relu(x) followed by relu(-x): Shang et al. 2016, arXiv:1603.05201."""
    return [max(value, mpf(0)) for value in x] + [max(-value, mpf(0)) for value in x]


@guarded()
def maxout(x: Vector, size: int = 2) -> Vector:
    """Maximum of each run of channels: Goodfellow et al. 2013, arXiv:1302.4389."""
    return [max(group) for group in _groups(x, size)]


@guarded()
def group_sort(x: Vector, size: int = 2) -> Vector:
    """Ascending sort within each run of channels: Anil et al. 2018, arXiv:1811.05381."""
    return [value for group in _groups(x, size) for value in sorted(group)]


@guarded()
def ncrelu(x: Vector) -> Vector:
    """relu(x) followed by -relu(-x): Zagoruyko & Komodakis 2017, arXiv:1706.00388."""
    return [max(value, mpf(0)) for value in x] + [-max(-value, mpf(0)) for value in x]


@guarded()
def oplu(x: Vector) -> Vector:
    """Each pair of channels as its maximum, then its minimum: Chernodub & Nowicki 2016.

    arXiv:1604.02313.
    """
    return [value for pair in _groups(x, 2) for value in (max(pair), min(pair))]
