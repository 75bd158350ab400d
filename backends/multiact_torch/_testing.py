"""The torch backends as the checks see them: functions, compiled functions, modules."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact.declare.activation import Activation
from multiact.kernels import use_engine
from multiact_torch._functions import function
from multiact_torch._modules import module


class TorchBackend:
    """Functions on tensors, eager or compiled."""

    framework = "torch"
    dtypes = ("float16", "bfloat16", "float32", "float64")

    def __init__(self, name: str, wrap: Callable[..., Any]) -> None:
        self.name = name
        self._wrap = wrap

    def asarray(self, values: np.ndarray, dtype: str) -> Tensor:
        """A tensor."""
        return torch.as_tensor(np.asarray(values, dtype=np.float64)).to(getattr(torch, dtype))

    def to_numpy(self, array: Any) -> np.ndarray:
        """As float64."""
        assert isinstance(array, Tensor), type(array)
        return array.detach().to(torch.float64).numpy()

    def dtype(self, array: Any) -> str:
        """The dtype's name."""
        return str(array.dtype).removeprefix("torch.")

    def value(self, act: Activation, x: Any, arguments: Mapping[str, Any]) -> Any:
        """Apply the function."""
        return self._call(act, x, arguments)

    def gradient(
        self, act: Activation, x: Any, arguments: Mapping[str, Any], wrt: tuple[str, ...]
    ) -> Any:
        """Nested sum-gradients by autograd."""
        defaults = {p.name: p.default for p in act.parameters if p.default is not None}
        arguments = {**defaults, **arguments}
        inputs = {name: _leaf(v, x) for name, v in arguments.items() if name in wrt}
        leaves = {"x": x.detach().requires_grad_(), **inputs}
        y = self._call(act, leaves["x"], {**arguments, **inputs})
        for i, name in enumerate(wrt):
            if not y.requires_grad:  # constant in the last variable
                return torch.zeros_like(leaves[name])
            last = i == len(wrt) - 1
            (y,) = torch.autograd.grad(
                y.sum(), leaves[name], create_graph=not last, materialize_grads=True
            )
        return y

    def _call(self, act: Activation, x: Tensor, arguments: Mapping[str, Any]) -> Tensor:
        return self._wrap(function(act))(x, **arguments)  # type: ignore[no-any-return]


class TorchModuleBackend(TorchBackend):
    """Modules built from the arguments, which all are learned."""

    def _call(self, act: Activation, x: Tensor, arguments: Mapping[str, Any]) -> Tensor:
        names = {p.name for p in act.parameters}
        tensors = {n: v for n, v in arguments.items() if n in names and isinstance(v, Tensor)}
        if any(v.ndim > 1 for n, v in tensors.items()) and act.is_graph:
            return function(act)(x, **arguments)  # a broadcast shape that no module has
        options = {k: v for k, v in arguments.items() if k not in tensors and k != "noise"}
        start = {n: v.detach() if v.ndim else float(v.detach()) for n, v in tensors.items()}
        made = module(act, **_with_sizes(act, start), **options, learnable=tuple(tensors))
        y: Tensor = torch.func.functional_call(made.eval(), tensors, (x,))
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


def _compiled(f: Any) -> Any:
    torch._dynamo.reset()  # else the limit of recompilations would fall back to eager

    def call(x: Tensor, **arguments: Any) -> Any:
        return f(x, **arguments)

    return torch.compile(call, fullgraph=True)


def _plain(f: Any) -> Any:
    return f


def _native(f: Any) -> Any:
    def call(x: Tensor, **arguments: Any) -> Any:
        with use_engine("native"):  # ours also where `auto` takes torch's own kernel
            return f(x, **arguments)

    return call


_MIXED = re.compile("dtype|scalar type|device")  # what torch says of tensors that do not fit


class TorchFramework(TorchBackend):
    """Functions on tensors, and modules, which are copied."""

    def __init__(self) -> None:
        super().__init__("torch", lambda f: f)

    def owns(self, candidate: Any) -> bool:
        """Whether it is a module or a scripted function."""
        return isinstance(candidate, (nn.Module, torch.jit.ScriptFunction))

    def own_dtype(self, candidate: Any) -> str | None:
        """The dtype of the module's tensors, registered or not."""
        found = [self.dtype(t) for _, t in _tensors(candidate) if t.is_floating_point()]
        return found[0] if found else None

    def bind(self, candidate: Any, x: Tensor) -> Callable[[Any], Any]:
        """A function as it is; a module copied, in the dtype of x, in evaluation."""
        if not isinstance(candidate, nn.Module):
            return candidate  # type: ignore[no-any-return]
        return copy.deepcopy(candidate).to(x.dtype).eval()

    def slope(self, call: Callable[[Any], Any], x: Tensor) -> Tensor:
        """By autograd; 0 where the result does not depend on x."""
        leaf = x.detach().clone().requires_grad_()
        y = call(leaf)
        if not y.requires_grad:
            return torch.zeros_like(x)
        (slope,) = torch.autograd.grad(y.sum(), leaf, materialize_grads=True)
        return slope

    def unmoved(self, candidate: Any, x: np.ndarray) -> list[str]:
        """Tensors that `.to` does not find, and results in another dtype because of them."""
        if not isinstance(candidate, nn.Module):
            return []
        found = []
        for dtype in ("float64", "bfloat16"):
            given = self.asarray(x, dtype)
            moved = copy.deepcopy(candidate).to(given.dtype).eval()
            held = [(n, t) for n, t in _tensors(moved) if t.is_floating_point()]
            left = [f"{n} ({self.dtype(t)})" for n, t in held if t.dtype != given.dtype]
            if left:
                found.append(f"after .to({dtype}) it still holds {', '.join(left)}")
            try:
                got = self.dtype(moved(given))
            except RuntimeError as error:
                if _MIXED.search(str(error)):
                    found.append(f"after .to({dtype}) it raises {str(error).splitlines()[0]}")
                continue
            if got != dtype:
                found.append(f"after .to({dtype}) its result for a {dtype} tensor is {got}")
        return found

    def lines(self, dtype: str, x: str, gradient: bool) -> list[str]:
        """A program, without the candidate's import."""
        make = f"x = torch.tensor({x}, dtype=torch.{dtype}"
        if gradient:
            slope = "torch.autograd.grad(candidate(x).sum(), x)[0]"
            return ["import torch", f"{make}, requires_grad=True)", slope]
        return ["import torch", f"{make})", "candidate(x)"]


def _tensors(value: Any, path: str = "", depth: int = 4) -> Iterator[tuple[str, Tensor]]:
    """Every tensor that an object holds: in attributes, lists, dicts, and modules in them."""
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
    TorchBackend("torch", _plain),
    TorchBackend("torch.native", _native),
    TorchModuleBackend("torch.nn", _plain),
    TorchBackend("torch.compile", _compiled),
)
FRAMEWORK = TorchFramework()
