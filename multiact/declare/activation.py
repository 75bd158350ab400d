"""The record of an activation, from which everything else is derived."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any

from multiact._adapters import adapter_of
from multiact._arrays import check_floating, namespace_of
from multiact.calculus.graph import Data, Number, elements
from multiact.calculus.limits import with_limits
from multiact.calculus.missing import keeping_nan
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import NAMESPACE, Expr, const, symbol
from multiact.declare.names import check_distinct, check_names
from multiact.declare.parameters import Parameter, unknown
from multiact.declare.shapes import check_fits, check_shape, halves
from multiact.special.evaluate import evaluate, evaluate_formula
from multiact.special.stable import stable

KINDS = ("elementwise", "gated", "normalising", "channel", "stochastic", "layer")
_GRAPHS = frozenset({"elementwise", "gated", "stochastic"})  # each output element needs one input


@dataclass(frozen=True)
class Arguments:
    """The checked arguments of one call: parameters in order, settings by name, noise if any."""

    parameters: tuple[Any, ...]
    settings: tuple[tuple[str, Any], ...]
    axis: int = -1
    noise: Any = None


@dataclass(frozen=True)
class Specialization:
    """What a graph depends on besides the formula: array parameters' lengths, and settings."""

    inputs: Inputs
    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Activation:
    """An activation: its formula and the facts known about it; call it on any array.

    Records are values: two are equal if they come from the same declaration and have the same
    defaults.

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
        Default lengths of array parameters; None where a module has to be told the length.
    kinks
        Function from the parameters to a mapping: where the slope jumps, and the slope there.
    limits
        Limits at -inf and inf; None where there is none or plain arithmetic gives it.
    requires
        Conditions that involve several parameters.
    origin
        For a record with changed defaults, the record as it was declared; otherwise None.
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
    origin: Activation | None = None

    def __post_init__(self) -> None:
        names = [p.name for p in self._parameters_and_settings]
        check_names(self.key, (self.key, self.name, *self.aliases, *names))
        arrays = [p.name for p in self.parameters if p.shaped is not None]
        check_distinct(self.key, names, arrays)

    def __call__(self, x: Any, /, *args: Any, xp: Any = None, **kwargs: Any) -> Any:
        """Apply to an array of any array-API library; `parameters` and `settings` may follow."""
        bound = self.bind(args, kwargs)
        if isinstance(x, Expr):
            return self.function(x, *bound.parameters, **dict(bound.settings), xp=xp or NAMESPACE)
        adapter = adapter_of(x) if xp is None else None
        apply = getattr(xp, "__multiact_apply__", None) if adapter is None else adapter.apply
        if apply is not None:  # the library's own differentiable operation
            return apply(self, x, bound)
        xp = namespace_of(x) if xp is None else xp
        if not self.is_graph:
            check_floating(x, xp, self.key)
            return self.apply_formula(x, bound, xp)
        specialization = self.specialization(bound)
        operands = (*self.operands(x, bound, xp), *bound.parameters)
        outputs = (self.expression(specialization),)
        return evaluate(outputs, specialization.inputs, operands, xp, self.key)[0]

    def apply_formula(self, x: Any, bound: Arguments, xp: Any) -> Any:
        """Apply the formula of an activation that mixes elements, such as softmax.

        Layers compute in the dtype of their input, as matrix products do.
        """
        named = zip((p.name for p in self.parameters), bound.parameters, strict=True)
        shapes = {n: tuple(v.shape) for n, v in named if hasattr(v, "shape")}
        self.check_sizes(shapes, bound.settings, features=x.shape[-1] if x.ndim else 1)
        formula = partial(self.function, **dict(bound.settings))
        return evaluate_formula(formula, x, bound.parameters, xp, widen=self.kind != "layer")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activation):
            return NotImplemented
        return self.declared is other.declared and self._changed == other._changed

    def __hash__(self) -> int:
        return hash((id(self.declared), self._changed))

    def __copy__(self) -> Activation:
        return self

    def __deepcopy__(self, _memo: Any) -> Activation:
        return self  # records are immutable

    def __repr__(self) -> str:
        defaults = ", ".join(f"{p.name}={p.default}" for p in self._parameters_and_settings)
        return f"<activation {self.key}({defaults})>"

    @property
    def declared(self) -> Activation:
        """The record as it was declared."""
        return self if self.origin is None else self.origin

    @property
    def changed_defaults(self) -> dict[str, Any]:
        """The defaults that differ from the declared ones, by name."""
        pairs = zip(
            self._parameters_and_settings, self.declared._parameters_and_settings, strict=True
        )
        return {
            p.name: p.default
            for p, declared in pairs
            if _comparable(p.default) != _comparable(declared.default)
        }

    @cached_property
    def _changed(self) -> tuple[tuple[str, Any], ...]:
        return tuple((n, _comparable(v)) for n, v in self.changed_defaults.items())

    @cached_property
    def _parameters_and_settings(self) -> tuple[Parameter, ...]:
        return (*self.parameters, *self.settings)

    @property
    def is_graph(self) -> bool:
        """Whether each output element depends on one element of each input."""
        return self.kind in _GRAPHS

    @property
    def family(self) -> str:
        """The catalogue file or folder that declares it; for a plugin, its module."""
        parts = self.function.__module__.split(".")
        return parts[2] if parts[:2] == ["multiact", "catalogue"] else parts[-1]

    @property
    def package(self) -> str:
        """The package that declares it: "multiact" or a plugin."""
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
        """Return the same activation with other default values."""
        bound = self.bind((), values, partly=True)
        accepted = {p.name: v for p, v in zip(self.parameters, bound.parameters, strict=True)}
        accepted |= dict(bound.settings) | ({"axis": bound.axis} if self.kind == "gated" else {})
        parameters, settings = (
            tuple(replace(p, default=accepted[p.name]) if p.name in values else p for p in group)
            for group in (self.parameters, self.settings)
        )
        origin = self.declared
        return replace(self, parameters=parameters, settings=settings, origin=origin)

    def kink_slopes(self, values: Mapping[str, Any]) -> dict[float, float]:
        """Return the points where the slope jumps, and the slopes chosen there."""
        if self.kinks is None:
            return {}
        defaults = {p.name: p.default for p in self._parameters_and_settings}
        arguments = {n: values.get(n, defaults[n]) for n in _argument_names(self.kinks)}
        return {float(x): float(slope) for x, slope in _call_by_name(self.kinks, arguments).items()}

    def bind(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, partly: bool = False
    ) -> Arguments:
        """Bind and check the arguments of a call; errors suggest the nearest parameter name.

        Parameters
        ----------
        args, kwargs
            The arguments of the call after x.
        partly
            Whether array parameters without a default may be missing; they are bound to None.
        """
        if not args and not kwargs and self.default is not None:
            return self.default
        if len(args) > len(self._parameters_and_settings):
            count = len(self._parameters_and_settings)
            raise TypeError(f"{self.key} takes {count} parameters, {len(args)} given")
        values = dict(zip((p.name for p in self._parameters_and_settings), args, strict=False))
        extra = ["noise"] if self.kind == "stochastic" else []
        names = [p.name for p in self._parameters_and_settings] + extra
        for name, value in kwargs.items():
            if name not in names:
                raise unknown(self.key, name, names)
            if name in values:
                raise TypeError(f"{self.key}: {name} is given twice")
            values[name] = value
        return self._complete(values, partly)

    @cached_property
    def default(self) -> Arguments | None:
        """The arguments of a call with x alone; None if such a call is not possible."""
        complete = all(p.default is not None for p in self.parameters)
        return self._complete({}, False) if complete else None

    def _complete(self, arguments: Mapping[str, Any], partly: bool) -> Arguments:
        values = {
            p.name: p.accept(arguments[p.name], self.key) if p.name in arguments else p.default
            for p in self._parameters_and_settings
        }
        missing = [p.name for p in self.parameters if values[p.name] is None]
        if missing and not partly:
            raise TypeError(f"{self.key}: {missing[0]} must be given, an array of its coefficients")
        self._check_requirements(values)
        settings = {p.name: values[p.name] for p in self.settings}
        axis = settings.pop("axis", -1) if self.kind == "gated" else -1
        parameters = tuple(values[p.name] for p in self.parameters)
        return Arguments(parameters, tuple(settings.items()), axis, arguments.get("noise"))

    def _check_requirements(self, values: Mapping[str, Any]) -> None:
        for text, condition in self.requires.items():
            arguments = {name: values[name] for name in _argument_names(condition)}
            numbers = all(isinstance(v, (int, float)) for v in arguments.values())
            if numbers and not _call_by_name(condition, arguments):
                listed = ", ".join(f"{n}={v}" for n, v in arguments.items())
                raise ValueError(f"{self.key}: {text} must hold, got {listed}")

    def operands(self, x: Any, bound: Arguments, xp: Any) -> tuple[Any, ...]:
        """Return the formula's data arrays, after checking that the parameters broadcast."""
        arrays = self.data_of(x, bound, xp)
        for p, value in zip(self.parameters, bound.parameters, strict=True):
            if p.shaped is not None or isinstance(value, (int, float)):
                continue
            if hasattr(value, "shape") and len(value.shape):
                check_fits(arrays[0], value, p.name, self.key)
        return arrays

    def data_of(self, x: Any, bound: Arguments, xp: Any) -> tuple[Any, ...]:
        """Return the formula's data arrays: x, its halves, or x and the noise (mean: 1/2)."""
        if self.kind == "gated":
            return halves(x, bound.axis, xp, self.key)
        if self.kind == "stochastic":
            return (x, xp.full_like(x, 0.5) if bound.noise is None else bound.noise)
        return (x,)

    def lengths(self, bound: Arguments) -> tuple[int | None, ...]:
        """Return the lengths of the array parameters, None for the scalar ones."""
        if self._scalar_lengths is not None:
            return self._scalar_lengths
        pairs = zip(self.parameters, bound.parameters, strict=True)
        return tuple(_length(p, v, self.key) for p, v in pairs)

    @cached_property
    def _scalar_lengths(self) -> tuple[None, ...] | None:
        """The lengths if no parameter is an array, else None."""
        scalar = all(p.shaped is None for p in self.parameters)
        return (None,) * len(self.parameters) if scalar else None

    def check_sizes(self, shapes: Mapping[str, Any], settings: Any, **known: int) -> None:
        """Reject array parameters whose sizes contradict each other or a setting."""
        known |= {name: len(value) for name, value in settings if isinstance(value, tuple)}
        for p in self.parameters:
            if p.shaped is not None and p.name in shapes:
                check_shape(shapes[p.name], p.shaped.sizes, known, f"{self.key}: {p.name}")

    def specialization(self, bound: Arguments | None = None) -> Specialization:
        """Return the specialization for these arguments (None: for the defaults)."""
        bound = self.bind((), {}) if bound is None else bound
        return self.specialize(self.lengths(bound), bound.settings)

    def specialize(
        self, lengths: tuple[int | None, ...], settings: tuple[tuple[str, Any], ...]
    ) -> Specialization:
        """Return the specialization to these array parameters' lengths and these settings."""
        names = (p.name for p in self.parameters)
        return Specialization(Inputs(self.data, tuple(zip(names, lengths, strict=True))), settings)

    @property
    def example_specialization(self) -> Specialization:
        """The specialization to the default lengths, or to 6 where there is no default."""
        lengths = {p.name: len(p.default) for p in self.settings if isinstance(p.default, tuple)}
        sizes = {**{size: n or 6 for size, n in self.sizes.items()}, **lengths}
        settings = [(p.name, p.default) for p in self.settings]
        if self.kind == "gated":
            settings = [(n, v) for n, v in settings if n != "axis"]
        return self.specialize(
            tuple(sizes[p.shaped.sizes[0]] if p.shaped else None for p in self.parameters),
            tuple(settings),
        )

    def expression(self, specialization: Specialization, *, raw: bool = False) -> Expr:
        """Return the formula's stable graph, or its `raw` graph: exactly what was written."""
        return (_raw_graph if raw else _stable_graph)(self.declared, specialization)


def trace(act: Activation, specialization: Specialization) -> Expr:
    """Trace the formula: call it with symbols and return the graph they record."""
    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no elementwise graph")
    inputs, settings = specialization.inputs, specialization.settings
    act.check_sizes({name: (n,) for name, n in inputs.parameters}, settings)
    operands: list[Any] = [symbol(Data(name)) for name in inputs.data]
    for p, (name, n) in zip(act.parameters, inputs.parameters, strict=True):
        if n is None:
            operands.append(symbol(_number(p)))
        else:
            operands.append([symbol(element) for element in elements(name, n)])
    graph = act.function(*operands, **dict(settings), xp=NAMESPACE)
    if not isinstance(graph, Expr):
        raise TypeError(f"the formula of {act.key} must return an array, got {graph!r}")
    return graph


_raw_graph = lru_cache(maxsize=2048)(trace)


@lru_cache(maxsize=2048)
def _stable_graph(act: Activation, specialization: Specialization) -> Expr:
    e = keeping_nan(stable(_raw_graph(act, specialization)))
    return with_limits(e, [None if v is None else const(v) for v in act.limits or (None, None)])


def _number(p: Parameter) -> Number:
    """The name of a scalar parameter, with what is known of its values."""
    low, high = (p.constraint.low, p.constraint.high) if p.constraint else (-math.inf, math.inf)
    return Number(p.name, low, high, p.default if isinstance(p.default, (int, float)) else 1.0)


@lru_cache(maxsize=1024)
def _argument_names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _call_by_name(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call a function with values by name, even where it takes them positionally only."""
    signature = inspect.signature(function).parameters
    positional_only = inspect.Parameter.POSITIONAL_ONLY
    args = [v for n, v in values.items() if signature[n].kind is positional_only]
    kwargs = {n: v for n, v in values.items() if signature[n].kind is not positional_only}
    return function(*args, **kwargs)


def _comparable(value: Any) -> Any:
    """Return a default in a form that can be compared and hashed: arrays by their content."""
    if isinstance(value, (list, tuple)):
        return tuple(map(_comparable, value))
    if hasattr(value, "__hash__") and value.__hash__ is not None and not hasattr(value, "shape"):
        return value
    tobytes = getattr(value, "tobytes", None)
    return (str(value.dtype), tuple(value.shape), tobytes()) if tobytes else id(value)


def _length(p: Parameter, value: Any, function: str) -> int | None:
    if p.shaped is None:
        return None
    shape = getattr(value, "shape", None)
    if shape is None:
        return len(value)
    if len(shape) != 1:
        raise ValueError(f"{function}: {p.name} must have one axis, got shape {tuple(shape)}")
    return int(shape[0])
