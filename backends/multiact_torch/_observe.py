"""Statistics of a model's layers over a data set, taken by hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

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
from multiact.diagnostics.gradients import GradientSums
from multiact.diagnostics.layers import Calls, Layers, check_called, inputs_of, pairs_of, select
from multiact.diagnostics.saturation import THRESHOLD
from multiact_torch._hooks import evaluation, hooks, placed, slopes_of, to_numpy
from multiact_torch._modules import ActivationModule

_ATTENTION = nn.MultiheadAttention
_ACTIVATIONS = tuple(
    getattr(nn, n) for n in nn.modules.activation.__all__ if getattr(nn, n) is not _ATTENTION
)


def observe(
    model: nn.Module,
    batches: Iterable[Any],
    *accumulators: Accumulator,
    layers: Layers | None = None,
) -> None:
    """Run a model over a data set in evaluation mode, and add its layers to accumulators.

    Parameters
    ----------
    model
        Any module.  Its training mode and random numbers remain as they are.
    batches
        Tensors or arrays of NumPy, which are moved to the model's device; or tuples, of which
        they are the first part, as from a `DataLoader`.  A single tensor is one batch.
    *accumulators
        Objects such as `multiact.diagnostics.DeadUnits()`.  A layer that is called several times
        has several names: "act", "act #2".
    layers
        Names of layers as in `model.named_modules()`, or a function of name and module that
        says whether it is one of them; by default, all activations: modules of this package and
        of `torch.nn`.

    Raises
    ------
    LookupError
        If there is no such layer, or none that is called.
    TypeError
        If a layer does not give a tensor.
    ValueError
        If there is no batch.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.diagnostics import DeadUnits, Norms
    >>> net = torch.nn.Sequential(torch.nn.Linear(4, 8), multiact_torch.TaLU())
    >>> units, norms = DeadUnits(), Norms()
    >>> multiact_torch.observe(net, [torch.ones(2, 4), torch.zeros(3, 4)], units, norms)
    >>> units.result()["1"].inputs, norms.result()["1"].elements
    (5, 40)
    """
    model, chosen = _chosen(model, layers)
    outputs = [a for a in accumulators if a.watches == "outputs"]
    slopes = [a for a in accumulators if a.watches == "slopes"]
    before, after = Calls(), Calls()
    differentiating = False

    def look_before(name: str, module: nn.Module, args: Any, kwargs: Any) -> None:
        nonlocal differentiating
        if differentiating or not slopes:
            return
        differentiating = True  # the layers inside of this one are called again for it
        found = slopes_of(module, args, kwargs)
        differentiating = False
        label = before.label(name)
        for accumulator in slopes:
            accumulator.merge(label, to_numpy(accumulator.reduce(found)))

    def look_after(name: str, output: Tensor, axis: int) -> None:
        if differentiating:
            return
        label = after.label(name)
        for accumulator in outputs:
            accumulator.merge(label, to_numpy(accumulator.reduce(output, axis)))

    with evaluation(model), hooks(model, chosen, look_before, look_after), torch.no_grad():
        for x in inputs_of(batches):
            before.restart()
            after.restart()
            model(placed(x, model))
    check_called(after.called, chosen)


def dead_units(
    model: nn.Module,
    batches: Iterable[Any],
    *,
    tolerance: float = 0.0,
    layers: Layers | None = None,
) -> Result[UnitRanges]:
    """Find the units that are zero, or constant, for every input of a data set.

    A unit is a feature, or a channel of what follows a convolution.

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
    >>> import torch, multiact_torch
    >>> net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU())
    >>> with torch.no_grad():
    ...     net[0].bias[1] = -1e9
    >>> multiact_torch.dead_units(net, torch.randn(100, 3))["1"].dead.tolist()[1]
    True
    """
    units = DeadUnits(tolerance)
    observe(model, batches, units, layers=layers)
    return units.result()


def saturation(
    model: nn.Module,
    batches: Iterable[Any],
    *,
    threshold: float = THRESHOLD,
    layers: Layers | None = None,
) -> Result[Slopes]:
    """Measure at what share of its elements each activation is nearly flat.

    The slopes are those of training: derivatives of the formula, or what torch has for its own
    modules.  Layers that mix elements, such as softmax, have none.

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
    >>> import torch, multiact_torch
    >>> x = torch.tensor([[-9.0, 0.0, 1.0, 9.0]])
    >>> multiact_torch.saturation(torch.nn.Tanh(), x)["Tanh"].share
    0.5
    """
    slopes = Saturation(threshold)
    observe(model, batches, slopes, layers=layers)
    return slopes.result()


def histograms(
    model: nn.Module,
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
    >>> import torch, multiact_torch
    >>> x = torch.tensor([[-0.7, 0.2, 0.9]])
    >>> multiact_torch.histograms(torch.nn.ReLU(), x, bins=4)["ReLU"].counts.tolist()
    [0, 0, 2, 1]
    """
    histogram = Histogram(bins)
    observe(model, batches, histogram, layers=layers)
    return histogram.result()


def norms(
    model: nn.Module, batches: Iterable[Any], *, layers: Layers | None = None
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
    >>> import torch, multiact_torch
    >>> multiact_torch.norms(torch.nn.ReLU(), torch.tensor([[-1.0, 3.0]]))["ReLU"].mean
    1.5
    """
    moments = Norms()
    observe(model, batches, moments, layers=layers)
    return moments.result()


def gradients(
    model: nn.Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Tensor],
    *,
    layers: Layers | None = None,
) -> Gradients:
    """Measure the gradients of a loss over a data set: of all parameters, and of layers' outputs.

    The model is in evaluation mode: no dropout, no statistics of batches.  The `grad` of its
    parameters remains as it is.

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
        If the loss is not one number, or if no parameter requires a gradient.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False), torch.nn.ReLU())
    >>> with torch.no_grad():
    ...     net[0].weight.fill_(1.0)
    Parameter containing: ...
    >>> batch = torch.tensor([[3.0, 4.0]]), torch.tensor([[5.0]])
    >>> found = multiact_torch.gradients(net, [batch], torch.nn.functional.mse_loss)
    >>> found.layers["1"].mean, found.parameters["0.weight"].norm  # 2 (7 - 5), times |(3, 4)|
    (4.0, 20.0)
    """
    model, chosen = _chosen(model, layers)
    parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not parameters:
        raise ValueError(f"no parameter of {type(model).__name__} requires a gradient")
    calls, moments, histogram, sums = Calls(), Norms(), Histogram(), GradientSums()
    found: dict[str, tuple[Tensor | None, int]] = {}

    def look(name: str, output: Tensor, axis: int) -> None:
        label = calls.label(name)
        found[label] = (None, axis)
        if output.requires_grad:  # not before the first trained parameter
            output.register_hook(  # type: ignore[no-untyped-call]
                lambda g: found.update({label: (g, axis)})
            )

    with evaluation(model), hooks(model, chosen, None, look), torch.enable_grad():
        for x, targets in pairs_of(batches):
            calls.restart()
            found.clear()
            value = loss(model(x := placed(x, model)), placed(targets, model))
            if value.numel() != 1:
                raise ValueError(f"loss must return one number, got shape {tuple(value.shape)}")
            every = torch.autograd.grad(value, [*parameters.values()], materialize_grads=True)
            sums.add(dict(zip(parameters, every, strict=True)), len(x))
            for label, (gradient, axis) in found.items():
                if gradient is not None:
                    each = gradient * len(x)  # of each input's loss, whatever the batch
                    moments.merge(label, to_numpy(moments.reduce(each, axis)))
                    histogram.merge(label, to_numpy(histogram.reduce(each, axis)))
    check_called(calls.called, chosen)
    return Gradients(sums.result(), moments.result(), histogram.result())


def _chosen(model: nn.Module, layers: Layers | None) -> tuple[nn.Module, dict[str, nn.Module]]:
    """Return the model itself, if it is a compiled one, and the layers to look at."""
    model = getattr(model, "_orig_mod", model)
    modules = {name or type(model).__name__: m for name, m in model.named_modules()}
    return model, select(modules, layers, _is_activation)


def _is_activation(module: Any) -> bool:
    return isinstance(module, (ActivationModule, *_ACTIVATIONS))
