"""The frameworks' own tests of the functions that we share with them, run on ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Deviation:
    """Where ours differs on purpose, and why; it must occur, or the test fails.

    Attributes
    ----------
    name
        Our function.
    part
        "value", "slope" (the gradient of x), "gradient" (of a parameter), "cast" (the value of
        integers, cast to a dtype that is given); "refused" or "accepted": what theirs do not.
    where
        From the input to the elements that may differ.
    what
        Ours, then theirs.
    why
        The reason.
    """

    name: str
    part: str
    where: Callable[[np.ndarray], Any]
    what: str
    why: str


@dataclass(frozen=True)
class Difference:
    """Elements that differ: the input there, ours, theirs."""

    part: str
    x: np.ndarray
    ours: np.ndarray
    theirs: np.ndarray


class Comparison:
    """Collects the differences of one function and holds them against the table."""

    def __init__(self, name: str, table: Iterable[Deviation]) -> None:
        self.name = name
        self.table = [d for d in table if d.name == name]
        self.used: set[Deviation] = set()
        self.unexplained: list[Difference] = []
        self.count = 0

    def compare(self, part: str, x: Any, ours: Any, theirs: Any, rtol: float, atol: float) -> None:
        """Compare arrays element by element; `x` has their shape, or is left out."""
        ours, theirs = (np.asarray(v, np.float64) for v in (ours, theirs))
        assert ours.shape == theirs.shape, f"{part}: {ours.shape} for {theirs.shape}"
        self.count += 1
        close = np.isclose(ours, theirs, rtol=rtol, atol=atol, equal_nan=True)
        x = np.broadcast_to(np.nan if x is None else np.asarray(x, np.float64), ours.shape)
        for d in self.table:
            with np.errstate(all="ignore"):
                hit = ~close & np.broadcast_to(d.where(x), x.shape)
            if d.part == part and hit.any():
                self.used.add(d)
                close |= hit
        if not close.all():
            self.unexplained.append(Difference(part, x[~close], ours[~close], theirs[~close]))

    def judge(self, part: str, message: str) -> None:
        """One side refuses an input ("refused": ours), or takes it ("accepted": ours) alone."""
        self.count += 1
        allowed = {d for d in self.table if d.part == part}
        self.used |= allowed
        if not allowed:
            self.unexplained.append(Difference(f"{part} ({message})", *[np.zeros(1)] * 3))

    def faults(self, *, whole: bool) -> Iterator[str]:
        """What is not in the table; after all of the samples also what no longer occurs."""
        if not self.count:
            yield f"{self.name}: nothing was compared"
        for d in self.unexplained[:5]:
            order = np.argsort(np.abs(d.ours - d.theirs))[::-1][:3]
            rows = "; ".join(f"f({d.x[i]:g}) = {d.ours[i]!r}, {d.theirs[i]!r}" for i in order)
            yield f"{self.name} {d.part}: {d.x.size} differ: {rows}"
        if whole:
            for d in self.table:
                if d not in self.used:
                    yield f"{self.name} {d.part}: no longer differs: {d.what}"
