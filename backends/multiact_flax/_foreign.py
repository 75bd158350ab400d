"""Anybody's nnx and linen modules, as cross-checks run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen, nnx
from multiact_jax._foreign import JaxFramework


class FlaxFramework(JaxFramework):
    """nnx modules, linen modules (bound, or made with a fixed key), (module, variables)."""

    framework = "flax"

    def owns(self, candidate: Any) -> bool:
        """Whether it is a module, or a linen module with its variables."""
        if isinstance(candidate, tuple):
            return len(candidate) == 2 and isinstance(candidate[0], linen.Module)
        return isinstance(candidate, (nnx.Module, linen.Module))

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

    def bound(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
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
