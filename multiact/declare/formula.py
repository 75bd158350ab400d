"""The formula of a record applied to arrays or symbols, and the graphs that symbols record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from multiact.calculus.graph import Data, Noise, elements
from multiact.calculus.limits import with_limits
from multiact.calculus.missing import keeping_nan
from multiact.calculus.tracing import NAMESPACE, Expr, as_expr, const, symbol
from multiact.declare.names import call_by_name
from multiact.declare.noise import MEANS

if TYPE_CHECKING:
    from multiact.declare.activation import Activation
    from multiact.declare.arguments import Specialization

Settings = tuple[tuple[str, Any], ...]
Operands = tuple[Any, ...]


def applied(act: Activation, settings: Settings, *operands: Any, xp: Any) -> Any:
    """Apply the formula to symbols or arrays: data, noise if it is given, and parameters."""
    named = dict(settings)
    if not (act.noise or act.surrogate or act.running):
        return act.function(*operands, **named, xp=xp)
    split = len(operands) - len(act.parameters)
    data, noise = operands[: len(act.data)], operands[len(act.data) : split]
    parameters = with_statistics(act, settings, data, operands[split:], xp=xp)
    values = _by_name(act, settings, data, parameters, xp)
    if act.noise and not noise:
        if callable(act.evaluation):
            return call_by_name(act.evaluation, values)
        noise = tuple(_mean(data[0], MEANS[kind], xp) for kind in act.noise.values())
    y = act.function(*data, *noise, *parameters, **named, xp=xp)
    if act.surrogate is None:
        return y
    from multiact.special.surrogate import straight_through

    values |= dict(zip(act.noise, noise, strict=True))
    return straight_through(y, call_by_name(act.surrogate, values), xp=xp)


def with_statistics(
    act: Activation, settings: Settings, data: Operands, parameters: Operands, *, xp: Any
) -> Operands:
    """Measure the running statistics that are not given, None, in the data itself."""
    pairs = list(zip(act.parameters, parameters, strict=True))
    if act.statistics is None or not any(p.running and v is None for p, v in pairs):
        return parameters
    values = _by_name(act, settings, data, parameters, xp)
    measured = call_by_name(act.statistics, values)
    if not isinstance(measured, Mapping) or sorted(measured) != sorted(act.running):
        got = ", ".join(measured) if isinstance(measured, Mapping) else type(measured).__name__
        raise TypeError(
            f"{act.key}: statistics must return a mapping of {', '.join(act.running)}, got {got}"
        )
    return tuple(measured[p.name] if p.running and v is None else v for p, v in pairs)


def _by_name(
    act: Activation, settings: Settings, data: Operands, parameters: Operands, xp: Any
) -> dict[str, Any]:
    names = (*act.data, *(p.name for p in act.parameters))
    return {**dict(zip(names, (*data, *parameters), strict=True)), **dict(settings), "xp": xp}


def _mean(like: Any, mean: float, xp: Any) -> Any:
    return const(mean) if isinstance(like, Expr) else xp.full_like(like, mean)


def trace(act: Activation, specialization: Specialization) -> Expr:
    """Trace the formula: call it with symbols and return the graph they record."""
    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no elementwise graph")
    inputs, settings = specialization.inputs, specialization.settings
    act.check_sizes({name: (n,) for name, n in inputs.parameters}, settings)
    data = [symbol(Noise(n) if n in act.noise else Data(n)) for n in inputs.data]
    graph = applied(act, settings, *data, *_symbols(act, specialization), xp=NAMESPACE)
    if not isinstance(graph, Expr):
        raise TypeError(f"the formula of {act.key} must return an array, got {graph!r}")
    return graph


def _symbols(act: Activation, specialization: Specialization) -> Iterator[Any]:
    """Yield the symbols of the parameters, lists for arrays."""
    for p, (name, n) in zip(act.parameters, specialization.inputs.parameters, strict=True):
        if n is None:
            yield symbol(p.number)
        else:
            yield [symbol(element) for element in elements(name, n)]


raw_graph = lru_cache(maxsize=2048)(trace)


@lru_cache(maxsize=2048)
def stable_graph(act: Activation, specialization: Specialization) -> Expr:
    """Return the graph that is computed."""
    from multiact.special.stable import stable  # all equations, which `import multiact` needs not

    e = keeping_nan(stable(raw_graph(act, specialization)))
    named = dict(zip((p.name for p in act.parameters), _symbols(act, specialization), strict=True))
    limits = limits_at(act, {**named, **dict(specialization.settings)}, xp=NAMESPACE)
    return with_limits(e, [None if v is None else stable(as_expr(v)) for v in limits])


def limits_at(act: Activation, values: Mapping[str, Any], *, xp: Any) -> tuple[Any, Any]:
    """Return the declared limits for these parameters and settings, numbers or symbols."""
    low, high = (
        call_by_name(limit, {**values, "xp": xp}) if callable(limit) else limit
        for limit in act.limits or (None, None)
    )
    return low, high
