"""Code shared by nnx and linen modules: hashable configurations, initial values, classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import multiact_jax
import numpy as np
from multiact_jax._functions import NAMESPACE

from multiact.adapters.classes import derived_class
from multiact.adapters.configuration import Configuration, configure, signature
from multiact.adapters.creation import Spec, create
from multiact.adapters.documentation import Documentation, Library, class_doc
from multiact.declare.activation import Activation
from multiact.declare.formula import with_statistics


@dataclass(frozen=True, eq=False, repr=False)
class Options(Configuration):
    """A configuration that Flax can compare and hash."""

    @classmethod
    def from_arguments(
        cls, act: Activation, args: tuple[Any, ...], config: Mapping[str, Any]
    ) -> Options:
        """Check the arguments of a constructor, and return the configuration."""
        return cls(**vars(configure(act, args, config)))

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        arrays = [v for v in self.values.values() if v is not None]
        stored = tuple(np.asarray(v).tobytes() for v in arrays)
        return self.activation, self.describe(), tuple(self.shapes.items()), stored

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"{self.activation.name}({self.describe()})"

    @cached_property
    def arrays(self) -> tuple[str, ...]:
        """The parameters that are arrays of the module; all others are Python numbers."""
        return tuple(n for n, v in self.values.items() if n in self.learnable or not _is_number(v))

    def initial_array(self, name: str, key: Callable[[], jax.Array]) -> jax.Array:
        """Return the initial array of a parameter; `key` is called only if it is random."""
        value = self.start(name, Draw(_keys(key)), jnp)
        floating = hasattr(value, "dtype") and jnp.issubdtype(value.dtype, jnp.floating)
        array = jnp.asarray(value) if floating else jnp.asarray(value, dtype=float)
        return jnp.broadcast_to(array, self.shapes[name])

    def apply(
        self, data: Sequence[jax.Array], arrays: Mapping[str, jax.Array], noise: Mapping[str, Any]
    ) -> jax.Array:
        """Apply the function with these arrays, and all other parameters as configured."""
        x, *others = data
        values = {**self.values, **arrays}
        ndim = getattr(x, "ndim", 0)
        reshaped = {n: self.broadcast(n, v, ndim) for n, v in values.items()}
        function = multiact_jax.function(self.activation)
        return function(x, *others, **self.arguments(reshaped), **noise)

    def measure(self, x: jax.Array, arrays: Mapping[str, jax.Array]) -> dict[str, jax.Array]:
        """Return all arrays with the statistics of a batch in the place of the running ones."""
        act = self.activation
        values = {**self.values, **arrays, **dict.fromkeys(act.running)}
        ordered = tuple(values[p.name] for p in act.parameters)
        settings = tuple(self.settings.items())
        measured = with_statistics(act, settings, (x,), ordered, xp=NAMESPACE)
        return {p.name: v for p, v in zip(act.parameters, measured, strict=True) if v is not None}

    def updated(self, running: jax.Array, new: jax.Array) -> jax.Array:
        """Return a running statistic after a batch."""
        change = jax.lax.stop_gradient(new).astype(running.dtype) - running
        return running + self.momentum * change

    def draw(self, x: jax.Array, key: Callable[[], jax.Array]) -> dict[str, jax.Array]:
        """Draw the noise for an input, each from a key of its own."""
        shape = list(x.shape)
        if self.activation.kind == "gated":
            shape[self.settings["axis"]] //= 2
        dtype = jnp.promote_types(x.dtype, jnp.float32)
        noise = self.activation.noise.items()
        return {name: _NOISE[kind](key(), shape, dtype) for name, kind in noise}


#: how the noise of a distribution is drawn
_NOISE = {"uniform": jax.random.uniform, "normal": jax.random.normal}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


@dataclass(frozen=True)
class Draw:
    """Random initial values from JAX keys."""

    keys: Iterator[jax.Array]

    def uniform(self, shape: tuple[int, ...]) -> jax.Array:
        """Draw uniformly from [0, 1)."""
        return jax.random.uniform(next(self.keys), shape)

    def normal(self, shape: tuple[int, ...]) -> jax.Array:
        """Draw from the standard normal distribution."""
        return jax.random.normal(next(self.keys), shape)


def _keys(first: Callable[[], jax.Array]) -> Iterator[jax.Array]:
    key = first()
    while True:
        key, used = jax.random.split(key)
        yield used


def place_like(array: Any, like: Any) -> jax.Array:
    """Copy to the devices of `like`; device_put alone might share memory with an ndarray."""
    copy: jax.Array = jax.device_put(jnp.array(array), like.sharding)
    return copy


class _Signature:
    """A `__signature__` for a class but not for its instances, which are called with x."""

    def __init__(self, value: inspect.Signature) -> None:
        self.value = value

    def __get__(self, instance: Any, owner: Any) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        return self.value


class Classes:
    """The module classes of one kind, created on demand and cached."""

    def __init__(
        self,
        library: Library,
        base: type,
        pair: type,
        noisy: type,
        running: type,
        extra: tuple[str, ...],
        factory: Callable[[Activation], Any],
        module: str = "",
    ) -> None:
        self._library, self._module, self._factory = library, module or library.package, factory
        self._base, self._pair, self._noisy, self._running = base, pair, noisy, running
        self._extra = extra
        self.module_class = lru_cache(maxsize=1024)(self._create)

    def _create(self, act: Activation) -> Any:
        """Create the module class of a record."""
        cls = derived_class(self._base_of(act), act, self._body(act), self._factory)
        cls.__doc__ = Documentation(lambda: class_doc(act, self._library))
        return cls

    def _base_of(self, act: Activation) -> type:
        if act.noise:
            return self._noisy
        if act.running:
            return self._running
        return self._pair if act.kind == "pair" else self._base

    def _body(self, act: Activation) -> dict[str, Any]:
        Param = inspect.Parameter
        derived = signature(act)
        extra = [Param(name, Param.KEYWORD_ONLY, default=None) for name in self._extra]
        full = derived.replace(parameters=[*derived.parameters.values(), *extra])
        return {
            "__module__": self._module,
            "__qualname__": act.name,
            "__signature__": _Signature(full),
        }

    def create(self, spec: Spec, /, **parameters: Any) -> Any:
        """Create the module of an activation.

        Parameters
        ----------
        spec
            A name ("talu", "keras:leaky_relu"), a mapping with "name" and arguments of the
            module's constructor, a record, one of our functions; None for the identity; a class,
            which is called; or any other callable, which is returned as it is.
        **parameters
            Arguments of the constructor, `rngs` among them; they replace those of a mapping.

        Returns
        -------
        flax.nnx.Module or flax.linen.Module
            The module; `create(module.config())` makes another one like it.

        Raises
        ------
        LookupError
            If there is no such activation.
        TypeError
            If `spec` is something else, or an argument is unknown.

        Examples
        --------
        >>> import multiact_flax
        >>> multiact_flax.create("swish", beta=1.5)
        Swish(beta=1.5, learnable=())
        >>> multiact_flax.linen.create("keras:leaky_relu").config()
        {'name': 'leaky_relu', 'negative_slope': 0.2, 'learnable': []}
        """
        return create(spec, parameters, self._make)

    def _make(self, act: Activation, arguments: dict[str, Any]) -> Any:
        return self.module_class(act)(**arguments)
