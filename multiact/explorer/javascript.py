"""JavaScript of expressions, in double precision.

An engine's elementary functions are those of fdlibm, within a unit in the last place; all else is
sums and products, as for other targets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count

from multiact.calculus.graph import topological, users
from multiact.calculus.lower import Target, lowered
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.c_block import INFIX

#: what programs are made for: the errors of rounded exponents, up to 1e-13, are not computed
TARGET = Target(64)
_INFIX = {**INFIX, "eq": "===", "ne": "!=="}
_SIMPLE = {
    "neg": "(-{0})",
    "logical_not": "(!{0})",
    "isnan": "({0}!=={0})",
    "where": "({0}?{1}:{2})",
}
#: functions that are called by their names, which assets/base.js defines
FUNCTIONS = frozenset(
    "abs acosh asinh atan atan2 atanh ceil cos cosh exp expm1 floor log log10 log1p log2 pow round "
    "sign sin sinh sqrt tan tanh trunc".split()
)
_LONG = 60  # characters of an expression that is still written in place


def function(outputs: Sequence[Expr], inputs: Inputs) -> str:
    """Return a function of numbers, the data and then the parameters, with an array of results.

    Parameters
    ----------
    outputs
        Expressions, which share what they have in common.
    inputs
        What the function takes: x0, x1 ... and p0, p1 ..., one for each element of an array.

    Returns
    -------
    str
        An arrow function of JavaScript.

    Raises
    ------
    NotImplementedError
        If there is an operation that JavaScript has no form for.
    """
    variables = {n: f"x{k}" for k, n in enumerate(inputs.data)}
    variables |= {n: f"p{k}" for k, n in enumerate(inputs.numbers)}
    outputs = lowered(tuple(outputs), TARGET)
    uses, text = users(outputs), dict[Expr, str]()
    names = map("t{}".format, count())
    statements = []
    for e in topological(outputs):
        text[e] = _expression(e, [text[a] for a in e.args], variables)
        if e.args and (uses[e] > 1 or len(text[e]) > _LONG):
            name = next(names)
            statements.append(f"{name}={text[e]}")
            text[e] = name
    results = ",".join(text[e] for e in outputs)
    constants = f"const {','.join(statements)};" if statements else ""
    return f"({','.join(variables.values())})=>{{{constants}return[{results}]}}"


def _expression(e: Expr, args: list[str], variables: dict[str, str]) -> str:
    if e.op == "const":
        return number(float(e.value or 0))
    if e.op == "symbol":
        return variables[str(e.value)]
    if e.op in _INFIX:
        return f"({args[0]}{_INFIX[e.op]}{args[1]})"
    if e.op in _SIMPLE:
        return _SIMPLE[e.op].format(*args)
    if e.op not in FUNCTIONS:
        raise NotImplementedError(f"no JavaScript form of {e.op}")
    return f"{e.op}({','.join(args)})"


def number(value: float) -> str:
    """Return a number as JavaScript writes it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "(-Infinity)"
    text = repr(value).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text
