"""NumPy functions derived from the records."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

import multiact
from multiact._arrays import Namespace, check_floating, evaluate
from multiact.adapters.signatures import describe, function_signature
from multiact.declare.activation import Activation, Arguments
from multiact.derivatives import expressions, variables
from multiact.kernels import blocked, engine
from multiact.kernels.fused import FusedLoop
from multiact_numpy import _native

_FLOATING = frozenset(map(np.dtype, (np.float16, np.float32, np.float64)))


class Function:
    """An activation, or a derivative of it, as a function of ndarrays."""

    def __init__(self, act: Activation, path: tuple[str, ...] = ()) -> None:
        self.activation, self._path = act, path
        self._vector = any(p.name in path and p.shaped is not None for p in act.parameters)
        self._loops: dict[Any, FusedLoop] = {}
        self.__name__ = self.__qualname__ = act.key + "_derivative" * bool(path)
        self.__doc__ = describe(act, "numpy.ndarray")
        out = inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None)
        self.__signature__ = function_signature(act, out)

    def __call__(self, x: Any, /, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        """Values for an array, a list or a number; written into `out` if given."""
        given = self.activation.arguments(args, kwargs)
        y = self.apply(_as_array(x, self.__name__), given, out)
        if out is None or y is out:
            return y
        if not (_fits(out, y) and out.flags.writeable):
            got = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
            raise ValueError(
                f"{self.__name__}: out must be an array of {y.dtype} {y.shape}, got {got}"
                + " that is read-only" * _fits(out, y)
            )
        np.copyto(out, y)
        return out

    def apply(self, x: np.ndarray, given: Arguments, out: Any = None) -> Any:
        """Apply with checked arguments; `out` is used if it fits."""
        act = self.activation
        if x.dtype not in _FLOATING:
            check_floating(x, np, self.__name__)
        if not x.dtype.isnative:  # the same numbers in every byte order, bit for bit
            return self.apply(x.astype(x.dtype.newbyteorder("=")), given).astype(x.dtype)
        if not act.is_graph:
            return act.whole(x, given, NAMESPACE)
        loop = self.loop(act.lengths(given), given.settings)
        operands = (*act.operands(x, given, np), *given.parameters)
        place = out if len(loop.outputs) == 1 and _fits(out, operands[0]) else None
        results = _native.run(loop, operands, place)
        if results is None and engine() != "reference":
            plain = partial(evaluate, loop.outputs, loop.inputs, xp=np)
            results = blocked.run(plain, operands, len(act.data))
        if results is None:
            results = evaluate(loop.outputs, loop.inputs, operands, np)
        return np.stack(results, axis=-1) if self._vector else results[0]

    def loop(self, lengths: tuple[int | None, ...], settings: tuple[Any, ...]) -> FusedLoop:
        """The loop for these lengths of array parameters and these settings."""
        if (lengths, settings) not in self._loops:
            form = self.activation.form_of(lengths, settings)
            outputs = expressions(self.activation, form, self._path)
            self._loops[lengths, settings] = FusedLoop(outputs, form.inputs, ())
        return self._loops[lengths, settings]

    def derivative(self, order: int = 1, wrt: str | Sequence[str] = "x") -> Function:
        """The derivative as a function; see `multiact.derivative`."""
        return Function(self.activation, variables(self.activation, order, wrt))

    def __reduce__(self) -> Any:
        return Function, (self.activation, self._path)  # compiled loops stay behind

    def __repr__(self) -> str:
        return f"<function multiact_numpy.{self.__name__}{self.__signature__}>"


def _as_array(x: Any, function: str) -> np.ndarray:
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{function}: x is a masked array, whose mask would be lost; give x.data")
    if isinstance(x, (np.ndarray, np.generic)):
        return np.asarray(x)
    try:
        if np.asarray(x).dtype.kind in "biuf":  # None would become NaN
            return np.asarray(x, dtype=np.float64)
    except ValueError:  # lists of different lengths
        pass
    raise TypeError(
        f"{function}: x must be an array, a number or a list of numbers, got {type(x).__name__}"
    )


def _fits(out: Any, y: Any) -> bool:
    return isinstance(out, np.ndarray) and out.shape == y.shape and out.dtype == y.dtype


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """The NumPy function of an activation, found as `multiact.get` finds it."""
    return _function(multiact.get(spec))


_function = lru_cache(maxsize=None)(Function)

#: the array API on ndarrays, with our functions for activations inside layers
NAMESPACE = Namespace(np, lambda act, x, given: _function(act).apply(x, given))
