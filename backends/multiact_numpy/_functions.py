"""NumPy functions, derived from the records."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from multiact._arrays import Overlay, check_floating
from multiact.adapters.creation import Spec
from multiact.adapters.creation import create as _create
from multiact.adapters.documentation import Library
from multiact.adapters.functions import DerivedFunction
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.arguments import Arguments
from multiact.declare.registry import get
from multiact.derivatives import expressions, is_vector, variables
from multiact.kernels import blocked, engine
from multiact.kernels.call import FusedLoop
from multiact.special.evaluate import evaluate as reference
from multiact.special.evaluate import evaluator
from multiact_numpy import _native
from multiact_numpy._blocks import BLOCKS

_FLOATING = frozenset(map(np.dtype, (np.float16, np.float32, np.float64)))


class Function(DerivedFunction):
    """An activation or one of its derivatives as a function of ndarrays."""

    library = Library(
        "numpy.ndarray",
        "multiact_numpy",
        "import numpy, multiact_numpy",
        "numpy",
        {"out": ("numpy.ndarray or None", "Where the result is written.")},
    )

    def __init__(self, act: Activation, path: tuple[str, ...] = ()) -> None:
        out = inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None)
        super().__init__(act, out)
        self._path = path
        self._vector = is_vector(act, path)
        self._loop = lru_cache(maxsize=64)(self.loop)
        if path:
            self.__name__ = self.__qualname__ = f"{act.key}_derivative"

    def __call__(self, x: Any, /, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        """Compute the values for an array, a list or a number; write them to `out` if given."""
        bound = self.activation.bind(args, kwargs)
        if bound.others:
            others = (_as_array(v, self.__name__) for v in bound.others)
            bound = bound._replace(others=tuple(_native_order(v) for v in others))
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
        """Apply with checked arguments; the result may be written to `out` if it fits."""
        act = self.activation
        if x.dtype not in _FLOATING:
            check_floating(x, np, self.__name__)
        if not x.dtype.isnative:  # results are identical in every byte order
            return self.apply(_native_order(x), bound).astype(x.dtype)
        if not act.is_graph:
            return act.apply_formula(x, bound, NAMESPACE)
        operands = (*act.operands(x, bound), *bound.parameters)
        loop = self._loop(act.lengths(bound), bound.settings, bool(bound.noise))
        target = out if len(loop.outputs) == 1 and _fits(out, operands[0]) else None
        results = _run(loop, operands, target)
        return np.stack(results, axis=-1) if self._vector else results[0]

    def loop(
        self, lengths: tuple[int | None, ...], settings: tuple[Any, ...], noisy: bool = False
    ) -> FusedLoop:
        """Return the loop for these array parameters' lengths, these settings, and noise."""
        specialization = self.activation.specialize(lengths, settings, noisy)
        outputs = expressions(self.activation, specialization, self._path)
        return FusedLoop(_native.MEMORY, outputs, specialization.inputs)

    @cached_property
    def documentation(self) -> str:
        """The docstring: the activation's, or one line for a derivative."""
        if not self._path:
            return super().documentation
        by = ", then by ".join(self._path)
        return f"Derivative of {self.activation.key} by {by}; it takes the same arguments."

    def _repr_latex_(self) -> str | None:
        return None if self._path else super()._repr_latex_()

    def _repr_markdown_(self) -> str | None:
        return None if self._path else super()._repr_markdown_()

    def derivative(self, order: int = 1, wrt: str | Sequence[str] = "x") -> Function:
        """Return a derivative as a function; see `multiact.derivative`."""
        return Function(self.activation, variables(self.activation, order, wrt))

    def config(self) -> dict[str, Any]:
        """Return the configuration, which `create` accepts and JSON can hold."""
        if self._path:
            raise TypeError(
                f"a configuration holds no derivative; keep that of {self.activation.key} and "
                "call .derivative() again"
            )
        return super().config()

    def __reduce__(self) -> Any:
        return Function, (self.activation, self._path)  # compiled loops are not pickled


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


def _native_order(a: np.ndarray) -> np.ndarray:
    return a if a.dtype.isnative else a.astype(a.dtype.newbyteorder("="))


def _fits(out: Any, y: Any) -> bool:
    return isinstance(out, np.ndarray) and out.shape == y.shape and out.dtype == y.dtype


def function(spec: str | Mapping[str, Any] | Activation) -> Function:
    """Return the NumPy function of an activation, which may be anything `multiact.get` accepts."""
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
    >>> import multiact_numpy
    >>> multiact_numpy.create("swish", beta=1.5)
    <function multiact_numpy.swish(x, /, beta=1.5, *, out=None)>
    >>> multiact_numpy.create("keras:leaky_relu").config()
    {'name': 'leaky_relu', 'negative_slope': 0.2}
    """
    return _create(spec, parameters, _bound)


def _bound(act: Activation, values: dict[str, Any]) -> Function:
    return _function(act.with_defaults(**values))


def apply(act: Activation, x: Any, bound: Arguments, path: tuple[str, ...] = ()) -> Any:
    """Apply an activation, or its derivative by the variables of a path."""
    return _function(act, path).apply(x, bound)


def evaluate(
    outputs: tuple[Expr, ...], inputs: Inputs, operands: Sequence[Any], name: str
) -> tuple[Any, ...]:
    """Evaluate expressions of arrays and parameters."""
    check_floating(operands[0], np, name)
    return _run(_loop(outputs, inputs), operands)


@lru_cache(maxsize=1024)
def _loop(outputs: tuple[Expr, ...], inputs: Inputs) -> FusedLoop:
    return FusedLoop(_native.MEMORY, outputs, inputs)


def _run(loop: FusedLoop, operands: Sequence[Any], target: Any = None) -> tuple[Any, ...]:
    results = _native.run(loop, operands, target)
    if results is None and engine() != "reference":
        evaluated = evaluator(loop.outputs, loop.inputs, operands[0], BLOCKS)
        results = blocked.run(evaluated, operands, loop.lengths)
    if results is None:
        results = reference(loop.outputs, loop.inputs, operands, np)
    return tuple(results)


#: the array API on ndarrays, where activations inside formulas use our functions
NAMESPACE = Overlay(np, __multiact_apply__=apply, __multiact_evaluate__=evaluate)
