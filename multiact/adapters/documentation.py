"""Docstrings of derived functions and classes (numpydoc), made when somebody reads them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.adapters.configuration import options
from multiact.declare.activation import Activation
from multiact.declare.parameters import Parameter
from multiact.notation.text import text

_SIZE = 6  # where an example must give a size


@dataclass(frozen=True)
class Library:
    """How a framework's arrays are called, and made in an example.

    Attributes
    ----------
    array
        The type, such as "torch.Tensor".
    package
        What is imported, such as "multiact_torch".
    imports, xp
        Lines of an example before the call, and the name there of its array namespace.
    options
        Parameters that its functions or modules take besides: name, type and meaning.
    applied
        How a module {0} is applied to an array {1}.
    """

    array: str
    package: str
    imports: str
    xp: str
    options: tuple[tuple[str, str, str], ...] = ()
    applied: str = "{0}({1})"


class Documentation:
    """A `__doc__` that is made when it is read: most never are."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make, self._made = make, ""

    def __get__(self, instance: Any, owner: Any = None) -> str:
        self._made = self._made or self._make()
        return self._made


def function_doc(act: Activation, library: Library) -> str:
    """The docstring of a function of one framework's arrays."""
    parameters = [("x", library.array, _input(act))]
    parameters += [_parameter(p, library.array) for p in act.parameters]
    parameters += [_setting(p) for p in act.settings]
    if act.kind == "stochastic":
        noise = "Uniform on [0, 1), of the shape of x; None: its mean, 1/2, as in evaluation."
        parameters.append(("noise", f"{library.array} or None, default None", noise))
    return _joined(
        _head(act),
        _section("Parameters", [*parameters, *library.options]),
        _section("Returns", [("", library.array, _output(act))]),
        _section("Raises", _raises(act)),
        _notes(act),
        _example(act, library, _function_call(act, library)),
        _references(act),
    )


def class_doc(act: Activation, library: Library) -> str:
    """The docstring of a module class of one framework."""
    rows = {p.name: _parameter(p, library.array) for p in act.parameters}
    rows |= {p.name: _setting(p) for p in act.settings}
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
            "None: one number for each trained scalar parameter; else one for each channel.",
        ),
        "initialisation": (
            "initialisation",
            f"{{{', '.join(map(repr, _initializers(act)))}}}",
            "How array parameters start where none is given.",
        ),
    }
    if "axis" not in {p.name for p in act.settings}:
        rows["axis"] = ("axis", "int, default 1", "Of the channels, where there are any.")
    listed = [rows[name] for name in options(act)]
    return _joined(
        _head(act),
        _section("Parameters", [*listed, *library.options]),
        _section("Raises", _raises(act)),
        _notes(act),
        _example(act, library, _module_call(act, library)),
        _references(act),
    )


def _head(act: Activation) -> str:
    """The author's own docstring, and the formula as it was written."""
    rest = (inspect.getdoc(act.function) or "").partition("\n")[2].strip("\n")
    return _joined(act.summary, rest, f"Formula: ``{_formula(act)}``." if act.is_graph else "")


def _formula(act: Activation) -> str:
    return text(act.expression(act.example_specialization, raw=True), act.data)


def _input(act: Activation) -> str:
    if act.kind == "gated":
        return "Floating-point array; its halves along `axis` are the formula's a and b."
    return "Floating-point array."


def _output(act: Activation) -> str:
    if act.kind == "gated":
        return "Half as long as x along `axis`, of the same dtype."
    changes = act.kind in ("channel", "layer")
    return f"Of the {'' if changes else 'shape and '}dtype of x."


def _parameter(p: Parameter, array: str) -> tuple[str, str, str]:
    if p.shaped is not None:
        kind = f"{array} or list of shape ({', '.join(p.shaped.sizes)})"
    else:
        kind = f"float or {array}, default {p.default!r}"
    meaning = p.constraint.text.capitalize() if p.constraint else "Any number"
    learned = "; trained by default" if p.learnable else ""
    return p.name, kind, f"{'Coefficients' if p.shaped else meaning}{learned}."


def _setting(p: Parameter) -> tuple[str, str, str]:
    kind = "tuple of str" if isinstance(p.default, tuple) else type(p.default).__name__
    kind = "int or None" if p.optional else kind
    meaning = p.constraint.text.capitalize() if p.constraint else "Names of activations"
    return p.name, f"{kind}, default {p.default!r}", f"{meaning}; fixed, never trained."


def _initializers(act: Activation) -> list[str]:
    return list(dict.fromkeys(s for p in act.parameters if p.shaped for s in p.shaped.initializers))


def _raises(act: Activation) -> list[tuple[str, str, str]]:
    found = [("", "TypeError", "If x is no array of floating-point numbers.")]
    if act.parameters or act.settings:
        found.append(("", "ValueError", "If a parameter is not what is stated above."))
    return found


def _notes(act: Activation) -> str:
    lines = []
    if act.kinks is not None and all(p.shaped is None for p in act.parameters):
        slopes = act.kink_slopes({})
        shown = ", ".join(f"{s:g} at {x:g}" for x, s in slopes.items())
        at = " at the default parameters" if act.parameters else ""
        lines.append(f"Where the slope jumps, it is {shown}{at}.")
    if act.limits is not None:
        ends = zip(act.limits, ("-inf", "inf"), strict=True)
        known = [f"{v:g} at {end}" for v, end in ends if v is not None]
        lines.append(f"Limits: {', '.join(known)}.")
    return "\n".join(["Notes", "-----", *lines]) if lines else ""


def _example(act: Activation, library: Library, call: str) -> str:
    """A call, and what it gives: values of a function of one element, else a shape."""
    x, given = _input_array(act), {n: np.full(s, 0.25) for n, s in _shapes(act).items()}
    y = np.asarray(act(x, **given, xp=xp))
    if act.kind == "elementwise":
        array = f"{library.xp}.asarray({x.tolist()})"
        lines = [f"[round(float(v), 4) for v in {call.format(array)}]"]
        result = repr([round(float(v), 4) for v in y])
    else:
        array = f"{library.xp}.full({x.shape}, 0.25)"
        lines, result = [f"tuple({call.format(array)}.shape)"], repr(y.shape)
    code = [f">>> {line}" for line in (*library.imports.splitlines(), *lines)]
    return "\n".join(["Examples", "--------", *code, result])


def _input_array(act: Activation) -> Any:
    """An array that is long enough on every axis."""
    if act.kind == "elementwise":
        return np.asarray([-2.0, 0.0, 1.5])
    large = act.kind in ("channel", "layer") or act.key.endswith("2d")
    return np.full((1, _SIZE, _SIZE, _SIZE) if large else (1, _SIZE), 0.25)


def _shapes(act: Activation) -> dict[str, tuple[int, ...]]:
    """Shapes of the array parameters, by default or in examples."""
    lengths = {p.name: len(p.default) for p in act.settings if isinstance(p.default, tuple)}
    sizes = {**{n: size or _SIZE for n, size in act.sizes.items()}, **lengths}
    return {
        p.name: tuple(int(s) if s.isdigit() else sizes.get(s, _SIZE) for s in p.shaped.sizes)
        for p in act.parameters
        if p.shaped is not None
    }


def _function_call(act: Activation, library: Library) -> str:
    arrays = _shapes(act).items()
    given = "".join(f", {n}={library.xp}.full({shape}, 0.25)" for n, shape in arrays)
    return f"{library.package}.{act.key}({{}}{given})"


def _module_call(act: Activation, library: Library) -> str:
    known = options(act)
    given = [f"{n}={_SIZE}" for n, size in act.sizes.items() if size is None and n in known]
    arrays = _shapes(act).items()
    given += [f"{n}={library.xp}.full({shape}, 0.25)" for n, shape in arrays]
    return library.applied.format(f"{library.package}.{act.name}({', '.join(given)})", "{}")


def _references(act: Activation) -> str:
    return "\n".join(["References", "----------", act.reference]) if act.reference else ""


def _section(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [title, "-" * len(title)]
    for name, kind, meaning in rows:
        lines += [f"{name} : {kind}" if name else kind, f"    {meaning}"]
    return "\n".join(lines)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
