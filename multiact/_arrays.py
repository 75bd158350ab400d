"""The one door to the array libraries: which one is this, and how a program runs on it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from array_api_compat import array_namespace, device, is_numpy_namespace

if TYPE_CHECKING:
    from multiact.calculus.graph import Expr
    from multiact.calculus.program import Inputs

_BY_TYPE: dict[type, Any] = {}  # array_namespace takes 1.2 us a call, this 0.1


def namespace_of(x: Any) -> Any:
    """The array library `x` belongs to; an ndarray, tensor or jax array tells it itself."""
    xp = _BY_TYPE.get(type(x))
    if xp is None:
        try:
            xp = _BY_TYPE[type(x)] = array_namespace(x)
        except TypeError as error:
            raise TypeError(
                f"x must be an array of an array-API library, got {type(x).__name__}; "
                "multiact_numpy takes lists and numbers"
            ) from error
    return xp


class Namespace:
    """An array library inside whose formulas activations are a backend's own."""

    def __init__(self, library: Any, apply: Callable[..., Any]) -> None:
        self._library = library
        self.__multiact_apply__ = apply  # (activation, x, Arguments) -> result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


def check_floating(x: Any, xp: Any, function: str) -> None:
    """Refuse integers, booleans and complex numbers, with the cast that would help."""
    if bits_of(x):
        return
    if xp.isdtype(x.dtype, "real floating"):
        raise TypeError(
            f"{function}: x must have 16, 32 or 64 bits per number, got {x.dtype}; "
            "convert it first, for example to float64"
        )
    raise TypeError(
        f"{function}: x must have a real floating-point dtype, got {x.dtype}; "
        "convert it first, for example to float32"
    )


def bits_of(x: Any) -> int:
    """16, 32 or 64: the width of one element of a floating-point array (0: not floating)."""
    name = getattr(x.dtype, "name", None) or str(x.dtype)  # ">f8" has the name float64
    name = name.rpartition(".")[2]
    return {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}.get(name, 0)


def evaluate(
    outputs: tuple[Expr, ...],
    inputs: Inputs,
    operands: Sequence[Any],
    xp: Any = None,
    name: str = "multiact",
) -> tuple[Any, ...]:
    """Run expressions on arrays: 16-bit dtypes in float32, rounded once at the end."""
    from multiact.calculus.lower import Target
    from multiact.calculus.program import program

    x = operands[0]
    xp = namespace_of(x) if xp is None else xp
    check_floating(x, xp, name)
    bits = bits_of(x)
    run = program(outputs, inputs, Target(max(bits, 32)))
    wide = x.dtype if bits != 16 else xp.float32
    names = (*inputs.data, *(name for name, _ in inputs.parameters))
    ready = [
        _as_operand(v, name in run.as_arrays, wide, xp, x)
        for name, v in zip(names, operands, strict=True)
    ]
    quiet = np.errstate(all="ignore") if is_numpy_namespace(xp) else contextlib.nullcontext()
    with quiet:  # branches that `where` does not select may overflow
        results = run(*ready, xp=xp)
        return tuple(xp.astype(xp.asarray(y), x.dtype, copy=False) for y in results)


def whole(
    formula: Callable[..., Any], x: Any, parameters: Sequence[Any], xp: Any, *, widen: bool
) -> Any:
    """Run a formula that mixes elements; `widen`: 16-bit dtypes in float32, rounded once."""
    quiet = np.errstate(all="ignore") if isinstance(x, np.ndarray) else contextlib.nullcontext()
    with quiet:
        if not widen or bits_of(x) != 16:
            return formula(x, *parameters, xp=xp)
        wide = [_as_operand(v, False, xp.float32, xp, x) for v in (x, *parameters)]
        return xp.astype(formula(*wide, xp=xp), x.dtype)


def _as_operand(v: Any, must_be_array: bool, dtype: Any, xp: Any, like: Any) -> Any:
    if hasattr(v, "dtype"):
        return v if v.dtype == dtype else xp.astype(v, dtype)
    return xp.asarray(v, dtype=dtype, device=device(like)) if must_be_array else v
