"""The declaration of an activation: what a formula's signature says, checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from multiact.declare import registry
from multiact.declare.activation import KINDS, Activation
from multiact.declare.parameters import INTEGER, Parameter, unknown

_FACTS = ("reference", "aliases", "kinks", "limits", "sizes", "requires")
_DATA = {"gated": ("a", "b"), "stochastic": ("x", "noise")}  # others: ("x",)


def activation(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    kind: str = "elementwise",
    **facts: Any,
) -> Any:
    """Declare an activation from its formula and register it.

    The formula's signature is the declaration: positional-only arguments are arrays
    (`x`, or `a` and `b` for a gate's halves), then come the parameters with defaults
    and annotations (`alpha: Learnable[Positive] = 1.0`), then keyword-only settings,
    last `xp`, the array library.

    Parameters
    ----------
    function
        The formula, written against the array API standard and `multiact.special`.
    name
        Class name of the modules, such as "LeakyReLU"; by default from the function's.
    kind
        "elementwise", "gated", "normalising", "channel", "stochastic" or "layer".
    **facts
        `reference`, `aliases`, `kinks`, `limits`, `sizes`, `requires`: see `Activation`.

    Returns
    -------
    Activation
        The record, which is also the function for arrays of any library.

    Raises
    ------
    TypeError
        If the formula has no `xp` argument, or no positional-only array.
    ValueError
        If a name is taken or no Python name, or the kind unknown.

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
    record = _declared(function, name, kind, facts)
    registry.register(record)
    return record


def _declared(function: Callable[..., Any], name: str | None, kind: str, facts: Any) -> Activation:
    key = function.__name__
    hints = function.__annotations__
    if any(isinstance(hint, str) for hint in hints.values()):
        # slow, which is why the catalogue's files do without postponed annotations
        hints = get_type_hints(function, include_extras=True)
    data, parameters, settings = [], [], []
    signature = inspect.signature(function).parameters
    if "xp" not in signature:
        raise TypeError(f"the formula {key} needs a last keyword argument xp, the array library")
    if not any(p.kind is p.POSITIONAL_ONLY for p in signature.values()):
        raise TypeError(f"the formula {key} must take its array positionally: def {key}(x, /, ...)")
    for p in signature.values():
        default = None if p.default is p.empty else p.default
        if p.kind is p.POSITIONAL_ONLY:
            data.append(p.name)
        elif p.kind is p.POSITIONAL_OR_KEYWORD:
            parameters.append(_parameter(key, p.name, hints.get(p.name), default))
        elif p.name != "xp":
            settings.append(Parameter.declared(p.name, hints.get(p.name), default))
    if tuple(data) != (wanted := _DATA.get(kind, ("x",))):
        raise TypeError(
            f"the {kind} formula {key} must take its arrays positionally and by these names: "
            f"def {key}({', '.join(wanted)}, /, ...)"
        )
    if kind == "gated" and not any(p.name == "axis" for p in settings):
        settings.append(Parameter("axis", -1, INTEGER))
    parameters, settings = (
        [replace(p, default=None if p.default is None else p.accept(p.default, key)) for p in group]
        for group in (parameters, settings)
    )
    _check_facts(key, (*parameters, *settings), facts)
    name = name or "".join(part.capitalize() for part in key.split("_"))
    return Activation(
        key, name, kind, function, tuple(data), tuple(parameters), tuple(settings), **facts
    )


def _parameter(key: str, name: str, hint: Any, default: Any) -> Parameter:
    """A parameter that may be learned: one number by default, or declared as an array."""
    found = Parameter.declared(name, hint, default)
    number = isinstance(default, (int, float)) and not isinstance(default, bool)
    if found.shaped is None and not number:
        given = "none" if default is None else repr(default)
        raise TypeError(f"{key}: {name} needs a number for its default, {name}=1.0, got {given}")
    return found


def _check_facts(key: str, parameters: tuple[Parameter, ...], facts: Mapping[str, Any]) -> None:
    """What a declaration says besides the formula, and the defaults, or a clear error."""
    for fact in facts:
        if fact not in _FACTS:
            raise unknown("activation", fact, _FACTS)
    kinks, limits = facts.get("kinks"), facts.get("limits")
    if kinks is not None and not callable(kinks):
        raise TypeError(f"{key}: kinks must be a function, such as lambda: {{0: 1}}, got {kinks!r}")
    if limits is not None and (not isinstance(limits, tuple) or len(limits) != 2):
        raise TypeError(f"{key}: limits must be a pair, such as (0, None), got {limits!r}")
    named = {**(facts.get("requires") or {}), **({"kinks": kinks} if kinks else {})}
    for what, condition in named.items():
        for argument in inspect.signature(condition).parameters:
            if argument not in (known := [p.name for p in parameters]):
                raise unknown(f"{key}, in {what!r},", argument, known)
