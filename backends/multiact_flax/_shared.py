"""Code shared by nnx and linen modules: hashable configurations, initial values, classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import multiact_jax
import numpy as np
from multiact_jax._functions import NAMESPACE, apply

from multiact.adapters.classes import ClassSignature, derived_class
from multiact.adapters.configuration import (
    Configuration,
    channels_last,
    configure,
    signature,
)
from multiact.adapters.creation import Spec, create
from multiact.adapters.documentation import Documentation, Library, class_doc
from multiact.declare.activation import Activation
from multiact.declare.formula import with_statistics
from multiact.declare.registry import get

IMPORTS = "import jax.numpy as jnp\nimport multiact_flax"
#: the axis of the channels in Flax, the last
CHANNEL_AXIS = -1
#: Flax's names of ours
_NAMES = {"prelu": {"negative_slope_init": "weight"}}


@dataclass(frozen=True, eq=False, repr=False)
class Options(Configuration):
    """A configuration that Flax can compare and hash.

    Attributes
    ----------
    dtype, param_dtype
        Dtype of the computation, None for that of the input; dtype of the arrays.
    """

    dtype: Any = None
    param_dtype: Any = jnp.float32

    @classmethod
    def from_arguments(
        cls, act: Activation, args: tuple[Any, ...], config: Mapping[str, Any]
    ) -> Options:
        """Check the arguments of a constructor, and return the configuration."""
        names = _NAMES.get(act.key, {})
        config = {names.get(n, n): v for n, v in config.items()}
        dtypes = {n: _floating(n, config.pop(n), act) for n in _DTYPES if n in config}
        return cls(**vars(configure(act, args, config, CHANNEL_AXIS)), **dtypes)

    def changed(self, options: Mapping[str, Any]) -> Options:
        """Return the configuration with other arguments."""
        dtypes = {n: getattr(self, n) for n in _DTYPES}
        kept = {n: v for n, v in self.values.items() if v is not None}
        current = {**self.mapping(), **kept, **dtypes, **options}
        del current["name"]
        return self.from_arguments(self.activation, (), current)

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        arrays = [v for v in self.values.values() if v is not None]
        stored = tuple(np.asarray(v).tobytes() for v in arrays)
        dtypes = self.dtype, jnp.dtype(self.param_dtype)
        return self.activation, self.describe(), tuple(self.shapes.items()), dtypes, stored

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
        value = self.start(name, Draw(_keys(key), self.param_dtype), jnp)
        return jnp.broadcast_to(jnp.asarray(value, self.param_dtype), self.shapes[name])

    def apply(
        self, data: Sequence[jax.Array], arrays: Mapping[str, jax.Array], noise: Mapping[str, Any]
    ) -> jax.Array:
        """Apply the function with these arrays, and all other parameters as configured."""
        if self.dtype is not None:
            data = [jnp.asarray(v, self.dtype) for v in data]
        x, *others = data
        values = {**self.values, **arrays}
        ndim = getattr(x, "ndim", 0)
        reshaped = {n: self.broadcast(n, v, ndim) for n, v in values.items()}
        bound = self.activation.bind(tuple(others), {**self.arguments(reshaped), **noise})
        return apply(self.activation, x, bound)

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


_DTYPES = ("dtype", "param_dtype")


def _floating(name: str, dtype: Any, act: Activation) -> Any:
    """Check a dtype; None stands for the default."""
    if dtype is None:
        return getattr(Options, name)
    try:
        known = jnp.issubdtype(jnp.dtype(dtype), jnp.floating)
    except TypeError:
        known = False
    if not known:
        raise TypeError(f"{act.name}: {name} must be a floating-point dtype, got {dtype!r}")
    return jnp.dtype(dtype)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


@dataclass(frozen=True)
class Draw:
    """Random initial values from JAX keys."""

    keys: Iterator[jax.Array]
    dtype: Any

    def uniform(self, shape: tuple[int, ...]) -> jax.Array:
        """Draw uniformly from [0, 1)."""
        return jax.random.uniform(next(self.keys), shape, self.dtype)

    def normal(self, shape: tuple[int, ...]) -> jax.Array:
        """Draw from the standard normal distribution."""
        return jax.random.normal(next(self.keys), shape, self.dtype)


def _keys(first: Callable[[], jax.Array]) -> Iterator[jax.Array]:
    key = first()
    while True:
        key, used = jax.random.split(key)
        yield used


def place_like(array: Any, like: Any) -> jax.Array:
    """Copy to the devices of `like`; device_put alone might share memory with an ndarray."""
    copy: jax.Array = jax.device_put(jnp.array(array), like.sharding)
    return copy


def function(spec: str | Mapping[str, Any] | Activation) -> multiact_jax.Function:
    """Return the function of an activation, with the last axis for channels.

    It is that of `multiact_jax`, except where that has the channels on axis 1.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> multiact_flax.crelu(jnp.ones((2, 8, 8, 3))).shape
    (2, 8, 8, 6)
    """
    act = get(spec)
    placed = channels_last(act)
    return multiact_jax.function(act) if placed is act else _channels_last(placed)


class _Function(multiact_jax.Function):
    """A function whose channels are on the last axis."""

    library = replace(multiact_jax.Function.library, package="multiact_flax", imports=IMPORTS)

    def __reduce__(self) -> Any:
        return function, (self.activation,)


_channels_last = lru_cache(maxsize=1024)(_Function)


#: rows of the documentation that nnx and linen share
DTYPE_ROWS = {
    "dtype": ("dtype or None", "Dtype of the computation; None: that of the input."),
    "param_dtype": ("dtype", "Dtype of the parameters and arrays."),
}


class Bases(NamedTuple):
    """The base classes of the modules of one kind."""

    plain: type
    pair: type
    noisy: type
    running: type
    masked: type

    def of(self, act: Activation) -> type:
        """Return the base of an activation's class."""
        if act.noise:
            return self.noisy
        if act.running:
            return self.running
        if any(p.mask for p in act.settings):
            return self.masked
        return self.pair if act.kind == "pair" else self.plain


class Classes:
    """The module classes of one kind, created on demand and cached."""

    def __init__(
        self,
        library: Library,
        bases: Bases,
        extra: tuple[str, ...],
        factory: Callable[[Activation], Any],
        module: str = "",
    ) -> None:
        self._library, self._module, self._factory = library, module or library.package, factory
        self._bases, self._extra = bases, (*extra, *_DTYPES)
        self.module_class = lru_cache(maxsize=1024)(self._create)

    def of(self, spec: str | Mapping[str, Any] | Activation) -> Any:
        """Return the module class of an activation, which may be anything `get` accepts."""
        return self.module_class(get(spec))

    def _create(self, act: Activation) -> Any:
        """Create the module class of a record."""
        cls = derived_class(self._bases.of(act), act, self._body(act), self._factory)
        cls.__doc__ = Documentation(lambda: class_doc(act, self._library, cls.__signature__))
        return cls

    def _body(self, act: Activation) -> dict[str, Any]:
        Param = inspect.Parameter
        derived = signature(act, CHANNEL_AXIS)
        defaults = {"param_dtype": jnp.float32}
        extra = [
            Param(name, Param.KEYWORD_ONLY, default=defaults.get(name)) for name in self._extra
        ]
        full = derived.replace(parameters=[*derived.parameters.values(), *extra])
        return {
            "__module__": self._module,
            "__qualname__": act.name,
            "__signature__": ClassSignature(full),
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
