"""The array namespace of formulas while a model is exported."""

from __future__ import annotations

from functools import partial
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor

from multiact._arrays import Overlay
from multiact.special.logarithm import log1p_from_log


def _sort(x: Tensor, /, *, axis: int = -1) -> Tensor:
    """Sort in ascending order; not stably, which ONNX does not support and numbers do not need."""
    return torch.sort(x, dim=axis).values


def _sign(x: Tensor, /) -> Tensor:
    """Compute the sign of numbers, and NaN of NaN; array_api_compat writes into its result."""
    return torch.where(torch.isnan(x), x, torch.sign(x))


#: the array API in terms of ONNX's operations, which lack log1p: the exporter would write
#: log(1 + x), which is 0 for all small x
_EXPORTED = Overlay(array_api, log1p=partial(log1p_from_log, xp=torch), sort=_sort, sign=_sign)


def library(default: Any) -> Any:
    """Return the array namespace to compute with: `default`, unless a model is being exported."""
    return _EXPORTED if torch.compiler.is_exporting() else default
