"""Statistics of an nnx model's layers over a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flax import nnx

from multiact.diagnostics import (
    Accumulator,
    DeadUnits,
    Distribution,
    Gradients,
    Histogram,
    Moments,
    Norms,
    Result,
    Saturation,
    Slopes,
    UnitRanges,
)
from multiact.diagnostics.layers import Layers, select
from multiact.diagnostics.saturation import THRESHOLD
from multiact_flax._engine import Network, Visit, collect, gradients_of
from multiact_flax._modules import ActivationModule


def observe(
    model: nnx.Module,
    batches: Iterable[Any],
    *accumulators: Accumulator,
    layers: Layers | None = None,
) -> None:
    """Run a model over a data set in evaluation mode, and add its layers to accumulators.

    The model is compiled once for each shape of a batch.  A copy is run: the model itself, its
    mode and its random numbers remain as they are.

    Parameters
    ----------
    model
        Any nnx module.
    batches
        Arrays, or tuples, of which they are the first part.  A single array is one batch.
    *accumulators
        Objects such as `multiact.diagnostics.DeadUnits()`.  A layer that is called several times
        has several names: "act", "act #2".
    layers
        Names of layers, such as "layers.1", or a function of name and module that says whether
        it is one of them; by default, all activations that are modules.  If activations are
        called as functions, name the layers before them: a unit of relu is dead where their
        `high` is not positive.

    Raises
    ------
    LookupError
        If there is no such layer, or none that is called.
    TypeError
        If a layer does not give an array.
    ValueError
        If there is no batch.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> from flax import nnx
    >>> from multiact.diagnostics import DeadUnits, Norms
    >>> net = nnx.Sequential(nnx.Linear(4, 8, rngs=nnx.Rngs(0)), multiact_flax.TaLU())
    >>> units, norms = DeadUnits(), Norms()
    >>> multiact_flax.observe(net, [jnp.ones((2, 4)), jnp.zeros((3, 4))], units, norms)
    >>> units.result()["layers.1"].inputs, norms.result()["layers.1"].elements
    (5, 40)
    """
    collect(_network(model, layers), batches, accumulators)


def dead_units(
    model: nnx.Module,
    batches: Iterable[Any],
    *,
    tolerance: float = 0.0,
    layers: Layers | None = None,
) -> Result[UnitRanges]:
    """Find the units that are zero, or constant, for every input of a data set.

    A unit is an index of the last axis: a feature or a channel.

    Parameters
    ----------
    model, batches, layers
        As in `observe`.
    tolerance
        What counts as zero, as in `multiact.diagnostics.DeadUnits`.

    Returns
    -------
    Result
        The ranges of units by layer; printed, it is a table.

    Raises
    ------
    LookupError, TypeError, ValueError
        As in `observe`.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> x = jnp.asarray([[-1.0, 1.0, 2.0], [-3.0, -1.0, 2.0]])
    >>> multiact_flax.dead_units(multiact_flax.ReLU(), x)["ReLU"].dead.tolist()
    [True, False, False]
    """
    units = DeadUnits(tolerance)
    observe(model, batches, units, layers=layers)
    return units.result()


def saturation(
    model: nnx.Module,
    batches: Iterable[Any],
    *,
    threshold: float = THRESHOLD,
    layers: Layers | None = None,
) -> Result[Slopes]:
    """Measure at what share of its elements each activation is nearly flat.

    The slopes are derivatives of the formula, those of training.  Layers that mix elements, such
    as softmax, have none.

    Parameters
    ----------
    model, batches, layers
        As in `observe`.
    threshold
        The absolute slopes below it count, 0.01 by default.

    Returns
    -------
    Result
        Counts and shares by layer; printed, it is a table.

    Raises
    ------
    LookupError, TypeError, ValueError
        As in `observe`.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> x = jnp.asarray([[-9.0, 0.0, 1.0, 9.0]])
    >>> multiact_flax.saturation(multiact_flax.Tanh(), x)["Tanh"].share
    0.5
    """
    slopes = Saturation(threshold)
    observe(model, batches, slopes, layers=layers)
    return slopes.result()


def histograms(
    model: nnx.Module,
    batches: Iterable[Any],
    *,
    bins: int = 128,
    layers: Layers | None = None,
) -> Result[Distribution]:
    """Count the values that each layer gives in bins.

    Parameters
    ----------
    model, batches, layers
        As in `observe`.
    bins
        The number of bins, as in `multiact.diagnostics.Histogram`.

    Returns
    -------
    Result
        The histogram of each layer; printed, it is a table of quantiles.

    Raises
    ------
    LookupError, TypeError, ValueError
        As in `observe`.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> x = jnp.asarray([[-0.7, 0.2, 0.9]])
    >>> multiact_flax.histograms(multiact_flax.ReLU(), x, bins=4)["ReLU"].counts.tolist()
    [0, 0, 2, 1]
    """
    histogram = Histogram(bins)
    observe(model, batches, histogram, layers=layers)
    return histogram.result()


def norms(
    model: nnx.Module, batches: Iterable[Any], *, layers: Layers | None = None
) -> Result[Moments]:
    """Measure mean, standard deviation and norm of what each layer gives.

    Parameters
    ----------
    model, batches, layers
        As in `observe`.

    Returns
    -------
    Result
        The moments of each layer; printed, it is a table.

    Raises
    ------
    LookupError, TypeError, ValueError
        As in `observe`.

    Examples
    --------
    >>> import jax.numpy as jnp, multiact_flax
    >>> multiact_flax.norms(multiact_flax.ReLU(), jnp.asarray([[-1.0, 3.0]]))["ReLU"].mean
    1.5
    """
    moments = Norms()
    observe(model, batches, moments, layers=layers)
    return moments.result()


def gradients(
    model: nnx.Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    *,
    layers: Layers | None = None,
) -> Gradients:
    """Measure the gradients of a loss over a data set: of all parameters, and of layers' outputs.

    The model is in evaluation mode: no dropout, no statistics of batches.

    Parameters
    ----------
    model, layers
        As in `observe`.
    batches
        Pairs (inputs, targets).
    loss
        A function of the model's outputs and the targets that returns the mean over the batch.

    Returns
    -------
    Gradients
        Norms of the gradients of parameters; moments and histograms of those of layers, which
        are the derivatives of the loss of each input.

    Raises
    ------
    LookupError
        As in `observe`.
    TypeError
        If a batch is not a pair.
    ValueError
        If the loss is not one number.

    Examples
    --------
    >>> import jax, jax.numpy as jnp, multiact_flax
    >>> from flax import nnx
    >>> ones, rngs = jax.nn.initializers.ones, nnx.Rngs(0)
    >>> linear = nnx.Linear(2, 1, use_bias=False, kernel_init=ones, rngs=rngs)
    >>> net = nnx.Sequential(linear, multiact_flax.ReLU())
    >>> batch = jnp.asarray([[3.0, 4.0]]), jnp.asarray([[5.0]])
    >>> found = multiact_flax.gradients(net, [batch], lambda y, t: ((y - t) ** 2).mean())
    >>> found.layers["layers.1"].mean  # 2 (7 - 5)
    4.0
    >>> found.parameters["layers.0.kernel"].norm  # times |(3, 4)|
    20.0
    """
    return gradients_of(_network(model, layers), batches, loss)


def _network(model: nnx.Module, layers: Layers | None) -> Network:
    """Return an nnx model as a function; it runs a copy in evaluation mode."""
    graph, parameters, others = nnx.split(model, nnx.Param, ...)  # type: ignore[misc]
    chosen = select(_named(model), layers, _is_activation)

    def run(parameters: Any, others: Any, x: Any, visit: Visit) -> Any:
        copy = nnx.merge(graph, parameters, others)
        copy.eval()
        named = {name: m for name, m in _named(copy).items() if name in chosen}
        with _calls_visit(named, visit):
            return copy(x)

    return Network(parameters, others, run, _by_name, chosen)


def _named(model: nnx.Module) -> dict[str, Any]:
    """Return the modules by name; the model itself has its class's."""
    modules = {".".join(map(str, path)): m for path, m in nnx.iter_modules(model)}
    return {name or type(model).__name__: module for name, module in modules.items()}


def _by_name(state: Any) -> dict[str, Any]:
    return {".".join(map(str, path)): v.get_value() for path, v in nnx.to_flat_state(state)}


def _is_activation(module: Any) -> bool:
    return isinstance(module, ActivationModule | nnx.PReLU)


@contextmanager
def _calls_visit(modules: dict[str, Any], visit: Visit) -> Iterator[None]:
    """Let calls of these modules lead to `visit`, while the model is traced.

    nnx has no hooks, and Python looks `__call__` up in the class: the classes are changed, and
    other modules of them are called as ever.
    """
    names = {id(module): name for name, module in modules.items()}
    classes = {type(module) for module in modules.values()}
    originals = {cls: cls.__call__ for cls in classes}
    own = {cls: "__call__" in vars(cls) for cls in classes}

    def changed(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            name = names.pop(id(self), None)  # a class may call that of its base
            if name is None or not args:
                return original(self, *args, **kwargs)
            try:
                x, *more = args
                return visit(name, self, lambda x: original(self, x, *more, **kwargs), x)
            finally:
                names[id(self)] = name

        return call

    try:
        for cls, original in originals.items():
            cls.__call__ = changed(original)
        yield
    finally:
        for cls, original in originals.items():
            if own[cls]:
                cls.__call__ = original
            elif "__call__" in vars(cls):
                del cls.__call__
