"""Hooks that look at the layers of a model while it runs, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from multiact.diagnostics.saturation import signs, slopes_of_elements
from multiact_torch._modules import ActivationModule

#: the axis of the units in what these layers give; an activation has that of the layer before
_AXES: tuple[tuple[tuple[type, ...], int], ...] = (
    ((nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.GroupNorm), 1),
    ((nn.Linear, nn.Bilinear, nn.LayerNorm, nn.Embedding, nn.MultiheadAttention), -1),
)


@contextmanager
def evaluation(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode, and each of its modules back into its own."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def hooks(
    model: nn.Module,
    chosen: dict[str, nn.Module],
    before: Callable[[str, nn.Module, Any, Any], None] | None,
    after: Callable[[str, Tensor, int], None],
) -> Iterator[None]:
    """Call functions before and after each call of the chosen layers."""
    latest: list[int] = []  # the axis of the units in what the last layer gave

    def note(axis: int) -> Callable[..., None]:
        return lambda *_: latest.__setitem__(slice(None), [axis])

    def look(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, _: Any, output: Any) -> None:
            if not isinstance(output, Tensor):
                kind = type(output).__name__
                raise TypeError(f"layer {name!r} gives a {kind}, not a tensor; leave it out")
            after(name, output, _axis(module, output, latest))

        return hook

    handles = []
    try:
        for module in model.modules():
            for kinds, axis in _AXES:
                if isinstance(module, kinds):
                    handles.append(module.register_forward_hook(note(axis)))
        for name, module in chosen.items():
            if before:
                look_before = partial(before, name)
                handles.append(module.register_forward_pre_hook(look_before, with_kwargs=True))
            handles.append(module.register_forward_hook(look(name)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _axis(module: nn.Module, output: Tensor, latest: list[int]) -> int:
    """Return the axis of the units: the module's own, or that of the layer before it."""
    if isinstance(module, ActivationModule) and module.configuration.per_channel:
        return module.configuration.axis
    axis = latest[0] if latest else -1 if output.ndim < 4 else 1
    return axis if output.ndim > 1 else -1


def slopes_of(module: nn.Module, args: Any, kwargs: Any) -> Tensor:
    """Return the derivatives of a layer's elements, NaN if it mixes them."""
    key = None if args else next(iter(kwargs))
    x: Tensor = args[0] if args else kwargs[key]
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        copy = leaf.clone()  # some write into their input
        given = {**kwargs, key: copy} if key else kwargs
        y = module.forward(*(() if key else (copy, *args[1:])), **given)
        if not isinstance(y, Tensor) or y.shape != x.shape:
            return torch.full_like(leaf, float("nan"))
        signed = torch.as_tensor(signs(tuple(x.shape)), device=x.device).to(y.dtype)
        (plain,) = torch.autograd.grad(y, leaf, torch.ones_like(y), retain_graph=True)
        (other,) = torch.autograd.grad(y, leaf, signed)
    slopes: Tensor = slopes_of_elements(plain, other, signed)
    return slopes


def device_of(model: nn.Module) -> torch.device | None:
    """Return the device of a model's tensors, if it has any."""
    tensor = next(chain(model.parameters(), model.buffers()), None)
    return None if tensor is None else tensor.device


def placed(value: Any, device: torch.device | None) -> Any:
    """Return a tensor on a device; anything that is no array remains what it is."""
    return torch.as_tensor(value, device=device) if hasattr(value, "__array__") else value


def to_numpy(reduced: dict[str, Any]) -> dict[str, Any]:
    """Move what was reduced to NumPy; it is never in a 16-bit dtype, which NumPy may lack."""
    return {n: v.cpu().numpy() if isinstance(v, Tensor) else v for n, v in reduced.items()}
