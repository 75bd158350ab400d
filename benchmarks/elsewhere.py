"""Comparisons in a process of their own, in surroundings that hold from its start."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.comparisons import BY_KEY
from benchmarks.process import printed
from multiact.kernels.compiler import compiler


@dataclass(frozen=True)
class Surroundings:
    """What is different.

    Attributes
    ----------
    title
        In the page's words.
    keys
        The comparisons that are made there too.
    variables
        Environment variables; None takes one away.
    """

    title: str
    keys: tuple[str, ...]
    variables: dict[str, str | None]


def all_surroundings() -> list[Surroundings]:
    """Those that differ from the usual ones on this machine."""
    heap = Surroundings(
        "with glibc's heap as it comes",
        ("jax-composed",),
        {"MALLOC_MMAP_THRESHOLD_": None, "MALLOC_TRIM_THRESHOLD_": None},
    )
    return [heap, *([_narrow()] if _wide_dispatch() else [])]


def _narrow() -> Surroundings:
    """All libraries, and our kernels, without AVX-512: what most processors have."""
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
    """NumPy's names of the AVX-512 code that it would use here."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    wide = [f for f in __cpu_dispatch__ if f.startswith(("AVX512", "X86_V4"))]
    return wide if any(__cpu_features__.get(f) for f in wide) else []


def ratios(
    there: Surroundings, key: str, names: Sequence[str], elements: int, seconds: float
) -> list[float]:
    """Measure a comparison there; RuntimeError where it cannot be made."""
    given = [key, str(elements), str(seconds), *names]
    found: list[float] = printed("-m", __name__, *given, **there.variables)
    return found


def main(key: str, elements: str, seconds: str, *names: str) -> None:
    """Print the ratios of some activations as one line of JSON."""
    found = [BY_KEY[key].ratio(name, int(elements), float(seconds)) for name in names]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
