"""The noise of an activation: its distributions, and the checks of their declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multiact._suggest import nearest
from multiact.declare.names import RESERVED, check_names

#: the distributions, and the mean of each
MEANS = {"uniform": 0.5, "normal": 0.0}
#: how the documentation describes them
TEXTS = {"uniform": "uniform on [0, 1)", "normal": "standard normal"}


def declared(key: str, noise: Any) -> dict[str, str]:
    """Return the distribution of each noise by name; a distribution alone is that of `noise`.

    Raises
    ------
    TypeError
        If `noise` is neither a distribution nor a mapping of names to distributions.
    ValueError
        If there is no such distribution, or a name cannot be used.
    """
    if noise is None:
        return {}
    if isinstance(noise, str):
        noise = {"noise": noise}
    if not isinstance(noise, Mapping):
        raise TypeError(
            f'{key}: noise must be a distribution or a mapping, such as {{"u": "uniform"}}, '
            f"got {noise!r}"
        )
    check_names(key, noise)
    for name, distribution in noise.items():
        if name in RESERVED and name != "noise":
            raise ValueError(f"{key}: noise cannot be called {name!r}; call it {name + '_noise'!r}")
        if distribution not in MEANS:
            close = nearest(str(distribution), list(MEANS))
            raise ValueError(f"{key}: there is no noise {distribution!r}; {close}")
    return dict(noise)
