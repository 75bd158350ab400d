"""torch as the formulas see it while a model is exported."""

from __future__ import annotations

from functools import partial
from typing import Any

import array_api_compat.torch as array_api
import torch
from torch import Tensor

from multiact.special.logarithm import log1p_from_log


class _Exported:
    """The array API in operations that ONNX has."""

    # ONNX has none, and log(1 + x), which takes its place, is 0 for all small x
    log1p = staticmethod(partial(log1p_from_log, xp=torch))

    @staticmethod
    def sort(x: Tensor, /, *, axis: int = -1) -> Tensor:
        """Sort in ascending order; ONNX has no stable sort, which is the same for numbers."""
        return torch.sort(x, dim=axis).values

    def __getattr__(self, name: str) -> Any:
        return getattr(array_api, name)


_EXPORTED = _Exported()


def library(usual: Any) -> Any:
    """The array library to compute with, `usual` unless a model is being exported."""
    return _EXPORTED if torch.compiler.is_exporting() else usual
