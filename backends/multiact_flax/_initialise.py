"""Initialisation of weights that preserves variance through an activation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

import jax

from multiact.declare.activation import Activation

_Distribution = Literal["truncated_normal", "normal", "uniform"]


def initializer(
    spec: str | Mapping[str, Any] | Activation,
    *,
    mode: str = "fan_in",
    distribution: str = "normal",
    **parameters: Any,
) -> jax.nn.initializers.Initializer:
    """Return an initializer of weights that preserves variance, as He's rule does for relu.

    Parameters
    ----------
    spec
        The activation between the layers, as `multiact.get` takes it.
    mode
        "fan_in" preserves the variance of the pre-activations, "fan_out" that of their
        gradients.
    distribution
        "normal", "uniform" or "truncated_normal".
    **parameters
        Parameters of the activation, as `multiact.gain` takes them.

    Returns
    -------
    Callable
        A `jax.nn.initializers.variance_scaling` initializer, for the `kernel_init` of a layer.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If the activation has no gain.
    ValueError
        If there is no such mode or distribution.

    Examples
    --------
    >>> import multiact_flax
    >>> from flax import nnx
    >>> init = multiact_flax.initializer("relu")
    >>> layer = nnx.Linear(1000, 1000, kernel_init=init, rngs=nnx.Rngs(0))
    >>> round(float(layer.kernel[...].std()) * 1000**0.5, 2)
    1.41
    """
    from multiact.analysis.variance import fan_gain  # its imports take time

    choices = get_args(_Distribution)
    if distribution not in choices:
        raise ValueError(f"distribution must be one of {', '.join(choices)}, got {distribution!r}")
    scale = fan_gain(spec, mode, **parameters) ** 2
    fan = cast(Literal["fan_in", "fan_out"], mode)
    chosen = cast(_Distribution, distribution)
    return jax.nn.initializers.variance_scaling(scale, fan, chosen)
