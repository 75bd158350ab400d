"""Comparisons in separate processes with different environment variables."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.comparisons import BY_KEY
from benchmarks.process import run_python
from multiact.kernels.compiler import compiler


@dataclass(frozen=True)
class Surroundings:
    """A different environment for a process.

    Attributes
    ----------
    title
        Title of the rows on the page.
    keys
        The comparisons to measure in this environment too.
    variables
        Environment variables; None unsets a variable.
    """

    title: str
    keys: tuple[str, ...]
    variables: dict[str, str | None]


def all_surroundings() -> list[Surroundings]:
    """List the environments that make a difference on this machine."""
    heap = Surroundings(
        "with glibc's heap as it comes",
        ("jax-composed",),
        {"MALLOC_MMAP_THRESHOLD_": None, "MALLOC_TRIM_THRESHOLD_": None},
    )
    return [heap, *([_narrow()] if _wide_dispatch() else [])]


def _narrow() -> Surroundings:
    """Disable AVX-512, which most processors lack, in all libraries and our kernels."""
    return Surroundings(
        "all limited to AVX2",
        ("numpy-naive", "numpy-torch", "torch-native", "torch-composed"),
        {
            "MULTIACT_CC": shlex.join([*(compiler() or ["cc"]), "-mno-avx512f"]),
            "NPY_DISABLE_CPU_FEATURES": " ".join(_wide_dispatch()),
            "ATEN_CPU_CAPABILITY": "avx2",
            "ONEDNN_MAX_CPU_ISA": "AVX2",
        },
    )


def _wide_dispatch() -> list[str]:
    """List NumPy's names of the AVX-512 features that it would use here."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    wide = [f for f in __cpu_dispatch__ if f.startswith(("AVX512", "X86_V4"))]
    return wide if any(__cpu_features__.get(f) for f in wide) else []


def ratios(
    surroundings: Surroundings, key: str, names: Sequence[str], elements: int, seconds: float
) -> list[float]:
    """Measure a comparison in another environment; raise RuntimeError if that is not possible."""
    arguments = [key, str(elements), str(seconds), *names]
    measured: list[float] = run_python("-m", __name__, *arguments, **surroundings.variables)
    return measured


def main(key: str, elements: str, seconds: str, *names: str) -> None:
    """Print the ratios of some activations as one line of JSON."""
    measured = [BY_KEY[key].ratio(name, int(elements), float(seconds)) for name in names]
    print(json.dumps(measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
