"""Pairs of functions to compare, ours and theirs: one factory per kind of comparison."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import multiact
from benchmarks import composed, frameworks, selection
from benchmarks.timing import Clock, Run
from benchmarks.workloads import workload


class Rivals(NamedTuple):
    """Two functions to compare, and the clock that measures all their work."""

    ours: Run
    theirs: Run
    clock: Clock = time.thread_time


@dataclass(frozen=True)
class Place:
    """One comparison.

    Attributes
    ----------
    backend, name
        Where it is measured, and what.
    make
        Function that prepares both sides.
    goal
        The largest ratio that is no miss.
    """

    backend: str
    name: str
    make: Callable[[], Rivals] = field(repr=False)
    goal: float = 1.1


Make = Callable[[str, int], Rivals]  # activation, elements

#: torch.nn's own classes
NATIVE = {
    "mish": "Mish", "elu": "ELU", "softplus": "Softplus", "silu": "SiLU", "gelu": "GELU",
    "relu": "ReLU", "leaky_relu": "LeakyReLU", "hardtanh": "Hardtanh", "hardswish": "Hardswish",
    "tanh": "Tanh", "hardshrink": "Hardshrink", "threshold": "Threshold", "prelu": "PReLU",
    "softmax": "Softmax", "log_softmax": "LogSoftmax", "softmin": "Softmin",
}  # fmt: skip


def numpy_naive(name: str, elements: int) -> Rivals:
    """Forward against the composed formula in NumPy."""
    ours = workload("numpy", name, elements)
    arguments, xp = selection.values(multiact.get(name), elements), composed.in_numpy()
    formula = composed.FORMULAS[name]
    return Rivals(ours.forward, lambda: formula(ours.x, xp, **arguments))


def numpy_torch(name: str, elements: int) -> Rivals:
    """NumPy forward against torch's native forward."""
    torch, theirs = frameworks.torch(), _native(name)
    ours = workload("numpy", name, elements)
    x = torch.from_numpy(ours.x)
    return Rivals(ours.forward, _without_gradient(lambda: theirs(x)))


def numpy_floor(name: str, elements: int) -> Rivals:
    """Forward against `x * 2` into a new array."""
    ours = workload("numpy", name, elements)
    return Rivals(ours.forward, ours.double)


def torch_floor(name: str, elements: int) -> Rivals:
    """Forward against `x * 2` into a new tensor."""
    ours = workload("torch", name, elements)
    return Rivals(ours.forward, ours.double)


def torch_native(name: str, elements: int, dtype: str = "float32") -> Rivals:
    """Forward and backward against torch.nn's module."""
    return both(_ours(name), _native(name), elements, dtype)


def torch_native_bfloat16(name: str, elements: int) -> Rivals:
    """Forward and backward against torch.nn's module, in bfloat16."""
    return torch_native(name, elements, "bfloat16")


def torch_composed(name: str, elements: int) -> Rivals:
    """Forward and backward against composed eager code that learns the same parameters."""
    return both(_ours(name), _composed(name), elements)


def torch_against_compiled(name: str, elements: int) -> Rivals:
    """Eager forward and backward against the composed code under torch.compile."""
    torch = frameworks.torch()
    torch._dynamo.reset()  # otherwise earlier sizes make it compile for dynamic sizes
    theirs = torch.compile(_composed(name), fullgraph=True)
    return both(_ours(name), theirs, elements)


def compiled(name: str, elements: int) -> Rivals:
    """Forward and backward, both under torch.compile: against native or composed code."""
    torch = frameworks.torch()
    torch._dynamo.reset()
    theirs = _native(name) if name in NATIVE and name != "mish" else _composed(name)
    pair = [torch.compile(module, fullgraph=True) for module in (_ours(name), theirs)]
    return both(*pair, elements)


def call_forward(name: str, elements: int) -> Rivals:
    """A module's call against that of nn.GELU, without gradients."""
    x = frameworks.torch().from_numpy(selection.numbers(elements))
    return on_tensor(_ours(name), _native("gelu"), x, backward=False)


def call_both(name: str, elements: int) -> Rivals:
    """Call and backward against those of nn.GELU."""
    return both(_ours(name), _native("gelu"), elements)


def two_threads(name: str, elements: int) -> Rivals:
    """NumPy on two threads against one, into the same array, in wall time."""
    import multiact_numpy

    function, x = multiact_numpy.function(name), selection.numbers(elements)
    arguments, out = selection.values(multiact.get(name), elements), np.empty_like(x)

    def use(threads: int) -> None:
        os.environ["MULTIACT_NUM_THREADS"] = str(threads)
        function(x, out=out, **arguments)
        frameworks.one_thread()

    return Rivals(partial(use, 2), partial(use, 1), time.perf_counter)


def two_threads_of_memory(elements: int) -> Rivals:
    """Two threads against one for torch's `x * 2`, which computes next to nothing."""
    torch = frameworks.torch()
    x = torch.from_numpy(selection.numbers(elements))
    out = torch.empty_like(x)

    def use(threads: int) -> None:
        torch.set_num_threads(threads)
        torch.mul(x, 2, out=out)
        torch.set_num_threads(1)

    return Rivals(partial(use, 2), partial(use, 1), time.perf_counter)


def jax_native_forward(name: str, elements: int) -> Rivals:
    """Forward under jit against jax.nn."""
    jax = frameworks.jax()
    import multiact_jax

    return jax_rivals(jax.jit(multiact_jax.function(name)), jax.jit(_jax_native(name)), elements)


def jax_native_gradient(name: str, elements: int) -> Rivals:
    """The gradient under jit, one program, against jax.nn's."""
    jax = frameworks.jax()
    import multiact_jax

    def slope(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return jax.jit(jax.grad(lambda x: function(x).sum()))  # type: ignore[no-any-return]

    return jax_rivals(slope(multiact_jax.function(name)), slope(_jax_native(name)), elements)


def jax_composed(name: str, elements: int) -> Rivals:
    """Forward and backward, as two programs, against autodiff of the composed formula."""
    jax = frameworks.jax()
    import multiact_jax

    arguments, formula = selection.values(multiact.get(name), elements), composed.FORMULAS[name]
    arrays = {n: jax.numpy.asarray(v) for n, v in arguments.items() if isinstance(v, np.ndarray)}
    rest = {n: v for n, v in arguments.items() if n not in arrays}
    ours, xp = multiact_jax.function(name), composed.in_jax()
    x = jax.numpy.asarray(selection.numbers(elements))
    return Rivals(
        _jax_programs(lambda x, p: ours(x, **p, **rest), arrays, x),
        _jax_programs(lambda x, p: formula(x, xp, **p, **rest), arrays, x),
        time.process_time,
    )


def _ours(name: str) -> Any:
    torch = frameworks.torch()
    import multiact_torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # both sides of a comparison have the same initial parameters
        return multiact_torch.create(name)


def _native(name: str) -> Any:
    return getattr(frameworks.torch().nn, NATIVE[name])()


def _composed(name: str) -> Any:
    torch = frameworks.torch()
    module, xp, formula = _ours(name), composed.in_torch(), composed.FORMULAS[name]
    values = dict(module.configuration.values)
    learned = {n: p.detach().clone() for n, p in module.named_parameters()}

    class Composed(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            for n, start in learned.items():
                self.register_parameter(n, torch.nn.Parameter(start))

        def forward(self, x: Any) -> Any:
            return formula(x, xp, **{n: getattr(self, n, v) for n, v in values.items()})

    return Composed()


def both(ours: Any, theirs: Any, elements: int, dtype: str = "float32") -> Rivals:
    """A forward and backward pass of two torch modules, with all gradients.

    Both read the same tensors, because their position in memory changes times by a quarter.
    """
    torch = frameworks.torch()
    x = torch.from_numpy(selection.numbers(elements)).to(getattr(torch, dtype))
    return on_tensor(ours, theirs, x, backward=True)


def on_tensor(ours: Any, theirs: Any, x: Any, *, backward: bool) -> Rivals:
    """Two torch modules or functions on one tensor; `backward`: with all gradients."""
    torch = frameworks.torch()
    if not backward:
        return Rivals(_without_gradient(lambda: ours(x)), _without_gradient(lambda: theirs(x)))
    x = x.detach().requires_grad_()
    with torch.no_grad():
        g = torch.ones_like(ours(x))

    def run(call: Any) -> Run:
        parameters = call.parameters() if isinstance(call, torch.nn.Module) else ()
        inputs = [x, *parameters]
        return lambda: torch.autograd.grad(call(x), inputs, g)

    return Rivals(run(ours), run(theirs))


def _without_gradient(run: Run) -> Run:
    torch = frameworks.torch()

    def run_without_gradient() -> Any:
        with torch.no_grad():
            return run()

    return run_without_gradient


def _jax_native(name: str) -> Callable[[Any], Any]:
    nn = frameworks.jax().nn
    return (lambda x: nn.gelu(x, approximate=False)) if name == "gelu" else getattr(nn, name)


def jax_rivals(ours: Callable[..., Any], theirs: Callable[..., Any], elements: int) -> Rivals:
    """Run both on the same array, because its position in memory changes times by a quarter."""
    x = frameworks.jax().numpy.asarray(selection.numbers(elements))
    return Rivals(
        lambda: ours(x).block_until_ready(), lambda: theirs(x).block_until_ready(),
        time.process_time,
    )  # fmt: skip


def _jax_programs(function: Callable[..., Any], arrays: Any, x: Any) -> Run:
    jax = frameworks.jax()
    first = jax.jit(lambda x, arrays: jax.vjp(function, x, arrays))
    second = jax.jit(lambda pull, g: pull(g))

    def run() -> Any:
        y, pull = first(x, arrays)
        return jax.block_until_ready((y, second(pull, g)))

    g = jax.numpy.ones_like(x)
    return run
