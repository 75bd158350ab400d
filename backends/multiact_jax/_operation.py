"""Graphs as JAX operations: their values, and derivatives that are operations again.

An operation has several outputs, so that slopes by several operands come from one program
and share what they have in common.  Its differentiation rule looks only at the operands
that are differentiated, and is made of operations itself: any order works.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero

from multiact._arrays import bits_of
from multiact.calculus.derivative import derivative
from multiact.calculus.graph import Expr, is_const, topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.special.arithmetic import WAVE_LIMIT

#: what XLA computes faster by arithmetic than by its own functions, and what on the CPU alone:
#: accelerators have instructions for an exponential or a sine
_EVERYWHERE = frozenset({"log1p"})
_WAVES = frozenset({"sin", "cos"})
_ON_CPU = _EVERYWHERE | {"exp", "bell", "narrow_bell"}

Numbers = tuple[tuple[str, float], ...]  # Python numbers: constants of the operation
Arrays = dict[str, jax.Array]
Operation = Callable[[Numbers, Arrays], tuple[jax.Array, ...]]


@cache
def operation(outputs: tuple[Expr, ...], inputs: Inputs, name: str) -> Operation:
    """The differentiable operation that computes `outputs` from operands given by name."""

    def run(numbers: Numbers, arrays: Arrays) -> tuple[jax.Array, ...]:
        return _evaluated(outputs, inputs, numbers, arrays)

    def rule(numbers: Numbers, primals: tuple[Arrays], tangents: tuple[dict[str, Any]]) -> Any:
        (arrays,), moving = primals, _moving(tangents[0])
        rows = [{n: derivative(e, n) for n in moving} for e in outputs]
        slopes = tuple(dict.fromkeys(s for row in rows for s in row.values() if not is_const(s, 0)))

        def push(values: Any, moving: Arrays) -> tuple[jax.Array, ...]:
            known = dict(zip(slopes, values, strict=True))
            return tuple(_pushed(row, known, moving) for row in rows)

        again = operation(slopes, inputs, name)
        # computed where they are used: XLA makes one loop of values and one of slopes, but
        # several of both together, which pass what they share through memory
        later = jax.checkpoint(lambda arrays, moving: push(again(numbers, arrays), moving))
        values = operation(outputs, inputs, name)(numbers, arrays)
        changes = later(arrays, moving)
        return values, tuple(_like(y, t) for y, t in zip(values, changes, strict=True))

    run.__name__ = run.__qualname__ = name

    def compiled(symbolic_zeros: bool) -> Operation:
        differentiable = jax.custom_jvp(run, nondiff_argnums=(0,))
        differentiable.defjvp(rule, symbolic_zeros=symbolic_zeros)
        # where nobody compiles, one dispatch, not one per node; where somebody does, inlined
        return jax.jit(differentiable, static_argnums=0, inline=True)

    # one operand moves or nobody asks; among several it must be seen which do, for which
    # Pallas kernels have no rule
    one, several = compiled(symbolic_zeros=False), compiled(symbolic_zeros=True)
    return lambda numbers, arrays: (one if len(arrays) == 1 else several)(numbers, arrays)


def computing(x: jax.Array) -> Any:
    """The dtype in which values of `x` are computed: float32 for 16 bits, else its own."""
    single = np.dtype(np.float32)
    return single if x.dtype.itemsize < single.itemsize else x.dtype


def _evaluated(
    outputs: tuple[Expr, ...], inputs: Inputs, numbers: Numbers, arrays: Arrays
) -> tuple[jax.Array, ...]:
    dtype = computing(arrays[inputs.data[0]])
    bits = bits_of(jnp.empty((), dtype))
    arrays = {n: v.astype(dtype) for n, v in arrays.items()}
    waves = tuple(e.args[0] for e in topological(outputs) if e.op in _WAVES)

    def target(arithmetic: frozenset[str]) -> Target:
        return Target(bits, arithmetic=arithmetic, clamps=True)

    def by(arithmetic: frozenset[str]) -> Callable[[Arrays], tuple[jax.Array, ...]]:
        return lambda arrays: _run(outputs, inputs, target(arithmetic), numbers, arrays)

    def on_cpu(arrays: Arrays) -> Any:
        if not waves:
            return by(_ON_CPU)(arrays)
        angles = _run(waves, inputs, Target(bits), numbers, arrays)
        large = reduce(jnp.logical_or, (jnp.abs(u) > WAVE_LIMIT for u in angles))
        # counted, as XLA needs twice the time for `any`, and more for each one
        some = jnp.sum(large, dtype=jnp.float32) > 0
        return jax.lax.cond(some, by(_ON_CPU), by(_ON_CPU | _WAVES), arrays)

    ways = [program(outputs, inputs, target(way)) for way in (_EVERYWHERE, _ON_CPU | _WAVES)]
    if ways[0].source == ways[1].source:  # as for ReLU, and in double precision
        return by(_EVERYWHERE)(arrays)
    found: tuple[jax.Array, ...] = jax.lax.platform_dependent(
        arrays, cpu=on_cpu, default=by(_EVERYWHERE)
    )
    return found


def _run(
    outputs: tuple[Expr, ...], inputs: Inputs, target: Target, numbers: Numbers, arrays: Arrays
) -> tuple[jax.Array, ...]:
    run = program(outputs, inputs, target)
    operands: dict[str, Any] = {**arrays, **dict(numbers)}
    for name in run.as_arrays & operands.keys():
        operands[name] = jnp.asarray(operands[name], arrays[inputs.data[0]].dtype)
    names = (*inputs.data, *(name for name, _ in inputs.parameters))
    return run(*(operands[name] for name in names), xp=OPERATIONS)


class _Operations:
    """jax.numpy, and what programs made for XLA need besides."""

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    @staticmethod
    def power_by_bits(shifted: jax.Array) -> jax.Array:
        """2**n in float32 for a whole n plus 3 * 2**22, 0 below the normal numbers."""
        n = jax.lax.bitcast_convert_type(shifted, jnp.int32) - 0x4B400000
        return jax.lax.bitcast_convert_type(jnp.maximum(n + 127, 0) << 23, jnp.float32)


OPERATIONS = _Operations()


def _moving(tangents: dict[str, Any]) -> Arrays:
    return {n: t for n, t in tangents.items() if not isinstance(t, SymbolicZero)}


def _pushed(row: dict[str, Expr], known: dict[Expr, jax.Array], moving: Arrays) -> Any:
    """The change of one output; 0 where nothing that moves reaches it."""
    terms = [(known[s], moving[n]) for n, s in row.items() if s in known]
    return sum(slope * t.astype(slope.dtype) for slope, t in terms)


def _like(y: jax.Array, change: Any) -> jax.Array:
    """`change` in the shape of `y`, which other operands may have broadcast."""
    change = jnp.asarray(change, y.dtype)
    return change if change.shape == y.shape else jnp.broadcast_to(change, y.shape)
