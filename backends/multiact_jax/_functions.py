"""JAX functions derived from the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import multiact
from multiact._arrays import check_floating
from multiact.adapters.signatures import describe, function_signature
from multiact.calculus.program import Inputs
from multiact.declare.activation import Activation, Arguments
from multiact_jax._operation import Arrays, computing, operation


def function(spec: str | Mapping[str, Any] | Activation) -> Callable[..., jax.Array]:
    """The JAX function of an activation, found as `multiact.get` finds it.

    Parameters
    ----------
    spec
        A name in any common spelling, a mapping with "name" and new defaults, or a record.

    Returns
    -------
    callable
        `f(x, /, parameters, *, settings)`, for use under any transformation of JAX.
    """
    return _function(multiact.get(spec))


@cache
def _function(act: Activation) -> Callable[..., jax.Array]:
    def call(x: Any, /, *args: Any, **kwargs: Any) -> jax.Array:
        return apply(act, x, act.arguments(args, kwargs))

    call.__module__, call.__name__, call.__qualname__ = "multiact_jax", act.key, act.key
    call.__doc__ = describe(act, "jax.Array")
    call.__signature__ = function_signature(act)  # type: ignore[attr-defined]
    return call


def apply(act: Activation, x: Any, given: Arguments) -> jax.Array:
    """Apply an activation to an array: 16 bits are computed in float32 and rounded once."""
    x = _as_array(x, act.key)
    check_floating(x, jnp, act.key)
    compute = _elementwise if act.is_graph else _formula
    return compute(act, x, given).astype(x.dtype)


def _elementwise(act: Activation, x: jax.Array, given: Arguments) -> jax.Array:
    form = act.form(given)
    data = zip(act.data, act.operands(x, given, jnp), strict=True)
    arrays: Arrays = {n: v if isinstance(v, jax.Array) else jnp.asarray(v) for n, v in data}
    numbers: dict[str, float] = {}
    values = _cast(given.parameters, computing(x))
    for (name, length), value in zip(form.inputs.parameters, values, strict=True):
        for symbol, v in _components(name, length, value).items():
            (arrays if isinstance(v, jax.Array) else numbers)[symbol] = v
    names = [n for n in (*arrays, *numbers) if n not in act.data]
    inputs = Inputs(act.data, tuple((n, None) for n in sorted(names)))
    run = operation((act.expression(form),), inputs, act.key)
    return run(tuple(sorted(numbers.items())), arrays)[0]


def _formula(act: Activation, x: jax.Array, given: Arguments) -> jax.Array:
    # a layer multiplies matrices, which accelerators do in 16 bits
    dtype = x.dtype if act.kind == "layer" else computing(x)
    values = _cast(given.parameters, dtype)
    with jax.numpy_rank_promotion("allow"):  # formulas broadcast as the array API does
        y: jax.Array = act.function(x.astype(dtype), *values, **dict(given.settings), xp=NAMESPACE)
    return y


class _Namespace(ModuleType):
    """jax.numpy, where activations inside a formula keep their own derivatives."""

    __multiact_apply__ = staticmethod(apply)

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)


NAMESPACE = _Namespace("jax.numpy")


def _as_array(x: Any, function: str) -> jax.Array:
    if isinstance(x, jax.Array):
        return x
    if isinstance(x, (np.ndarray, np.generic, int, float, complex)) or hasattr(x, "__jax_array__"):
        return jnp.asarray(x)
    raise TypeError(
        f"{function}: x must be a jax.Array or a numpy.ndarray, got {type(x).__name__}; "
        "convert it with jax.numpy.asarray"
    )


def _cast(values: tuple[Any, ...], dtype: Any) -> tuple[Any, ...]:
    """Parameters in the computing dtype; numbers and lists of them stay as they are."""
    return tuple(jnp.asarray(v).astype(dtype) if hasattr(v, "shape") else v for v in values)


def _components(name: str, length: int | None, value: Any) -> dict[str, Any]:
    """The operands that stand for a parameter: itself, or each of its elements."""
    if length is None:
        return {name: value}
    elements = jnp.unstack(value) if isinstance(value, jax.Array) else value
    return {f"{name}_{i}": v for i, v in enumerate(elements)}
