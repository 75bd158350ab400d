"""nnx module classes, derived from the records."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
from flax import nnx

from multiact.adapters.documentation import Library
from multiact.declare.activation import Activation
from multiact_flax._shared import CHANNEL_AXIS, DTYPE_ROWS, IMPORTS, Classes, Options


class Fixed(nnx.Variable[jax.Array]):
    """An array that is saved with its module but not trained."""


class ActivationModule(nnx.Module):
    """Base class of all derived modules; `configuration` has the arguments of the constructor."""

    activation: ClassVar[Activation]

    def __init__(self, *args: Any, rngs: nnx.Rngs | None = None, **config: Any) -> None:
        c = Options.from_arguments(self.activation, args, config)
        self.configuration = c.without_arrays()

        def first_key() -> jax.Array:
            if rngs is None:
                name = type(self).__name__
                raise TypeError(f"{name} draws its starting values: give it rngs=nnx.Rngs(seed)")
            key: jax.Array = rngs.params()
            return key

        for name in c.arrays:
            kind = nnx.Param if name in c.learnable else Fixed
            setattr(self, name, kind(c.initial_array(name, first_key)))

    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the activation."""
        return self._evaluate(x)

    def _evaluate(self, x: jax.Array, **noise: Any) -> jax.Array:
        arrays = {name: getattr(self, name)[...] for name in self.configuration.arrays}
        return self.configuration.apply(x, arrays, **noise)

    def __repr__(self) -> str:
        return repr(self.configuration)


class MaskedModule(ActivationModule):
    """A module that takes a mask when it is called: `where`, an array of booleans."""

    def __call__(self, x: jax.Array, where: jax.Array | None = None) -> jax.Array:
        """Apply the activation to the elements where the mask is true, all without one."""
        return self._evaluate(x, where=where)


class StochasticModule(ActivationModule):
    """A module that draws noise in training, from the stream "noise" or "default" of `rngs`.

    In evaluation, after `eval()` or with `deterministic=True`, the noise is its mean.
    """

    def __init__(self, *args: Any, rngs: nnx.Rngs | None = None, **config: Any) -> None:
        super().__init__(*args, rngs=rngs, **config)
        self.deterministic = False
        if rngs is not None and ("noise" in rngs or "default" in rngs):
            self.rngs = rngs["noise"].fork()
        else:
            self.rngs = nnx.data(None)

    def __call__(
        self,
        x: jax.Array,
        *,
        deterministic: bool | None = None,
        rngs: nnx.Rngs | None = None,
        noise: jax.Array | None = None,
    ) -> jax.Array:
        """Apply the activation; `noise`, uniform on [0, 1), replaces the noise that is drawn."""
        if noise is None and not (self.deterministic if deterministic is None else deterministic):
            stream = self.rngs if rngs is None else rngs["noise"]
            if stream is None:
                name = type(self).__name__
                raise TypeError(f"{name} draws noise in training: give it rngs=nnx.Rngs(seed)")
            noise = jax.random.uniform(stream(), x.shape)
        return self._evaluate(x, noise=noise)


_RNGS = ("rngs", "nnx.Rngs or None, default None", "Source of random initial values.")
_LIBRARY = Library(
    "jax.Array",
    "multiact_flax",
    IMPORTS,
    "jnp",
    (_RNGS, *DTYPE_ROWS),
    axis=CHANNEL_AXIS,
)


def module_class(act: Activation) -> type[ActivationModule]:
    """Return the module class of a registered activation."""
    cls: type[ActivationModule] = CLASSES.module_class(act)
    return cls


CLASSES = Classes(
    _LIBRARY, ActivationModule, StochasticModule, MaskedModule, ("rngs",), module_class
)
