"""Anybody's functions of JAX arrays, as cross-checks run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from multiact_jax._backend import JaxBackend

_TRANSFORMED = tuple({type(jax.jit(abs)), jax.custom_jvp, jax.custom_vjp})


class JaxFramework(JaxBackend):
    """Functions on JAX arrays."""

    def __init__(self) -> None:
        super().__init__("jax", lambda f: f)

    def owns(self, candidate: Any) -> bool:
        """Whether it is the result of jit, custom_jvp or custom_vjp."""
        return isinstance(candidate, _TRANSFORMED)

    def own_dtype(self, candidate: Any) -> str | None:
        """Functions hold nothing."""
        return None

    def bound(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """The function as it is."""
        return candidate  # type: ignore[no-any-return]

    def slope(self, call: Callable[[Any], Any], x: Any) -> Any:
        """By jax.grad."""
        return jax.grad(lambda v: jnp.sum(call(v)))(x)

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Functions are not moved."""
        return []

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """A program, without the candidate's import."""
        call = "jax.grad(lambda v: candidate(v).sum())(x)" if gradient else "candidate(x)"
        wide = ['jax.config.update("jax_enable_x64", True)'] if dtype == "float64" else []
        return ["import jax", *wide, f"x = jax.numpy.asarray({x}, dtype={dtype!r})", call]
