"""Signature and documentation of derived functions, shared by the adapters."""

from __future__ import annotations

import inspect

from multiact.declare.activation import Activation


def function_signature(act: Activation, *extra: inspect.Parameter) -> inspect.Signature:
    """`(x, /, parameters, *, settings, extra)`."""
    make = inspect.Parameter
    listed = [make("x", make.POSITIONAL_ONLY)]
    for p in act.parameters:
        default = make.empty if p.default is None else p.default
        listed.append(make(p.name, make.POSITIONAL_OR_KEYWORD, default=default))
    listed += [make(p.name, make.KEYWORD_ONLY, default=p.default) for p in act.settings]
    if act.kind == "stochastic":
        listed.append(make("noise", make.KEYWORD_ONLY, default=None))
    return inspect.Signature([*listed, *extra])


def describe(act: Activation, array: str) -> str:
    """A numpydoc docstring for a function of `array` derived from `act`."""
    rows = [
        act.summary,
        "",
        "Parameters",
        "----------",
        f"x : {array}",
        "    Floating-point array.",
    ]
    for p in (*act.parameters, *act.settings):
        default = "" if p.default is None else f", default {p.default!r}"
        rows.append(f"{p.name} : {'array' if p.shaped else type(p.default).__name__}{default}")
        if p.constraint is not None:
            rows.append(f"    {p.constraint.text.capitalize()}.")
    rows += ["", "Returns", "-------", array, "    Same dtype as x.", ""]
    if act.reference:
        rows += ["References", "----------", act.reference]
    return "\n".join(rows)
