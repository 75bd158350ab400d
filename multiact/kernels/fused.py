"""Outputs of an activation as one loop over arrays of any layout, for the adapters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from multiact.calculus.graph import Expr
from multiact.calculus.program import Inputs
from multiact.kernels.c_source import Loop
from multiact.kernels.native import Geometry, Kernel, kernel


class Cut(NamedTuple):
    """How parameters per channel cut an array: runs, channels, neighbours of one channel."""

    outer: int
    channels: int
    inner: int

    @property
    def rows(self) -> bool:
        """Whether the channels themselves are neighbours in memory."""
        return self.inner == 1 and self.channels > 1


class FusedLoop:
    """Outputs as one loop, compiled for each dtype and layout when first used."""

    def __init__(self, outputs: tuple[Expr, ...], inputs: Inputs, sums: tuple[int, ...]) -> None:
        self.outputs, self.inputs, self.sums = outputs, inputs, sums
        self.stored = len(outputs) - len(sums)
        self.vectors = any(n is not None for _, n in inputs.parameters)
        self._kernels: dict[tuple[str, bool], Kernel | None] = {}

    def kernel(self, dtype: str, rows: bool = False) -> Kernel | None:
        """The compiled loop; None where there is none for this dtype and layout."""
        if rows and self.sums:
            return None  # sums by column are not in the loop
        key = (dtype, rows)
        if key not in self._kernels:
            self._kernels[key] = kernel(Loop(self.outputs, self.inputs, self.sums, *key))
        return self._kernels[key]

    def run(
        self,
        run: Kernel,
        cut: Cut,
        parameters: Sequence[Any],
        data: Sequence[int],
        out: Sequence[int],
        threads: int,
    ) -> np.ndarray:
        """Fill the outputs at these addresses; returns the sums, one column per channel."""
        outer, channels, inner = cut
        values = self.values(parameters, channels, run.real)
        totals = np.zeros((len(self.sums), channels))
        if cut.rows:
            channels, inner = 1, channels
        strides = (channels * inner,) * (len(data) + len(out))
        geometry = Geometry(outer, channels, inner, strides)
        run.threaded(geometry, data, values.ctypes.data, out, totals, threads)
        return totals

    def values(self, parameters: Sequence[Any], channels: int, real: np.dtype[Any]) -> np.ndarray:
        """The parameters as the loop reads them: a row per number, a column per channel."""
        rows: list[Any] = []
        for p, (_, n) in zip(parameters, self.inputs.parameters, strict=True):
            rows.extend([p] if n is None else p)
        table = np.empty((len(rows), channels), dtype=real)
        for row, value in zip(table, rows, strict=True):
            row[:] = value if isinstance(value, (int, float)) else value.reshape(-1)
        return table


def cut_by(shape: Sequence[int], parameters: Sequence[Sequence[int]]) -> Cut | None:
    """The cut that parameters of these shapes make in an array; None if there is none."""
    axes = set()
    for p in parameters:
        long = [len(shape) - len(p) + i for i, n in enumerate(p) if n != 1]
        if len(p) > len(shape) or len(long) > 1:
            return None
        if long:
            if shape[long[0]] != math.prod(p):
                return None
            axes.add(long[0])
    if not axes:
        return Cut(1, 1, math.prod(shape))
    if len(axes) > 1:
        return None
    axis = axes.pop()
    return Cut(math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :]))
