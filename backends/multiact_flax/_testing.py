"""The Flax backends of the checks: modules whose arrays are the arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as flax_linen
from flax import nnx
from multiact_jax._testing import JaxBackend, JaxFramework, Values

from multiact.declare.activation import Activation
from multiact.testing.backend import operands
from multiact_flax import linen
from multiact_flax._modules import CLASSES


class FlaxBackend(JaxBackend):
    """nnx modules built from the arguments, in evaluation; all arrays are learnable."""

    framework = "flax"

    def _call(self, act: Activation, x: Any, arguments: Values) -> Any:
        names = [p.name for p in act.parameters]
        arrays = {n: arguments[n] for n in names if isinstance(arguments.get(n), jax.Array)}
        call = {n: v for n, v in arguments.items() if n in act.noise}
        options = {n: v for n, v in arguments.items() if n not in {*arrays, *call}}
        learnable = tuple(n for n in arrays if n not in act.running)
        options |= {**_sizes(act, arrays), "learnable": learnable}
        options["param_dtype"] = next((v.dtype for v in arrays.values()), None)
        channels = [v for n, v in arrays.items() if n in _scalars(act) and v.ndim]
        if channels and act.kind == "gated":  # whose axis is that of the gate
            return super()._call(act, x, arguments)
        if channels:
            shape = jnp.broadcast_shapes(*(v.shape for v in channels))
            options["channels"] = size = max(shape)
            options["axis"] = shape.index(size) - len(shape)
            flat = {n: arrays[n].reshape(-1) for n in _scalars(act) & arrays.keys()}
            arrays |= {n: jnp.broadcast_to(v, (size,)) for n, v in flat.items()}
            shaped = {n: v for n, v in arrays.items() if n in learnable and n not in flat}
            arrays |= {
                n: jnp.broadcast_to(v[..., None], (*v.shape, size)) for n, v in shaped.items()
            }
        return self._apply(act, x, options, arrays, call)

    def _apply(self, act: Activation, x: Any, options: Values, arrays: Values, call: Values) -> Any:
        return CLASSES.module_class(act)(**options, **arrays)(
            *operands(act, x), **_evaluation_options(act), **call
        )


class LinenBackend(FlaxBackend):
    """linen modules, which receive their arrays at each call."""

    def _apply(self, act: Activation, x: Any, options: Values, arrays: Values, call: Values) -> Any:
        return linen.module_class(act)(**options).apply(
            _collections(act, arrays), *operands(act, x), **_evaluation_options(act), **call
        )


def _collections(act: Activation, arrays: Values) -> Values:
    running = {n: v for n, v in arrays.items() if n in act.running}
    params = {n: v for n, v in arrays.items() if n not in running}
    return {"params": params, **({"batch_stats": running} if running else {})}


def _evaluation_options(act: Activation) -> Values:
    if act.running:
        return {"use_running_average": True}
    return {"deterministic": True} if act.noise else {}


def _scalars(act: Activation) -> set[str]:
    return {p.name for p in act.parameters if p.shaped is None}


def _sizes(act: Activation, arrays: Values) -> Values:
    """Return the sizes that a module needs, from the shapes of its arrays."""
    shaped = [p for p in act.parameters if p.shaped is not None and p.name in arrays]
    sizes = {
        size: n
        for p in shaped
        if p.shaped is not None
        for size, n in zip(p.shaped.sizes, arrays[p.name].shape, strict=True)
    }
    return {size: n for size, n in sizes.items() if size in act.sizes}


class FlaxFramework(JaxFramework):
    """nnx modules, linen modules (bound, or initialised with a fixed key), (module, variables)."""

    framework = "flax"

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate is a module, or a linen module with its variables."""
        if isinstance(candidate, tuple):
            return len(candidate) == 2 and isinstance(candidate[0], flax_linen.Module)
        return isinstance(candidate, (nnx.Module, flax_linen.Module))

    def own_dtype(self, candidate: Any) -> str | None:
        """Return the dtype of the module's arrays."""
        if isinstance(candidate, tuple):
            variables: Any = candidate[1]
        elif isinstance(candidate, nnx.Module):
            variables = nnx.state(candidate)
        else:
            variables = candidate.variables if candidate.scope is not None else {}
        arrays = [leaf for leaf in jax.tree.leaves(variables) if _is_floating(leaf)]
        return str(arrays[0].dtype) if arrays else None

    def bind(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """Convert the candidate's arrays to the dtype of x, and set it to evaluation."""
        if isinstance(candidate, nnx.Module):
            graph, state = nnx.split(candidate)
            merged = nnx.merge(graph, _cast(state, x.dtype))
            merged.eval()  # type: ignore[no-untyped-call]
            return merged
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
