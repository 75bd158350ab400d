"""nnx module classes, derived from the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import jax
from flax import nnx

from multiact.adapters.documentation import Library
from multiact.declare.activation import Activation
from multiact_flax._shared import CHANNEL_AXIS, DTYPE_ROWS, IMPORTS, Bases, Classes, Options


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
            running = name in self.activation.running
            kind = nnx.Param if name in c.learnable else nnx.BatchStat if running else Fixed
            setattr(self, name, kind(c.initial_array(name, first_key)))

    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the activation."""
        return self._evaluate((x,), {})

    def _evaluate(self, data: Sequence[jax.Array], noise: Mapping[str, Any]) -> jax.Array:
        return self.configuration.apply(data, self._arrays(), noise)

    def _arrays(self) -> dict[str, jax.Array]:
        return {name: getattr(self, name)[...] for name in self.configuration.arrays}

    def config(self) -> dict[str, Any]:
        """Return the configuration, which `create` accepts and JSON can hold.

        Numbers are those that the module started with; trained ones are in its state.
        """
        return self.configuration.mapping()

    def __repr__(self) -> str:
        return repr(self.configuration)


class MaskedModule(ActivationModule):
    """A module that takes a mask when it is called: `where`, an array of booleans."""

    def __call__(self, x: jax.Array, where: jax.Array | None = None) -> jax.Array:
        """Apply the activation to the elements where the mask is true, all without one."""
        return self._evaluate((x,), {"where": where})


class PairModule(ActivationModule):
    """Base class of the modules of pairs, which are called with two arrays."""

    def __call__(self, a: jax.Array, b: jax.Array) -> jax.Array:  # type: ignore[override]
        """Apply the activation to two arrays of one shape."""
        return self._evaluate((a, b), {})


class NoisyModule(ActivationModule):
    """A module that draws noise in training, from the stream "noise" or "default" of `rngs`.

    With `deterministic=True` it draws none, nor after `eval()`, unless the activation is declared
    to draw noise in evaluation too.
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
        *data: jax.Array,
        deterministic: bool | None = None,
        rngs: nnx.Rngs | None = None,
        **noise: jax.Array | None,
    ) -> jax.Array:
        """Apply the activation; noise that is given, by name, replaces what is drawn."""
        act = self.activation
        noise = {name: v for name, v in noise.items() if v is not None}
        if deterministic is None:
            deterministic = self.deterministic and not act.always_noisy
        if not (noise or deterministic):
            stream = self.rngs if rngs is None else rngs["noise"]
            if stream is None:
                when = "" if act.always_noisy else " in training"
                raise TypeError(f"{act.name} draws noise{when}: give it rngs=nnx.Rngs(seed)")
            noise = dict(self.configuration.draw(data[0], stream))
        return self._evaluate(data, noise)


class RunningModule(ActivationModule):
    """A module with running statistics, `nnx.BatchStat`, which follow those of the batches.

    In evaluation, after `eval()` or with `use_running_average=True`, they are what is used.
    """

    def __init__(self, *args: Any, rngs: nnx.Rngs | None = None, **config: Any) -> None:
        super().__init__(*args, rngs=rngs, **config)
        self.use_running_average = False

    def __call__(self, x: jax.Array, *, use_running_average: bool | None = None) -> jax.Array:
        """Apply the activation, and in training update the statistics."""
        if use_running_average is None:
            use_running_average = self.use_running_average
        c = self.configuration
        if use_running_average:
            return self._evaluate((x,), {})
        measured = c.measure(x, self._arrays())
        y = c.apply((x,), measured, {})
        for name in self.activation.running:
            variable = getattr(self, name)
            variable[...] = c.updated(variable[...], measured[name])
        return y


_RNGS = ("nnx.Rngs or None", "Source of random initial values and of noise.")
_LIBRARY = Library(
    "jax.Array",
    "multiact_flax",
    IMPORTS,
    "jnp",
    {"rngs": _RNGS, **DTYPE_ROWS},
    axis=CHANNEL_AXIS,
    random=("from flax import nnx", "rngs=nnx.Rngs(0)"),
)


def module_class(spec: str | Mapping[str, Any] | Activation) -> type[ActivationModule]:
    """Return the module class of an activation, which may be anything `multiact.get` accepts."""
    cls: type[ActivationModule] = CLASSES.of(spec)
    return cls


CLASSES = Classes(
    _LIBRARY,
    Bases(ActivationModule, PairModule, NoisyModule, RunningModule, MaskedModule),
    ("rngs",),
    module_class,
)
