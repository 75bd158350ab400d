"""Statistics of a linen module's layers over a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from flax.traverse_util import flatten_dict

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
from multiact.diagnostics.layers import Layers, peeked, select
from multiact.diagnostics.saturation import THRESHOLD
from multiact_flax._engine import Network, Visit, collect, gradients_of


def observe(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *accumulators: Accumulator,
    layers: Layers | None = None,
    **options: Any,
) -> None:
    """Run a module over a data set, and add its layers to accumulators.

    It is compiled once for each shape of a batch.

    Parameters
    ----------
    module, variables
        Any linen module, and what its `init` returned, trained or not.
    batches
        Arrays, or tuples, of which they are the first part.  A single array is one batch.
    *accumulators
        Objects such as `multiact.diagnostics.DeadUnits()`.  A layer that is called several times
        has several names: "act", "act #2".
    layers
        Names of layers, such as "layers_1", or a function of name and module that says whether
        it is one of them; by default, all activations that are modules.  If activations are
        called as functions, name the layers before them: a unit of relu is dead where their
        `high` is not positive.
    **options
        Further arguments of the module's call, such as train=False, which leaves out dropout.

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
    >>> import jax, jax.numpy as jnp
    >>> from flax import linen as nn
    >>> from multiact.diagnostics import DeadUnits, Norms
    >>> from multiact_flax import linen
    >>> net = nn.Sequential([nn.Dense(8), linen.TaLU()])
    >>> variables = net.init(jax.random.key(0), jnp.ones((1, 4)))
    >>> units, norms = DeadUnits(), Norms()
    >>> linen.observe(net, variables, [jnp.ones((2, 4)), jnp.zeros((3, 4))], units, norms)
    >>> units.result()["layers_1"].inputs, norms.result()["layers_1"].elements
    (5, 40)
    """
    first, batches = peeked(batches)
    collect(_network(module, variables, first, layers, options), batches, accumulators)


def dead_units(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *,
    tolerance: float = 0.0,
    layers: Layers | None = None,
    **options: Any,
) -> Result[UnitRanges]:
    """Find the units that are zero, or constant, for every input of a data set.

    A unit is an index of the last axis: a feature or a channel.

    Parameters
    ----------
    module, variables, batches, layers, **options
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
    >>> import jax.numpy as jnp
    >>> from multiact_flax import linen
    >>> x = jnp.asarray([[-1.0, 1.0, 2.0], [-3.0, -1.0, 2.0]])
    >>> linen.dead_units(linen.ReLU(), {}, x)["ReLU"].dead.tolist()
    [True, False, False]
    """
    units = DeadUnits(tolerance)
    observe(module, variables, batches, units, layers=layers, **options)
    return units.result()


def saturation(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *,
    threshold: float = THRESHOLD,
    layers: Layers | None = None,
    **options: Any,
) -> Result[Slopes]:
    """Measure at what share of its elements each activation is nearly flat.

    The slopes are derivatives of the formula, those of training.  Layers that mix elements, such
    as softmax, have none.

    Parameters
    ----------
    module, variables, batches, layers, **options
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
    >>> import jax.numpy as jnp
    >>> from multiact_flax import linen
    >>> x = jnp.asarray([[-9.0, 0.0, 1.0, 9.0]])
    >>> linen.saturation(linen.Tanh(), {}, x)["Tanh"].share
    0.5
    """
    slopes = Saturation(threshold)
    observe(module, variables, batches, slopes, layers=layers, **options)
    return slopes.result()


def histograms(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *,
    bins: int = 128,
    layers: Layers | None = None,
    **options: Any,
) -> Result[Distribution]:
    """Count the values that each layer gives in bins.

    Parameters
    ----------
    module, variables, batches, layers, **options
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
    >>> import jax.numpy as jnp
    >>> from multiact_flax import linen
    >>> x = jnp.asarray([[-0.7, 0.2, 0.9]])
    >>> linen.histograms(linen.ReLU(), {}, x, bins=4)["ReLU"].counts.tolist()
    [0, 0, 2, 1]
    """
    histogram = Histogram(bins)
    observe(module, variables, batches, histogram, layers=layers, **options)
    return histogram.result()


def norms(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *,
    layers: Layers | None = None,
    **options: Any,
) -> Result[Moments]:
    """Measure mean, standard deviation and norm of what each layer gives.

    Parameters
    ----------
    module, variables, batches, layers, **options
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
    >>> import jax.numpy as jnp
    >>> from multiact_flax import linen
    >>> linen.norms(linen.ReLU(), {}, jnp.asarray([[-1.0, 3.0]]))["ReLU"].mean
    1.5
    """
    moments = Norms()
    observe(module, variables, batches, moments, layers=layers, **options)
    return moments.result()


def gradients(
    module: nn.Module,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    *,
    layers: Layers | None = None,
    **options: Any,
) -> Gradients:
    """Measure the gradients of a loss over a data set: of all parameters, and of layers' outputs.

    Parameters
    ----------
    module, variables, layers, **options
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
    >>> import jax, jax.numpy as jnp
    >>> from flax import linen as nn
    >>> from multiact_flax import linen
    >>> dense = nn.Dense(1, use_bias=False, kernel_init=jax.nn.initializers.ones)
    >>> net = nn.Sequential([dense, linen.ReLU()])
    >>> variables = net.init(jax.random.key(0), jnp.ones((1, 2)))
    >>> batch = jnp.asarray([[3.0, 4.0]]), jnp.asarray([[5.0]])
    >>> found = linen.gradients(net, variables, [batch], lambda y, t: ((y - t) ** 2).mean())
    >>> found.layers["layers_1"].mean  # 2 (7 - 5)
    4.0
    >>> found.parameters["layers_0.kernel"].norm  # times |(3, 4)|
    20.0
    """
    first, batches = peeked(batches)
    return gradients_of(_network(module, variables, first, layers, options), batches, loss)


def _network(
    module: nn.Module,
    variables: Mapping[str, Any],
    first: Any,
    layers: Layers | None,
    options: Mapping[str, Any],
) -> Network:
    """Return a linen module as a function; which modules it has is seen when it is called."""
    modules: dict[str, Any] = {}

    def run(parameters: Any, others: Any, x: Any, visit: Visit) -> Any:
        def intercept(following: Any, args: Any, kwargs: Any, context: Any) -> Any:
            name = ".".join(context.module.path) or type(module).__name__
            if context.method_name != "__call__" or not args or name not in wanted:
                return following(*args, **kwargs)
            x, *more = args
            return visit(name, context.module, lambda x: following(x, *more, **kwargs), x)

        with nn.intercept_methods(intercept):
            return module.apply({"params": parameters, **others}, x, **options)

    def note(following: Any, args: Any, kwargs: Any, context: Any) -> Any:
        name = ".".join(context.module.path) or type(module).__name__
        modules.setdefault(name, context.module)
        return following(*args, **kwargs)

    with nn.intercept_methods(note):
        jax.eval_shape(lambda v, x: module.apply(v, x, **options), variables, jnp.asarray(first))
    wanted = select(modules, layers, _is_activation)
    others = {name: v for name, v in variables.items() if name != "params"}
    return Network(variables.get("params", {}), others, run, _by_name, wanted)


def _by_name(gradients: Any) -> dict[str, Any]:
    flat = flatten_dict(gradients)  # type: ignore[no-untyped-call]
    return {".".join(path): array for path, array in flat.items()}


def _is_activation(module: Any) -> bool:
    from multiact_flax.linen import ActivationModule  # which exports these functions

    return isinstance(module, ActivationModule | nn.PReLU)
