"""Arguments to look at an activation with: its defaults, and drawn values for its arrays."""

from __future__ import annotations

from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.adapters.configuration import Configuration, configure, options
from multiact.declare.activation import Activation

_SIZE = 6  # where a module must be told


class _Draw:
    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def uniform(self, shape: tuple[int, ...]) -> Any:
        return self._generator.random(shape)

    def normal(self, shape: tuple[int, ...]) -> Any:
        return self._generator.standard_normal(shape)


def configuration(act: Activation) -> Configuration:
    """The default module; sizes that must be given are 6."""
    required = [n for n, size in act.sizes.items() if size is None and n in options(act)]
    return configure(act, (), dict.fromkeys(required, _SIZE))


def arguments(act: Activation, seed: int = 0) -> dict[str, Any]:
    """Parameters and settings by name: defaults, and starting values drawn from `seed`."""
    chosen = configuration(act)
    draw = _Draw(seed)
    values = {p.name: chosen.start(p.name, draw, xp) for p in act.parameters}
    arrays = {p.name for p in act.parameters if p.shaped is not None}
    ready = {n: np.asarray(v, np.float64) if n in arrays else v for n, v in values.items()}
    return chosen.arguments(ready)
