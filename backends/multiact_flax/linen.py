"""Activations as linen modules, `multiact_flax.linen.TaLU(alpha=1.0)`, and as functions.

The modules have a single field, their checked configuration, so that no parameter's name can
clash with a name that linen reserves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import jax
from flax import linen as nn

from multiact.adapters.documentation import Library
from multiact.adapters.package import Package
from multiact.declare.activation import Activation
from multiact_flax._linen_files import load, save
from multiact_flax._shared import CHANNEL_AXIS, DTYPE_ROWS, Bases, Classes, Options, function

__all__ = [
    "ActivationModule",
    "create",
    "function",
    "load",
    "module_class",
    "save",
]


_RUNNING = "batch_stats"  # the collection of flax.linen.BatchNorm's statistics


def _with_options(set_fields: Callable[..., None]) -> Callable[..., None]:
    """Return a constructor that takes the options, or the fields when linen clones a module."""

    def initialise(self: Any, *args: Any, **options: Any) -> None:
        names = {f.name for f in dataclasses.fields(self)} & options.keys()
        fields = {name: options.pop(name) for name in names}
        if "configuration" not in fields:
            fields["configuration"] = Options.from_arguments(self.activation, args, options)
        elif options:  # clone(alpha=2.0)
            fields["configuration"] = fields["configuration"].changed(options)
        set_fields(self, **fields)

    return initialise


class ActivationModule(nn.Module):
    """Base class of the derived linen modules; `configuration` has the constructor's arguments."""

    configuration: Options
    activation: ClassVar[Activation]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the constructor take options, also in the subclasses that transformations create."""
        super().__init_subclass__(**kwargs)
        cls.__init__ = _with_options(cls.__init__)  # type: ignore[method-assign]

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the activation."""
        return self.configuration.apply((x,), _arrays(self), {})

    def config(self) -> dict[str, Any]:
        """Return the configuration, which `create` accepts and JSON can hold.

        Numbers are those that the module started with; trained ones are in its state.
        """
        return self.configuration.mapping()

    def __repr__(self) -> str:
        return repr(self.configuration)


class MaskedModule(ActivationModule):
    """A module that takes a mask when it is called: `where`, an array of booleans."""

    @nn.compact
    def __call__(self, x: jax.Array, where: jax.Array | None = None) -> jax.Array:
        """Apply the activation to the elements where the mask is true, all without one."""
        return self.configuration.apply((x,), _arrays(self), {"where": where})


class PairModule(ActivationModule):
    """Base class of the modules of pairs, which are called with two arrays."""

    @nn.compact
    def __call__(self, a: jax.Array, b: jax.Array) -> jax.Array:  # type: ignore[override]
        """Apply the activation to two arrays of one shape."""
        return self.configuration.apply((a, b), _arrays(self), {})


class NoisyModule(ActivationModule):
    """A module that draws noise if `apply` gets `rngs={"noise": key}`, else none.

    If the activation is declared to draw noise in evaluation too, it needs the key, unless it is
    called with `deterministic=True`.
    """

    @nn.compact
    def __call__(
        self,
        *data: jax.Array,
        deterministic: bool | None = None,
        **noise: jax.Array | None,
    ) -> jax.Array:
        """Apply the activation; noise that is given, by name, replaces what is drawn."""
        c = self.configuration
        noise = {name: v for name, v in noise.items() if v is not None}
        if deterministic is None:
            deterministic = not (self.has_rng("noise") or c.activation.always_noisy)
        if not (noise or deterministic):
            noise = dict(c.draw(data[0], lambda: self.make_rng("noise")))
        return c.apply(data, _arrays(self), noise)


class RunningModule(ActivationModule):
    """A module with running statistics in the collection "batch_stats".

    They are updated where that collection is mutable, and used where it is not, or with
    `use_running_average=True`.
    """

    @nn.compact
    def __call__(self, x: jax.Array, use_running_average: bool | None = None) -> jax.Array:
        """Apply the activation, and in training update the statistics."""
        c, arrays = self.configuration, _arrays(self)
        if use_running_average is None:
            mutable = self.is_mutable_collection(_RUNNING)
            use_running_average = self.is_initializing() or not mutable
        if use_running_average:
            return c.apply((x,), arrays, {})
        measured = c.measure(x, arrays)
        y = c.apply((x,), measured, {})
        for name in self.activation.running:
            self.put_variable(_RUNNING, name, c.updated(arrays[name], measured[name]))
        return y


def _arrays(self: ActivationModule) -> dict[str, jax.Array]:
    """Get the learnable arrays from the collection "params", all others from "fixed".

    Running statistics are in "batch_stats".
    """
    c, arrays = self.configuration, {}
    for name in c.arrays:
        if name in c.learnable:
            arrays[name] = self.param(name, lambda k, name=name: c.initial_array(name, lambda: k))
        else:
            key = partial(self.make_rng, "params")
            collection = _RUNNING if name in c.activation.running else "fixed"
            arrays[name] = self.variable(collection, name, c.initial_array, name, key).value
    return arrays


_LIBRARY = Library(
    "jax.Array",
    "linen",
    "import jax, jax.numpy as jnp\nfrom multiact_flax import linen",
    "jnp",
    {
        **DTYPE_ROWS,
        "name": ("str or None", "Name of the module in its parent."),
        "parent": ("flax.linen.Module or None", "The module that it is a part of."),
    },
    "{0}.init_with_output(jax.random.key(0), {1})[0]",
    CHANNEL_AXIS,
    training='in training, where `apply` gets rngs={"noise": key}',
)


def module_class(spec: str | Mapping[str, Any] | Activation) -> type[ActivationModule]:
    """Return the module class of an activation, which may be anything `multiact.get` accepts."""
    cls: type[ActivationModule] = CLASSES.of(spec)
    return cls


_FIELDS = ("name", "parent")
CLASSES = Classes(
    _LIBRARY,
    Bases(ActivationModule, PairModule, NoisyModule, RunningModule, MaskedModule),
    _FIELDS,
    module_class,
    "multiact_flax.linen",
)
create = CLASSES.create
_package = Package(__name__, __all__, function=function, module_class=module_class)
__getattr__, __dir__ = _package.attribute, _package.words
