"""Default arguments for analysing an activation; array parameters are drawn from a seed."""

from __future__ import annotations

from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.adapters.configuration import Configuration, configure, options
from multiact.declare.activation import Activation

_SIZE = 6  # of array parameters that have no default length


class _Draw:
    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def uniform(self, shape: tuple[int, ...]) -> Any:
        return self._generator.random(shape)

    def normal(self, shape: tuple[int, ...]) -> Any:
        return self._generator.standard_normal(shape)


def configuration(act: Activation) -> Configuration:
    """Return the configuration of the default module; sizes without a default are 6."""
    required = [n for n, size in act.sizes.items() if size is None and n in options(act)]
    return configure(act, (), dict.fromkeys(required, _SIZE))


def arguments(act: Activation, seed: int = 0) -> dict[str, Any]:
    """Return parameters and settings by name: defaults, and initial arrays drawn from `seed`."""
    config = configuration(act)
    draw = _Draw(seed)
    values = {p.name: config.start(p.name, draw, xp) for p in act.parameters}
    arrays = {p.name for p in act.parameters if p.shaped is not None}
    converted = {n: np.asarray(v, np.float64) if n in arrays else v for n, v in values.items()}
    return config.arguments(converted)
