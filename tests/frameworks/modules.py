"""Small examples of torch modules for the tests of what torch does with them."""

from __future__ import annotations

from typing import Any

import multiact_torch as mt
import torch

REQUIRED = {"swiglu_layer": (6, 3), "moe": (6,), "funnel_relu": (2,)}
IMAGES = ("funnel_relu", "softmax2d")


def example(name: str, dtype: torch.dtype = torch.float64, **options: Any) -> tuple[Any, Any]:
    """A module in evaluation, and an input of a shape it takes that needs a gradient."""
    torch.manual_seed(0)
    module = mt.module(name, *REQUIRED.get(name, ()), dtype=dtype, **options).eval()
    shape = (4, 2, 4, 6) if name in IMAGES else (4, 6)
    return module, torch.randn(shape, dtype=dtype, requires_grad=True)
