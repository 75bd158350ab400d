"""JAX functions, derived from the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from multiact._arrays import Overlay, check_floating, check_real
from multiact.adapters.creation import Spec
from multiact.adapters.creation import create as _create
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.calculus.graph import elements
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.arguments import Arguments
from multiact.declare.formula import applied
from multiact.declare.registry import get
from multiact.declare.shapes import check_same
from multiact.derivatives import expressions, is_vector
from multiact_jax._operation import Values, computing, operation
from multiact_jax._taylor import by_taylor, is_series

_FLOATING = frozenset(map(jnp.dtype, ("float16", "bfloat16", "float32", "float64")))


class Function(DerivedFunction):
    """An activation as a differentiable function of JAX arrays."""

    library = Library(
        "jax.Array", "multiact_jax", "import jax.numpy as jnp\nimport multiact_jax", "jnp"
    )

    def __init__(self, act: Activation) -> None:
        super().__init__(act)
        self._plain = act.is_graph and act.default is not None

    def __call__(self, *args: Any, **kwargs: Any) -> jax.Array:
        """Apply to an array, under any JAX transformation."""
        act = self.activation
        x, args = (args[0], args[1:]) if args else (_named_array(act, kwargs), ())
        plain = self._plain and not args and not kwargs
        if plain and isinstance(x, jax.Array) and x.dtype in _FLOATING and not is_series(x):
            return _graph_at_defaults(act, _platform(x))(x, {}, {})
        if act.key == "gelu" and (args or kwargs):
            act, args, kwargs = _approximated(act, args, kwargs)
        if act.kind == "normalising" and not act.parameters:  # None is all axes, as in jax.nn
            axes = tuple(range(jnp.ndim(x)))
            args = (axes, *args[1:]) if args and args[0] is None else args
            kwargs = kwargs if kwargs.get("axis", 0) is not None else {**kwargs, "axis": axes}
        return apply(act, x, act.bind(args, kwargs))

    def __reduce__(self) -> Any:
        return function, (self.activation,)


def _named_array(act: Activation, kwargs: dict[str, Any]) -> Any:
    if "x" not in kwargs:
        raise TypeError(f"{act.key} needs an array: {act.key}(x)")
    return kwargs.pop("x")


def _approximated(
    act: Activation, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Activation, tuple[Any, ...], dict[str, Any]]:
    """Take `approximate` of jax.nn.gelu, the first argument after x."""
    given = {**dict(zip(("approximate",), args, strict=False)), **kwargs}
    word = given.pop("approximate", False)
    if not isinstance(word, (bool, np.bool_)):
        raise TypeError(f"gelu: approximate must be True or False, got {word!r}")
    return get("gelu_tanh") if word else act, args[1:], given


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """Return the JAX function of an activation.

    Parameters
    ----------
    spec
        A name in any common spelling, a mapping with "name" and new defaults, or a record.

    Returns
    -------
    Function
        `f(x, /, parameters, *, settings)`, which works under any JAX transformation.
    """
    return _function(get(spec))


_function = lru_cache(maxsize=1024)(Function)


def create(spec: Spec, /, **parameters: Any) -> Any:
    """Create the function of an activation, with parameters bound.

    Parameters
    ----------
    spec
        A name ("talu", "keras:leaky_relu"), a mapping with "name" and values of parameters, a
        record, one of our functions; None for the identity; a class, which is called; or any
        other callable, which is returned as it is.
    **parameters
        Values of parameters, the function's new defaults; they replace those of a mapping.

    Returns
    -------
    Function
        The function; `create(function.config())` is equal to it.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If `spec` is something else, or a parameter is unknown.

    Examples
    --------
    >>> import multiact_jax
    >>> multiact_jax.create("swish", beta=1.5)
    <function multiact_jax.swish(x, /, beta=1.5)>
    >>> multiact_jax.create("keras:leaky_relu").config()
    {'name': 'leaky_relu', 'negative_slope': 0.2}
    """
    return _create(spec, parameters, _bound)


def _bound(act: Activation, values: dict[str, Any]) -> Function:
    return _function(act.with_defaults(**values))


def apply(act: Activation, x: Any, bound: Arguments, path: tuple[str, ...] = ()) -> jax.Array:
    """Apply an activation, or its derivative by the variables of a path."""
    if not isinstance(x, jax.Array) or x.dtype not in _FLOATING:
        x = _checked(act, x)
    if bound.others:
        bound = bound._replace(others=tuple(_checked(act, v) for v in bound.others))
    if not act.is_graph:
        return _apply_formula(act, x, bound)
    # the defaults never change, and constants cost nothing
    if bound is act.default and not is_series(x):
        return _graph_at_defaults(act, _platform(x), path)(x, {}, {})
    numbers: dict[str, float] = {}
    arrays: Values = {}
    if bound.others or bound.noise:
        like = act.without_noise(x, bound)[0]  # of a gate's noise, a half
        for name, v in (*zip(act.data[1:], bound.others), *zip(act.noise, bound.noise)):  # noqa: B905
            check_same(like, v, name, act.key)
            arrays[name] = jnp.asarray(v)
    for p, v in zip(act.parameters, bound.parameters, strict=True):
        if isinstance(v, (int, float)):
            numbers[p.name] = float(v)
        elif hasattr(v, "shape"):
            arrays[p.name] = jnp.asarray(v)
        elif all(isinstance(n, (int, float)) for n in v):
            arrays[p.name] = tuple(map(float, v))  # these are never differentiated
        else:
            arrays[p.name] = jnp.stack(v)
    split, noisy = (bound.axis, bound.gate), bool(bound.noise)
    lengths = act.lengths(bound)
    graph = _graph(act.declared, lengths, bound.settings, split, noisy, _platform(x), path)
    if any(map(is_series, (x, *arrays.values()))):
        graph = graph.__wrapped__  # type: ignore[attr-defined]  # inside jit a series is not seen
    return graph(x, numbers, arrays)


def _checked(act: Activation, x: Any) -> jax.Array:
    """Return `x` as an array of floating-point numbers."""
    x = x if isinstance(x, jax.Array) else _as_array(x, act.key)
    if x.dtype not in _FLOATING:
        check_floating(x, jnp, act.key)
    return x  # type: ignore[no-any-return]


def _platform(x: jax.Array) -> str | None:
    """Return the platform of an array's device; None during tracing, which may be for several."""
    return None if isinstance(x, jax.core.Tracer) else next(iter(x.devices())).platform


Graph = Callable[[jax.Array, dict[str, float], Values], jax.Array]


@lru_cache(maxsize=1024)
def _graph_at_defaults(act: Activation, platform: str | None, path: tuple[str, ...] = ()) -> Graph:
    bound = act.bind((), {})
    names = (p.name for p in act.parameters)
    constants = tuple(zip(names, bound.parameters, strict=True))
    lengths, split = act.lengths(bound), (bound.axis, bound.gate)
    return _graph(act.declared, lengths, bound.settings, split, False, platform, path, constants)


@lru_cache(maxsize=2048)
def _graph(
    act: Activation,
    lengths: tuple[int | None, ...],
    settings: tuple[tuple[str, Any], ...],
    split: tuple[int, str],
    noisy: bool,
    platform: str | None,
    path: tuple[str, ...] = (),
    constants: tuple[tuple[str, Any], ...] = (),
) -> Graph:
    """Return the graph for these lengths, settings, halves of a gate, and noise, compiled.

    Numbers are inputs, not constants, so that a new number does not trigger a compilation.
    """
    specialization = act.specialize(lengths, settings, noisy)
    others = act.data[1:] if act.kind == "pair" else ()
    noise = act.noise if noisy else ()
    outputs = expressions(act, specialization, path)

    def graph(x: jax.Array, numbers: dict[str, float], arrays: Values) -> jax.Array:
        values = {**arrays, **numbers, **dict(constants)}
        # no second array is an error, which `data_of` raises
        given = (tuple(arrays[n] for n in names if n in arrays) for names in (others, noise))
        bound = Arguments((), settings, *split, *given)
        parameters = [values[name] for name, _ in specialization.inputs.parameters]
        operands = (*act.data_of(x, bound), *parameters)
        results = _run(outputs, specialization.inputs, operands, act.key, platform)
        return jnp.stack(results, axis=-1) if is_vector(act, path) else results[0]

    graph.__name__ = graph.__qualname__ = act.key
    # outside of jit, a single dispatch instead of one per node; inside jit, inlined
    return jax.jit(graph, inline=True)


def _run(
    outputs: tuple[Expr, ...],
    inputs: Inputs,
    operands: Sequence[Any],
    name: str,
    platform: str | None,
) -> tuple[jax.Array, ...]:
    """Evaluate expressions of arrays and parameters; Python numbers are not differentiated."""
    if any(map(is_series, operands)):
        return tuple(
            by_taylor(e, inputs, operands, lambda es, at: _whole(es, inputs, name)(at))
            for e in outputs
        )
    x, count = operands[0], len(inputs.data)
    arrays: Values = dict(zip(inputs.data, operands[:count], strict=True))
    fixed: Values = {}
    for (parameter, length), value in zip(inputs.parameters, operands[count:], strict=True):
        group = fixed if isinstance(value, (int, float, tuple)) else arrays
        if length is not None and group is arrays:
            value = jnp.unstack(value.astype(computing(x)))  # noqa: PLW2901
        parts = (value,) if length is None else value
        group.update(zip(elements(parameter, length), parts, strict=True))
    names = sorted(n for n in (*arrays, *fixed) if n not in inputs.data)
    single = Inputs(inputs.data, tuple((n, None) for n in names))
    results = operation(outputs, single, name, platform)(fixed, arrays)
    return tuple(y.astype(x.dtype) for y in results)


@lru_cache(maxsize=256)
def _whole(outputs: tuple[Expr, ...], inputs: Inputs, name: str) -> Callable[..., Any]:
    """`_run` as one call, which a series passes on to the transformations around it."""
    return jax.jit(lambda operands: _run(outputs, inputs, operands, name, None))


def evaluate(
    outputs: tuple[Expr, ...], inputs: Inputs, operands: Sequence[Any], name: str
) -> tuple[jax.Array, ...]:
    """Evaluate expressions of arrays and parameters, differentiably."""
    x = operands[0]
    if x.dtype not in _FLOATING:
        check_floating(x, jnp, name)
    return _run(outputs, inputs, operands, name, _platform(x))


def _apply_formula(act: Activation, x: jax.Array, bound: Arguments) -> jax.Array:
    # accelerators compute the matrix products of layers in 16 bits
    dtype = x.dtype if act.kind == "layer" else computing(x)
    values = [jnp.asarray(v).astype(dtype) if hasattr(v, "shape") else v for v in bound.parameters]
    data = [jnp.asarray(v).astype(dtype) for v in act.data_of(x, bound)]
    with jax.numpy_rank_promotion("allow"):  # formulas broadcast as the array API does
        y = applied(act, bound.settings, *data, *values, xp=NAMESPACE)
    result: jax.Array = y.astype(x.dtype)
    return result


#: jax.numpy, where activations inside formulas use our differentiable operations
NAMESPACE = Overlay(jnp, __multiact_apply__=apply, __multiact_evaluate__=evaluate)


def _as_array(x: Any, function: str) -> jax.Array:
    if isinstance(x, np.ndarray) and x.dtype.kind != "c":  # of which the dtype is told below
        check_real(x, "x", function)
    if isinstance(x, (np.ndarray, np.generic, int, float, complex)) or hasattr(x, "__jax_array__"):
        return jnp.asarray(x)
    raise TypeError(
        f"{function}: x must be a jax.Array or a numpy.ndarray, got {type(x).__name__}; "
        "convert it with jax.numpy.asarray"
    )
