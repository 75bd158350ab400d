"""Activations as linen modules, `multiact_flax.linen.TaLU(alpha=1.0)`, and as functions.

The modules have a single field, their checked configuration, so that no parameter's name can
clash with a name that linen reserves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import jax
from flax import linen as nn

from multiact.adapters.documentation import Library
from multiact.adapters.package import Package
from multiact.declare.activation import Activation
from multiact_flax._linen_files import load, save
from multiact_flax._shared import CHANNEL_AXIS, DTYPE_ROWS, Classes, Options, function

__all__ = ["ActivationModule", "function", "load", "module", "module_class", "save"]


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
        return self.configuration.apply(x, _arrays(self))

    def __repr__(self) -> str:
        return repr(self.configuration)


class MaskedModule(ActivationModule):
    """A module that takes a mask when it is called: `where`, an array of booleans."""

    @nn.compact
    def __call__(self, x: jax.Array, where: jax.Array | None = None) -> jax.Array:
        """Apply the activation to the elements where the mask is true, all without one."""
        return self.configuration.apply(x, _arrays(self), where=where)


class StochasticModule(ActivationModule):
    """A module that draws noise if `apply` gets `rngs={"noise": key}`; else noise is its mean."""

    @nn.compact
    def __call__(
        self, x: jax.Array, deterministic: bool | None = None, noise: jax.Array | None = None
    ) -> jax.Array:
        """Apply the activation; `noise`, uniform on [0, 1), replaces the noise that is drawn."""
        mean = not self.has_rng("noise") if deterministic is None else deterministic
        if noise is None and not mean:
            noise = jax.random.uniform(self.make_rng("noise"), x.shape)
        return self.configuration.apply(x, _arrays(self), noise=noise)


def _arrays(self: ActivationModule) -> dict[str, jax.Array]:
    """Get the learnable arrays from the collection "params", all others from "fixed"."""
    c, arrays = self.configuration, {}
    for name in c.arrays:
        if name in c.learnable:
            arrays[name] = self.param(name, lambda k, name=name: c.initial_array(name, lambda: k))
        else:
            key = partial(self.make_rng, "params")
            arrays[name] = self.variable("fixed", name, c.initial_array, name, key).value
    return arrays


_LIBRARY = Library(
    "jax.Array",
    "linen",
    "import jax, jax.numpy as jnp\nfrom multiact_flax import linen",
    "jnp",
    (*DTYPE_ROWS, ("name, parent", "see flax.linen.Module", "Name and parent of the module.")),
    "{0}.init_with_output(jax.random.key(0), {1})[0]",
    CHANNEL_AXIS,
)


def module_class(act: Activation) -> type[ActivationModule]:
    """Return the module class of a registered activation."""
    cls: type[ActivationModule] = CLASSES.module_class(act)
    return cls


_FIELDS = ("name", "parent")
CLASSES = Classes(
    _LIBRARY,
    ActivationModule,
    StochasticModule,
    MaskedModule,
    _FIELDS,
    module_class,
    "multiact_flax.linen",
)
module = CLASSES.module
_package = Package(__name__, __all__, function=function, module_class=module_class)
__getattr__, __dir__ = _package.attribute, _package.words
