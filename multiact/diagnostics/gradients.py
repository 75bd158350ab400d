"""Gradients of a loss: of parameters, summed over a data set, and of layers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multiact.diagnostics.histogram import Distribution
from multiact.diagnostics.norms import Moments
from multiact.diagnostics.result import Cell, Result


@dataclass(frozen=True)
class ParameterGradient:
    """The gradient of a parameter.

    Attributes
    ----------
    shape
        The shape of the parameter.
    norm
        The Euclidean norm of the gradient of the mean loss of the data set.
    batch_norm
        The root mean square of the norms of the batches' gradients, weighted by their sizes; the
        larger it is compared with `norm`, the more the gradients of batches are noise.
    """

    shape: tuple[int, ...]
    norm: float
    batch_norm: float

    def summary(self) -> dict[str, Cell]:
        """Return the row of the table."""
        shape = "x".join(map(str, self.shape)) or "1"
        return {"shape": shape, "norm": self.norm, "batch norm": self.batch_norm}


@dataclass(frozen=True)
class Gradients:
    """Gradients of a loss over a data set.

    Attributes
    ----------
    parameters
        Those of parameters, by name.
    layers, histograms
        Moments and histograms of the gradients of layers' outputs: the derivatives of the loss
        of each input by what the layer gives for it.
    """

    parameters: Result[ParameterGradient]
    layers: Result[Moments]
    histograms: Result[Distribution]

    def __str__(self) -> str:
        return f"{self.parameters}\n\n{self.layers}"


class GradientSums:
    """Sums of gradients of batches' mean losses, in the arrays' own library."""

    def __init__(self) -> None:
        self._count = 0
        self._sums: dict[str, Any] = {}
        self._squares: dict[str, float] = {}

    def add(self, gradients: Mapping[str, Any], count: int) -> None:
        """Add the gradients of a batch of so many inputs."""
        self._count += count
        for name, gradient in gradients.items():
            before = self._sums.get(name)
            self._sums[name] = gradient * count if before is None else before + gradient * count
            square = float((gradient * gradient).sum())
            self._squares[name] = self._squares.get(name, 0.0) + square * count

    def result(self) -> Result[ParameterGradient]:
        """Return the norms by the names of the parameters."""
        return Result({name: self._norms(name) for name in self._sums})

    def _norms(self, name: str) -> ParameterGradient:
        total = self._sums[name]
        norm = math.sqrt(float((total * total).sum())) / self._count
        batch_norm = math.sqrt(self._squares[name] / self._count)
        return ParameterGradient(tuple(total.shape), norm, batch_norm)
