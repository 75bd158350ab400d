"""JAX functions derived from the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from multiact._arrays import Overlay, check_floating
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.calculus.graph import elements
from multiact.calculus.program import Inputs
from multiact.declare.activation import Activation, Arguments
from multiact.declare.registry import get
from multiact_jax._operation import Values, computing, operation

_FLOATING = frozenset(map(jnp.dtype, ("float16", "bfloat16", "float32", "float64")))


class Function(DerivedFunction):
    """An activation as a differentiable function of JAX arrays."""

    library = Library(
        "jax.Array", "multiact_jax", "import jax.numpy as jnp\nimport multiact_jax", "jnp"
    )

    def __init__(self, act: Activation) -> None:
        super().__init__(act)
        self._plain = act.is_graph and act.default is not None

    def __call__(self, x: Any, /, *args: Any, **kwargs: Any) -> jax.Array:
        """Apply to an array, under any transformation of JAX."""
        act = self.activation
        plain = self._plain and not args and not kwargs
        if plain and isinstance(x, jax.Array) and x.dtype in _FLOATING:
            return _graph_at_defaults(act, _platform(x))(x, {}, {})
        return apply(act, x, act.bind(args, kwargs))

    def __reduce__(self) -> Any:
        return function, (self.activation,)


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """The JAX function of an activation, found as `multiact.get` finds it.

    Parameters
    ----------
    spec
        A name in any common spelling, a mapping with "name" and new defaults, or a record.

    Returns
    -------
    Function
        `f(x, /, parameters, *, settings)`, for use under any transformation of JAX.
    """
    return _function(get(spec))


_function = lru_cache(maxsize=1024)(Function)


def apply(act: Activation, x: Any, bound: Arguments) -> jax.Array:
    """Apply an activation to an array: 16 bits are computed in float32 and rounded once."""
    if not isinstance(x, jax.Array):
        x = _as_array(x, act.key)
    if x.dtype not in _FLOATING:
        check_floating(x, jnp, act.key)
    if not act.is_graph:
        return _formula(act, x, bound)
    if bound is act.default:  # its numbers never change: constants, which cost nothing
        return _graph_at_defaults(act, _platform(x))(x, {}, {})
    numbers: dict[str, float] = {}
    arrays: Values = {} if bound.noise is None else {"noise": jnp.asarray(bound.noise)}
    for p, v in zip(act.parameters, bound.parameters, strict=True):
        if isinstance(v, (int, float)):
            numbers[p.name] = float(v)
        elif hasattr(v, "shape"):
            arrays[p.name] = jnp.asarray(v)
        elif all(isinstance(n, (int, float)) for n in v):
            arrays[p.name] = tuple(map(float, v))  # nothing is differentiated by them
        else:
            arrays[p.name] = jnp.stack(v)
    lengths = act.lengths(bound)
    graph = _graph(act.declared, lengths, bound.settings, bound.axis, _platform(x))
    return graph(x, numbers, arrays)


def _platform(x: jax.Array) -> str | None:
    """The platform of an array's device; None while JAX traces, perhaps for several."""
    return None if isinstance(x, jax.core.Tracer) else next(iter(x.devices())).platform


Graph = Callable[[jax.Array, dict[str, float], Values], jax.Array]


@lru_cache(maxsize=1024)
def _graph_at_defaults(act: Activation, platform: str | None) -> Graph:
    bound = act.bind((), {})
    names = (p.name for p in act.parameters)
    constants = tuple(zip(names, bound.parameters, strict=True))
    lengths = act.lengths(bound)
    return _graph(act.declared, lengths, bound.settings, bound.axis, platform, constants)


@lru_cache(maxsize=2048)
def _graph(
    act: Activation,
    lengths: tuple[int | None, ...],
    settings: tuple[tuple[str, Any], ...],
    axis: int,
    platform: str | None,
    constants: tuple[tuple[str, Any], ...] = (),
) -> Graph:
    """The graph for these lengths and settings as one compiled function.

    Numbers are values to it, not constants: a new number compiles nothing.
    """
    specialization = act.specialize(lengths, settings)
    outputs = (act.expression(specialization),)

    def graph(x: jax.Array, numbers: dict[str, float], arrays: Values) -> jax.Array:
        bound = Arguments((), settings, axis, arrays.pop("noise", None))
        operands: Values = dict(zip(act.data, act.data_of(x, bound, jnp), strict=True))
        fixed: Values = {}
        numbers = {**numbers, **dict(constants)}
        for name, length in specialization.inputs.parameters:
            value: Any = numbers[name] if name in numbers else arrays[name]
            kind = fixed if name in numbers or isinstance(value, tuple) else operands
            if length is not None and kind is operands:
                value = jnp.unstack(value.astype(computing(x)))
            parts = (value,) if length is None else value
            kind.update(zip(elements(name, length), parts, strict=True))
        names = sorted(n for n in (*operands, *fixed) if n not in act.data)
        inputs = Inputs(act.data, tuple((n, None) for n in names))
        (y,) = operation(outputs, inputs, act.key, platform)(fixed, operands)
        return y.astype(x.dtype)

    graph.__name__ = graph.__qualname__ = act.key
    # where nobody compiles, one dispatch, not one per node; where somebody does, inlined
    return jax.jit(graph, inline=True)


def _formula(act: Activation, x: jax.Array, bound: Arguments) -> jax.Array:
    # a layer multiplies matrices, which accelerators do in 16 bits
    dtype = x.dtype if act.kind == "layer" else computing(x)
    values = [jnp.asarray(v).astype(dtype) if hasattr(v, "shape") else v for v in bound.parameters]
    with jax.numpy_rank_promotion("allow"):  # formulas broadcast as the array API does
        y = act.function(x.astype(dtype), *values, **dict(bound.settings), xp=NAMESPACE)
    result: jax.Array = y.astype(x.dtype)
    return result


#: jax.numpy, where activations inside a formula keep their own derivatives
NAMESPACE = Overlay(jnp, __multiact_apply__=apply)


def _as_array(x: Any, function: str) -> jax.Array:
    if isinstance(x, (np.ndarray, np.generic, int, float, complex)) or hasattr(x, "__jax_array__"):
        return jnp.asarray(x)
    raise TypeError(
        f"{function}: x must be a jax.Array or a numpy.ndarray, got {type(x).__name__}; "
        "convert it with jax.numpy.asarray"
    )
