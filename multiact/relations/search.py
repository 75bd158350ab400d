"""Search for relations: by special parameters, by fitted ones, by factors and shifts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import numpy as np

from multiact.relations.curves import POINTS, Array, Curve
from multiact.relations.distances import disguised
from multiact.relations.fitting import (
    AFFINE,
    EXACT,
    IDENTITY,
    Fit,
    best_starts,
    fit,
    same_for_all,
    spread,
)
from multiact.relations.numbers import number
from multiact.relations.proof import confirmed
from multiact.relations.recovery import recover, relation
from multiact.relations.relation import Relation

Rows = Sequence[int]
_WORTH_FITTING = 0.3  # the relative residual of the best special parameters
_ALIKE = 0.15  # that of factors and shifts without parameters
_PROBES = [5, 40, 50, 70]  # of the points
_FAR = 1e100  # for a value that is infinite or missing
_SHAPES = 10  # special parameters from which a disguise is fitted, too


def find_relations(
    right: Curve,
    lefts: Sequence[Curve],
    is_known: Callable[[Curve, Curve], bool] = lambda left, right: False,
    disguises: Fit | None = None,
) -> Iterator[Relation]:
    """Yield a confirmed relation of each curve to one other, at whatever parameters of that.

    Parameters
    ----------
    right
        The curve whose parameters are changed.
    lefts
        The curves at their defaults.
    is_known
        Whether a relation needs no search, since it follows from others.
    disguises
        The factors and shifts that fit best, if they are known.  Then parameters have their
        defaults or special values, and are not fitted.
    """
    if not lefts:
        return
    search = _Search(right, lefts, is_known, disguises)
    stages = [search.by_special_values, search.by_disguise]
    if disguises is None:
        stages.insert(1, search.by_parameters)
        stages.append(search.by_both)
    for stage in stages:
        for i, found in stage():
            search.open.remove(i)
            yield found


class _Search:
    """The relations of several curves to one; `open` are those that have none yet."""

    def __init__(
        self,
        right: Curve,
        lefts: Sequence[Curve],
        is_known: Callable[[Curve, Curve], bool],
        disguises: Fit | None,
    ) -> None:
        self.right, self.lefts, self._is_known = right, lefts, is_known
        self._disguises = disguises
        self._alike: list[int] = []  # those of which factors and shifts leave little
        self.targets = np.stack([left.at_points for left in lefts])
        self.open = [i for i, left in enumerate(lefts) if left.name != right.name]
        self._values = right.special_values()
        columns = {n: np.asarray([v[n] for v in self._values])[:, None] for n in right.defaults}
        values = right.values(POINTS + np.zeros((len(self._values), 1)), columns)
        self._curves = np.clip(np.nan_to_num(values, nan=_FAR), -_FAR, _FAR)

    def by_special_values(self) -> Iterator[tuple[int, Relation]]:
        """Curves that the other one is at special parameters."""
        tolerance = 1e-8 * (1e-12 + np.abs(self.targets).max(axis=1))
        gaps = np.abs(self._curves[:, _PROBES] - self.targets[:, None, _PROBES]).max(axis=2)
        near = gaps <= tolerance[:, None]  # at some points: most are not
        for i in [i for i in self.open if near[i].any()]:
            if self._is_known(self.lefts[i], self.right):
                continue
            error = np.abs(self._curves[near[i]] - self.targets[i]).max(axis=1)
            for j in np.flatnonzero(near[i])[error <= tolerance[i]][:2]:
                numbers = {n: number(v) for n, v in self._values[j].items()}
                found = confirmed(
                    relation(self.lefts[i], self.right, numbers), self.lefts[i], self.right
                )
                if found is not None:
                    yield i, found
                    break

    def by_parameters(self) -> Iterator[tuple[int, Relation]]:
        """Curves that the other one is at parameters that are fitted."""
        free = [*self.right.defaults]
        rows = self._unknown()
        if not free or not rows:
            return
        errors = np.stack([spread(self._curves - self.targets[i]) for i in rows])
        errors /= spread(self.targets[rows])[:, None]
        near = np.argsort(errors, axis=1)[:, :2]
        for k in range(near.shape[1]):
            worth = [
                (i, int(near[n, k]))
                for n, i in enumerate(rows)
                if errors[n, near[n, k]] < _WORTH_FITTING and i in self.open
            ]
            if worth:
                starts = [{**IDENTITY, **self._values[j]} for _, j in worth]
                yield from self._recovered([i for i, _ in worth], _rows(starts), free)

    def by_disguise(self) -> Iterator[tuple[int, Relation]]:
        """Curves that the other one is but for factors and shifts."""
        if self.right.is_straight:
            return
        rows = [i for i in self._unknown() if not self.lefts[i].is_straight]
        if not rows:
            return
        if self._disguises is None:
            fitted = disguised(self.right, self.targets[rows])
        else:
            fitted = self._disguises.of(rows)
        self._alike = [i for i, r in zip(rows, fitted.residuals, strict=True) if r < _ALIKE]
        yield from self._confirmed(rows, fitted, AFFINE)

    def by_both(self) -> Iterator[tuple[int, Relation]]:
        """Curves that the other one is at fitted parameters, and but for factors and shifts."""
        rows = [i for i in self._alike if i in self.open]
        if self.right.defaults and rows:
            for starts in self._shapes(rows):
                yield from self._recovered(rows, starts, [*AFFINE, *self.right.defaults])

    def _shapes(self, rows: list[int]) -> Iterator[dict[str, Array]]:
        """Yield starts: nothing changed but parameters, and the best disguises of some of them."""
        targets = self.targets[rows]
        yield same_for_all({**IDENTITY, **self.right.defaults}, len(rows))
        tried = [best_starts(self.right, v, targets) for v in self._values[:_SHAPES]]
        best = np.argmin(np.stack([residuals for _, residuals in tried]), axis=0)
        names = tried[0][0]
        yield {
            n: np.asarray([tried[j][0][n][k] for k, j in enumerate(best)], np.float64)
            for n in names
        }

    def _unknown(self) -> list[int]:
        return [i for i in self.open if not self._is_known(self.lefts[i], self.right)]

    def _recovered(
        self, rows: list[int], starts: dict[str, Array], free: list[str]
    ) -> Iterator[tuple[int, Relation]]:
        kept = [k for k, i in enumerate(rows) if i in self.open]
        rows = [rows[k] for k in kept]
        starts = {n: v[kept] for n, v in starts.items()}
        yield from self._confirmed(rows, fit(self.right, self.targets[rows], starts, free), free)

    def _confirmed(
        self, rows: Rows, fitted: Fit, free: Collection[str]
    ) -> Iterator[tuple[int, Relation]]:
        for k, i in enumerate(rows):
            left = self.lefts[i]
            if fitted.residuals[k] <= EXACT and not self._is_known(left, self.right):
                found = recover(left, self.right, fitted.row(k), tuple(free))
                if found is not None:
                    yield i, found


def _rows(starts: Iterable[dict[str, float]]) -> dict[str, Array]:
    starts = [*starts]
    return {n: np.asarray([s[n] for s in starts]) for n in starts[0]}
