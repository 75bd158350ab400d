"""Docstrings of derived functions and classes (numpydoc), written when they are first read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.adapters.configuration import (
    MOMENTUM,
    channels_last,
    initializer_names,
    options,
    setting_default,
)
from multiact.calculus.surrogate import surrogates
from multiact.declare.activation import Activation
from multiact.declare.noise import MEANS, TEXTS
from multiact.declare.parameters import AXES, INTEGER, Parameter
from multiact.notation.text import text

_KINDS = ((INTEGER, "int or None"), (AXES, "int, tuple of int, or None"))
_SIZE = 6  # used where an example has to choose a size


@dataclass(frozen=True)
class Library:
    """How a framework's arrays are named, and how an example creates them.

    Attributes
    ----------
    array
        The type, such as "torch.Tensor".
    package
        The package to import, such as "multiact_torch".
    imports, xp
        The import lines of an example, and the name of the array namespace in it.
    options
        Additional parameters of its functions or modules: name, type and description.
    applied
        Template for applying a module {0} to an array {1}.
    axis
        The axis of the channels, where the framework has them.
    """

    array: str
    package: str
    imports: str
    xp: str
    options: tuple[tuple[str, str, str], ...] = ()
    applied: str = "{0}({1})"
    axis: int = 1


class Documentation:
    """A `__doc__` that is written only when it is read, since most never are."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write, self._text = write, ""

    def __get__(self, instance: Any, owner: Any = None) -> str:
        self._text = self._text or self._write()
        return self._text


def function_doc(act: Activation, library: Library) -> str:
    """Write the docstring of an activation's function in one framework."""
    arrays = act.data if act.kind == "pair" else ("x",)
    parameters = [(name, library.array, _input(act)) for name in arrays]
    parameters += [_parameter(p, library.array) for p in act.parameters]
    parameters += [_setting(p) for p in act.settings]
    parameters += [_noise(act, name, library.array) for name in act.noise]
    return _join(
        _head(act),
        _section("Parameters", [*parameters, *library.options]),
        _section("Returns", [("", library.array, _output(act))]),
        _section("Raises", _raises(act)),
        _notes(act),
        _example(act, library, _function_call(act, library)),
        _references(act),
    )


def class_doc(act: Activation, library: Library) -> str:
    """Write the docstring of an activation's module class in one framework."""
    rows = {p.name: _parameter(p, library.array) for p in act.parameters}
    rows |= {p.name: _setting(p, library.axis) for p in act.settings}
    rows |= {name: (name, "int", "A size of the array parameters.") for name in act.sizes}
    rows |= {
        "learnable": (
            "learnable",
            f"tuple of str, default {act.learnable!r}",
            "Names of the parameters that are trained; the others are fixed numbers or arrays.",
        ),
        "channels": (
            "channels",
            "int or None, default None",
            "None: one value for each trained parameter; otherwise one per channel.",
        ),
        "initialisation": (
            "initialisation",
            f"{{{', '.join(map(repr, initializer_names(act)))}}} or dict",
            "How array parameters are initialised if none is given; a dict: by parameter.",
        ),
        "momentum": (
            "momentum",
            f"float, default {MOMENTUM}",
            "Weight of a new batch in the running statistics, which training updates.",
        ),
    }
    if "axis" not in {p.name for p in act.settings}:
        rows["axis"] = ("axis", f"int, default {library.axis}", "The axis of the channels, if any.")
    parameters = [rows[name] for name in options(act, library.axis)]
    return _join(
        _head(act),
        _section("Parameters", [*parameters, *library.options]),
        _section("Raises", _raises(act)),
        _notes(act),
        _example(_placed(act, library), library, _module_call(act, library)),
        _references(act),
    )


def _placed(act: Activation, library: Library) -> Activation:
    """Return the activation with its channels where the framework has them."""
    return act if library.axis == 1 else channels_last(act)


def _head(act: Activation) -> str:
    """Join the author's own docstring and the formula as it was written."""
    rest = (inspect.getdoc(act.function) or "").partition("\n")[2].strip("\n")
    return _join(act.summary, rest, f"Formula: ``{_formula(act)}``." if act.is_graph else "")


def _formula(act: Activation) -> str:
    return text(act.expression(act.example_specialization, raw=True), (*act.data, *act.noise))


def _input(act: Activation) -> str:
    if act.kind == "gated":
        a, b = act.data
        return (
            f"Floating-point array; its halves along `axis` are the formula's {a} and {b}, which "
            "is the gate; with gate='first' the first half is."
        )
    return "Floating-point array."


def _output(act: Activation) -> str:
    if act.kind == "gated":
        return "Half as long as x along `axis`, with the same dtype."
    changes_shape = act.kind in ("channel", "layer")
    return f"Has the {'' if changes_shape else 'shape and '}dtype of x."


def _noise(act: Activation, name: str, array: str) -> tuple[str, str, str]:
    shape = "a half of x" if act.kind == "gated" else act.data[0]
    meaning = f"{TEXTS[act.noise[name]].capitalize()}, in the shape of {shape}"
    mean = "none is added" if callable(act.evaluation) else f"its mean, {MEANS[act.noise[name]]:g}"
    when = "; modules draw it in evaluation too" if act.always_noisy else ", as in evaluation"
    return name, f"{array} or None, default None", f"{meaning}; None: {mean}{when}."


def _parameter(p: Parameter, array: str) -> tuple[str, str, str]:
    if p.shaped is not None:
        kind = f"{array} or list of shape ({', '.join(p.shaped.sizes)})"
    else:
        kind = f"float or {array}, default {p.default!r}"
    if p.running:
        meaning = "Running statistic; None: that of x itself, as in training."
        return p.name, f"{kind}, default None", meaning
    meaning = p.constraint.text.capitalize() if p.constraint else "Any number"
    learned = "; trained by default" if p.learnable else ""
    return p.name, kind, f"{'Coefficients' if p.shaped else meaning}{learned}."


def _setting(p: Parameter, axis: int = 1) -> tuple[str, str, str]:
    default = setting_default(p, axis)
    if p.mask:
        meaning = "Booleans: the elements that take part; the others become 0 (or -inf, its log)."
        return p.name, "array or None, default None", meaning
    if p.option is not None:
        kind, meaning = p.option.kind, p.option.meaning
    else:
        kind = type(p.default).__name__
        if p.optional:
            kind = next((text for c, text in _KINDS if c is p.constraint), "float or None")
        meaning = p.constraint.text.capitalize() if p.constraint else "Any number"
    return p.name, f"{kind}, default {default!r}", f"{meaning}; fixed, never trained."


def _raises(act: Activation) -> list[tuple[str, str, str]]:
    rows = [("", "TypeError", "If x is not an array of floating-point numbers.")]
    if act.parameters or act.settings:
        rows.append(("", "ValueError", "If a parameter violates what is stated above."))
    return rows


def _notes(act: Activation) -> str:
    lines = []
    arrays = any(p.shaped is not None for p in act.parameters)
    at = " at the default parameters" if act.parameters else ""
    if act.kinks is not None and not arrays:
        slopes = act.kink_slopes({})
        values = ", ".join(f"{s:g} at {x:g}" for x, s in slopes.items())
        lines.append(f"Where the slope jumps, it is {values}{at}.")
    if act.limits is not None and not (any(map(callable, act.limits)) and arrays):
        ends = zip(act.limits_at({}), ("-inf", "inf"), strict=True)
        limits = ", ".join(f"{v:g} at {end}" for v, end in ends if v is not None)
        lines.append(f"Limits: {limits}{at if any(map(callable, act.limits)) else ''}.")
    if act.surrogate is not None and act.is_graph:
        smooth = surrogates(act.expression(act.example_specialization, raw=True))[-1].args[1]
        lines.append(f"Derivatives, of every order, are those of ``{text(smooth, act.data)}``.")
    return "\n".join(["Notes", "-----", *lines]) if lines else ""


def _example(act: Activation, library: Library, call: str) -> str:
    """Show a call and its result: values for an elementwise activation, otherwise the shape."""
    x, parameters = _input_array(act), {n: np.full(s, 0.25) for n, s in _shapes(act).items()}
    y = np.asarray(act(*_inputs(act, x), **parameters, xp=xp))
    if act.kind == "elementwise":
        array = f"{library.xp}.asarray({x.tolist()})"
        lines = [f"[round(float(v), 4) for v in {call.format(array)}]"]
        result = repr([round(float(v), 4) for v in y])
    else:
        array = ", ".join(f"{library.xp}.full({v.shape}, 0.25)" for v in _inputs(act, x))
        lines, result = [f"tuple({call.format(array)}.shape)"], repr(y.shape)
    code = [f">>> {line}" for line in (*library.imports.splitlines(), *lines)]
    return "\n".join(["Examples", "--------", *code, result])


def _inputs(act: Activation, x: Any) -> tuple[Any, ...]:
    return (x, x) if act.kind == "pair" else (x,)


def _input_array(act: Activation) -> Any:
    """Return an array that is long enough along every axis."""
    if act.kind == "elementwise":
        return np.asarray([-2.0, 0.0, 1.5])
    large = act.kind in ("channel", "layer") or act.key.endswith("2d")
    return np.full((1, _SIZE, _SIZE, _SIZE) if large else (1, _SIZE), 0.25)


def _shapes(act: Activation) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the array parameters in an example."""
    lengths = {p.name: len(p.default) for p in act.settings if isinstance(p.default, tuple)}
    sizes = {**{n: size or _SIZE for n, size in act.sizes.items()}, **lengths}
    return {
        p.name: tuple(int(s) if s.isdigit() else sizes.get(s, _SIZE) for s in p.shaped.sizes)
        for p in act.parameters
        if p.shaped is not None
    }


def _function_call(act: Activation, library: Library) -> str:
    arrays = _shapes(act).items()
    arguments = "".join(f", {n}={library.xp}.full({shape}, 0.25)" for n, shape in arrays)
    return f"{library.package}.{act.key}({{}}{arguments})"


def _module_call(act: Activation, library: Library) -> str:
    defaults = options(act)
    arguments = [f"{n}={_SIZE}" for n, size in act.sizes.items() if size is None and n in defaults]
    arrays = _shapes(act).items()
    arguments += [f"{n}={library.xp}.full({shape}, 0.25)" for n, shape in arrays]
    return library.applied.format(f"{library.package}.{act.name}({', '.join(arguments)})", "{}")


def _references(act: Activation) -> str:
    return f"References\n----------\n{act.reference}" if act.reference else ""


def _section(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [title, "-" * len(title)]
    for name, kind, meaning in rows:
        lines += [f"{name} : {kind}" if name else kind, f"    {meaning}"]
    return "\n".join(lines)


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
