"""The Flax backends as the checks see them: modules whose arrays are the arguments."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from multiact_jax._backend import JaxBackend, Values

from multiact.declare.activation import Activation
from multiact_flax import linen
from multiact_flax._modules import CLASSES


class FlaxBackend(JaxBackend):
    """Modules built from the arguments, in evaluation; all arrays are learned."""

    framework = "flax"

    def _call(self, act: Activation, x: Any, arguments: Values) -> Any:
        names = [p.name for p in act.parameters]
        arrays = {n: arguments[n] for n in names if isinstance(arguments.get(n), jax.Array)}
        call = {n: v for n, v in arguments.items() if n == "noise"}
        options = {n: v for n, v in arguments.items() if n not in {*arrays, *call}}
        options |= {**_sizes(act, arrays), "learnable": tuple(arrays)}
        channels = [v for n, v in arrays.items() if n in _scalars(act) and v.ndim]
        if channels:
            shape = jnp.broadcast_shapes(*(v.shape for v in channels))
            options["channels"] = size = max(shape)
            options["axis"] = shape.index(size) - len(shape)
            flat = {n: arrays[n].reshape(-1) for n in _scalars(act) & arrays.keys()}
            arrays |= {n: jnp.broadcast_to(v, (size,)) for n, v in flat.items()}
        return self._apply(act, x, options, arrays, call)

    def _apply(self, act: Activation, x: Any, options: Values, arrays: Values, call: Values) -> Any:
        return CLASSES.module_class(act)(**options, **arrays)(x, **_evaluated(act), **call)


class LinenBackend(FlaxBackend):
    """The same with linen modules, which are given their arrays at each call."""

    def _apply(self, act: Activation, x: Any, options: Values, arrays: Values, call: Values) -> Any:
        return linen.module_class(act)(**options).apply({"params": arrays}, x, **call)


def _evaluated(act: Activation) -> Values:
    return {"deterministic": True} if act.kind == "stochastic" else {}


def _scalars(act: Activation) -> set[str]:
    return {p.name for p in act.parameters if p.shaped is None}


def _sizes(act: Activation, arrays: Values) -> Values:
    """The sizes that a module is told, read from the shapes of its arrays."""
    shaped = [p for p in act.parameters if p.shaped is not None and p.name in arrays]
    found = {
        size: n
        for p in shaped
        if p.shaped is not None
        for size, n in zip(p.shaped.sizes, arrays[p.name].shape, strict=True)
    }
    return {size: n for size, n in found.items() if size in act.sizes}


BACKENDS = (FlaxBackend("flax.nnx", lambda f: f), LinenBackend("flax.linen", lambda f: f))
