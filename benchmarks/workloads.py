"""Activations with their inputs on one backend, ready to run, including synchronisation."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import multiact
from benchmarks import frameworks, selection
from multiact.declare.activation import Activation


class Workload:
    """Calls that return when the result is available."""

    clock = staticmethod(time.thread_time)
    x: Any

    def forward(self) -> Any:
        """Compute the values."""
        raise NotImplementedError

    def gradient(self) -> Any:
        """Compute the values, and the gradients of x and of all learnable parameters."""
        raise NotImplementedError

    def copy(self) -> Any:
        """Copy the input: the reference of the ratios."""
        raise NotImplementedError

    def double(self) -> Any:
        """Compute `x * 2` into a new array: a lower bound."""
        raise NotImplementedError

    def saved_bytes(self) -> int:
        """Count the bytes that are saved for the backward pass, including the input."""
        raise NotImplementedError


class NumPy(Workload):
    """Functions; the backward pass multiplies by the derivative function."""

    def __init__(self, act: Activation, elements: int) -> None:
        import multiact_numpy

        frameworks.one_thread()
        self.x = selection.batch(act, elements)
        self._cotangent = np.ones_like(self.x)
        self._values = selection.values(act, elements)
        self._function = multiact_numpy.function(act)
        names = [name for name in act.data if name != "noise"] if act.is_graph else []
        self._slopes = [self._function.derivative(wrt=name) for name in names]

    def forward(self) -> Any:
        return self._function(self.x, **self._values)

    def gradient(self) -> Any:
        if not self._slopes:
            raise NotImplementedError("NumPy functions along an axis have no derivative")
        y = self.forward()
        g = self._cotangent[..., : y.shape[-1]]
        return y, [g * slope(self.x, **self._values) for slope in self._slopes]

    def copy(self) -> Any:
        return self.x.copy()

    def double(self) -> Any:
        return self.x * 2


class Torch(Workload):
    """Modules in evaluation."""

    def __init__(self, act: Activation, elements: int) -> None:
        import multiact_torch

        self._torch = torch = frameworks.torch()
        module = multiact_torch.create(act, **selection.sizes(act, elements)).eval()
        self.x = torch.from_numpy(selection.batch(act, elements))
        self._tracked = self.x.clone().requires_grad_()
        self._inputs = [self._tracked, *module.parameters()]
        self._call: Callable[..., Any] = self.prepared(module)
        with torch.no_grad():
            self._cotangent = torch.ones_like(module(self.x))

    def prepared(self, module: Any) -> Any:
        """Return the function to call."""
        return module

    def forward(self) -> Any:
        with self._torch.no_grad():
            return self._call(self.x)

    def gradient(self) -> Any:
        y = self._call(self._tracked)
        return self._torch.autograd.grad(y, self._inputs, self._cotangent, allow_unused=True)

    def copy(self) -> Any:
        return self.x.clone()

    def double(self) -> Any:
        return self.x * 2

    def saved_bytes(self) -> int:
        return frameworks.torch_saved_bytes(lambda: self._call(self._tracked))


class TorchCompile(Torch):
    """Modules in evaluation, under torch.compile."""

    def prepared(self, module: Any) -> Any:
        return self._torch.compile(module, fullgraph=True)


class Jax(Workload):
    """Functions under jit; array parameters are learned."""

    clock = staticmethod(time.process_time)  # XLA computes on its own threads

    def __init__(self, act: Activation, elements: int) -> None:
        jax = frameworks.jax()
        arrays, call = self.callable(act, elements)
        self.x = jax.numpy.asarray(selection.batch(act, elements))
        self._arrays = arrays
        self._forward = jax.jit(call)
        self._vjp = jax.jit(lambda x, arrays: jax.vjp(call, x, arrays))

        def gradient(x: Any, arrays: Any, g: Any) -> Any:
            y, pull = jax.vjp(call, x, arrays)
            return y, pull(g)

        self._gradient = jax.jit(gradient)
        self._copy, self._double = jax.jit(jax.numpy.copy), jax.jit(lambda x: x * 2)
        self._cotangent = jax.numpy.ones_like(self._forward(self.x, arrays))
        self._wait = jax.block_until_ready
        self._leaves = jax.tree.leaves

    def callable(self, act: Activation, elements: int) -> tuple[Any, Callable[..., Any]]:
        """Return the learnable arrays, and the function of x and these arrays."""
        import multiact_jax

        arguments = selection.values(act, elements)
        arrays = {n: v for n, v in arguments.items() if isinstance(v, np.ndarray)}
        rest = {n: v for n, v in arguments.items() if n not in arrays}
        function = multiact_jax.function(act)
        return arrays, lambda x, arrays: function(x, **rest, **arrays)

    def forward(self) -> Any:
        return self._wait(self._forward(self.x, self._arrays))

    def gradient(self) -> Any:
        return self._wait(self._gradient(self.x, self._arrays, self._cotangent))

    def copy(self) -> Any:
        return self._wait(self._copy(self.x))

    def double(self) -> Any:
        return self._wait(self._double(self.x))

    def saved_bytes(self) -> int:
        _, pull = self._vjp(self.x, self._arrays)
        return sum(leaf.nbytes for leaf in self._leaves(pull))


class Flax(Jax):
    """nnx modules in evaluation, under jit."""

    def callable(self, act: Activation, elements: int) -> tuple[Any, Callable[..., Any]]:
        from flax import nnx
        from multiact_flax._modules import CLASSES

        module = CLASSES.module_class(act)(**selection.sizes(act, elements), rngs=nnx.Rngs(0))
        module.eval()
        graph, learned, rest = nnx.split(module, nnx.Param, ...)
        return learned, lambda x, learned: nnx.merge(graph, learned, rest)(x)


BACKENDS: dict[str, type[Workload]] = {
    "numpy": NumPy,
    "torch": Torch,
    "torch.compile": TorchCompile,
    "jax.jit": Jax,
    "flax": Flax,
}


def workload(backend: str, activation: str, elements: int) -> Workload:
    """Build a workload; raise NotImplementedError, which asv skips, if something is missing."""
    try:
        return BACKENDS[backend](multiact.get(activation), elements)
    except (ImportError, LookupError) as error:
        raise NotImplementedError(f"{backend}, {activation}: {error}") from error
