"""The inputs of the checks: dense around 0, all magnitudes, kinks and their neighbours."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from multiact.testing.formats import FloatFormat

_DENSE = np.linspace(-6, 6, 25) + 0.013  # avoids round numbers, at which formulas are exact
_MAGNITUDES = (1e-30, 1e-8, 1e-4, 1e-2, 0.1, 1.0, 10.0, 17.0, 30.0, 87.0, 1e2, 1e4)


def finite_points(kinks: Iterable[float], fmt: FloatFormat) -> list[float]:
    """Return about sixty numbers of the format, the same in every run."""
    numbers = [*_DENSE, 0.0, *_MAGNITUDES, *(-m for m in _MAGNITUDES)]
    points = {fmt.rounded(float(x)) for x in numbers}
    for kink in kinks:
        centre = fmt.rounded(float(kink))
        points |= {centre, *fmt.neighbours(centre)}
    return sorted(points)
