"""The Flax backends as the checks see them: modules whose arrays are the arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as flax_linen
from flax import nnx
from multiact_jax._testing import JaxBackend, JaxFramework, Values

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


class FlaxFramework(JaxFramework):
    """nnx modules, linen modules (bound, or made with a fixed key), (module, variables)."""

    framework = "flax"

    def owns(self, candidate: Any) -> bool:
        """Whether it is a module, or a linen module with its variables."""
        if isinstance(candidate, tuple):
            return len(candidate) == 2 and isinstance(candidate[0], flax_linen.Module)
        return isinstance(candidate, (nnx.Module, flax_linen.Module))

    def own_dtype(self, candidate: Any) -> str | None:
        """The dtype of the module's arrays."""
        if isinstance(candidate, tuple):
            held: Any = candidate[1]
        elif isinstance(candidate, nnx.Module):
            held = nnx.state(candidate)
        else:
            held = candidate.variables if candidate.scope is not None else {}
        found = [leaf for leaf in jax.tree.leaves(held) if _is_floating(leaf)]
        return str(found[0].dtype) if found else None

    def bind(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """With its arrays in the dtype of x, in evaluation."""
        if isinstance(candidate, nnx.Module):
            graph, state = nnx.split(candidate)
            made = nnx.merge(graph, _cast(state, x.dtype))
            made.eval()  # type: ignore[no-untyped-call]
            return made
        if isinstance(candidate, tuple):
            module, variables = candidate
        elif candidate.scope is not None:
            module, variables = candidate.unbind()
        else:
            module, variables = candidate, candidate.init(jax.random.key(0), x)
        return lambda v: module.apply(_cast(variables, x.dtype), v)


def _is_floating(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.floating)


def _cast(tree: Any, dtype: Any) -> Any:
    return jax.tree.map(lambda v: v.astype(dtype) if _is_floating(v) else v, tree)


BACKENDS = (FlaxBackend("flax.nnx", lambda f: f), LinenBackend("flax.linen", lambda f: f))
FRAMEWORK = FlaxFramework()
