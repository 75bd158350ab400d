"""The gain with which weights keep variances: one over a root mean square under a normal law."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact._words import nearest
from multiact.activation import Activation
from multiact.analysis import example
from multiact.analysis.breaks import break_points
from multiact.analysis.integrate import NotConvergedError, expectation, integral
from multiact.derivatives import derivative
from multiact.registry import get

_MODES = ("forward", "backward")
_GRID = np.linspace(-40.0, 40.0, 16_001)  # where the formula is searched for kinks
_NOISE = np.linspace(0.0, 1.0, 5)  # the noise of a stochastic activation is uniform
Function = Callable[[np.ndarray], np.ndarray]


def gain(
    spec: str | Mapping[str, Any] | Activation, *, mode: str = "forward", **parameters: Any
) -> float:
    r"""Gain of weights that keep the variance of standard normal pre-activations.

    Weights of standard deviation gain / sqrt(fan) keep the variance of the pre-activations
    from layer to layer (forward, fan_in) or that of their gradients (backward, fan_out).

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping with parameters, or a record.
    mode
        "forward": 1 / sqrt(E[f(Z)^2]); "backward": 1 / sqrt(E[f'(Z)^2]), Z standard normal.
        Of a gate f(a, b), both halves are independent, and "backward" takes the mean of the
        squares of both slopes; noise is averaged over, as in training.
    **parameters
        Values of parameters and settings, instead of the defaults.

    Returns
    -------
    float
        To a relative error of 1e-10.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it mixes the elements of an array, such as softmax; if an array parameter that
        starts at random values is not given; or a parameter does not exist.
    ValueError
        If there is no such mode, or the mean square is zero, infinite, or not found.

    Notes
    -----
    Slopes are those of automatic differentiation: a jump counts nothing.  Torch's 5/3 for
    tanh is not this number but a rule of thumb; for relu and leaky_relu they are the same.

    Examples
    --------
    >>> import multiact
    >>> round(multiact.gain("relu") ** 2, 10)
    2.0
    >>> multiact.gain("talu") ** 2, multiact.gain("talu", mode="backward") ** 2
    (1.4344..., 1.3657...)
    >>> multiact.gain("swish", beta=1.5)
    1.6082...
    """
    act = get(spec)
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}, got {mode!r}")
    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no gain of one element")
    values = _values(act, parameters)
    wanted: tuple[tuple[str, ...], ...] = ((),)
    if mode == "backward":
        wanted = tuple((name,) for name in act.data if name != "noise")
    what = "slope" if mode == "backward" else "value"
    return 1 / math.sqrt(sum(_mean_square(act, path, values, what) for path in wanted) / len(wanted))


def _values(act: Activation, given: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments by name; starting values where arrays are not given."""
    values = dict(given)
    act.arguments((), {n: v for n, v in given.items() if v is not None} | _absent(act, given))
    for p in act.parameters:
        if p.shaped is not None:
            if values.get(p.name) is None:
                values[p.name] = _start(act, p.name)
            values[p.name] = np.asarray(values[p.name], np.float64)
        elif getattr(values.setdefault(p.name, p.default), "ndim", 0) > 0:
            raise TypeError(f"{act.key}: {p.name} must be one number, the gain is for one channel")
    return values


def _absent(act: Activation, given: Mapping[str, Any]) -> dict[str, Any]:
    """Something in the place of arrays that are not given, so that the others are checked."""
    arrays = [p.name for p in act.parameters if p.shaped and given.get(p.name) is None]
    return dict.fromkeys(arrays, np.zeros(1))
