"""Graphs as JAX operations, whose derivatives are operations again.

An operation has several outputs, so that the slopes by several operands come from one program
and share common subexpressions.  Its differentiation rule considers only the operands that are
differentiated, and consists of operations itself, so that derivatives of any order work.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero

from multiact._arrays import Overlay
from multiact.calculus.graph import topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.tracing import Expr, is_const
from multiact.special.arithmetic import LOG1P_OF_XLA, WAVE_LIMIT, Arithmetic, by_arithmetic
from multiact.special.stable import derivative

#: functions that XLA computes faster by arithmetic, everywhere or only on the CPU: accelerators
#: have instructions for exponentials and sines
_HYPERBOLIC = by_arithmetic("sinh", "cosh")  # more accurate, everywhere
_EVERYWHERE = _HYPERBOLIC | by_arithmetic("expm1", "log1p")
_ON_CPU = _HYPERBOLIC | LOG1P_OF_XLA | by_arithmetic("expm1", "exp", "bell", "narrow_bell")
_TRIG = frozenset({"sin", "cos"})
_ALL_ON_CPU = _ON_CPU | by_arithmetic(*_TRIG)

Values = dict[str, Any]  # operands by name
Operation = Callable[[Values, Values], tuple[jax.Array, ...]]


@lru_cache(maxsize=4096)
def operation(
    outputs: tuple[Expr, ...], inputs: Inputs, name: str, platform: str | None
) -> Operation:
    """Return the differentiable operation that computes `outputs`.

    It takes two mappings of operands by name: fixed Python numbers, which are never
    differentiated, and arrays.  `platform` is where it will run, or None if that is not yet known.
    """

    def run(fixed: Values, arrays: Values) -> tuple[jax.Array, ...]:
        return _evaluate(outputs, inputs, platform, fixed, arrays)

    def jvp(primals: tuple[Values, Values], tangents: tuple[Values, Values]) -> Any:
        (fixed, arrays), nonzero = primals, _nonzero_tangents(tangents[1])
        rows = [{n: derivative(e, n) for n in nonzero} for e in outputs]
        slopes = tuple(dict.fromkeys(s for row in rows for s in row.values() if not is_const(s, 0)))

        def push(values: Any, nonzero: Values) -> tuple[jax.Array, ...]:
            value_of = dict(zip(slopes, values, strict=True))
            return tuple(_push_forward(row, value_of, nonzero) for row in rows)

        slope_operation = operation(slopes, inputs, name, platform)
        # rematerialised where they are used: XLA makes one loop of the values and one of the
        # slopes, but of both together several loops, which pass shared results through memory
        remat = jax.checkpoint(lambda arrays, t: push(slope_operation(fixed, arrays), t))
        values = operation(outputs, inputs, name, platform)(fixed, arrays)
        changes = remat(arrays, nonzero)
        return values, tuple(_broadcast_like(y, t) for y, t in zip(values, changes, strict=True))

    run.__name__ = run.__qualname__ = name

    def differentiable(symbolic_zeros: bool) -> Operation:
        function = jax.custom_jvp(run)
        function.defjvp(jvp, symbolic_zeros=symbolic_zeros)
        return function

    # Symbolic zeros tell which of several operands have a tangent.  A single operand has one
    # whenever the operation is differentiated, so that operations with one operand do without
    # symbolic zeros and work in Pallas kernels, which do not support them.
    one, several = differentiable(symbolic_zeros=False), differentiable(symbolic_zeros=True)
    return lambda fixed, arrays: (one if len(arrays) == 1 else several)(fixed, arrays)


def computing(x: jax.Array) -> Any:
    """Return the dtype in which values of `x` are computed: float32 for 16 bits, else its own."""
    single = np.dtype(np.float32)
    return single if x.dtype.itemsize < single.itemsize else x.dtype


def _evaluate(
    outputs: tuple[Expr, ...],
    inputs: Inputs,
    platform: str | None,
    fixed: Values,
    arrays: Values,
) -> tuple[jax.Array, ...]:
    dtype = computing(arrays[inputs.data[0]])
    bits = 8 * np.dtype(dtype).itemsize
    arrays = {n: v.astype(dtype) for n, v in arrays.items()}
    fixed = {n: jnp.asarray(v, dtype) for n, v in fixed.items()}
    angles_of = tuple(e.args[0] for e in topological(outputs) if e.op in _TRIG)

    def target(arithmetic: Arithmetic) -> Target:
        return Target(bits, arithmetic=arithmetic, clamps=True)

    def using(arithmetic: Arithmetic) -> Callable[[Values], tuple[jax.Array, ...]]:
        return lambda arrays: _run(outputs, inputs, target(arithmetic), fixed, arrays)

    def on_cpu(arrays: Values) -> Any:
        if not angles_of:
            return using(_ON_CPU)(arrays)
        # a sum, because XLA takes twice as long for `any`, and longer for one per angle
        any_large = jnp.sum(large(arrays), dtype=jnp.float32) > 0
        return jax.lax.cond(any_large, some_large, using(_ALL_ON_CPU), arrays)

    def large(arrays: Values) -> jax.Array:
        angles = _run(angles_of, inputs, Target(bits, arithmetic=_EVERYWHERE), fixed, arrays)
        return reduce(jnp.logical_or, (jnp.abs(u) > WAVE_LIMIT for u in angles))

    def some_large(arrays: Values) -> tuple[jax.Array, ...]:
        """Compute each element as its own angles need, whatever is beside it."""
        pairs = zip(using(_ON_CPU)(arrays), using(_ALL_ON_CPU)(arrays), strict=True)
        where_large = large(arrays)
        return tuple(jnp.where(where_large, wide, y) for wide, y in pairs)

    programs = [program(outputs, inputs, target(a)) for a in (_EVERYWHERE, _ALL_ON_CPU)]
    if programs[0].source == programs[1].source:  # for example for ReLU, and in double precision
        return using(_EVERYWHERE)(arrays)
    if platform is not None:
        return on_cpu(arrays) if platform == "cpu" else using(_EVERYWHERE)(arrays)
    results: tuple[jax.Array, ...] = jax.lax.platform_dependent(
        arrays, cpu=on_cpu, default=using(_EVERYWHERE)
    )
    return results


def _run(
    outputs: tuple[Expr, ...], inputs: Inputs, target: Target, fixed: Values, arrays: Values
) -> tuple[jax.Array, ...]:
    run = program(outputs, inputs, target)
    operands = {**arrays, **fixed}
    return run(*(operands[name] for name in inputs.names), xp=OPERATIONS)


def _power_by_bits(shifted: jax.Array) -> jax.Array:
    """Return 2**n in float32, given n + 3 * 2**22 for an integer n; 0 below the normal numbers."""
    n = jax.lax.bitcast_convert_type(shifted, jnp.int32) - 0x4B400000
    return jax.lax.bitcast_convert_type(jnp.maximum(n + 127, 0) << 23, jnp.float32)


#: jax.numpy with the additional operations of programs for XLA
OPERATIONS = Overlay(jnp, power_by_bits=_power_by_bits)


def _nonzero_tangents(tangents: Values) -> Values:
    return {n: t for n, t in tangents.items() if not isinstance(t, SymbolicZero)}


def _push_forward(row: dict[str, Expr], value_of: dict[Expr, jax.Array], tangents: Values) -> Any:
    """Compute the tangent of one output; 0 if it depends on no operand that has a tangent."""
    terms = [(value_of[s], tangents[n]) for n, s in row.items() if s in value_of]
    return sum(slope * t.astype(slope.dtype) for slope, t in terms)


def _broadcast_like(y: jax.Array, change: Any) -> jax.Array:
    """Broadcast a tangent to the shape of `y`, which other operands may have enlarged."""
    change = jnp.asarray(change, y.dtype)
    return change if change.shape == y.shape else jnp.broadcast_to(change, y.shape)
