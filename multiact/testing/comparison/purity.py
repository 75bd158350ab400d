"""Checks of a candidate's side effects: repeatability, unchanged inputs, conversion of dtypes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from multiact.testing.comparison.framework import Framework, guard
from multiact.testing.comparison.report import Difference


def purity(
    framework: Framework, candidate: Any, points: np.ndarray, dtype: str
) -> Iterator[Difference]:
    """Yield the faults of a candidate that is called twice on one array and moved to a dtype."""
    x = framework.asarray(points, dtype)
    call = guard(framework.bind(candidate, x))
    before = framework.to_numpy(x).copy()
    first = framework.to_numpy(call(x)).copy()
    after = framework.to_numpy(x)
    if not np.array_equal(before, after, equal_nan=True):
        at = float(before[before != after].flat[0])
        yield Difference(
            "input",
            dtype,
            f"calling it changes the input, the {at:.9g} of it",
            at,
            weakness="input",
        )
        x = framework.asarray(points, dtype)
    second = framework.to_numpy(call(x))
    if not np.array_equal(first, second, equal_nan=True):
        differ = int((first != second).sum())
        yield Difference("repeat", dtype, f"called twice, {differ} of {first.size} results differ")
    for text in guard(framework.unmoved)(candidate, points):
        yield Difference("move", "", text, weakness="dtype")
