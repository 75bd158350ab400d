"""What makes a function a primitive of the graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from multiact.calculus.derivative import PRIMITIVES, RULES, Primitive, partials
from multiact.calculus.evaluate import evaluate
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr, call, symbol
from multiact.special._polynomial import ByBits

#: the largest finite numbers
LARGEST = ByBits({32: 3.4028234663852886e38, 64: 1.7976931348623157e308})


def clamp(x: Any, low: float, high: float, xp: Any) -> Any:
    """`x` within bounds; a NaN stays."""
    above = xp.where(x < low, low, x)
    return xp.where(above > high, high, above)


class Special:
    """A stable function of arrays that formulas may use; on symbolic arrays it adds a node."""

    __name__: str

    def __init__(self, body: Callable[..., Any]) -> None:
        update_wrapper(self, body)
        self.arity = sum(
            p.kind is p.POSITIONAL_ONLY for p in inspect.signature(body).parameters.values()
        )

    def __call__(self, *operands: Any, xp: Any = None) -> Any:
        """Evaluate on arrays of one array library, or record on symbolic arrays."""
        if len(operands) != self.arity:
            raise TypeError(f"{self.__name__} takes {self.arity} operands, {len(operands)} given")
        if any(isinstance(v, Expr) for v in operands):
            return call(self.__name__, *operands)
        names = tuple("xyz"[: self.arity])
        node = call(self.__name__, *map(symbol, names))
        inputs = Inputs(names[:1], tuple((n, None) for n in names[1:]))
        return evaluate((node,), inputs, operands, xp, self.__name__)[0]


def primitive(
    *slopes: Callable[..., Any],
    latex: str,
    decays: bool = False,
    bounded: bool = False,
) -> Callable[[Callable[..., Any]], Special]:
    """Declare a primitive: its stable computation is the body, `slopes` its partial derivatives.

    Parameters
    ----------
    *slopes
        One function per operand, from the operands to the partial derivative.
    latex
        Template with `{0}`, `{1}` for the operands.
    decays
        Whether it decays to 0 faster than any polynomial at one of the infinities.
    bounded
        Whether its values stay finite at the infinities.
    """

    def declare(body: Callable[..., Any]) -> Special:
        name = body.__name__
        by_precision = "bits" in inspect.signature(body).parameters
        PRIMITIVES[name] = Primitive(name, body, latex, decays, bounded, by_precision)
        RULES[name] = partials(*slopes)
        return Special(body)

    return declare
