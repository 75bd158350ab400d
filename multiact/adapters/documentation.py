"""Docstrings of derived functions and classes (numpydoc), written when they are first read."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from textwrap import wrap
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.adapters.configuration import channels_last, initializer_names, options
from multiact.calculus.surrogate import surrogates
from multiact.declare.activation import Activation
from multiact.declare.noise import MEANS, TEXTS
from multiact.declare.parameters import AXES, INTEGER, Parameter
from multiact.notation.text import text

_KINDS = ((INTEGER, "int or None"), (AXES, "int, tuple of int, or None"))
_WIDTH = 92  # of a line of text
_LONG = 300  # of a formula, for a docstring
_SIZE = 6  # used where an example has to choose a size
#: what an axis is for, by the kind of the activation
_AXIS = {
    "gated": "The axis that is halved",
    "normalising": "The axis, or axes, along which the elements are compared; None: all",
    "channel": "The axis of the channels",
    "layer": "The axis of the channels",
}
_GATE = "Which half of x is the gate"

Row = tuple[str, str]  # the type of a parameter, and its meaning


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
        Additional parameters of its functions or modules: type and meaning by name.
    applied
        Template for applying a module {0} to arrays {1}.
    axis
        The axis of the channels, where the framework has them.
    random
        The argument of modules that gives random numbers, after the line that it needs.
    training
        When modules draw noise.
    """

    array: str
    package: str
    imports: str
    xp: str
    options: Mapping[str, Row] = field(default_factory=dict)
    applied: str = "{0}({1})"
    axis: int = 1
    random: tuple[str, ...] = ()
    training: str = "in training"


class Documentation:
    """A `__doc__` that is written only when it is read, since most never are."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write, self._text = write, ""

    def __get__(self, instance: Any, owner: Any = None) -> str:
        self._text = self._text or self._write()
        return self._text


def function_doc(act: Activation, library: Library, signature: inspect.Signature) -> str:
    """Write the docstring of an activation's function in one framework."""
    arrays = act.data if act.kind == "pair" else ("x",)
    rows = {name: (library.array, _input(act)) for name in arrays}
    rows |= {p.name: _argument(p, library.array) for p in act.parameters}
    rows |= {p.name: _setting(act, p) for p in act.settings}
    rows |= {name: _noise(act, name, library.array) for name in act.noise}
    returned = [library.array, f"    {_output(act)}"]
    return _join(
        _head(act),
        _section("Parameters", _table(signature, {**rows, **library.options})),
        _section("Returns", returned),
        _section("Raises", _raises(act)),
        _section("Notes", _facts(act)),
        _section("Examples", _example(act, library, _function_call(act, library))),
        _references(act),
    )


def class_doc(act: Activation, library: Library, signature: inspect.Signature) -> str:
    """Write the docstring of an activation's module class in one framework."""
    rows = {p.name: _parameter(p, library.array) for p in act.parameters}
    rows |= {name: ("int", _size(act, name)) for name in _sizes(act)}
    rows |= {p.name: _setting(act, p, fixed=True) for p in act.settings}
    rows = {**_module_rows(act), **rows, **library.options}
    example = _example(_placed(act, library), library, *_module_calls(act, library))
    return _join(
        _head(act),
        _section("Parameters", _table(signature, rows)),
        _section("Raises", _raises(act)),
        _section("Notes", [*_call(act, library), *_facts(act)]),
        _section("Examples", example),
        _references(act),
    )


@lru_cache(maxsize=1024)
def brief_doc(act: Activation) -> str:
    """Write what the docstrings of all frameworks have in common, for stubs."""
    return _join(_head(act), _section("Notes", _facts(act)), _references(act))


def _references(act: Activation) -> str:
    return _section("References", wrap(act.reference, _WIDTH, break_on_hyphens=False))


def _module_rows(act: Activation) -> dict[str, Row]:
    """What the constructors of all modules take."""
    names = [p.name for p in act.parameters if not p.running]
    trained = f"Which parameters are trained: none or any of {', '.join(names)}."
    return {
        "learnable": ("tuple of str", trained if names else "There is nothing to train."),
        "channels": (
            "int or None",
            "None: one value per trained parameter.  A number: one value per channel on `axis`.",
        ),
        "axis": ("int", "The axis of the channels, if `channels` is given."),
        "initialisation": (
            f"{{{', '.join(map(repr, initializer_names(act)))}}} or dict",
            "How arrays start that are not given; a dict says so for each by name.",
        ),
        "momentum": (
            "float",
            "Weight of a new batch in the running statistics, which training updates.",
        ),
    }


def _table(signature: inspect.Signature, rows: Mapping[str, Row]) -> list[str]:
    """List the parameters of a signature, each with its type, default and meaning."""
    lines = []
    for name, p in signature.parameters.items():
        kind, meaning = rows[name]
        default = p.default.__name__ if isinstance(p.default, type) else repr(p.default)
        end = "" if p.default is p.empty else f", default {default}"
        lines += [f"{name} : {kind}{end}", f"    {meaning}"]
    return lines


def _placed(act: Activation, library: Library) -> Activation:
    """Return the activation with its channels where the framework has them."""
    return act if library.axis == 1 else channels_last(act)


def _head(act: Activation) -> str:
    """Join the author's own docstring and the formula as it was written."""
    rest = (inspect.getdoc(act.function) or "").partition("\n")[2].strip("\n")
    return _join(act.summary, rest, f"Formula: {_formula(act)}." if act.is_graph else "")


def _formula(act: Activation) -> str:
    raw = act.expression(act.example_specialization, raw=True)
    formula = text(raw, (*act.data, *act.noise))
    return f"``{formula}``" if len(formula) <= _LONG else f"see `multiact show {act.key}`"


def _input(act: Activation) -> str:
    return f"Floating-point array{f'; {_halves(act)}' if act.kind == 'gated' else ''}."


def _halves(act: Activation) -> str:
    a, b = act.data
    return f"its halves along `axis` are {a} and {b}, the gate (with gate='first', {b} and {a})"


def _output(act: Activation) -> str:
    if act.kind == "gated":
        return "Half as long as x along `axis`, with the same dtype."
    changes_shape = act.kind in ("channel", "layer")
    return f"Has the {'' if changes_shape else 'shape and '}dtype of x."


def _noise(act: Activation, name: str, array: str) -> Row:
    shape = "a half of x" if act.kind == "gated" else act.data[0]
    meaning = f"{TEXTS[act.noise[name]].capitalize()}, in the shape of {shape}"
    return f"{array} or None", f"{meaning}; None: {_without_noise(act, name)}."


def _without_noise(act: Activation, name: str) -> str:
    return "none is added" if callable(act.evaluation) else f"its mean, {MEANS[act.noise[name]]:g}"


def _argument(p: Parameter, array: str) -> Row:
    """A parameter of a function."""
    if p.running:
        return _kind(p, array), "Running statistic; None: that of x itself, as in training."
    meaning = "Coefficients" if p.shaped else f"{_allowed(p)}; an array broadcasts with x"
    return _kind(p, array), f"{meaning}."


def _parameter(p: Parameter, array: str) -> Row:
    """A parameter of a module, where it starts."""
    if p.running:
        return _kind(p, array), "Where the running statistic starts."
    meaning = "Coefficients" if p.shaped else _allowed(p)
    meaning += (
        "; trained, from this start" if p.learnable else "; fixed unless `learnable` names it"
    )
    started = p.shaped and p.default is None
    return _kind(p, array), f"{meaning}{'; None: see `initialisation`' * bool(started)}."


def _kind(p: Parameter, array: str) -> str:
    if p.shaped is None:
        return f"float or {array}"
    sizes = ", ".join(p.shaped.sizes) + "," * (len(p.shaped.sizes) == 1)
    return f"{array} or list, of shape ({sizes})"


def _allowed(p: Parameter) -> str:
    return p.constraint.text.capitalize() if p.constraint else "Any number"


def _setting(act: Activation, p: Parameter, *, fixed: bool = False) -> Row:
    if p.mask:
        meaning = "Booleans: the elements that take part; the others become 0 (or -inf, its log)."
        return "array or None", meaning
    if p.option is not None:
        kind, meaning = p.option.kind, p.option.meaning
    else:
        kind, meaning = type(p.default).__name__, _allowed(p)
        if p.optional:
            kind = next((text for c, text in _KINDS if c is p.constraint), "float or None")
    if p.name == "axis":
        meaning = _AXIS.get(act.kind, meaning)
        meaning = meaning if p.optional else meaning.replace(", or axes,", "").split(";")[0]
    elif p.name in act.split:
        meaning = _GATE
    return kind, f"{meaning}{'; never trained' if fixed and p.name != 'axis' else ''}."


def _sizes(act: Activation) -> list[str]:
    """The names of the sizes of its array parameters."""
    return [n for p in act.parameters if p.shaped for n in p.shaped.sizes if not n.isdigit()]


def _size(act: Activation, size: str) -> str:
    arrays = [p.name for p in act.parameters if p.shaped and size in p.shaped.sizes]
    return f"The size `{size}` in the shape of {', '.join(arrays)}."


def _raises(act: Activation) -> list[str]:
    lines = ["TypeError", "    If x is not an array of floating-point numbers."]
    if act.parameters or act.settings:
        lines += ["ValueError", "    If a parameter violates what is stated above."]
    return lines


def _call(act: Activation, library: Library) -> Iterator[str]:
    """How a module is called, if not with an array of which it keeps the shape; its noise."""
    if act.kind == "pair":
        yield f"Called with two arrays of one shape and dtype, {' and '.join(act.data)}."
    elif act.kind == "gated":
        yield f"Called with x: {_halves(act)}.  The result is half as long."
    elif any(p.mask for p in act.settings):
        yield "Called with x and perhaps `where`, booleans: the elements that take part."
    for name in act.noise:
        drawn = f"The {name} is {TEXTS[act.noise[name]]}, drawn"
        without = f"{library.training}; otherwise {_without_noise(act, name)}"
        yield f"{drawn} {'in training and in evaluation' if act.always_noisy else without}."


def _facts(act: Activation) -> Iterator[str]:
    """Slopes at kinks and limits, at the default parameters, and the surrogate."""
    defaults = ", ".join(f"{p.name}={p.default:.6g}" for p in act.parameters if not p.shaped)
    end = f", with {defaults}." if defaults else "."
    if act.kinks is not None and all(p.shaped is None for p in act.parameters):
        variable = act.data[-1]
        slopes = (f"{s:g} at {variable} = {x:g}" for x, s in act.kink_slopes({}).items())
        yield f"Slope at kinks: {', '.join(slopes)}{end}"
    limits = ", ".join(f"{v:.6g} at {end}" for end, v in _limits(act).items())
    if limits:
        yield f"Limits: {limits}{end}"
    if act.surrogate is not None and act.is_graph:
        smooth = surrogates(act.expression(act.example_specialization, raw=True))[-1].args[1]
        yield f"Derivatives, of every order, are those of ``{text(smooth, act.data)}``."


def _limits(act: Activation) -> dict[str, float]:
    """The limits at the infinities, which are the values there."""
    if act.kind != "elementwise" or act.default is None:
        return {}
    with np.errstate(all="ignore"):
        values = act(np.asarray([-np.inf, np.inf]), xp=xp) + 0.0  # no -0
    return {
        e: v for e, v in zip(("-inf", "inf"), values.tolist(), strict=True) if not math.isnan(v)
    }


def _example(act: Activation, library: Library, call: str, *before: str) -> list[str]:
    """Show a call and its result: values if they are few and not random, otherwise the shape."""
    x, parameters = _input_array(act), {n: np.full(s, 0.25) for n, s in _shapes(act).items()}
    arrays = act.data if act.kind == "pair" else ("x",)
    y = np.asarray(act(*(x for _ in arrays), **parameters, xp=xp))
    few = x.ndim == 1 and not (before and act.noise)
    array = f"asarray({x.tolist()})" if x.ndim == 1 else f"full({x.shape}, 0.25)"
    lines = [
        *library.imports.splitlines(),
        *before[:-1],
        f"{' = '.join(arrays)} = {library.xp}.{array}",
    ]
    lines += [*before[-1:], f"y = {call.format(', '.join(arrays))}"]
    shown = "[round(v, 4) for v in y.tolist()]" if few else "tuple(y.shape)"
    result = [round(v, 4) for v in y.tolist()] if few else y.shape
    return [f">>> {line}" for line in (*lines, shown)] + [repr(result)]


def _input_array(act: Activation) -> Any:
    """Return an array that is long enough along every axis."""
    if act.kind in ("channel", "layer") or act.key.endswith("2d"):
        return np.full((1, _SIZE, _SIZE, _SIZE), 0.25)
    return np.asarray([-2.0, 0.0, 1.5] if act.kind == "elementwise" else [-2.0, 0.0, 1.5, 1.0])


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


def _module_calls(act: Activation, library: Library) -> Iterator[str]:
    """The call of a module, and the lines that make it."""
    yield library.applied.format("act", "{}")
    defaults = options(act)
    arguments = [f"{n}={_SIZE}" for n, size in act.sizes.items() if size is None and n in defaults]
    if act.is_graph:  # of the others only the shape of the result is shown
        arrays = _shapes(act).items()
        arguments += [f"{n}={library.xp}.full({shape}, 0.25)" for n, shape in arrays]
    if act.noise or (_shapes(act) and not act.is_graph):
        yield from library.random[:-1]
        arguments += library.random[-1:]
    yield f"act = {library.package}.{act.name}({', '.join(arguments)})"


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"{title}\n{'-' * len(title)}\n{body}" if body else ""


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
