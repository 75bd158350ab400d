"""What is known of an activation: parameters, kinks, limits, properties, accuracy, speed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from multiact.adapters.configuration import initializer_names
from multiact.analysis import defaults
from multiact.analysis.measured import INTERVAL, Properties
from multiact.analysis.stored import stored
from multiact.analysis.vocabulary import PROPERTIES
from multiact.calculus.surrogate import surrogates
from multiact.declare.activation import Activation
from multiact.declare.noise import TEXTS
from multiact.declare.parameters import Parameter
from multiact.notation.latex import latex
from tools.site.markdown import cells, code, table

DOCS = Path(__file__).parents[2] / "docs"
_MOST = 6  # kinks or fixed points that are listed
_MINUS = "\N{MINUS SIGN}"
_SMOOTHNESS = {
    "jumps": "jumps",
    "C0": "continuous, the slope jumps (C0)",
    "C1": "the slope is continuous, the second derivative jumps (C1)",
    "C2": "two derivatives are continuous, the third jumps (C2)",
    "smooth": "smooth",
}
_FORMATS = ("float32", "float64")
_MEASURED = ("NumPy, values", "PyTorch, forward and backward", "JAX, forward and backward")
_ERRORS = ("by", "value", "1st derivative", "2nd", "by parameters", "3rd")


def properties(act: Activation) -> Properties | None:
    """Return the stored properties; None for what is no function of one element."""
    return stored([act.key]).get(act.key)


def words(act: Activation) -> list[str]:
    """Return the words of `multiact.names` that are true of an activation."""
    p = properties(act)
    return [] if p is None else [word for word, holds in PROPERTIES.items() if holds(p)]


def parameters(act: Activation) -> str:
    """Return a table of parameters and settings, or a sentence."""
    if not act.by_name:
        return "It has no parameters."
    rows = [_parameter(act, p) for p in act.by_name.values()]
    lines = [table(("name", "default", "what it may be", "trained"), rows)]
    if act.requires:
        lines.append(f"Required: {'; '.join(act.requires)}.")
    return "\n\n".join(lines)


def _parameter(act: Activation, p: Parameter) -> tuple[str, ...]:
    default = "" if p.default is None else code(str(p.default))
    if p.shaped and p.default is None:
        default = f"drawn: {', '.join(initializer_names(act))}"
    trained = "running" if p.running else "yes" if p.learnable else "on request"
    return code(p.name), default, _allowed(p), "fixed" if p in act.settings else trained


def _allowed(p: Parameter) -> str:
    """Say what a parameter may be."""
    if p.mask:
        return "booleans: the elements that take part"
    if p.shaped:
        return f"an array of shape ({', '.join(p.shaped.sizes)})"
    if p.option is not None:
        return f"{p.option.meaning.lower()}: {code(p.option.kind)}"
    text = p.constraint.text if p.constraint else "any number"
    return f"{text}, or None" if p.optional else text


def mechanisms(act: Activation) -> Iterator[str]:
    """Yield what is special: derivatives of another function, noise."""
    if act.surrogate is not None and act.is_graph:
        (*_, node) = surrogates(act.expression(act.example_specialization, raw=True))
        smooth = latex(node.args[1], (*act.data, *act.noise))
        yield f"Its derivatives, of every order, are those of a surrogate:\n\n$$\n{smooth}\n$$"
    if act.noise:
        when = "always" if act.always_noisy else "in training"
        drawn = "; ".join(f"`{name}` is {TEXTS[kind]}" for name, kind in act.noise.items())
        yield f"Noise: {drawn}. Modules draw it {when}."


def measured(act: Activation) -> str:
    """Return a table of what was measured and declared; nothing if there is neither."""
    rows = [*_declared(act), *_properties(act)]
    return table(("property", "value"), rows) if rows else ""


def _declared(act: Activation) -> Iterator[tuple[str, str]]:
    slopes = act.kink_slopes(defaults.arguments(act)) if act.is_graph else {}
    if slopes:
        listed = [f"{s:.6g} at {act.data[-1]} = {x:.6g}" for x, s in slopes.items()]
        yield "slope at kinks, declared", _some(listed)


def _properties(act: Activation) -> Iterator[tuple[str, str]]:
    p = properties(act)
    if p is None:
        return
    yield "range", f"{number(p.low)} to {number(p.high)}"
    yield "limits", f"{_limit(p.limits[0])} at {_MINUS}∞, {_limit(p.limits[1])} at ∞"
    if p.minimum is not None:
        yield "lowest point", f"{number(p.minimum[1])} at x = {number(p.minimum[0])}"
    yield "shape", ", ".join([p.monotone or "not monotone", *([p.parity] if p.parity else [])])
    yield "smoothness", _SMOOTHNESS[p.smoothness]
    steepest = "unbounded" if math.isinf(p.lipschitz) else number(p.lipschitz)
    yield "largest slope", steepest
    if p.kinks:
        listed = [f"{k.left:.4g} to {k.right:.4g} at x = {number(k.x)}" for k in p.kinks]
        yield "slope jumps from", _some(listed)
    yield "f(0) = 0", "yes" if p.zero_at_zero else "no"
    points = sorted(p.fixed_points, key=lambda q: max(q.low, -q.high, 0.0))
    fixed = [number(q.low) if q.low == q.high else f"{number(q.low)} to {number(q.high)}"
             for q in points]  # fmt: skip
    yield "f(x) = x at", _some(fixed) or "no point"
    yield from _normal(p)


def _normal(p: Properties) -> Iterator[tuple[str, str]]:
    moments = [f"mean {_finite(p.mean)}", f"mean square {_finite(p.mean_square)}"]
    yield "of normal input", ", ".join([*moments, f"f = 0 for {100 * p.sparsity:.3g} %"])
    gains = f"{_limit(p.gain_forward)} forward, {_limit(p.gain_backward)} backward"
    yield "gain", gains
    yield "hardly trained", f"{100 * p.dead:.3g} % of normal input has a slope below 0.001"
    yield "cost", f"{p.cost:.3g} times that of ReLU, in weighted operations of the kernel"


def note(act: Activation) -> str:
    """Say on what the properties were measured."""
    low, high = INTERVAL
    noise = "; with noise only in means and gains" if act.noise else ""
    return (
        f"Measured on [{low:g}, {high:g}] at the default parameters{noise}, not proved "
        "([how](../properties.md)). Normal input has mean 0 and variance 1; the gain is the factor "
        "for initial weights that preserves the variance ([how](../initialisation.md))."
    )


def number(value: float) -> str:
    """Print a number as people write it."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    return f"{value + 0.0:.6g}".replace("-", _MINUS)


def _limit(value: float | None) -> str:
    return "none" if value is None else number(value)


def _finite(value: float | None) -> str:
    return "infinite" if value is None else number(value)


def _some(listed: list[str]) -> str:
    more = len(listed) - _MOST
    return "; ".join([*listed[:_MOST], *([f"and {more} more"] if more > 0 else [])])


@cache
def _errors() -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of the stored errors by activation: what computes, and a cell a column."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, value, first, second, third, parameters in _rows("accuracy.md"):
        row = ("NumPy", value, first, second, parameters, third)
        found.setdefault(name, []).append(row)
    for name, by, *errors in _rows("accuracy-frameworks.md"):
        found.setdefault(name, []).append((by, *errors, ""))
    return found


def _rows(page: str) -> Iterator[list[str]]:
    """Yield the rows of the table of a page of docs/, but its head."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    yield from map(cells, rows[1:])


def accuracy(act: Activation) -> str:
    """Return the stored errors by dtype; nothing if none are stored."""
    errors = _errors().get(act.key, [])
    rows = [
        (f"{by}, {dtype}", *(both.split(" / ")[i] if both else "" for both in row))
        for i, dtype in enumerate(_FORMATS)
        for by, *row in errors
    ]
    kept = [i for i in range(len(_ERRORS)) if i == 0 or any(row[i] for row in rows)]
    if not rows:
        return ""
    return table([_ERRORS[i] for i in kept], [[row[i] for i in kept] for row in rows])


@cache
def _speeds() -> dict[str, list[str]]:
    """Return the stored ratios of times: a cell for each of the backends."""
    return {row[0]: row[1:] for row in _rows("speed.md")}


def speed(act: Activation) -> str:
    """Return the stored times, as ratios to the formula and to ReLU; nothing if none are stored."""
    if act.key not in _speeds():
        return ""
    measured = zip(_MEASURED, _speeds()[act.key], strict=True)
    rows = [(by, *cell.split(" / ")) for by, cell in measured]
    return table(("by", "to its formula", "to ReLU"), rows)
