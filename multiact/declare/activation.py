"""The record of an activation, from which everything else is derived."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from multiact._adapters import adapter_of
from multiact._arrays import check_floating, namespace_of
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import NAMESPACE, Expr
from multiact.declare.arguments import Arguments, Specialization, bind
from multiact.declare.formula import applied, limits_at, raw_graph, stable_graph
from multiact.declare.names import call_by_name, check_distinct, check_names, parameter_names
from multiact.declare.parameters import Parameter, comparable
from multiact.declare.shapes import check_pair, check_parameters, check_same, check_shape, halves
from multiact.special.evaluate import evaluate, evaluate_formula

KINDS = ("elementwise", "gated", "pair", "normalising", "channel", "layer")
Limit = float | Callable[..., Any] | None
_GRAPHS = frozenset({"elementwise", "gated", "pair"})  # each output element needs one of each input


#: what a call looks up: torch.compile cannot enter the lock of a cached property's first use
_KNOWN_EARLY = (
    "by_name", "conditions", "default", "running", "split", "_scalar_lengths", "_takes_one_array",
)  # fmt: skip


class PerInstance:
    """An attribute that a class has of its own, and each of its instances, too."""

    def __init__(self, of_class: Any, of_instance: Callable[[Any], Any]) -> None:
        self._of_class, self._of_instance = of_class, of_instance

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._of_class if instance is None else self._of_instance(instance)


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
        Names of the arrays it acts on: ("x",), or ("a", "b") for the halves of a gate or a pair.
    parameters, settings
        What may be learned, and what is fixed at construction (an axis, a group size).
    sizes
        Default lengths of array parameters; None where a module has to be told the length.
    kinks
        Function from the parameters to a mapping: where the slope jumps, and the slope there.
    limits
        Limits at -inf and inf, numbers or functions of parameters (`lambda alpha: alpha`); None
        where there is none or plain arithmetic gives it.
    requires
        Conditions that involve several parameters.
    noise
        The distribution of every noise by name, "uniform" on [0, 1) or "normal".
    evaluation
        The formula without noise, or None: then each noise is its mean.  "noise": the same,
        and modules draw noise in evaluation too.
    surrogate
        A formula whose derivatives are taken instead of those of `function`.
    statistics
        For `Running` parameters: a function that measures them in a batch, by name.
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
    limits: tuple[Limit, Limit] | None = None
    requires: Mapping[str, Callable[..., bool]] = field(default_factory=dict)
    noise: Mapping[str, str] = field(default_factory=dict)
    evaluation: Callable[..., Any] | str | None = None
    surrogate: Callable[..., Any] | None = None
    statistics: Callable[..., Mapping[str, Any]] | None = None
    origin: Activation | None = None

    #: the module that writes signatures and docstrings and draws pictures of records, on top of
    #: all that they are derived from
    display: ClassVar[Any]

    def __post_init__(self) -> None:
        names = list(self.by_name)
        check_names(self.key, (self.key, self.name, *self.aliases, *names, *self.noise))
        arrays = [p.name for p in self.parameters if p.shaped is not None]
        check_distinct(self.key, names, arrays)
        for name in _KNOWN_EARLY:
            getattr(self, name)

    def __call__(self, x: Any, /, *args: Any, xp: Any = None, **kwargs: Any) -> Any:
        """Apply to an array of any array-API library; `parameters` and `settings` may follow."""
        bound = self.bind(args, kwargs)
        if isinstance(x, Expr):
            operands = (*self.data_of(x, bound), *bound.parameters)
            return applied(self, bound.settings, *operands, xp=xp or NAMESPACE)
        adapter = adapter_of(x) if xp is None else None
        apply = getattr(xp, "__multiact_apply__", None) if adapter is None else adapter.apply
        if apply is not None:  # the library's own differentiable operation
            return apply(self, x, bound)
        xp = namespace_of(x) if xp is None else xp
        if not self.is_graph:
            check_floating(x, xp, self.key)
            return self.apply_formula(x, bound, xp)
        specialization = self.specialization(bound)
        operands = (*self.operands(x, bound), *bound.parameters)
        outputs = (self.expression(specialization),)
        return evaluate(outputs, specialization.inputs, operands, xp, self.key)[0]

    def apply_formula(self, x: Any, bound: Arguments, xp: Any) -> Any:
        """Apply the formula of an activation that mixes elements, such as softmax.

        Layers compute in the dtype of their input, as matrix products do.
        """
        named = zip((p.name for p in self.parameters), bound.parameters, strict=True)
        shapes = {n: tuple(v.shape) for n, v in named if hasattr(v, "shape")}
        self.check_sizes(shapes, bound.settings, features=x.shape[-1] if x.ndim else 1)
        operands = (*self.data_of(x, bound), *bound.parameters)
        formula = partial(applied, self, bound.settings)
        return evaluate_formula(formula, operands, xp, widen=self.kind != "layer")

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

    def _repr_latex_(self) -> str | None:
        latex: str | None = self.display.latex(self)
        return latex

    def _repr_markdown_(self) -> str:
        return str(self.display.markdown(self))

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
            if comparable(p.default) != comparable(declared.default)
        }

    @cached_property
    def _changed(self) -> tuple[tuple[str, Any], ...]:
        return tuple((n, comparable(v)) for n, v in self.changed_defaults.items())

    @cached_property
    def _parameters_and_settings(self) -> tuple[Parameter, ...]:
        return (*self.parameters, *self.settings)

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        """The parameters and settings by name."""
        return {p.name: p for p in self._parameters_and_settings}

    @cached_property
    def split(self) -> tuple[str, ...]:
        """The settings of a gate that say how x is split: they are no arguments of the formula."""
        return ("axis", "gate") if self.kind == "gated" else ()

    @cached_property
    def conditions(self) -> tuple[tuple[str, tuple[str, ...], Callable[..., bool]], ...]:
        """The conditions that involve several parameters: text, names, function."""
        return tuple((text, parameter_names(f), f) for text, f in self.requires.items())

    @cached_property
    def running(self) -> tuple[str, ...]:
        """The parameters that are running statistics."""
        return tuple(p.name for p in self.parameters if p.running)

    @property
    def always_noisy(self) -> bool:
        """Whether modules draw noise in evaluation too."""
        return self.evaluation == "noise"

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
        """Return the same activation with other default values; itself, if none are given."""
        if not values:
            return self
        bound = self.bind((), values, partly=True)
        accepted = {p.name: v for p, v in zip(self.parameters, bound.parameters, strict=True)}
        accepted |= dict(bound.settings) | {name: getattr(bound, name) for name in self.split}
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
        defaults = self._defaults
        arguments = {n: values.get(n, defaults[n]) for n in parameter_names(self.kinks)}
        return {float(x): float(slope) for x, slope in call_by_name(self.kinks, arguments).items()}

    def limits_at(self, values: Mapping[str, Any]) -> tuple[float | None, float | None]:
        """Return the declared limits at -inf and inf for these parameters."""
        limits = limits_at(self, {**self._defaults, **values}, xp=np)
        low, high = (None if v is None else float(v) for v in limits)
        return low, high

    @property
    def _defaults(self) -> dict[str, Any]:
        return {p.name: p.default for p in self._parameters_and_settings}

    def bind(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, partly: bool = False
    ) -> Arguments:
        """Bind and check the arguments of a call; errors suggest the nearest parameter name.

        Parameters
        ----------
        args, kwargs
            The arguments of the call after its first array.
        partly
            Whether array parameters without a default may be missing; they are bound to None.
        """
        if not args and not kwargs and self.default is not None:
            return self.default
        return bind(self, args, kwargs, partly)

    @cached_property
    def default(self) -> Arguments | None:
        """The arguments of a call with x alone; None if such a call is not possible."""
        complete = all(p.default is not None or p.running for p in self.parameters)
        return bind(self, (), {}, False) if complete else None

    def operands(self, x: Any, bound: Arguments) -> tuple[Any, ...]:
        """Return the arrays of the graph, after checking that the parameters broadcast."""
        arrays = self.data_of(x, bound)
        check_parameters(self, arrays[0], bound)
        return arrays

    def data_of(self, x: Any, bound: Arguments) -> tuple[Any, ...]:
        """Return the arrays of the graph: x, its halves or a pair, and the noise if it is given."""
        if self._takes_one_array:
            return (x,)
        data = self.without_noise(x, bound)
        if not bound.noise:
            return data
        for name, value in zip(self.noise, bound.noise, strict=True):
            check_same(data[0], value, name, self.key)
        return (*data, *bound.noise)

    def without_noise(self, x: Any, bound: Arguments) -> tuple[Any, ...]:
        """Return the arrays that the formula acts on: x, its halves, or a pair."""
        if self.kind == "gated":
            first, second = halves(x, bound.axis, self.key)
            return (second, first) if bound.gate == "first" else (first, second)
        if self.kind == "pair":
            check_pair(x, bound.others, self.data, self.key)
        return (x, *bound.others)

    @cached_property
    def _takes_one_array(self) -> bool:
        return self.data == ("x",) and not self.noise

    @cached_property
    def _scalar_lengths(self) -> tuple[None, ...] | None:
        """The lengths if no parameter is an array, else None."""
        scalar = all(p.shaped is None for p in self.parameters)
        return (None,) * len(self.parameters) if scalar else None

    def lengths(self, bound: Arguments) -> tuple[int | None, ...]:
        """Return the lengths of the array parameters, None for the scalar ones."""
        if self._scalar_lengths is not None:
            return self._scalar_lengths
        pairs = zip(self.parameters, bound.parameters, strict=True)
        return tuple(p.length(v, self.key) for p, v in pairs)

    def check_sizes(self, shapes: Mapping[str, Any], settings: Any, **known: int) -> None:
        """Reject array parameters whose sizes contradict each other or a setting.

        In a graph further axes may follow, which broadcast with those of the data.
        """
        known |= {name: len(value) for name, value in settings if isinstance(value, tuple)}
        for p in self.parameters:
            if p.shaped is not None and p.name in shapes:
                shape, sizes = shapes[p.name], p.shaped.sizes
                shape = shape[: len(sizes)] if self.is_graph else shape
                check_shape(shape, sizes, known, f"{self.key}: {p.name}")

    def specialization(self, bound: Arguments | None = None) -> Specialization:
        """Return the specialization for these arguments (None: for the defaults)."""
        bound = self.bind((), {}) if bound is None else bound
        return self.specialize(self.lengths(bound), bound.settings, bool(bound.noise))

    def specialize(
        self,
        lengths: tuple[int | None, ...],
        settings: tuple[tuple[str, Any], ...],
        noisy: bool = False,
    ) -> Specialization:
        """Return the specialization to lengths of array parameters, settings, and noise."""
        names = (p.name for p in self.parameters)
        data = (*self.data, *self.noise) if noisy else self.data
        return Specialization(Inputs(data, tuple(zip(names, lengths, strict=True))), settings)

    @property
    def example_specialization(self) -> Specialization:
        """The specialization to the default lengths, else to 6, with noise."""
        lengths = {p.name: len(p.default) for p in self.settings if isinstance(p.default, tuple)}
        sizes = {**{size: n or 6 for size, n in self.sizes.items()}, **lengths}
        return self.specialize(
            tuple(p.shaped.length(sizes) if p.shaped else None for p in self.parameters),
            tuple((p.name, p.default) for p in self.settings if p.name not in self.split),
            noisy=bool(self.noise),
        )

    def expression(self, specialization: Specialization, *, raw: bool = False) -> Expr:
        """Return the formula's stable graph, or its `raw` graph: exactly what was written."""
        return (raw_graph if raw else stable_graph)(self.declared, specialization)


# what help(), inspect and notebooks ask for
_doc = PerInstance(Activation.__doc__, lambda act: act.display.documentation(act))
Activation.__doc__ = _doc  # type: ignore[assignment]
Activation.__signature__ = PerInstance(None, lambda act: act.display.signature(act))  # type: ignore[attr-defined]
