"""Statistics of a model's layers over a data set, taken by hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from multiact.diagnostics import Accumulator, Gradients, Histogram, Norms
from multiact.diagnostics.gradients import GradientSums
from multiact.diagnostics.layers import Calls, Layers, check_called, inputs_of, pairs_of, select
from multiact_torch._hooks import device_of, evaluation, hooks, placed, slopes_of, to_numpy
from multiact_torch._modules import ActivationModule

_ATTENTION = nn.MultiheadAttention
_ACTIVATIONS = tuple(
    getattr(nn, n) for n in nn.modules.activation.__all__ if getattr(nn, n) is not _ATTENTION
)


def observe(
    model: nn.Module,
    batches: Iterable[Any],
    accumulators: Sequence[Accumulator],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> None:
    """Run a model over a data set, as `multiact.diagnostics.observe` says."""
    model, chosen = _chosen(model, layers)
    outputs = [a for a in accumulators if a.watches == "outputs"]
    slopes = [a for a in accumulators if a.watches == "slopes"]
    before, after = Calls(), Calls()
    differentiating = False

    def look_before(name: str, module: nn.Module, args: Any, kwargs: Any) -> None:
        nonlocal differentiating
        if differentiating:
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

    ahead, device = look_before if slopes else None, device_of(model)
    with evaluation(model), hooks(model, chosen, ahead, look_after), torch.no_grad():
        for x in inputs_of(batches):
            before.restart()
            after.restart()
            model(placed(x, device), **options)
    check_called(after.called, chosen)


def gradients(
    model: nn.Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Tensor],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> Gradients:
    """Measure gradients, as `multiact.diagnostics.gradients` says."""
    model, chosen = _chosen(model, layers)
    parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not parameters:
        raise ValueError(f"no parameter of {type(model).__name__} requires a gradient")
    calls, moments, histogram, sums = Calls(), Norms(), Histogram(), GradientSums()
    found: dict[str, tuple[Tensor | None, int]] = {}
    device = device_of(model)

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
            value = loss(model(x := placed(x, device), **options), placed(targets, device))
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
