"""The tracked comparisons, with the goals of the performance page."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from benchmarks import rivals, selection
from benchmarks.timing import compare

CALL = 1000  # elements at which the cost of the call itself is measured
SIZES = (100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True)
class Comparison:
    """One row of the page: ours as a ratio to theirs, for several activations.

    Attributes
    ----------
    key
        Short name.
    title
        Title of the row.
    make
        Function that prepares both sides.
    goals
        Upper bound of the ratio at `judged` elements, by activation.
    faster
        Whether the page shows theirs / ours, "times faster".
    sizes, judged
        Numbers of elements to measure, and the one at which the goals apply.
    compiles
        Whether torch.compile is needed, which takes about 10 s per activation.
    """

    key: str
    title: str
    make: rivals.Make = field(repr=False)
    goals: dict[str, float] = field(hash=False)
    faster: bool = False
    sizes: tuple[int, ...] = SIZES
    judged: int = 1_000_000
    compiles: bool = False

    def ratio(self, activation: str, elements: int, seconds: float | None = None) -> float:
        """Measure the ratio for one activation."""
        ours, theirs, clock = self.make(activation, elements)
        return compare(ours, theirs, clock, seconds).ratio


def _all(names: str, goal: float) -> dict[str, float]:
    return dict.fromkeys(names.split(), goal)


COMPARISONS = (
    Comparison(
        "numpy-naive", "NumPy, fused vs naive NumPy", rivals.numpy_naive,
        _all("talu mish elu softplus gelu swigelu phish", 1 / 6), faster=True,
    ),
    Comparison(
        "numpy-torch", "NumPy, fused vs torch's native forward", rivals.numpy_torch,
        {"mish": 0.15, "elu": 0.5, "softplus": 0.55, "silu": 0.65, "gelu": 1.05},
    ),
    Comparison(
        "torch-native", "torch forward+backward vs torch's native", rivals.torch_native,
        {"mish": 0.15, "elu": 0.5, "softplus": 0.6, "silu": 0.7, "gelu": 1.0},
    ),
    Comparison(
        "torch-theirs", "the same vs native, where theirs is used", rivals.torch_native,
        _all("relu leaky_relu hardtanh hardswish", 1.03),
    ),
    Comparison(
        "torch-composed", "torch forward+backward vs composed eager code", rivals.torch_composed,
        {"talu": 0.15, "phish": 0.4, "sinlu": 0.3, "coslu": 0.3, "swigelu": 0.45,
         "rational": 0.1, "staf": 0.2},
    ),
    Comparison(
        "torch-inductor", "the same against `torch.compile` of the composed code",
        rivals.torch_against_compiled, _all("talu mish phish", 0.6), compiles=True,
    ),
    Comparison(
        "numpy-floor", "floor: NumPy forward against `x * 2` into a new array",
        rivals.numpy_floor, {"talu": 1.6, "silu": 1.3, "mish": 1.3}, judged=10_000_000,
    ),
    Comparison(
        "torch-floor", "floor: torch forward against `x * 2` into a new tensor",
        rivals.torch_floor, {"talu": 1.6, "silu": 1.3, "mish": 1.3}, judged=10_000_000,
    ),
    Comparison(
        "threads", "two threads against one, buffers reused (wall time)", rivals.two_threads,
        {"talu": 1 / 1.7, "mish": 1 / 1.7}, faster=True, judged=10_000_000,
    ),
    Comparison(
        "bfloat16", "bfloat16 forward+backward vs torch's native", rivals.torch_native_bfloat16,
        _all("silu gelu mish elu", 1.0),
    ),
    Comparison(
        "call", "torch module call at 1e3 elements, forward, vs `nn.GELU`", rivals.call_forward,
        _all("talu relu mish gelu", 1.5), sizes=(CALL,), judged=CALL,
    ),
    Comparison(
        "call-both", "torch module call at 1e3 elements, forward+backward, vs `nn.GELU`",
        rivals.call_both, _all("talu relu mish gelu", 1.3), sizes=(CALL,), judged=CALL,
    ),
    Comparison(
        "compiled", "torch.compile vs compiled composed or native code", rivals.compiled,
        _all("talu mish relu leaky_relu", 1.0), compiles=True,
    ),
    Comparison(
        "jax-forward", "jit JAX vs jax.nn, forward", rivals.jax_native_forward,
        _all("relu elu gelu silu mish softplus", 1.0),
    ),
    Comparison(
        "jax-gradient", "jit JAX vs jax.nn, gradient", rivals.jax_native_gradient,
        _all("relu elu gelu silu mish softplus", 1.0),
    ),
    Comparison(
        "jax-composed", "jit JAX vs autodiff of the composed formula, two programs",
        rivals.jax_composed,
        {"gelu": 0.6, "mish": 0.5, "swigelu": 0.35, "phish": 0.35, "staf": 0.2},
    ),
)  # fmt: skip
BY_KEY = {c.key: c for c in COMPARISONS}


def tracked() -> list[str]:
    """List what asv tracks, as "key/activation": all comparisons of the chosen activations."""
    chosen = set(selection.activations())
    compiling = os.environ.get("MULTIACT_BENCH_COMPILE") == "1"
    return [
        f"{c.key}/{name}"
        for c in COMPARISONS
        for name in c.goals
        if name in chosen and (compiling or not c.compiles)
    ]
