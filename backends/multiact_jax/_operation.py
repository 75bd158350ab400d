"""Graphs as JAX operations: their values, and derivatives that are operations again.

An operation has several outputs, so that slopes by several operands come from one program
and share what they have in common.  Its differentiation rule looks only at the operands
that are differentiated, and is made of operations itself: any order works.
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
from multiact.calculus.derivative import derivative
from multiact.calculus.graph import topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.tracing import Expr, is_const
from multiact.special.arithmetic import WAVE_LIMIT

#: what XLA computes faster by arithmetic than by its own functions, and what on the CPU alone:
#: accelerators have instructions for an exponential or a sine
_EVERYWHERE = frozenset({"log1p"})
_TRIG = frozenset({"sin", "cos"})
_ON_CPU = _EVERYWHERE | {"exp", "bell", "narrow_bell"}

Values = dict[str, Any]  # operands by name
Operation = Callable[[Values, Values], tuple[jax.Array, ...]]


@lru_cache(maxsize=4096)
def operation(
    outputs: tuple[Expr, ...], inputs: Inputs, name: str, platform: str | None
) -> Operation:
    """The differentiable operation that computes `outputs`.

    It takes operands by name, first those that nothing is differentiated by: Python's numbers.
    `platform` is where it will run, None if that is not known yet.
    """

    def run(fixed: Values, arrays: Values) -> tuple[jax.Array, ...]:
        return _evaluated(outputs, inputs, platform, fixed, arrays)

    def rule(primals: tuple[Values, Values], tangents: tuple[Values, Values]) -> Any:
        (fixed, arrays), moving = primals, _moving(tangents[1])
        rows = [{n: derivative(e, n) for n in moving} for e in outputs]
        slopes = tuple(dict.fromkeys(s for row in rows for s in row.values() if not is_const(s, 0)))

        def push(values: Any, moving: Values) -> tuple[jax.Array, ...]:
            known = dict(zip(slopes, values, strict=True))
            return tuple(_pushed(row, known, moving) for row in rows)

        again = operation(slopes, inputs, name, platform)
        # computed where they are used: XLA makes one loop of values and one of slopes, but
        # several of both together, which pass what they share through memory
        later = jax.checkpoint(lambda arrays, moving: push(again(fixed, arrays), moving))
        values = operation(outputs, inputs, name, platform)(fixed, arrays)
        changes = later(arrays, moving)
        return values, tuple(_like(y, t) for y, t in zip(values, changes, strict=True))

    run.__name__ = run.__qualname__ = name

    def differentiable(symbolic_zeros: bool) -> Operation:
        made = jax.custom_jvp(run)
        made.defjvp(rule, symbolic_zeros=symbolic_zeros)
        return made

    # one operand moves or nobody asks; among several it must be seen which do, for which
    # Pallas kernels have no rule
    one, several = differentiable(symbolic_zeros=False), differentiable(symbolic_zeros=True)
    return lambda fixed, arrays: (one if len(arrays) == 1 else several)(fixed, arrays)


def computing(x: jax.Array) -> Any:
    """The dtype in which values of `x` are computed: float32 for 16 bits, else its own."""
    single = np.dtype(np.float32)
    return single if x.dtype.itemsize < single.itemsize else x.dtype


def _evaluated(
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

    def target(arithmetic: frozenset[str]) -> Target:
        return Target(bits, arithmetic=arithmetic, clamps=True)

    def by(arithmetic: frozenset[str]) -> Callable[[Values], tuple[jax.Array, ...]]:
        return lambda arrays: _run(outputs, inputs, target(arithmetic), fixed, arrays)

    def on_cpu(arrays: Values) -> Any:
        if not angles_of:
            return by(_ON_CPU)(arrays)
        angles = _run(angles_of, inputs, Target(bits), fixed, arrays)
        large = reduce(jnp.logical_or, (jnp.abs(u) > WAVE_LIMIT for u in angles))
        # counted, as XLA needs twice the time for `any`, and more for each one
        some = jnp.sum(large, dtype=jnp.float32) > 0
        return jax.lax.cond(some, by(_ON_CPU), by(_ON_CPU | _TRIG), arrays)

    ways = [program(outputs, inputs, target(way)) for way in (_EVERYWHERE, _ON_CPU | _TRIG)]
    if ways[0].source == ways[1].source:  # as for ReLU, and in double precision
        return by(_EVERYWHERE)(arrays)
    if platform is not None:
        return on_cpu(arrays) if platform == "cpu" else by(_EVERYWHERE)(arrays)
    found: tuple[jax.Array, ...] = jax.lax.platform_dependent(
        arrays, cpu=on_cpu, default=by(_EVERYWHERE)
    )
    return found


def _run(
    outputs: tuple[Expr, ...], inputs: Inputs, target: Target, fixed: Values, arrays: Values
) -> tuple[jax.Array, ...]:
    run = program(outputs, inputs, target)
    operands = {**arrays, **fixed}
    return run(*(operands[name] for name in inputs.names), xp=OPERATIONS)


def _power_by_bits(shifted: jax.Array) -> jax.Array:
    """2**n in float32 for a whole n plus 3 * 2**22, 0 below the normal numbers."""
    n = jax.lax.bitcast_convert_type(shifted, jnp.int32) - 0x4B400000
    return jax.lax.bitcast_convert_type(jnp.maximum(n + 127, 0) << 23, jnp.float32)


#: jax.numpy, and what programs made for XLA need besides
OPERATIONS = Overlay(jnp, power_by_bits=_power_by_bits)


def _moving(tangents: Values) -> Values:
    return {n: t for n, t in tangents.items() if not isinstance(t, SymbolicZero)}


def _pushed(row: dict[str, Expr], known: dict[Expr, jax.Array], moving: Values) -> Any:
    """The change of one output; 0 where nothing that moves reaches it."""
    terms = [(known[s], moving[n]) for n, s in row.items() if s in known]
    return sum(slope * t.astype(slope.dtype) for slope, t in terms)


def _like(y: jax.Array, change: Any) -> jax.Array:
    """`change` in the shape of `y`, which other operands may have broadcast."""
    change = jnp.asarray(change, y.dtype)
    return change if change.shape == y.shape else jnp.broadcast_to(change, y.shape)
