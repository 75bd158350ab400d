"""The formula of a record applied to arrays or symbols, and the graphs that symbols record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from multiact.calculus.graph import Data, Number, elements
from multiact.calculus.limits import with_limits
from multiact.calculus.missing import keeping_nan
from multiact.calculus.surrogate import OPERATION
from multiact.calculus.tracing import NAMESPACE, Expr, call, const, symbol
from multiact.declare.names import call_by_name
from multiact.declare.noise import MEANS, TEXTS
from multiact.special.stable import stable

if TYPE_CHECKING:
    from multiact.declare.activation import Activation
    from multiact.declare.arguments import Arguments, Specialization
    from multiact.declare.parameters import Parameter


def applied(act: Activation, arrays: Sequence[Any], bound: Arguments, xp: Any) -> Any:
    """Apply the formula to symbols or arrays; without noise, as in evaluation."""
    values = {
        **dict(zip(act.data, arrays, strict=True)),
        **dict(zip((p.name for p in act.parameters), bound.parameters, strict=True)),
        **dict(bound.settings),
        "xp": xp,
    }
    noise = bound.noise
    if act.noise and not noise:
        require_noise(act)
        if act.evaluation is not None:
            return call_by_name(act.evaluation, values)  # type: ignore[arg-type]
        noise = tuple(_mean(arrays[0], MEANS[kind], xp) for kind in act.noise.values())
    training = {"training": True} if bound.training else {}
    settings = {**dict(bound.settings), **training}
    y = act.function(*arrays, *noise, *bound.parameters, **settings, xp=xp)
    if act.surrogate is None:
        return y
    values |= dict(zip(act.noise, noise, strict=True))
    return call(OPERATION, y, call_by_name(act.surrogate, values))


def _mean(like: Any, mean: float, xp: Any) -> Any:
    return const(mean) if isinstance(like, Expr) else xp.full_like(like, mean)


def require_noise(act: Activation) -> None:
    """Reject a call without noise if it is drawn in evaluation too."""
    if act.evaluation == "noise":
        name, kind = next(iter(act.noise.items()))
        raise TypeError(
            f"{act.key}: {name} must be given, an array in the shape of {act.data[0]}, "
            f"{TEXTS[kind]}: it is drawn in evaluation too"
        )


def result(act: Activation, y: Any, training: bool) -> tuple[Any, Mapping[str, Any]]:
    """Return the value of a formula, and the new statistics that it gives in training."""
    if not training:
        return y, {}
    names = [p.name for p in act.running]
    pair = isinstance(y, tuple) and len(y) == 2 and isinstance(y[1], Mapping)
    if not pair or sorted(y[1]) != sorted(names):
        raise TypeError(
            f"the formula of {act.key} must return (y, {{{', '.join(f'{n!r}: ...' for n in names)}"
            f"}}) for training=True, got {type(y[1] if pair else y).__name__}"
            + f" with {', '.join(sorted(y[1]))}" * pair
        )
    return y


def trace(act: Activation, specialization: Specialization) -> Expr:
    """Trace the formula: call it with symbols and return the graph they record."""
    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no elementwise graph")
    inputs, settings = specialization.inputs, specialization.settings
    act.check_sizes({name: (n,) for name, n in inputs.parameters}, settings)
    data = [symbol(Data(name)) for name in inputs.data]
    parameters: list[Any] = []
    for p, (name, n) in zip(act.parameters, inputs.parameters, strict=True):
        if n is None:
            parameters.append(symbol(_number(p)))
        else:
            parameters.append([symbol(element) for element in elements(name, n)])
    count = len(act.data)
    bound = act.arguments(tuple(parameters), settings, noise=tuple(data[count:]))
    graph = applied(act, data[:count], bound, NAMESPACE)
    if not isinstance(graph, Expr):
        raise TypeError(f"the formula of {act.key} must return an array, got {graph!r}")
    return graph


raw_graph = lru_cache(maxsize=2048)(trace)


@lru_cache(maxsize=2048)
def stable_graph(act: Activation, specialization: Specialization) -> Expr:
    """Return the graph that is computed."""
    e = keeping_nan(stable(raw_graph(act, specialization)))
    return with_limits(e, [None if v is None else const(v) for v in act.limits or (None, None)])


def _number(p: Parameter) -> Number:
    """The name of a scalar parameter, with what is known of its values."""
    low, high = (p.constraint.low, p.constraint.high) if p.constraint else (-math.inf, math.inf)
    return Number(p.name, low, high, p.default if isinstance(p.default, (int, float)) else 1.0)
