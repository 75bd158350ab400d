"""What the explorer's page is told of activations and functions: facts and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from multiact import special
from multiact.analysis import defaults
from multiact.analysis.formula import text
from multiact.calculus.graph import Data
from multiact.calculus.primitive import Primitive
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import FUNCTIONS, Expr, call, symbol
from multiact.declare.activation import Activation
from multiact.declare.arguments import Specialization
from multiact.declare.names import call_by_name
from multiact.declare.noise import TEXTS
from multiact.declare.parameters import Constraint, Parameter
from multiact.derivatives import expressions
from multiact.explorer.javascript import FUNCTIONS as PRINTED
from multiact.explorer.javascript import function
from multiact.special._primitive import Special
from multiact.special.stable import derivatives
from multiact.testing.trust import FILES

ORDERS = 3  # the value and two derivatives
_LONG = 500  # characters of a formula that is still shown
#: why some activations are left out, by their kind
WHY = {
    "normalising": "it mixes the elements of an array",
    "channel": "it mixes the channels of an array",
    "layer": "it is a layer with weights",
}


def statement(act: Activation) -> str:
    """Return JavaScript that tells the page all about an activation, or why it is left out."""
    if not act.is_graph:
        return f"explorer.omitted[{_script(act.key)}]={_script(WHY[act.kind])};\n"
    values = defaults.arguments(act)
    form = act.specialization(act.bind((), values))
    facts = {
        "key": act.key,
        "name": act.name,
        "aliases": act.aliases,
        "declared": _declared(act),
        "summary": act.summary.replace("`", ""),
        "formula": _formula(act),
        "data": act.data,
        "gated": act.kind == "gated",
        "parameters": [_parameter(p, values[p.name]) for p in act.parameters],
        "notes": [*_notes(act, form)],
    }
    along = ",".join(function(_slice(act, form, name), form.inputs) for name in act.data)
    conditions = ",".join(_conditions(act, form))
    record = f"{{...{_script(facts)},along:[{along}],conditions:[{conditions}]}}"
    return f"explorer.activations.set({_script(act.key)},{record});\n"


def _slice(act: Activation, form: Specialization, name: str) -> tuple[Expr, ...]:
    """Return the value and the derivatives along one of the arrays that it acts on."""
    return tuple(expressions(act, form, (name,) * order)[0] for order in range(ORDERS))


def _declared(act: Activation) -> str:
    """Return the module that has to be imported first; nothing for the catalogue's own."""
    if act.package == "multiact":
        return ""
    if act.package.startswith(FILES):
        return Path(act.function.__code__.co_filename).stem
    return act.package


def _formula(act: Activation) -> str:
    formula = text(act)
    return formula if len(formula) <= _LONG else ""


def _parameter(p: Parameter, value: Any) -> dict[str, Any]:
    listed = np.asarray(value, np.float64)
    facts = {"name": p.name, "value": listed.tolist()}
    return {**facts, "constraint": _bounds(p.constraint)} if p.constraint else facts


def _bounds(c: Constraint) -> dict[str, Any]:
    """Return the bounds of a number and its text; JSON has no infinity: null."""
    ends = [None if np.isinf(end) else end for end in (c.low, c.high)]
    return {"text": c.text, "low": ends[0], "high": ends[1], "zero": c.holds(0.0)}


def _notes(act: Activation, form: Specialization) -> Iterator[str]:
    """Yield what a reader has to know besides the formula."""
    fixed = ", ".join(f"{n}={v!r}" for n, v in form.settings)
    if fixed:
        yield f"Fixed here: {fixed}."
    if act.surrogate is not None:
        yield "Its derivatives are those of a surrogate."
    if act.noise:
        drawn = "; ".join(f"{name} is {TEXTS[kind]}" for name, kind in act.noise.items())
        yield f"Drawn without its noise ({drawn})."


def _conditions(act: Activation, form: Specialization) -> Iterator[str]:
    """Yield the conditions on several parameters: text, and function or null.

    Null stands where it is no formula, as chains of comparisons are none: then its text must do.
    """
    known = {**dict(form.settings), **{p.name: symbol(p.name) for p in act.parameters}}
    for condition, _, holds in act.conditions:
        try:
            found = call_by_name(holds, known)
        except TypeError:  # the truth of the first of several comparisons was asked for
            found = None
        if not isinstance(found, bool):  # which it is of settings alone
            inputs = Inputs((), form.inputs.parameters)
            program = "null" if found is None else function([found], inputs)
            yield f"[{_script(condition)},{program}]"


def functions() -> str:
    """Return statements that tell the page the functions that formulas may call."""
    found = {name: _elementary(name) for name in FUNCTIONS if name in PRINTED - {"atan2", "pow"}}
    specials = (getattr(special, name) for name in special.__all__)
    found |= {f.op: _special(f) for f in specials if isinstance(getattr(f, "op", None), Primitive)}
    return "".join(
        f"explorer.functions.set({_script(name)},"
        f"{{operands:{_script(operands)},program:{program}}});\n"
        for name, (operands, program) in found.items()
    )


def _elementary(name: str) -> tuple[tuple[str, ...], str]:
    x = Data("x")
    return ("x",), function(_orders(call(name, symbol(x)), x), Inputs((x,)))


def _special(f: Special) -> tuple[tuple[str, ...], str]:
    first, *others = f.operands
    x = Data(first)
    e = call(f.op, symbol(x), *map(symbol, others))
    return f.operands, function(_orders(e, x), Inputs((x,), tuple((n, None) for n in others)))


def _orders(e: Expr, x: str) -> tuple[Expr, ...]:
    found: list[tuple[Expr, ...]] = [(e,)]
    for _ in range(ORDERS - 1):
        found.append(derivatives(found[-1], (x,)))
    return tuple(one for (one,) in found)


def _script(value: Any) -> str:
    """Return JSON that may stand in a script within HTML, whatever its texts are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
