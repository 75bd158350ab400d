"""Expressions and formulas evaluated on arrays of any library, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from array_api_compat import device

from multiact._arrays import bits_of, check_floating, namespace_of, quiet
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.tracing import Expr
from multiact.special.arithmetic import by_arithmetic

#: what array libraries, or the compilers behind them, compute less accurately than arithmetic
ARRAYS = by_arithmetic("expm1")


def evaluate(
    outputs: tuple[Expr, ...],
    inputs: Inputs,
    operands: Sequence[Any],
    xp: Any = None,
    name: str = "multiact",
) -> tuple[Any, ...]:
    """Evaluate expressions: 16-bit dtypes in float32, rounded once at the end."""
    x = operands[0]
    xp = namespace_of(x) if xp is None else xp
    check_floating(x, xp, name)
    return evaluator(outputs, inputs, x, xp)(operands)


def evaluator(
    outputs: tuple[Expr, ...], inputs: Inputs, x: Any, xp: Any
) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return the function that evaluates expressions of operands of which `x` is the first."""
    bits = bits_of(x)
    # the library of NumPy's arrays is quick enough; others compute on devices, call by call
    numpy = isinstance(x, np.ndarray)
    arithmetic = frozenset() if numpy else ARRAYS
    target = Target(max(bits, 32), arithmetic=arithmetic, splits=numpy, clamps=numpy)
    run = program(outputs, inputs, target)
    wide, dtype = x.dtype if bits != 16 else xp.float32, x.dtype
    as_arrays = [numpy or n in run.as_arrays for n in inputs.names]

    def evaluated(operands: Sequence[Any]) -> tuple[Any, ...]:
        x = operands[0]
        pairs = zip(operands, as_arrays, strict=True)
        ready = [_operand(v, must_be_array, wide, xp, x) for v, must_be_array in pairs]
        with quiet(x):
            results = run(*ready, xp=xp)
            return tuple(xp.astype(xp.asarray(y), dtype, copy=False) for y in results)

    return evaluated


def evaluate_formula(
    formula: Callable[..., Any], operands: Sequence[Any], xp: Any, *, widen: bool
) -> Any:
    """Apply a formula that mixes elements; `widen`: 16-bit dtypes in float32, rounded once."""
    x = operands[0]
    with quiet(x):
        if not widen or bits_of(x) != 16:
            return formula(*operands, xp=xp)
        wide = [_operand(v, False, xp.float32, xp, x) for v in operands]
        return xp.astype(formula(*wide, xp=xp), x.dtype)


def _operand(v: Any, must_be_array: bool, dtype: Any, xp: Any, like: Any) -> Any:
    if hasattr(v, "dtype"):
        return v if v.dtype == dtype else xp.astype(v, dtype)
    return xp.asarray(v, dtype=dtype, device=device(like)) if must_be_array else v
