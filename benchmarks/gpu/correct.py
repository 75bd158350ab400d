"""Whether the kernels compute on the device what those of the CPU compute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

import multiact
from benchmarks.gpu.clock import Machine
from benchmarks.selection import values
from multiact.kernels import use_engine
from multiact.kernels.triton_source import DeviceLoop

#: of 1 and the result: what may differ between two processors in float32, and in 16 bits
ALLOWED = {torch.float32: 2e-5, torch.bfloat16: 2e-2, torch.float16: 2e-3, torch.float64: 1e-11}


def compare(machine: Machine, name: str, dtype: torch.dtype) -> dict[str, Any]:
    """Compare value and gradients of an activation; say what ran, and by how much it differs."""
    with use_engine("native"), launches() as launched:
        found = _results(name, machine.device, dtype, machine.dry)
    expected = _on_the_cpu(name, dtype)
    worst = 0.0
    for a, b in zip(found, expected, strict=True):
        wide = b.double()
        gap = (a.cpu().double() - wide).abs() / wide.abs().clamp(min=1.0)
        same = (wide.isnan() & a.cpu().isnan()) | (a.cpu() == b)
        worst = max(worst, float(gap.masked_fill(same, 0.0).nan_to_num(torch.inf).max()))
    return {"kernels": len(launched), "worst": worst, "right": worst <= ALLOWED[dtype]}


@contextmanager
def launches() -> Iterator[list[DeviceLoop]]:
    """Note which kernels are launched."""
    from multiact_torch import _triton

    launched: list[DeviceLoop] = []
    launch = _triton._launch

    def noting(loop: DeviceLoop, *arguments: Any) -> Any:
        launched.append(loop)
        return launch(loop, *arguments)

    _triton._launch = noting
    try:
        yield launched
    finally:
        _triton._launch = launch


def _on_the_cpu(name: str, dtype: torch.dtype) -> list[torch.Tensor]:
    from multiact_torch import _triton

    interpreted, _triton.INTERPRETED = _triton.INTERPRETED, False
    try:
        return _results(name, "cpu", dtype, small=interpreted)
    finally:
        _triton.INTERPRETED = interpreted


def _results(name: str, device: str, dtype: torch.dtype, small: bool) -> list[torch.Tensor]:
    """Compute the value, and the gradients by the arrays and the parameters that are tensors."""
    from multiact_torch._functions import function

    act = multiact.get(name)
    n = 96 if small else 9_999
    x = torch.linspace(-8, 8, n, dtype=torch.float64)
    x = torch.stack([x, x.flip(0)]).to(device, dtype).requires_grad_()
    data = [x] if act.kind != "pair" else [x, x.detach().flip(1)]
    given = values(act, 2 * n)
    tensors = {
        p.name: torch.tensor(given[p.name], dtype=dtype, device=device).requires_grad_()
        for p in act.parameters
        if p.name in given
    }
    y = function(name)(*data, **{**given, **tensors})
    g = torch.cos(torch.arange(y.numel(), device=device).reshape(y.shape)).to(dtype)
    wanted = [x, *(t for t in tensors.values() if t.requires_grad)]
    found = torch.autograd.grad(y, wanted, g, allow_unused=True, materialize_grads=True)
    sizes = [1.0, *[float(x.numel()) ** 0.5] * (len(found) - 1)]  # sums grow with their terms
    return [y.detach(), *(v / s for v, s in zip(found, sizes, strict=True))]
