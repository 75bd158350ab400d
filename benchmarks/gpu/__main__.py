"""Measure on a graphics processor; `--dry-run` by Triton's interpreter."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.gpu.clock import Machine

_PACKAGES = ("torch", "triton", "jax", "numpy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything that can be, and write `gpu.json` and `gpu.md`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=main.__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="check only these activations")
    parser.add_argument("--dry-run", action="store_true", help="by the interpreter, tiny sizes")
    parser.add_argument("--out", type=Path, default=Path(), help="the folder, by default this one")
    options = parser.parse_args(arguments)
    if options.dry_run:
        os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
    import torch

    if not options.dry_run and not torch.cuda.is_available():
        parser.error("PyTorch sees no CUDA device; --dry-run runs by Triton's interpreter")
    from benchmarks.gpu.page import page

    found = measure(options.dry_run, options.names)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "gpu.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (options.out / "gpu.md").write_text(page(found), "utf-8")
    wrong = [n for n, r in found["correct"].items() if isinstance(r, str) or not r["right"]]
    print(f"{options.out / 'gpu.md'}: {len(found['correct']) - len(wrong)} agree with the CPU")
    print(*(f"wrong: {name}" for name in wrong), sep="\n", end="\n" * bool(wrong))
    return bool(wrong)


def measure(dry: bool, names: Sequence[str]) -> dict[str, Any]:
    """Measure; what fails is noted, and the rest goes on."""
    import torch

    from benchmarks.gpu import correct, rivals, training
    from benchmarks.gpu.clock import Machine

    device = "cpu" if dry else "cuda"
    machine = Machine(device, (100,) if dry else (10**4, 10**6, 10**7, 10**8), 1 if dry else 20)
    chosen = list(names) or (["talu", "swiglu"] if dry else _graphs())
    checked: dict[str, Any] = {}
    for name in chosen:
        for dtype in (torch.float32, torch.bfloat16):
            key = f"{name}, {str(dtype).removeprefix('torch.')}"
            checked[key] = _tried(correct.compare, machine, name, dtype)
    times = [
        {"name": name, "elements": n, "times": rivals.measure(name, n, machine)}
        for name in (("mish",) if dry else rivals.NAMES)
        for n in machine.sizes
    ]
    overheads, steps = _tried(rivals.overheads, machine), _tried(training.steps, machine)
    rest = {"launches": overheads, "training": steps}
    return {
        "dry": dry,
        "machine": _facts(machine),
        "correct": checked,
        "times": times,
        "overheads": overheads if isinstance(overheads, dict) else {},
        "training": steps if isinstance(steps, dict) else {},
        "not run": {what: why for what, why in rest.items() if isinstance(why, str)},
    }


def _graphs() -> list[str]:
    import multiact

    return [n for n in multiact.names() if multiact.get(n).is_graph]


def _tried(run: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result, or what went wrong."""
    try:
        return run(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {(str(error) or 'no message').splitlines()[0][:300]}"


def _facts(machine: Machine) -> dict[str, str]:
    import torch

    name = "none: Triton's interpreter" if machine.dry else torch.cuda.get_device_name()
    packages = {p: _version(p) for p in _PACKAGES}
    return {"device": name, "system": platform.platform(), **packages}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    raise SystemExit(main())
