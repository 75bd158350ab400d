"""What both kinds of Flax module share: hashable configurations, starting values, classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import multiact_jax
import numpy as np

from multiact.adapters.classes import derived_class
from multiact.adapters.configuration import Configuration, configure, signature
from multiact.adapters.documentation import Documentation, Library, class_doc
from multiact.declare.activation import Activation
from multiact.declare.registry import get


@dataclass(frozen=True, eq=False, repr=False)
class Options(Configuration):
    """A configuration that Flax can compare and hash."""

    @classmethod
    def checked(cls, act: Activation, args: tuple[Any, ...], config: Mapping[str, Any]) -> Options:
        """The configuration for the arguments of a constructor."""
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
        """Parameters that are arrays of the module; the others are plain numbers."""
        return tuple(n for n, v in self.values.items() if n in self.learnable or not _plain(v))

    def started(self, name: str, key: Callable[[], jax.Array]) -> jax.Array:
        """The array in which a parameter starts; `key` is asked only for a random one."""
        value = self.start(name, Draw(_keys(key)), jnp)
        floating = hasattr(value, "dtype") and jnp.issubdtype(value.dtype, jnp.floating)
        array = jnp.asarray(value) if floating else jnp.asarray(value, dtype=float)
        return jnp.broadcast_to(array, self.shapes[name])

    def apply(self, x: jax.Array, arrays: Mapping[str, jax.Array], **noise: Any) -> jax.Array:
        """The function with these arrays as parameters and the other ones from here."""
        values = {**self.values, **arrays}
        ndim = getattr(x, "ndim", 0)
        shaped = {n: self.broadcast(n, v, ndim) for n, v in values.items()}
        return multiact_jax.function(self.activation)(x, **self.arguments(shaped), **noise)


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float))


@dataclass(frozen=True)
class Draw:
    """Random starting values from JAX keys."""

    keys: Iterator[jax.Array]

    def uniform(self, shape: tuple[int, ...]) -> jax.Array:
        """Uniform on [0, 1)."""
        return jax.random.uniform(next(self.keys), shape)

    def normal(self, shape: tuple[int, ...]) -> jax.Array:
        """Standard normal."""
        return jax.random.normal(next(self.keys), shape)


def _keys(first: Callable[[], jax.Array]) -> Iterator[jax.Array]:
    key = first()
    while True:
        key, used = jax.random.split(key)
        yield used


def placed(array: Any, like: Any) -> jax.Array:
    """A copy, on the devices of `like`; device_put alone would share memory with an ndarray."""
    copy: jax.Array = jax.device_put(jnp.array(array), like.sharding)
    return copy


class _Signature:
    """The signature of a class, which its instances do not have: they are called with x."""

    def __init__(self, value: inspect.Signature) -> None:
        self.value = value

    def __get__(self, instance: Any, owner: Any) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        return self.value


class Classes:
    """The module classes of one kind: made when asked for, found again by name."""

    def __init__(
        self,
        library: Library,
        base: type,
        stochastic: type,
        extra: tuple[str, ...],
        maker: Callable[[Activation], Any],
        where: str = "",
    ) -> None:
        self._library, self._where, self._maker = library, where or library.package, maker
        self._base, self._stochastic, self._extra = base, stochastic, extra
        self.module_class = lru_cache(maxsize=1024)(self._made)

    def _made(self, act: Activation) -> Any:
        """The module class of a record."""
        base = self._stochastic if act.kind == "stochastic" else self._base
        made = derived_class(base, act, self._body(act), self._maker)
        made.__doc__ = Documentation(lambda: class_doc(act, self._library))
        return made

    def _body(self, act: Activation) -> dict[str, Any]:
        own, make = signature(act), inspect.Parameter
        extra = [make(name, make.KEYWORD_ONLY, default=None) for name in self._extra]
        return {
            "__module__": self._where,
            "__qualname__": act.name,
            "__signature__": _Signature(own.replace(parameters=[*own.parameters.values(), *extra])),
        }

    def module(self, spec: str | Mapping[str, Any] | Activation, *args: Any, **config: Any) -> Any:
        """Build the module of an activation found as `multiact.get` finds it.

        Examples
        --------
        >>> import multiact_flax
        >>> multiact_flax.module({"name": "swish", "beta": 1.5})
        Swish(beta=1.5, learnable=())
        """
        if isinstance(spec, Mapping):
            config = {**{k: v for k, v in spec.items() if k != "name"}, **config}
            spec = spec.get("name", "")
        return self.module_class(get(spec))(*args, **config)
