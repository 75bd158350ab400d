"""The record of an activation, which everything else is derived from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

from multiact._arrays import check_floating, evaluate, namespace_of, whole
from multiact.calculus.graph import Expr, symbol
from multiact.calculus.limits import with_limits
from multiact.calculus.program import Inputs
from multiact.calculus.rewriting import rewrite
from multiact.declare import registry
from multiact.declare.names import check_distinct, check_names
from multiact.declare.parameters import Parameter, unknown
from multiact.declare.shapes import check_fits, check_shape, halves

KINDS = ("elementwise", "gated", "normalising", "channel", "stochastic", "layer")
_GRAPHS = frozenset({"elementwise", "gated", "stochastic"})  # one element in, one element out


@dataclass(frozen=True)
class Arguments:
    """Checked arguments of one call: parameters in order, settings by name, noise if any."""

    parameters: tuple[Any, ...]
    settings: tuple[tuple[str, Any], ...]
    axis: int = -1
    noise: Any = None


@dataclass(frozen=True)
class Form:
    """What a graph depends on besides the formula: lengths of array parameters, settings."""

    inputs: Inputs
    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Activation:
    """An activation: its formula and what is known about it; call it on any array.

    Attributes
    ----------
    key, name
        Name as a function (`leaky_relu`) and as a class (`LeakyReLU`).
    kind
        One of `KINDS`.
    function
        The formula as it was written.
    data
        Names of the arrays it acts on: ("x",), or ("a", "b") for the halves of a gate.
    parameters, settings
        What may be learned, and what is fixed at construction (an axis, a group size).
    sizes
        Default lengths of array parameters; None where a module must be told.
    kinks
        Where the slope jumps, and the slope chosen there, from the parameters by name.
    limits
        Limits at -inf and inf; None where there is none, or arithmetic finds it by itself.
    requires
        Conditions between several parameters.
    """

    key: str
    name: str
    kind: str
    function: Callable[..., Any]
    data: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    settings: tuple[Parameter, ...]
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    reference: str = ""
    aliases: tuple[str, ...] = ()
    kinks: Callable[..., Mapping[Any, Any]] | None = None
    limits: tuple[float | None, float | None] | None = None
    requires: Mapping[str, Callable[..., bool]] = field(default_factory=dict)
    _defaults: Arguments | None = field(init=False)
    _scalar: tuple[None, ...] | None = field(init=False)  # the lengths, without array parameters

    def __post_init__(self) -> None:
        own = [*self.parameters, *self.settings]
        check_names(self.key, (self.key, self.name, *self.aliases, *(p.name for p in own)))
        vectors = [p.name for p in self.parameters if p.shaped is not None]
        check_distinct(self.key, [p.name for p in own], vectors)
        # checked once; array parameters have no default, a call must give them
        complete = all(p.default is not None for p in self.parameters)
        object.__setattr__(self, "_defaults", self._checked({}) if complete else None)
        scalar = all(p.shaped is None for p in self.parameters)
        object.__setattr__(self, "_scalar", (None,) * len(self.parameters) if scalar else None)

    def __call__(self, x: Any, /, *args: Any, xp: Any = None, **kwargs: Any) -> Any:
        """Apply to an array of any array-API library (see the record for the parameters)."""
        given = self.arguments(args, kwargs)
        if isinstance(x, Expr):
            return self.function(x, *given.parameters, **dict(given.settings), xp=xp)
        xp = namespace_of(x) if xp is None else xp
        hook = getattr(xp, "__multiact_apply__", None)
        if hook is not None:  # inside a layer: the backend's own differentiable operation
            return hook(self, x, given)
        if not self.is_graph:
            check_floating(x, xp, self.key)
            return self.whole(x, given, xp)
        operands = (*self.operands(x, given, xp), *given.parameters)
        form = self.form(given)
        return evaluate((self.expression(form),), form.inputs, operands, xp, self.key)[0]

    def whole(self, x: Any, given: Arguments, xp: Any) -> Any:
        """Apply the formula of a kind that sees whole arrays, such as softmax.

        Layers compute in the dtype of their input, as matrix products do.
        """
        named = zip((p.name for p in self.parameters), given.parameters, strict=True)
        shapes = {n: tuple(v.shape) for n, v in named if hasattr(v, "shape")}
        self.check_sizes(shapes, given.settings, features=x.shape[-1] if x.ndim else 1)
        formula = partial(self.function, **dict(given.settings))
        return whole(formula, x, given.parameters, xp, widen=self.kind != "layer")

    def __reduce__(self) -> Any:
        """Pickled by name: the formula comes from the code, never from the file."""
        changed = {
            p.name: p.default
            for p in (*self.parameters, *self.settings)
            if p not in (*registry.get(self.key).parameters, *registry.get(self.key).settings)
        }
        return registry.get, ({"name": self.key, **changed} if changed else self.key,)

    def __repr__(self) -> str:
        shown = ", ".join(f"{p.name}={p.default}" for p in (*self.parameters, *self.settings))
        return f"<activation {self.key}({shown})>"

    @property
    def is_graph(self) -> bool:
        """Whether one element of the output depends on one element of each input."""
        return self.kind in _GRAPHS

    @property
    def family(self) -> str:
        """The catalogue file it stands in."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def package(self) -> str:
        """The package that declares it: "multiact", or a plugin's."""
        return self.function.__module__.partition(".")[0]

    @property
    def learnable(self) -> tuple[str, ...]:
        """Names of the parameters that modules train by default."""
        return tuple(p.name for p in self.parameters if p.learnable)

    @cached_property
    def summary(self) -> str:
        """The first line of the formula's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    def with_defaults(self, /, **values: Any) -> Activation:
        """The same activation with other default values."""
        self.arguments((), values)
        changed = [
            tuple(replace(p, default=values.get(p.name, p.default)) for p in group)
            for group in (self.parameters, self.settings)
        ]
        return replace(self, parameters=changed[0], settings=changed[1])

    def arguments(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Arguments:
        """Bind and check the arguments of a call; errors name the nearest right parameter."""
        if self._defaults is not None and not args and not kwargs:
            return self._defaults
        if len(args) > len(self.parameters):
            raise TypeError(
                f"{self.key} takes {len(self.parameters)} parameters, {len(args)} given"
            )
        values = dict(zip((p.name for p in self.parameters), args, strict=False))
        extra = {"noise": None} if self.kind == "stochastic" else {}
        known = [p.name for p in (*self.parameters, *self.settings)] + list(extra)
        for name, value in kwargs.items():
            if name not in known:
                raise unknown(self.key, name, known)
            if name in values:
                raise TypeError(f"{self.key}: {name} is given twice")
            values[name] = value
        return self._checked(values)

    def _checked(self, given: Mapping[str, Any]) -> Arguments:
        for p in (*self.parameters, *self.settings):
            if p.name in given:
                p.check(given[p.name], self.key)
        values = {p.name: given.get(p.name, p.default) for p in (*self.parameters, *self.settings)}
        missing = [p.name for p in self.parameters if values[p.name] is None]
        if missing:
            raise TypeError(f"{self.key}: {missing[0]} must be given, an array of its coefficients")
        self._check_together(values)
        settings = {p.name: _frozen(values[p.name]) for p in self.settings}
        axis = settings.pop("axis", -1) if self.kind == "gated" else -1
        parameters = tuple(values[p.name] for p in self.parameters)
        return Arguments(parameters, tuple(settings.items()), axis, given.get("noise"))

    def _check_together(self, values: Mapping[str, Any]) -> None:
        for text, holds in self.requires.items():
            concerned = [values[name] for name in inspect.signature(holds).parameters]
            if all(isinstance(v, (int, float)) for v in concerned) and not holds(*concerned):
                shown = ", ".join(f"{n}={values[n]}" for n in inspect.signature(holds).parameters)
                raise ValueError(f"{self.key}: {text} must hold, got {shown}")

    def operands(self, x: Any, given: Arguments, xp: Any) -> tuple[Any, ...]:
        """The arrays the formula acts on: x, its halves, or x and the noise (mean: 1/2)."""
        arrays = self._data(x, given, xp)
        for p, value in zip(self.parameters, given.parameters, strict=True):
            if p.shaped is not None or isinstance(value, (int, float)):
                continue
            if hasattr(value, "shape") and len(value.shape):
                check_fits(arrays[0], value, p.name, self.key)
        return arrays

    def _data(self, x: Any, given: Arguments, xp: Any) -> tuple[Any, ...]:
        if self.kind == "gated":
            return halves(x, given.axis, xp, self.key)
        if self.kind == "stochastic":
            return (x, xp.full_like(x, 0.5) if given.noise is None else given.noise)
        return (x,)

    def lengths(self, given: Arguments) -> tuple[int | None, ...]:
        """Lengths of the array parameters, None for the scalar ones."""
        if self._scalar is not None:
            return self._scalar
        pairs = zip(self.parameters, given.parameters, strict=True)
        return tuple(_length(p, v, self.key) for p, v in pairs)

    def check_sizes(self, shapes: Mapping[str, Any], settings: Any, **known: int) -> None:
        """Refuse array parameters that do not go together with each other or with a setting."""
        known |= {name: len(value) for name, value in settings if isinstance(value, tuple)}
        for p in self.parameters:
            if p.shaped is not None and p.name in shapes:
                check_shape(shapes[p.name], p.shaped.sizes, known, f"{self.key}: {p.name}")

    def form(self, given: Arguments | None = None) -> Form:
        """The form of the graph that these arguments need (None: the defaults)."""
        given = self.arguments((), {}) if given is None else given
        return self.form_of(self.lengths(given), given.settings)

    def form_of(self, lengths: tuple[int | None, ...], settings: tuple[Any, ...]) -> Form:
        """The form for these lengths of array parameters and these settings."""
        names = (p.name for p in self.parameters)
        return Form(Inputs(self.data, tuple(zip(names, lengths, strict=True))), settings)

    def expression(self, form: Form, *, raw: bool = False) -> Expr:
        """The graph of the formula, in its stable form unless `raw`."""
        return _traced(self, form, raw)


@cache
def _traced(act: Activation, form: Form, raw: bool) -> Expr:
    from multiact.calculus import tracing

    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no elementwise graph")
    act.check_sizes({name: (n,) for name, n in form.inputs.parameters}, form.settings)
    operands = [symbol(name) for name in form.inputs.data]
    for name, n in form.inputs.parameters:
        vector = [symbol(f"{name}_{i}") for i in range(n or 0)]
        operands.append(symbol(name) if n is None else vector)  # type: ignore[arg-type]
    traced = act.function(*operands, **dict(form.settings), xp=tracing)
    if not isinstance(traced, Expr):
        raise TypeError(f"the formula of {act.key} must return an array, got {traced!r}")
    return traced if raw else with_limits(rewrite(traced), act.limits)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _length(p: Parameter, value: Any, function: str) -> int | None:
    if p.shaped is None:
        return None
    shape = getattr(value, "shape", None)
    if shape is None:
        return len(value)
    if len(shape) != 1:
        raise ValueError(f"{function}: {p.name} must have one axis, got shape {tuple(shape)}")
    return int(shape[0])
