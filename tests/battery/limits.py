"""Limits at the infinities, found from the oracle: far out it is constant, or grows for good."""

from __future__ import annotations

import math
from typing import Any

from mpmath import mp, mpf

from tests.helpers.examples import Example
from tests.oracle import ORACLE

_SCALES = [mpf(10) ** k * m for k in (40, 55, 70) for m in (1, 1.7, 2.3, 3.1, 4.7)]
_DECAYED = mpf(10) ** -35  # what is left there of 1 / x


def oracle_limits(example: Example) -> tuple[float | None, float | None]:
    """The limits at -inf and inf; None where the function oscillates."""
    return _limit(example, -1), _limit(example, 1)


def _limit(example: Example, sign: int) -> float | None:
    given: dict[str, Any] = {**example.parameters, **example.settings}
    with mp.workdps(30):
        values = [ORACLE[example.act.key](sign * scale, **given) for scale in _SCALES]
        last = values[-1]
        if all(abs(v - last) <= mpf(10) ** -15 * (1 + abs(last)) for v in values):
            return 0.0 if abs(last) < _DECAYED else float(last)
        if all(v * last > mpf(10) ** 30 for v in values):
            return math.copysign(math.inf, last)
    return None
