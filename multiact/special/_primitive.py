"""What makes a function a primitive of the graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any

from multiact._adapters import adapter_of
from multiact.calculus.graph import Data
from multiact.calculus.matching import wild
from multiact.calculus.primitive import Primitive
from multiact.calculus.program import Inputs
from multiact.calculus.rewriting import Equation
from multiact.calculus.simplify import simplify
from multiact.calculus.tracing import NAMESPACE, Expr, call, symbol
from multiact.special._polynomial import ByBits
from multiact.special.evaluate import evaluate

#: the array API of equations
xp = NAMESPACE
#: the largest finite numbers
LARGEST = ByBits({32: 3.4028234663852886e38, 64: 1.7976931348623157e308})


def decay(x: Any, xp: Any) -> tuple[Any, Any]:
    """Where x is negative, and exp(-|x|)."""
    return x < 0, xp.exp(-xp.abs(x))


def clamp(x: Any, low: float, high: float, xp: Any) -> Any:
    """`x` within bounds; a NaN stays."""
    above = xp.where(x < low, low, x)
    return xp.where(above > high, high, above)


class Special:
    """A stable function of arrays that formulas may use; on symbolic arrays it adds a node."""

    __name__: str

    def __init__(self, op: str, body: Callable[..., Any], phase: str | None = None) -> None:
        update_wrapper(self, body)
        self.op, self.phase = op, phase
        self.__name__ = self.__qualname__ = str(op)
        self.operands = _operands(body)
        first, *others = self.operands
        self.outputs = (call(op, symbol(Data(first)), *map(symbol, others)),)
        self.inputs = Inputs((first,), tuple((n, None) for n in others))

    def __call__(self, *operands: Any, xp: Any = None) -> Any:
        """Evaluate on arrays of one array library, or record on symbolic arrays."""
        arity = len(self.operands)
        if len(operands) != arity:
            raise TypeError(f"{self.__name__} takes {arity} operands, {len(operands)} given")
        if any(isinstance(v, Expr) for v in operands):
            return call(self.op, *operands)
        if xp is None:
            adapter = adapter_of(operands[0])
            own = None if adapter is None else adapter.evaluate
        else:
            own = getattr(xp, "__multiact_evaluate__", None)  # of an adapter's namespace
        if own is not None:
            return own(self.outputs, self.inputs, operands, self.__name__)[0]
        return evaluate(self.outputs, self.inputs, operands, xp, self.__name__)[0]

    @cached_property
    def definition(self) -> Equation | None:
        """What it is, as an equation that leads to it; None where it is no other formula."""
        if not isinstance(self.op, Primitive) or self.op.means is None or self.phase is None:
            return None
        # what follows the first operand is the same for all elements
        wilds = [
            wild(n, *(("any",) if i == 0 else ("fixed", 0.1, 10.0)))
            for i, n in enumerate(self.operands)
        ]
        written = simplify(self.op.means(*wilds, xp=NAMESPACE))
        return Equation(written, call(self.op, *wilds), self.phase)


def primitive(
    *slopes: Callable[..., Any],
    latex: str,
    means: Callable[..., Any] | None = None,
    phase: str | None = "canonicalise",
    decays: bool = False,
    bounded: bool = False,
    exponent: Callable[[Any], Any] | None = None,
    pieces: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Special]:
    """Declare a primitive: its stable computation is the body, `slopes` its partial derivatives.

    Parameters
    ----------
    *slopes
        One function per operand, from the operands to the partial derivative.
    latex
        Template with `{0}`, `{1}` for the operands.
    means
        The function as a textbook writes it, a formula.
    phase
        Of rewriting, in which what `means` says is replaced by the primitive; None: never.
    decays
        Whether it decays to 0 faster than any polynomial at one of the infinities.
    bounded
        Whether its values stay finite at the infinities.
    exponent
        Of a function that is an exponential of this.
    pieces
        Straight lines, piece by piece, and a rest that is small far out: the same function.
    """

    def declare(body: Callable[..., Any]) -> Special:
        op = Primitive.of(
            body.__name__,
            body=body,
            slopes=slopes,
            means=means,
            latex=latex,
            decays=decays,
            bounded=bounded,
            exponent=exponent,
            pieces=pieces,
            by_precision="bits" in inspect.signature(body).parameters,
        )
        return Special(op, body, phase)

    return declare


def _operands(body: Callable[..., Any]) -> tuple[str, ...]:
    signature = inspect.signature(body).parameters
    return tuple(n for n, p in signature.items() if p.kind is p.POSITIONAL_ONLY)
