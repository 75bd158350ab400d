"""Preparation of operands for torch's own machinery: DTensor placements and autocast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from multiact.declare.arguments import Arguments


def without_partial(x: Tensor) -> Tensor:
    """Return `x`, after summing the summands of a DTensor with Partial placements.

    f(a + b) is not f(a) + f(b), and DTensor's own rules for such placements fail for some
    formulas, in torch 2.13 even silently.
    """
    placements = getattr(x, "placements", None)
    if placements is None or not any(p.is_partial() for p in placements):
        return x
    from torch.distributed.tensor import Replicate

    replicated = [Replicate() if p.is_partial() else p for p in placements]
    result: Tensor = x.redistribute(placements=replicated)  # type: ignore[attr-defined]
    return result


def arange(x: Tensor) -> Callable[..., Tensor] | None:
    """Return `torch.arange` with results that are, like `x`, on a device mesh; None without one."""
    mesh = getattr(x, "device_mesh", None)
    if mesh is None:
        return None
    from torch.distributed.tensor import DTensor, Replicate

    def replicated(*args: Any, **kwargs: Any) -> Tensor:
        everywhere = [Replicate()] * mesh.ndim
        return DTensor.from_local(torch.arange(*args, **kwargs), mesh, everywhere, run_check=False)

    return replicated


def autocast(x: Tensor, bound: Arguments) -> tuple[Tensor, Arguments]:
    """Convert the operands of a layer to autocast's dtype, as `nn.Linear` does."""
    kind = x.device.type
    available = torch.amp.is_autocast_available(kind)  # not for meta and some other devices
    if not available or not torch.is_autocast_enabled(kind) or x.dtype is torch.float64:
        return x, bound
    dtype = torch.get_autocast_dtype(kind)

    def cast(v: Any) -> Any:
        return v.to(dtype) if isinstance(v, Tensor) else v

    return cast(x), bound._replace(parameters=tuple(map(cast, bound.parameters)))
