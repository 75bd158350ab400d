"""Statistics of the layers of any framework's models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from multiact.adapters.frameworks import part
from multiact.diagnostics.accumulator import Accumulator
from multiact.diagnostics.dead_units import DeadUnits, UnitRanges
from multiact.diagnostics.gradients import Gradients
from multiact.diagnostics.histogram import BINS, Distribution, Histogram
from multiact.diagnostics.layers import Layers
from multiact.diagnostics.norms import Moments, Norms
from multiact.diagnostics.result import Result
from multiact.diagnostics.saturation import THRESHOLD, Saturation, Slopes

#: the base of a framework's models: where it is defined, the adapter, and the adapter's module
_BASES = (
    ("torch.nn.modules.module", "torch", "_observe"),
    ("flax.nnx.", "flax", "_observe"),
    ("flax.linen.", "flax", "_linen_observe"),
)


def observe(
    model: Any,
    batches: Iterable[Any],
    *accumulators: Accumulator,
    layers: Layers | None = None,
    **options: Any,
) -> None:
    """Run a model over a data set in evaluation mode, and add its layers to accumulators.

    The model, its mode and its random numbers remain as they are.

    Parameters
    ----------
    model
        A module of torch or nnx, or a pair of a linen module and its variables.
    batches
        Arrays, which are moved to the model's device; or tuples, of which they are the first
        part, as from a `DataLoader`.  A single array is one batch.
    *accumulators
        Objects such as `DeadUnits()`.  A layer that is called several times has several names:
        "act", "act #2".
    layers
        Names of layers, as the framework names modules, or a function of name and module that
        says whether it is one of them; by default, all activations that are modules.  If
        activations are called as functions, name the layers before them: a unit of relu is dead
        where their `high` is not positive.
    **options
        Further arguments of the model's call, such as train=False, which leaves out the dropout
        of a linen module.

    Raises
    ------
    LookupError
        If there is no such layer, or none that is called.
    TypeError
        If it is no model, one of the accumulators is none, or a layer does not give an array.
    ValueError
        If there is no batch.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.diagnostics import DeadUnits, Norms, observe
    >>> net = torch.nn.Sequential(torch.nn.Linear(4, 8), multiact_torch.TaLU())
    >>> units, norms = DeadUnits(), Norms()
    >>> observe(net, [torch.ones(2, 4), torch.zeros(3, 4)], units, norms)
    >>> units.result()["1"].inputs, norms.result()["1"].elements
    (5, 40)
    """
    given: tuple[Any, ...] = accumulators
    wrong = [a for a in given if not isinstance(a, Accumulator)]
    if wrong:
        first = wrong[0]
        is_class = isinstance(first, type) and issubclass(first, Accumulator)
        instead = f"{first.__name__}()" if is_class else "an object such as DeadUnits()"
        raise TypeError(f"accumulators: expected {instead}, got {first!r}")
    _adapter(model).observe(model, batches, accumulators, layers, options)


def dead_units(
    model: Any,
    batches: Iterable[Any],
    *,
    tolerance: float = 0.0,
    layers: Layers | None = None,
    **options: Any,
) -> Result[UnitRanges]:
    """Find the units that are zero, or constant, for every input of a data set.

    A unit is a feature, or a channel of what follows a convolution.

    Parameters
    ----------
    model, batches
        As in `observe`.
    tolerance
        What counts as zero, as in `DeadUnits`.
    layers, **options
        As in `observe`.

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
    >>> import torch
    >>> from multiact.diagnostics import dead_units
    >>> net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU())
    >>> with torch.no_grad():
    ...     net[0].bias[1] = -1e9
    >>> dead_units(net, torch.randn(100, 3))["1"].dead.tolist()[1]
    True
    """
    units = DeadUnits(tolerance)
    observe(model, batches, units, layers=layers, **options)
    return units.result()


def saturation(
    model: Any,
    batches: Iterable[Any],
    *,
    threshold: float = THRESHOLD,
    layers: Layers | None = None,
    **options: Any,
) -> Result[Slopes]:
    """Measure at what share of its elements each activation is nearly flat.

    The slopes are those of training: derivatives of the formula, or what the framework has for
    its own modules.  Layers that mix elements, such as softmax, have none.

    Parameters
    ----------
    model, batches
        As in `observe`.
    threshold
        The absolute slopes below it count, 0.01 by default.
    layers, **options
        As in `observe`.

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
    >>> from multiact.diagnostics import saturation
    >>> from multiact_flax import Tanh
    >>> saturation(Tanh(), jnp.asarray([[-9.0, 0.0, 1.0, 9.0]]))["Tanh"].share
    0.5
    """
    slopes = Saturation(threshold)
    observe(model, batches, slopes, layers=layers, **options)
    return slopes.result()


def histograms(
    model: Any,
    batches: Iterable[Any],
    *,
    bins: int = BINS,
    layers: Layers | None = None,
    **options: Any,
) -> Result[Distribution]:
    """Count the values that each layer gives in bins.

    Parameters
    ----------
    model, batches
        As in `observe`.
    bins
        The number of bins, as in `Histogram`.
    layers, **options
        As in `observe`.

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
    >>> import torch
    >>> from multiact.diagnostics import histograms
    >>> x = torch.tensor([[-0.7, 0.2, 0.9]])
    >>> histograms(torch.nn.ReLU(), x, bins=4)["ReLU"].counts.tolist()
    [0, 0, 2, 1]
    """
    histogram = Histogram(bins)
    observe(model, batches, histogram, layers=layers, **options)
    return histogram.result()


def norms(
    model: Any, batches: Iterable[Any], *, layers: Layers | None = None, **options: Any
) -> Result[Moments]:
    """Measure mean, standard deviation and norm of what each layer gives.

    Parameters
    ----------
    model, batches, layers, **options
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
    >>> from multiact.diagnostics import norms
    >>> from multiact_flax import linen
    >>> norms((linen.ReLU(), {}), jnp.asarray([[-1.0, 3.0]]))["ReLU"].mean
    1.5
    """
    moments = Norms()
    observe(model, batches, moments, layers=layers, **options)
    return moments.result()


def gradients(
    model: Any,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    *,
    layers: Layers | None = None,
    **options: Any,
) -> Gradients:
    """Measure the gradients of a loss over a data set: of all parameters, and of layers' outputs.

    The model is in evaluation mode: no dropout, no statistics of batches.  The `grad` of torch's
    parameters remains as it is.

    Parameters
    ----------
    model
        As in `observe`.
    batches
        Pairs (inputs, targets).
    loss
        A function of the model's outputs and the targets that returns the mean over the batch.
    layers, **options
        As in `observe`.

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
        If it is no model, or a batch is not a pair.
    ValueError
        If the loss is not one number, or if no parameter requires a gradient.

    Examples
    --------
    >>> import torch
    >>> from multiact.diagnostics import gradients
    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False), torch.nn.ReLU())
    >>> with torch.no_grad():
    ...     net[0].weight.fill_(1.0)
    Parameter containing: ...
    >>> batch = torch.tensor([[3.0, 4.0]]), torch.tensor([[5.0]])
    >>> found = gradients(net, [batch], torch.nn.functional.mse_loss)
    >>> found.layers["1"].mean, found.parameters["0.weight"].norm  # 2 (7 - 5), times |(3, 4)|
    (4.0, 20.0)
    """
    found: Gradients = _adapter(model).gradients(model, batches, loss, layers, options)
    return found


def is_model(value: Any) -> bool:
    """Whether something is a model of a known framework."""
    return _place(value) is not None


def _adapter(model: Any) -> ModuleType:
    place = _place(model)
    if place is None:
        raise TypeError(
            "a model must be a module of torch or nnx, or a pair (linen module, variables), "
            f"got {type(model).__name__}"
        )
    return part(*place)


def _place(model: Any) -> tuple[str, str] | None:
    """Return the framework of a model and the adapter's module for it, told by its class."""
    pair = isinstance(model, tuple) and len(model) == 2
    for base in type(model[0] if pair else model).__mro__:
        for start, framework, name in _BASES:
            if base.__module__.startswith(start) and pair == (name == "_linen_observe"):
                return framework, name
    return None
