"""NumPy functions derived from the records."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np

from multiact._arrays import Overlay, check_floating
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.calculus.evaluate import evaluate
from multiact.declare.activation import Activation, Arguments
from multiact.declare.registry import get
from multiact.derivatives import expressions, variables
from multiact.kernels import blocked, engine
from multiact.kernels.call import FusedLoop
from multiact_numpy import _native

_FLOATING = frozenset(map(np.dtype, (np.float16, np.float32, np.float64)))


class Function(DerivedFunction):
    """An activation, or a derivative of it, as a function of ndarrays."""

    library = Library(
        "numpy.ndarray",
        "multiact_numpy",
        "import numpy, multiact_numpy",
        "numpy",
        (("out", "numpy.ndarray or None, default None", "Where the result is written."),),
    )

    def __init__(self, act: Activation, path: tuple[str, ...] = ()) -> None:
        out = inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None)
        super().__init__(act, out)
        self._path = path
        self._vector = any(p.name in path and p.shaped is not None for p in act.parameters)
        self._loop = lru_cache(maxsize=64)(self.loop)
        if path:
            self.__name__ = self.__qualname__ = f"{act.key}_derivative"

    def __call__(self, x: Any, /, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        """Values for an array, a list or a number; written into `out` if given."""
        bound = self.activation.bind(args, kwargs)
        y = self.apply(_as_array(x, self.__name__), bound, out)
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

    def apply(self, x: np.ndarray, bound: Arguments, out: Any = None) -> Any:
        """Apply with checked arguments; `out` is used if it fits."""
        act = self.activation
        if x.dtype not in _FLOATING:
            check_floating(x, np, self.__name__)
        if not x.dtype.isnative:  # the same numbers in every byte order, bit for bit
            return self.apply(x.astype(x.dtype.newbyteorder("=")), bound).astype(x.dtype)
        if not act.is_graph:
            return act.apply_formula(x, bound, NAMESPACE)
        loop = self._loop(act.lengths(bound), bound.settings)
        operands = (*act.operands(x, bound, np), *bound.parameters)
        place = out if len(loop.outputs) == 1 and _fits(out, operands[0]) else None
        results = _native.run(loop, operands, place)
        if results is None and engine() != "reference":
            plain = partial(evaluate, loop.outputs, loop.inputs, xp=np)
            results = blocked.run(plain, operands, loop.lengths)
        if results is None:
            results = evaluate(loop.outputs, loop.inputs, operands, np)
        return np.stack(results, axis=-1) if self._vector else results[0]

    def loop(self, lengths: tuple[int | None, ...], settings: tuple[Any, ...]) -> FusedLoop:
        """The loop for these lengths of array parameters and these settings."""
        specialization = self.activation.specialize(lengths, settings)
        outputs = expressions(self.activation, specialization, self._path)
        return FusedLoop(_native.MEMORY, outputs, specialization.inputs)

    @cached_property
    def documentation(self) -> str:
        """That of the activation; of a derivative, what it is one of."""
        if not self._path:
            return super().documentation
        by = ", then by ".join(self._path)
        return f"Derivative of {self.activation.key} by {by}; it takes the same arguments."

    def derivative(self, order: int = 1, wrt: str | Sequence[str] = "x") -> Function:
        """The derivative as a function; see `multiact.derivative`."""
        return Function(self.activation, variables(self.activation, order, wrt))

    def __reduce__(self) -> Any:
        return Function, (self.activation, self._path)  # compiled loops stay behind


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
    return _function(get(spec))


_function = lru_cache(maxsize=1024)(Function)

#: the array API on ndarrays, with our functions for activations inside layers
NAMESPACE = Overlay(np, __multiact_apply__=lambda act, x, bound: _function(act).apply(x, bound))
