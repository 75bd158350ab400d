"""The JAX backends of the checks: functions, eager and compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from multiact.declare.activation import Activation
from multiact.testing.backend import operands
from multiact_jax._functions import function

Values = dict[str, Any]


class JaxBackend:
    """Functions of JAX arrays; `wrap` is the identity or jit."""

    framework = "jax"

    def __init__(self, name: str, wrap: Callable[..., Any]) -> None:
        self.name = name
        self._wrap = wrap

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The supported dtypes, including float64 if it is enabled."""
        narrow = ("float16", "bfloat16", "float32")
        wide = str(jnp.result_type(float))
        return narrow if wide in narrow else (*narrow, wide)

    def asarray(self, values: np.ndarray, dtype: str) -> jax.Array:
        """Create a JAX array."""
        return jnp.asarray(np.asarray(values), dtype=jnp.dtype(dtype))

    def to_numpy(self, array: Any) -> np.ndarray:
        """Convert to float64."""
        assert isinstance(array, jax.Array), type(array)
        return np.asarray(array).astype(np.float64)

    def dtype(self, array: Any) -> str:
        """Return the dtype's name."""
        return str(array.dtype)

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the activation."""
        arrays, rest = _split(arguments)
        run = self._wrap(lambda x, arrays: self._call(act, x, {**rest, **arrays}))
        return run(x, arrays)

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Differentiate the sum of the values repeatedly with jax.grad."""
        defaults = {p.name: p.default for p in act.parameters if p.name in wrt}
        arrays, rest = _split({**defaults, **arguments})
        converted = {n: jnp.asarray(rest.pop(n), x.dtype) for n in wrt if n in rest}

        def sum_of_values(values: Values) -> jax.Array:
            keywords = {**rest, **{n: v for n, v in values.items() if n != "x"}}
            return jnp.sum(self._call(act, values["x"], keywords))

        total: Callable[[Values], Any] = sum_of_values
        for name in wrt[:-1]:
            total = _total_slope(total, name)
        return self._wrap(_slope(total, wrt[-1]))({"x": x, **arrays, **converted})

    def _call(self, act: Activation, x: Any, arguments: Values) -> Any:
        return function(act)(*operands(act, x), **arguments)


def _finished(value: Any) -> Any:
    return jax.block_until_ready(value)  # type: ignore[no-untyped-call]


def _split(arguments: Mapping[str, Any]) -> tuple[Values, Values]:
    arrays = {n: v for n, v in arguments.items() if isinstance(v, jax.Array)}
    return arrays, {n: v for n, v in arguments.items() if n not in arrays}


def _slope(total: Callable[[Values], Any], name: str) -> Callable[[Values], Any]:
    return lambda values: jax.grad(lambda v: total({**values, name: v}))(values[name])


def _total_slope(total: Callable[[Values], Any], name: str) -> Callable[[Values], Any]:
    return lambda values: jnp.sum(_slope(total, name)(values))


_TRANSFORMED = tuple({type(jax.jit(abs)), jax.custom_jvp, jax.custom_vjp})


class JaxFramework(JaxBackend):
    """Functions of JAX arrays."""

    def __init__(self) -> None:
        super().__init__("jax", lambda f: f)

    def widened(self) -> AbstractContextManager[Any]:
        """Return a context in which `jax_enable_x64` is set."""
        module = jax if hasattr(jax, "enable_x64") else jax.experimental  # until JAX 0.8
        context: AbstractContextManager[Any] = module.enable_x64(True)
        return context

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate is the result of jit, custom_jvp or custom_vjp."""
        return isinstance(candidate, _TRANSFORMED)

    def own_dtype(self, candidate: Any) -> str | None:
        """Return None, since functions have no parameters."""
        return None

    def bind(self, candidate: Any, x: Any) -> Callable[[Any], Any]:
        """Return the function unchanged."""
        return candidate  # type: ignore[no-any-return]

    def slope(self, call: Callable[[Any], Any], x: Any) -> Any:
        """Differentiate with jax.grad."""
        return jax.grad(lambda v: jnp.sum(call(v)))(x)

    def runs(
        self, call: Callable[[Any], Any], x: Any
    ) -> tuple[Callable[[], Any], Callable[[], Any] | None]:
        """Return compiled evaluation, and the same with reverse differentiation."""
        forward = jax.jit(call)

        @jax.jit
        def gradient(x: Any) -> Any:
            y, pull = jax.vjp(call, x)
            return y, pull(jnp.ones_like(y))

        return lambda: _finished(forward(x)), lambda: _finished(gradient(x))

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Return no faults, since functions are not moved."""
        return []

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """Write a program, without the import of the candidate."""
        call = "jax.grad(lambda v: candidate(v).sum())(x)" if gradient else "candidate(x)"
        wide = ['jax.config.update("jax_enable_x64", True)'] if dtype == "float64" else []
        return ["import jax", *wide, f"x = jax.numpy.asarray({x}, dtype={dtype!r})", call]


BACKENDS = (JaxBackend("jax", lambda f: f), JaxBackend("jax.jit", jax.jit))
FRAMEWORK = JaxFramework()
