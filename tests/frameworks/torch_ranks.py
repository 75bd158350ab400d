"""One of two processes that train and evaluate together; `processes.run` starts both.

Every figure is the largest difference from the same computation in this process alone.
"""

from __future__ import annotations

import copy
import json
import sys
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import multiact_torch as mt
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import (
    DTensor,
    Partial,
    Replicate,
    Shard,
    distribute_module,
    distribute_tensor,
)
from torch.distributed.tensor.debug import CommDebugMode
from torch.nn.parallel import DistributedDataParallel

from tests.frameworks.modules import example
from tests.helpers.representatives import representatives

Figures = dict[str, Any]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    activations = (
        mt.TaLU(channels=8),
        mt.Swish(learnable=("beta",), channels=8),
        mt.PReLU(channels=8),
        mt.STAF(terms=4),
        mt.Snake(channels=1),  # one number: FSDP2 refuses parameters without an axis
    )
    return nn.Sequential(*(m for act in activations for m in (nn.Linear(8, 8), act))).double()


def batch() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return tuple(torch.randn(2, 8, 8, generator=generator, dtype=torch.float64).unbind())


def full(t: Tensor) -> Tensor:
    return t.full_tensor() if isinstance(t, DTensor) else t


def step(model: nn.Module, x: Tensor, target: Tensor) -> dict[str, list[Tensor]]:
    """Outputs, then gradients and parameters of one step, all of them whole."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    y = model(x)
    (y - target).square().mean().backward()
    gradients = [full(p.grad) for p in model.parameters()]
    before = [full(p).detach().clone() for p in model.parameters()]
    optimizer.step()
    after = [full(p).detach() for p in model.parameters()]
    moved = [new - old for new, old in zip(after, before, strict=True)]
    return {"outputs": [y.detach()], "gradients": gradients, "parameters": after, "moved": moved}


def apart(found: list[Tensor], expected: list[Tensor]) -> float:
    pairs = zip(found, expected, strict=True)
    return max(float((full(a).detach() - b.detach()).abs().max()) for a, b in pairs)


def data_parallel(wrap: Callable[[nn.Module], nn.Module]) -> Figures:
    """Each process has half of the batch."""
    x, target = batch()
    alone = step(network(), x, target)
    mine = slice(4 * dist.get_rank(), 4 * dist.get_rank() + 4)
    found = step(wrap(network()), x[mine], target[mine])
    alone["outputs"] = [alone["outputs"][0][mine]]
    least = min(float(m.abs().max()) for m in alone.pop("moved"))
    return {**{k: apart(found[k], v) for k, v in alone.items()}, "least movement": least}


def refused_by_fsdp(mesh: Any) -> str:
    """What FSDP2 says about a parameter without an axis."""
    try:
        fully_shard(mt.TaLU(), mesh=mesh)
    except ValueError as error:
        return str(error)
    return ""


def sharded(
    name: str, mesh: Any, placement: Any, *, compiled: bool = False, **options: Any
) -> Figures:
    """An activation of a distributed tensor, its parameters on every device."""
    module, x = example(name, **options)
    twin = distribute_module(copy.deepcopy(module), mesh)
    y = module(x)
    weight = torch.linspace(0.5, 1.5, y.numel(), dtype=y.dtype).reshape(y.shape)
    (y * weight).sum().backward()
    if placement.is_partial():
        dx = DTensor.from_local(x.detach() / mesh.size(), mesh, [placement])
    else:
        dx = distribute_tensor(x.detach(), mesh, [placement])
    dx.requires_grad_()
    communication = CommDebugMode()
    if compiled:  # which Dynamo cannot do under such a mode
        dy = torch.compile(twin, fullgraph=True, backend="aot_eager")(dx)
    else:
        with communication:
            dy = twin(dx)
    (dy * distribute_tensor(weight, mesh, [Replicate()])).sum().backward()
    pairs = [(p.grad, q.grad) for p, q in zip(twin.parameters(), module.parameters(), strict=True)]
    pairs += [] if placement.is_partial() else [(dx.grad, x.grad)]
    return {
        "outputs": apart([dy], [y]),
        "gradients": apart(*map(list, zip(*pairs, strict=True))) if pairs else 0.0,
        "communications": None if compiled else communication.get_total_counts(),
        "kept": dy.placements == (placement,),
        "reduced": all(full(p.grad).shape == p.shape for p in twin.parameters()),
    }


def found(mesh: Any) -> Figures:
    per_channel = {
        "talu": {"channels": 6},
        "swish": {"learnable": ("beta",), "channels": 6},
        "prelu": {"channels": 6},
    }
    names = representatives()
    rows = {name: sharded(name, mesh, Shard(0)) for name in names}
    rows["softmax2d of images"] = sharded("softmax2d", mesh, Shard(1))
    return {
        "DDP": data_parallel(DistributedDataParallel),
        "FSDP2": data_parallel(lambda m: fully_shard(m, mesh=mesh)),
        "refused": refused_by_fsdp(mesh),
        "rows": rows,
        "rows per channel": {n: sharded(n, mesh, Shard(0), **o) for n, o in per_channel.items()},
        "columns": {n: sharded(n, mesh, Shard(1), **o) for n, o in per_channel.items()},
        "compiled": {
            n: sharded(n, mesh, Shard(0), compiled=True, **o) for n, o in per_channel.items()
        },
        "summands": {n: sharded(n, mesh, Partial()) for n in names},
    }


def main(rank: str, ranks: str, meeting: str) -> None:
    dist.init_process_group(
        "gloo",
        init_method=f"file://{meeting}",
        rank=int(rank),
        world_size=int(ranks),
        timeout=timedelta(seconds=900),  # a hang is seen from outside, by what is computed
    )
    warnings.simplefilter("error", UserWarning)
    figures = found(init_device_mesh("cpu", (int(ranks),)))
    dist.destroy_process_group()
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
