"""Activations as linen modules: `multiact_flax.linen.TaLU(alpha=1.0)`.

The modules have one field, their checked configuration, so that no parameter's name can
clash with a name that linen keeps for itself.
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
from multiact_flax._shared import Classes, Options

__all__ = ["ActivationModule", "load", "module", "module_class", "save"]


def _with_options(fields_only: Callable[..., None]) -> Callable[..., None]:
    """A constructor that takes the options, or, as when linen clones, the fields."""

    def initialise(self: Any, *args: Any, **options: Any) -> None:
        names = {f.name for f in dataclasses.fields(self)} & options.keys()
        fields = {name: options.pop(name) for name in names}
        if "configuration" not in fields:
            fields["configuration"] = Options.checked(self.activation, args, options)
        elif args or options:
            raise TypeError(f"{type(self).__name__}: to change {[*options]}, make a new module")
        fields_only(self, **fields)

    return initialise


class ActivationModule(nn.Module):
    """Base of all derived linen modules; `configuration` says what it was made from."""

    configuration: Options
    activation: ClassVar[Activation]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let the constructor take the options; transformed classes are subclasses too."""
        super().__init_subclass__(**kwargs)
        cls.__init__ = _with_options(cls.__init__)  # type: ignore[method-assign]

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the activation."""
        return self.configuration.apply(x, _arrays(self))

    def __repr__(self) -> str:
        return repr(self.configuration)


class StochasticModule(ActivationModule):
    """Draws noise where `apply` is given `rngs={"noise": key}`; else the noise has its mean."""

    @nn.compact
    def __call__(
        self, x: jax.Array, deterministic: bool | None = None, noise: jax.Array | None = None
    ) -> jax.Array:
        """Apply the activation; `noise`, uniform on [0, 1), takes the place of drawn noise."""
        mean = not self.has_rng("noise") if deterministic is None else deterministic
        if noise is None and not mean:
            noise = jax.random.uniform(self.make_rng("noise"), x.shape)
        return self.configuration.apply(x, _arrays(self), noise=noise)


def _arrays(self: ActivationModule) -> dict[str, jax.Array]:
    """Learnable arrays from the collection "params", the other ones from "fixed"."""
    c, found = self.configuration, {}
    for name in c.arrays:
        if name in c.learnable:
            found[name] = self.param(name, lambda key, name=name: c.started(name, lambda: key))
        else:
            key = partial(self.make_rng, "params")
            found[name] = self.variable("fixed", name, c.started, name, key).value
    return found


_LIBRARY = Library(
    "jax.Array",
    "linen",
    "import jax, jax.numpy as jnp\nfrom multiact_flax import linen",
    "jnp",
    (("name, parent", "see flax.linen.Module", "Of the module itself."),),
    "{0}.init_with_output(jax.random.key(0), {1})[0]",
)


def module_class(act: Activation) -> type[ActivationModule]:
    """The module class of a registered activation."""
    made: type[ActivationModule] = CLASSES.module_class(act)
    return made


_FIELDS = ("name", "parent")
CLASSES = Classes(
    _LIBRARY, ActivationModule, StochasticModule, _FIELDS, module_class, "multiact_flax.linen"
)
module = CLASSES.module
_package = Package(__name__, __all__, module_class=module_class)
__getattr__, __dir__ = _package.attribute, _package.words
