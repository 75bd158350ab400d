"""The torch backends of the checks: functions, compiled functions, modules."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact.declare.activation import Activation
from multiact.kernels import use_engine
from multiact.testing.backend import operands
from multiact_torch._functions import apply, function
from multiact_torch._modules import create


class TorchBackend:
    """Functions of tensors, eager or compiled."""

    framework = "torch"
    dtypes = ("float16", "bfloat16", "float32", "float64")

    def __init__(self, name: str, wrap: Callable[..., Any]) -> None:
        self.name = name
        self._wrap = wrap

    def asarray(self, values: np.ndarray, dtype: str) -> Tensor:
        """Create a tensor."""
        # a copy: a candidate may write to its input
        return torch.tensor(np.asarray(values, dtype=np.float64), dtype=getattr(torch, dtype))

    def to_numpy(self, array: Any) -> np.ndarray:
        """Convert to float64."""
        assert isinstance(array, Tensor), type(array)
        return array.detach().to(torch.float64).numpy()

    def dtype(self, array: Any) -> str:
        """Return the dtype's name."""
        return str(array.dtype).removeprefix("torch.")

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the function."""
        return self._call(act, x, arguments)

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Differentiate the sum of the values repeatedly with autograd."""
        defaults = {p.name: p.default for p in act.parameters if p.default is not None}
        arguments = {**defaults, **arguments}
        inputs = {name: _leaf(v, x) for name, v in arguments.items() if name in wrt}
        leaves = {"x": x.detach().requires_grad_(), **inputs}
        y = self._call(act, leaves["x"], {**arguments, **inputs})
        for i, name in enumerate(wrt):
            if not y.requires_grad:  # it does not depend on the last variable
                return torch.zeros_like(leaves[name])
            last = i == len(wrt) - 1
            (y,) = torch.autograd.grad(
                y.sum(), leaves[name], create_graph=not last, materialize_grads=True
            )
        return y

    def _call(self, act: Activation, x: Tensor, arguments: Mapping[str, Any]) -> Tensor:
        first, *others = operands(act, x)
        weight = arguments.get("weight")
        if act.key == "prelu" and isinstance(weight, Tensor) and weight.ndim == first.ndim == 1:
            # one for each element, while torch's prelu has its slopes on axis 1
            return apply(act, first, act.bind((), arguments))
        return self._wrap(function(act))(first, *others, **arguments)  # type: ignore[no-any-return]


class TorchModuleBackend(TorchBackend):
    """Modules built from the arguments, all of which are learnable."""

    def _call(self, act: Activation, x: Tensor, arguments: Mapping[str, Any]) -> Tensor:
        names = {p.name for p in act.parameters}
        tensors = {n: v for n, v in arguments.items() if n in names and isinstance(v, Tensor)}
        unlike = any(v.ndim > 1 for n, v in tensors.items()) and act.is_graph
        if unlike or act.always_noisy:  # a shape that no module has, or another value in each call
            return function(act)(*operands(act, x), **arguments)
        options = {k: v for k, v in arguments.items() if k not in tensors and k not in act.noise}
        learnable = tuple(n for n in tensors if n not in act.running)
        start = {n: v.detach() if v.ndim else float(v.detach()) for n, v in tensors.items()}
        scalars = {p.name for p in act.parameters if p.shaped is None}
        vectors = {n: v for n, v in start.items() if n in scalars and isinstance(v, Tensor)}
        if vectors:  # one number for each element of the last axis
            options |= {"channels": max(len(v) for v in vectors.values()), "axis": -1}
            start |= {n: float(v[0]) for n, v in vectors.items()}
        built = create(act, **_with_sizes(act, start), **options, learnable=learnable)
        y: Tensor = torch.func.functional_call(built.eval(), tensors, operands(act, x))
        return y


def _with_sizes(act: Activation, start: dict[str, Any]) -> dict[str, Any]:
    sizes = {
        size: start[p.name].shape[i]
        for p in act.parameters
        if p.shaped is not None and p.name in start
        for i, size in enumerate(p.shaped.sizes)
        if size in act.sizes
    }
    return {**start, **sizes}


def _leaf(value: Any, like: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=like.dtype).detach().clone().requires_grad_()


def _compile(f: Any) -> Any:
    torch._dynamo.reset()  # otherwise, beyond the limit of recompilations, it would run eagerly

    def call(*data: Tensor, **arguments: Any) -> Any:
        return f(*data, **arguments)

    return torch.compile(call, fullgraph=True)


def _identity(f: Any) -> Any:
    return f


def _with_native_engine(f: Any) -> Any:
    def call(*data: Tensor, **arguments: Any) -> Any:
        with use_engine("native"):  # test our kernel even where `auto` uses torch's
            return f(*data, **arguments)

    return call


_MIXED = re.compile("dtype|scalar type|device")  # in torch's errors about mismatched tensors


class TorchFramework(TorchBackend):
    """Functions of tensors, and modules, which are copied."""

    def __init__(self) -> None:
        super().__init__("torch", lambda f: f)

    def widened(self) -> AbstractContextManager[Any]:
        """Return a context without effect, since there is always float64."""
        return nullcontext()

    def owns(self, candidate: Any) -> bool:
        """Whether the candidate is a module or a scripted function."""
        return isinstance(candidate, (nn.Module, torch.jit.ScriptFunction))

    def own_dtype(self, candidate: Any) -> str | None:
        """Return the dtype of a module's tensors, registered or not."""
        dtypes = [self.dtype(t) for _, t in _tensors(candidate) if t.is_floating_point()]
        return dtypes[0] if dtypes else None

    def bind(self, candidate: Any, x: Tensor) -> Callable[[Any], Any]:
        """Return a function unchanged; copy a module in the dtype of x, in evaluation mode."""
        if not isinstance(candidate, nn.Module):
            return candidate  # type: ignore[no-any-return]
        return copy.deepcopy(candidate).to(x.dtype).eval()

    def slope(self, call: Callable[[Any], Any], x: Tensor) -> Tensor:
        """Differentiate with autograd; 0 if the result does not depend on x."""
        leaf = x.detach().clone().requires_grad_()
        y = call(leaf)
        if not y.requires_grad:
            return torch.zeros_like(x)
        (slope,) = torch.autograd.grad(y.sum(), leaf, materialize_grads=True)
        return slope

    def runs(
        self, call: Callable[[Any], Any], x: Tensor
    ) -> tuple[Callable[[], Any], Callable[[], Any] | None]:
        """Return eager evaluation, and the same with autograd."""
        leaf = x.clone().requires_grad_()

        def gradient() -> Any:
            y = call(leaf)
            return torch.autograd.grad(y, leaf, torch.ones_like(y), materialize_grads=True)

        return lambda: call(x), gradient

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Describe tensors that `.to` misses, and results with the wrong dtype because of them."""
        if not isinstance(candidate, nn.Module):
            return []
        faults = []
        for dtype in ("float64", "bfloat16"):
            tensor = self.asarray(x, dtype)
            moved = copy.deepcopy(candidate).to(tensor.dtype).eval()
            tensors = [(n, t) for n, t in _tensors(moved) if t.is_floating_point()]
            left = [f"{n} ({self.dtype(t)})" for n, t in tensors if t.dtype != tensor.dtype]
            if left:
                faults.append(f"after .to({dtype}) it still holds {', '.join(left)}")
            try:
                got = self.dtype(moved(tensor))
            except RuntimeError as error:
                if _MIXED.search(str(error)):
                    faults.append(f"after .to({dtype}) it raises {str(error).splitlines()[0]}")
                continue
            if got != dtype:
                faults.append(f"after .to({dtype}) its result for a {dtype} tensor is {got}")
        return faults

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """Write a program, without the import of the candidate."""
        make = f"x = torch.tensor({x}, dtype=torch.{dtype}"
        if gradient:
            slope = "torch.autograd.grad(candidate(x).sum(), x)[0]"
            return ["import torch", f"{make}, requires_grad=True)", slope]
        return ["import torch", f"{make})", "candidate(x)"]


def _tensors(value: Any, path: str = "", depth: int = 4) -> Iterator[tuple[str, Tensor]]:
    """Yield all tensors of an object: in attributes, lists, dictionaries and submodules."""
    if isinstance(value, Tensor):
        yield path, value
    elif depth and isinstance(value, dict):
        for name, item in value.items():
            hidden = str(name) in ("_parameters", "_buffers", "_modules")
            yield from _tensors(item, path if hidden else f"{path}.{name}".strip("."), depth - 1)
    elif depth and isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _tensors(item, f"{path}[{i}]", depth - 1)
    elif depth and isinstance(value, nn.Module):
        yield from _tensors(vars(value), path, depth)


BACKENDS = (
    TorchBackend("torch", _identity),
    TorchBackend("torch.native", _with_native_engine),
    TorchModuleBackend("torch.nn", _identity),
    TorchBackend("torch.compile", _compile),
)
FRAMEWORK = TorchFramework()
