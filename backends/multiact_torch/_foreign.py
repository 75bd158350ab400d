"""Anybody's functions of tensors and modules, as cross-checks run them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact_torch._backend import TorchBackend

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

    def bound(self, candidate: Any, x: Tensor) -> Callable[[Any], Any]:
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
