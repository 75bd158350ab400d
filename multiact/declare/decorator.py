"""The decorator that declares an activation, and the checks of a declaration."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from multiact.declare import noise, registry
from multiact.declare.activation import KINDS, Activation
from multiact.declare.parameters import Axis, Gate, Parameter, unknown

_FACTS = (
    "reference", "aliases", "kinks", "limits", "sizes", "requires",
    "noise", "evaluation", "surrogate", "statistics",
)  # fmt: skip
#: the settings of every gate: how its input is split
_SPLIT = (
    Parameter.declared("axis", Axis, -1),
    Parameter.declared("gate", Gate, "second"),
)
_DATA = {"gated": ("a", "b"), "pair": ("a", "b")}  # all other kinds: ("x",)


def activation(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    kind: str = "elementwise",
    **facts: Any,
) -> Any:
    """Declare an activation from its formula and register it.

    The formula's signature is the declaration.  Positional-only arguments are arrays (`x`, or
    `a` and `b` for the halves of a gate or for a pair, then the noise); the parameters follow,
    with defaults and annotations (`alpha: Learnable[Positive] = 1.0`), then keyword-only
    settings, and last `xp`, the array library.

    Parameters
    ----------
    function
        The formula, written against the array API standard and `multiact.special`.
    name
        Class name of the modules, such as "LeakyReLU"; by default derived from the function's.
    kind
        "elementwise", "gated" (on the halves of one array), "pair" (on two arrays),
        "normalising", "channel" or "layer".
    **facts
        `reference`, `aliases`, `kinks`, `limits`, `sizes`, `requires`, `noise`, `evaluation`,
        `surrogate`, `statistics`: see `Activation`.  `noise` may also be a distribution alone,
        that of an array called "noise".

    Returns
    -------
    Activation
        The record, which is also the function for arrays of any library.

    Raises
    ------
    TypeError
        If the formula has no `xp` argument, or no positional-only array.
    ValueError
        If a name is taken or is not a Python identifier, or if the kind is unknown.

    Examples
    --------
    >>> import numpy as np, multiact
    >>> from multiact.declare.parameters import Learnable, Positive
    >>> @multiact.activation(name="DoubleTanh")
    ... def double_tanh(x, /, alpha: Learnable[Positive] = 1.0, *, xp):
    ...     return alpha * xp.tanh(xp.tanh(x))
    >>> double_tanh(np.asarray([0.0, 1.0])).round(3).tolist()
    [0.0, 0.642]
    """
    if function is None:
        return lambda f: activation(f, name=name, kind=kind, **facts)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    record = _declare(function, name, kind, facts)
    registry.register(record)
    return record


def _declare(function: Callable[..., Any], name: str | None, kind: str, facts: Any) -> Activation:
    if not inspect.isfunction(function):
        raise TypeError(
            f"an activation is declared by a function, def f(x, /, *, xp), got {function!r}"
        )
    function.__module__ = function.__module__ or "__main__"  # None: `exec` without a `__name__`
    key = function.__name__
    hints = function.__annotations__
    if any(isinstance(hint, str) for hint in hints.values()):
        # slow, which is why the catalogue's files do not postpone the evaluation of annotations
        hints = get_type_hints(function, include_extras=True)
    facts = {**facts, "noise": noise.declared(key, facts.get("noise"))}
    signature = inspect.signature(function).parameters
    arrays = _DATA.get(kind, ("x",))
    _check_signature(key, kind, signature, (*arrays, *facts["noise"]))
    parameters, settings = [], []
    for p in signature.values():
        default = None if p.default is p.empty else p.default
        if p.kind is p.POSITIONAL_OR_KEYWORD:
            parameters.append(_parameter(key, p.name, hints.get(p.name), default))
        elif p.kind is not p.POSITIONAL_ONLY and p.name != "xp":
            settings.append(Parameter.declared(p.name, hints.get(p.name), default))
    if kind == "gated":
        own = [p.name for p in settings]
        settings += [p for p in _SPLIT if p.name not in own]
    parameters, settings = (
        [replace(p, default=None if p.default is None else p.accept(p.default, key)) for p in group]
        for group in (parameters, settings)
    )
    _check_facts(key, (*parameters, *settings), arrays, facts)
    name = name or "".join(part.capitalize() for part in key.split("_"))
    return Activation(
        key, name, kind, function, arrays, tuple(parameters), tuple(settings), **facts
    )


def _check_signature(
    key: str, kind: str, signature: Mapping[str, inspect.Parameter], arrays: tuple[str, ...]
) -> None:
    """Check that a formula takes xp, and its arrays positionally."""
    if "xp" not in signature:
        raise TypeError(f"the formula {key} needs a last keyword argument xp, the array library")
    found = tuple(p.name for p in signature.values() if p.kind is p.POSITIONAL_ONLY)
    if not found:
        raise TypeError(f"the formula {key} must take its array positionally: def {key}(x, /, ...)")
    if found != arrays:
        raise TypeError(
            f"the {kind} formula {key} must take its arrays positionally and by these names: "
            f"def {key}({', '.join(arrays)}, /, ...)"
        )


def _parameter(key: str, name: str, hint: Any, default: Any) -> Parameter:
    """Read a parameter that may be learned: a number, or one declared as an array."""
    parameter = Parameter.declared(name, hint, default)
    number = isinstance(default, (int, float)) and not isinstance(default, bool)
    if parameter.running and (parameter.shaped is None or default is not None):
        raise TypeError(
            f"{key}: {name} is Running: declare its shape, Running[...], and no default"
        )
    if parameter.shaped is None and not number:
        got = "none" if default is None else repr(default)
        raise TypeError(f"{key}: {name} needs a number for its default, {name}=1.0, got {got}")
    return parameter


def _check_facts(
    key: str,
    parameters: tuple[Parameter, ...],
    arrays: tuple[str, ...],
    facts: Mapping[str, Any],
) -> None:
    """Check the facts of a declaration; an error says what is wrong with them."""
    for fact in facts:
        if fact not in _FACTS:
            raise unknown("activation", fact, _FACTS)
    kinks, limits = facts.get("kinks"), facts.get("limits")
    if kinks is not None and not callable(kinks):
        raise TypeError(f"{key}: kinks must be a function, such as lambda: {{0: 1}}, got {kinks!r}")
    if limits is not None and not _are_limits(limits):
        raise TypeError(
            f"{key}: limits must be a pair of numbers, functions of parameters or None, such as "
            f"(0, None) or (0, lambda alpha: alpha), got {limits!r}"
        )
    _check_evaluation(key, facts)
    _check_statistics(key, [p.name for p in parameters if p.running], facts)
    names = [p.name for p in parameters]
    functions = {**(facts.get("requires") or {}), **({"kinks": kinks} if kinks else {})}
    for what, function in functions.items():
        _check_arguments(key, what, function, names)
    for limit in filter(callable, limits or ()):
        _check_arguments(key, "limits", limit, [*names, "xp"])
    words = ("evaluation", "surrogate", "statistics")
    formulas = {n: facts[n] for n in words if callable(facts.get(n))}
    for what, formula in formulas.items():
        drawn = facts["noise"] if what == "surrogate" else ()
        _check_arguments(key, what, formula, [*arrays, *drawn, *names, "xp"])


def _are_limits(limits: Any) -> bool:
    """Whether it is a pair of what a limit may be."""
    return (
        isinstance(limits, tuple)
        and len(limits) == 2
        and all(v is None or isinstance(v, (int, float)) or callable(v) for v in limits)
    )


def _check_evaluation(key: str, facts: Mapping[str, Any]) -> None:
    """Check what is computed in evaluation, and instead of the formula's derivative."""
    surrogate, evaluation = facts.get("surrogate"), facts.get("evaluation")
    if surrogate is not None and not callable(surrogate):
        raise TypeError(
            f"{key}: surrogate must be a formula, def f(x, /, *, xp), got {surrogate!r}"
        )
    if evaluation is None:
        return
    if not facts["noise"]:
        raise TypeError(f"{key}: evaluation is for formulas with noise; declare noise={{...}}")
    if not callable(evaluation) and evaluation != "noise":
        raise TypeError(
            f'{key}: evaluation must be "noise" or a formula without noise, got {evaluation!r}'
        )


def _check_statistics(key: str, running: list[str], facts: Mapping[str, Any]) -> None:
    """Check that running statistics are measured, and nothing else is."""
    statistics = facts.get("statistics")
    if statistics is not None and not callable(statistics):
        raise TypeError(
            f"{key}: statistics must be a function that measures them, def f(x, /, *, xp), "
            f"got {statistics!r}"
        )
    if bool(running) != (statistics is not None):
        what = f"{running[0]} is Running" if running else "no parameter is Running"
        raise TypeError(f"{key}: Running parameters and statistics= belong together, but {what}")


def _check_arguments(key: str, what: str, function: Callable[..., Any], names: list[str]) -> None:
    for argument in inspect.signature(function).parameters:
        if argument not in names:
            raise unknown(f"{key}, in {what!r},", argument, names)
