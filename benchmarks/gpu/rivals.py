"""Times of values and gradients: ours, PyTorch's own, composed operations, compilers, a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

import multiact
from benchmarks.composed import FORMULAS, in_torch
from benchmarks.gpu.clock import Machine
from benchmarks.rivals import NATIVE
from benchmarks.selection import values

NAMES = ("relu", "silu", "gelu", "mish", "elu", "softplus", "talu", "coslu", "rational", "swigelu")


def functions(name: str, machine: Machine) -> dict[str, Callable[[Any], Any] | str]:
    """Return the rivals by name; a text where one cannot be, and why."""
    from multiact_torch._functions import function

    act = multiact.get(name)
    given = {
        n: torch.tensor(v, device=machine.device) if hasattr(v, "shape") else v
        for n, v in values(act, 4096).items()
    }
    composed, xp = FORMULAS.get(name), in_torch()
    found: dict[str, Callable[[Any], Any] | str] = {"ours": lambda x: function(name)(x, **given)}
    if name in NATIVE:
        found["native"] = getattr(torch.nn, NATIVE[name])()
    if composed is not None:
        settings = {"threshold": 20.0} if name == "softplus" else {}
        found["composed"] = lambda x: composed(x, xp, **{**given, **settings})
    if machine.dry:
        found["torch.compile"] = "takes seconds for each, in a dry run"
    else:
        found["torch.compile"] = torch.compile(lambda x: function(name)(x, **given))
    found["jax.nn"] = _of_jax(name)
    found["copy"] = lambda x: x.clone()
    return found


def _of_jax(name: str) -> Callable[[Any], Any] | str:
    """Return jax.nn's function under jit, on the device that JAX uses by default."""
    try:
        import jax
    except ImportError as error:
        return str(error)
    theirs = getattr(jax.nn, name, None)
    if theirs is None:
        return f"jax.nn has no {name}"
    if jax.default_backend() == "cpu":
        return "JAX sees no device"
    compiled = jax.jit(theirs)
    return lambda x: compiled(x).block_until_ready()


def measure(name: str, elements: int, machine: Machine) -> dict[str, Any]:
    """Measure all rivals at one size: seconds of the value, and of value and gradient."""
    x = machine.numbers(elements)
    leaf, g = x.clone().requires_grad_(), torch.ones_like(x)
    found: dict[str, Any] = {}
    for rival, run in functions(name, machine).items():
        if isinstance(run, str):
            found[rival] = run
            continue
        try:
            found[rival] = _times(rival, run, x, leaf, g, machine)
        except Exception as error:  # out of memory, a compiler that fails: the rest goes on
            found[rival] = f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    return found


def _times(
    rival: str,
    run: Callable[[Any], Any],
    x: torch.Tensor,
    leaf: torch.Tensor,
    g: torch.Tensor,
    machine: Machine,
) -> dict[str, Any]:
    if rival == "jax.nn":
        import jax

        array = jax.numpy.asarray(x.cpu().numpy())
        return {"value": machine.seconds(lambda: run(array))}

    def both() -> Any:
        return torch.autograd.grad(run(leaf), leaf, g)

    with torch.no_grad():
        times: dict[str, Any] = {"value": machine.seconds(lambda: run(x))}
    times["both"] = machine.seconds(both)
    times["peak bytes"] = machine.peak(both)
    return times


def overheads(machine: Machine) -> dict[str, float]:
    """Measure how long calls with one element keep the processor busy, in seconds."""
    x = machine.numbers(1)
    found = {}
    for rival, run in functions("mish", machine).items():
        if not isinstance(run, str) and rival != "jax.nn":
            with torch.no_grad():
                found[rival] = machine.overhead(lambda run=run: run(x))  # type: ignore[misc]
    return found
