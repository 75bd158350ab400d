"""How an activation treats a variance that is not one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import multiact


def spreading(spec: Mapping[str, Any]) -> float:
    """V'(1), by what a layer multiplies a small deviation of the variance from 1.

    V(q) = E[f(sqrt(q) Z)^2] / E[f(Z)^2], so V'(1) = E[Z f(Z) f'(Z)] / E[f(Z)^2].
    """
    z = np.linspace(-12, 12, 100_001)
    weight = np.exp(-z * z / 2)
    y = multiact.get(spec)(z)
    total = (weight * z * y * multiact.derivative(spec)(z)).sum()
    return float(total / (weight * y * y).sum())
