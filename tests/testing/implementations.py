"""Implementations as people write them, right and wrong ones, for one table of verdicts.

`python -m tests.testing.implementations` prints it.
"""
# ruff: noqa: E501  one row a line

from __future__ import annotations

import importlib
import math
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from multiact.cli.console import print_table
from multiact.testing import Report, crosscheck

GELU = 0.5, math.sqrt(2 / math.pi)


@dataclass(frozen=True)
class Row:
    """A candidate of a library, its reference, and what must be said about it."""

    label: str
    library: str
    make: Callable[[Any], Any]  # from the library's module
    reference: Any
    words: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The packages without which there is no such row."""
        other = self.reference.partition(":")[0] if isinstance(self.reference, str) else ""
        return (self.library, *([other.partition(".")[0]] if ":" in str(self.reference) else []))

    def report(self) -> Report:
        """Cross-check the row."""
        reference = self.reference
        if isinstance(reference, str) and ":" in reference:
            module, _, name = reference.partition(":")
            reference = getattr(importlib.import_module(module), name)
        candidate = self.make(importlib.import_module(self.library))
        name = {"name": self.label, "reference_name": str(self.reference)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return crosscheck(candidate, reference, **name, **self.options)


def gelu_tanh(library: Any, constant: float) -> Any:
    """The GELU by tanh, with a constant for the cube."""
    half, root = GELU
    return lambda x: half * x * (1 + library.tanh(root * (x + constant * x**3)))


def talu(library: Any) -> Any:
    """TaLU with its tanh written out."""

    def tanh(x: Any) -> Any:
        return (library.exp(x) - library.exp(-x)) / (library.exp(x) + library.exp(-x))

    return lambda x: library.where(x < 0, tanh(x), x)


def gate(torch: Any, swapped: bool) -> Any:
    """SwiGLU, or with the activation on the other half."""

    def swiglu(x: Any) -> Any:
        a, b = x.chunk(2, -1)[:: -1 if swapped else 1]
        return a * b * torch.sigmoid(b)

    return swiglu


def phish(torch: Any) -> Any:
    """Phish of its parts."""
    return lambda x: x * torch.tanh(torch.nn.functional.gelu(x))


def normalised(library: Any) -> Any:
    """Softmax without a shift."""
    return lambda x: library.exp(x) / library.exp(x).sum(-1, keepdims=True)


SAME, OTHER = "the same function", "ANOTHER FUNCTION"
WEAK = f"{SAME} with a weak"
RIGHT = [
    Row("silu", "torch", lambda t: t.nn.functional.silu, "silu", f"{WEAK} limit"),
    Row("SiLU()", "torch", lambda t: t.nn.SiLU(), "jax.nn:silu", f"{SAME}"),
    Row("x * tanh(gelu(x))", "torch", phish, "phish", f"{WEAK} tail and limit"),
    Row("TaLU of exponentials", "numpy", talu, "talu", WEAK),
    Row("TaLU by where", "torch", lambda t: lambda x: t.where(x < 0, t.tanh(x), x), "talu", SAME),
    Row("tanh", "numpy", lambda n: n.tanh, "torch:tanh", SAME),
    Row("log1p(exp(x))", "numpy", lambda n: lambda x: n.log1p(n.exp(x)), "softplus", f"{WEAK} tail"),
    Row("exp(x) - 1 in ELU", "torch", lambda t: lambda x: t.where(x > 0, x, t.exp(x) - 1), "elu", f"{WEAK} tail"),
    Row("1 - tanh in float32", "numpy", lambda n: lambda x: x * (1 + n.tanh(x / 2)) / 2, "silu", f"{WEAK} tail and limit"),
    Row("swiglu of chunks", "torch", lambda t: gate(t, swapped=False), "swiglu", SAME),
    Row("softmax without a shift", "numpy", normalised, "softmax", SAME),
    Row("softplus(threshold=20)", "torch", lambda t: t.nn.functional.softplus, "softplus", f"{WEAK} dtype", {"dtypes": ["float64"]}),
    Row("mish in float16", "torch", lambda t: lambda x: x * t.tanh(t.log(1 + t.exp(x))), "mish", WEAK, {"dtypes": ["float16"]}),
    Row("float32 constant", "numpy", lambda n: lambda x: n.maximum(x, np.float32(0.01) * x.astype(float)).astype(x.dtype), "leaky_relu", f"{WEAK} dtype", {"dtypes": ["float64"]}),
]  # fmt: skip
WRONG = [
    Row("0.044751 for 0.044715", "torch", lambda t: gelu_tanh(t, 0.044751), "gelu_tanh", OTHER),
    Row("gelu by tanh", "numpy", lambda n: gelu_tanh(n, 0.044715), "gelu", f"{OTHER}: it is gelu_tanh"),
    Row("x * sigmoid(1.702 x)", "torch", lambda t: lambda x: x * t.sigmoid(1.702 * x), "silu", f"{OTHER}: it is quick_gelu"),
    Row("halves the other way", "torch", lambda t: gate(t, swapped=True), "swiglu", f"{OTHER}: it is swiglu with swapped halves"),
    Row("softmax of axis 1", "torch", lambda t: t.nn.Softmax(1), "softmax", f"{OTHER}: it is softmax(axis=1)"),
    Row("slope 0.2", "torch", lambda t: t.nn.LeakyReLU(0.2), "leaky_relu", f"{OTHER}: it is leaky_relu(negative_slope=0.2)"),
    Row("relu6 for relu", "numpy", lambda n: lambda x: n.clip(x, 0, 6), "relu", f"{OTHER}: it is relu6"),
    Row("silu with 1.00001", "numpy", lambda n: lambda x: x / (1 + n.exp(np.float32(-1.00001) * x)), "silu", f"{OTHER}: it is swish(beta=1.00001)"),
    Row("0.1 % too large", "numpy", lambda n: lambda x: np.float32(1.001) * n.tanh(x), "tanh", OTHER),
    Row("gradient cut off", "torch", lambda t: lambda x: t.tanh(x.detach()) + 0 * x, "tanh", OTHER),
    Row("exp(x) without -1", "numpy", lambda n: lambda x: n.where(x > 0, x, n.exp(n.minimum(x, 0))), "elu", OTHER),
    Row("selu with 1.05", "numpy", lambda n: lambda x: np.float32(1.05) * n.where(x > 0, x, np.float32(1.6732632) * n.expm1(n.minimum(x, 0))), "selu", OTHER),
    Row("log2 in mish", "torch", lambda t: lambda x: x * t.tanh(t.log2(1 + t.exp(x))), "mish", OTHER),
    Row("float32 alone is wrong", "numpy", lambda n: lambda x: n.tanh(x) * (1.01 if x.dtype == "float32" else 1), "tanh", OTHER),
    Row("NaN on one side", "numpy", lambda n: lambda x: n.where(x < -1, n.nan, n.tanh(x)).astype(x.dtype), "tanh", OTHER),
    Row("silu for elu", "jax", lambda j: j.nn.silu, "torch.nn.functional:elu", f"{OTHER}: it is silu"),
    Row("0.044751 in JAX", "jax", lambda j: gelu_tanh(j.numpy, 0.044751), "gelu_tanh", OTHER),
]  # fmt: skip


def main() -> int:
    """Print the verdicts; 1 if one is not what it must be."""
    rows, failed = [], 0
    for row in [*RIGHT, *WRONG]:
        report = row.report()
        errors = report.figures[0].values
        sizes = (
            [f"{e:.2g}" for e in (errors.absolute, errors.relative, errors.ulp)]
            if errors
            else ["", "", ""]
        )
        failed += not report.words.startswith(row.words)
        rows.append([row.label, str(row.reference), *sizes, report.words])
    print_table(["candidate", "reference", "absolute", "relative", "ULP", "verdict"], rows)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
