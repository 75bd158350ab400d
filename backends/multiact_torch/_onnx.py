"""torch as the formulas see it while a model is exported."""

from __future__ import annotations

from functools import partial
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor

from multiact._arrays import Overlay
from multiact.special.logarithm import log1p_from_log


def _sort(x: Tensor, /, *, axis: int = -1) -> Tensor:
    """Sort in ascending order; ONNX has no stable sort, which is the same for numbers."""
    return torch.sort(x, dim=axis).values


#: the array API in operations that ONNX has; of log1p it has none, and log(1 + x), which would
#: take its place, is 0 for all small x
_EXPORTED = Overlay(array_api, log1p=partial(log1p_from_log, xp=torch), sort=_sort)


def library(usual: Any) -> Any:
    """The array library to compute with, `usual` unless a model is being exported."""
    return _EXPORTED if torch.compiler.is_exporting() else usual
