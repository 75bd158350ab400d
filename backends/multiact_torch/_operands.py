"""What torch's own machinery makes of an input before an activation sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from multiact.declare.activation import Arguments


def without_partial(x: Tensor) -> Tensor:
    """`x`; but a DTensor of which every device holds a summand only is summed first.

    f(a + b) is not f(a) + f(b), and DTensor's own rules for such placements fail for some
    formulas, in torch 2.13 even silently.
    """
    placements = getattr(x, "placements", None)
    if placements is None or not any(p.is_partial() for p in placements):
        return x
    from torch.distributed.tensor import Replicate

    whole = [Replicate() if p.is_partial() else p for p in placements]
    result: Tensor = x.redistribute(placements=whole)  # type: ignore[attr-defined]
    return result


def autocast(x: Tensor, bound: Arguments) -> tuple[Tensor, Arguments]:
    """The operands of a layer in autocast's dtype, as `nn.Linear` takes them."""
    kind = x.device.type
    available = torch.amp.is_autocast_available(kind)  # meta and other devices know no autocast
    if not available or not torch.is_autocast_enabled(kind) or x.dtype is torch.float64:
        return x, bound
    dtype = torch.get_autocast_dtype(kind)

    def cast(v: Any) -> Any:
        return v.to(dtype) if isinstance(v, Tensor) else v

    return cast(x), replace(bound, parameters=tuple(map(cast, bound.parameters)))
