"""Small examples of torch modules for the tests of what torch does with them."""

from __future__ import annotations

from typing import Any

import multiact_torch as mt
import torch

import multiact
from tests.helpers.examples import sizes


def example(name: str, dtype: torch.dtype = torch.float64, **options: Any) -> tuple[Any, Any]:
    """A module in evaluation, and an input of a shape it takes that needs a gradient."""
    torch.manual_seed(0)
    act = multiact.get(name)
    shape = (4, 6) if act.is_graph else (4, 2, 4, 6)
    module = mt.create(name, **sizes(act, shape), dtype=dtype, **options).eval()
    return module, torch.randn(shape, dtype=dtype, requires_grad=True)
