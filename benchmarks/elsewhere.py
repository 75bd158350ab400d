"""Comparisons in a process of their own, in surroundings that hold from its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.comparisons import BY_KEY


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
    command = os.environ.get("MULTIACT_CC", "cc")
    return Surroundings(
        "all limited to AVX2",
        ("numpy-naive", "numpy-torch", "torch-native", "torch-composed"),
        {
            "MULTIACT_CC": f"{command} -mno-avx512f",
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
    """Measure a comparison there."""
    changed = {**os.environ, **there.variables}
    environment = {n: v for n, v in changed.items() if v is not None}
    command = [sys.executable, "-m", __name__, key, str(elements), str(seconds), *names]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise NotImplementedError(done.stderr.strip().splitlines()[-1])
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(key: str, elements: str, seconds: str, *names: str) -> None:
    """Print the ratios of some activations as one line of JSON."""
    found = [BY_KEY[key].ratio(name, int(elements), float(seconds)) for name in names]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
