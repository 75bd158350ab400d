"""What torch offers around a module: every activation goes through it like torch's own."""

from __future__ import annotations

import copy
import io
import pickle
import threading
from typing import Any

import pytest

import multiact
from tests.helpers.representatives import representatives

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
modules = pytest.importorskip("tests.frameworks.modules")

example = modules.example
NAMES = representatives()
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]
LAYERS = multiact.names(kind="layer")
FEW = ("talu", "staf", "prelu", "swiglu", "softmax")
#: torch.nn's classes under the names of ours
COUNTERPARTS = [
    n for n in multiact.names() if hasattr(torch.nn, multiact.get(n).name) and n != "bilinear"
]
REQUIRED_BY_TORCH = {
    "threshold": (0.0, 0.0),
    **dict.fromkeys(("softmax", "softmin", "log_softmax"), (-1,)),
}


def gradients(y: Any, x: Any, module: Any) -> list[Any]:
    return list(torch.autograd.grad(y.square().sum(), [x, *module.parameters()]))


@pytest.mark.parametrize("name", NAMES)
def test_without_data(name: str) -> None:
    """On the meta device and as fake tensors: shapes, dtypes and layouts of the real thing."""
    from torch._subclasses import FakeTensorMode

    module, x = example(name)
    real = [module(x), *gradients(module(x), x, module)]
    module, x = module.to("meta"), x.detach().to("meta").requires_grad_()
    meta = [module(x), *gradients(module(x), x, module)]
    with FakeTensorMode():
        module, x = example(name)
        fake = [module(x), *gradients(module(x), x, module)]
    assert all(t.is_meta for t in meta)
    assert {type(t).__name__ for t in fake} == {"FakeTensor"}
    expected = [(t.shape, t.dtype, t.stride()) for t in real]
    assert [(t.shape, t.dtype, t.stride()) for t in meta] == expected
    assert [(t.shape, t.dtype, t.stride()) for t in fake] == expected


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_autocast_keeps_the_dtype_as_torch_does(name: str) -> None:
    module, x = example(name, torch.float32)
    theirs = getattr(torch.nn, multiact.get(name).name)(*REQUIRED_BY_TORCH.get(name, ()))
    for dtype in (torch.float32, torch.bfloat16):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found, expected = module(x.to(dtype)), theirs(x.to(dtype))
        assert found.dtype is dtype
        # torch casts the input of PReLU, and of no other activation, on the CPU
        assert expected.dtype is (torch.bfloat16 if name == "prelu" else dtype)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_follow_autocast_like_linear(name: str) -> None:
    module, x = example(name, torch.float32)
    for dtype in (torch.float32, torch.bfloat16):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = module(x.to(dtype))
        assert y.dtype is torch.bfloat16
        torch.testing.assert_close(y.float(), module(x), rtol=2e-2, atol=2e-2)
        (slope,) = torch.autograd.grad(y.float().sum(), x)
        assert slope.dtype is torch.float32


@pytest.mark.parametrize("name", FEW)
def test_checkpoint(name: str) -> None:
    from torch.utils.checkpoint import checkpoint

    module, x = example(name)
    expected = gradients(module(x), x, module)
    for reentrant in (True, False):
        x.grad = None
        module.zero_grad()
        checkpoint(module, x, use_reentrant=reentrant).square().sum().backward()
        found = [x.grad, *(p.grad for p in module.parameters())]
        assert all(map(torch.equal, found, expected))


LAYOUTS = {
    "channels_last": torch.randn(2, 4, 6, 8).to(memory_format=torch.channels_last),
    "channels_last_3d": torch.randn(2, 4, 3, 5, 6).to(memory_format=torch.channels_last_3d),
    "transposed": torch.randn(6, 4, 2).transpose(0, 2),
    "sliced": torch.randn(2, 6, 8, 4).transpose(1, 3)[..., :3, :],
}
CASES = {
    **{n: {} for n in ("gelu", "relu", "talu", "staf", "swiglu", "glu", "softmax")},
    **{n: {"channels": 4, "axis": 1} for n in ("prelu", "snake")},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_memory_layout_is_kept(name: str, layout: str) -> None:
    module = mt.create(name, **CASES[name])
    x = LAYOUTS[layout].clone().requires_grad_()
    y = module(x)
    z = module(x.contiguous())
    torch.testing.assert_close(y, z)
    halved = x[..., : y.shape[-1]]
    assert y.stride() == torch.tanh(halved).stride()
    # a gradient in another layout than the input's meets it
    weight = torch.rand(y.shape)
    for found, expected in zip(
        *(torch.autograd.grad((t * weight).sum(), [x, *module.parameters()]) for t in (y, z)),
        strict=True,
    ):
        torch.testing.assert_close(found, expected)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")  # sizes are checked in Python
@pytest.mark.parametrize("name", NAMES)
def test_traces_are_saved(name: str) -> None:
    module, x = example(name)
    traced = torch.jit.trace(module, (x,))
    if name in FEW:
        buffer = io.BytesIO()
        torch.jit.save(traced, buffer)
        buffer.seek(0)
        traced = torch.jit.load(buffer)
    x = torch.flip(x, (0,))
    torch.testing.assert_close(traced(x), module(x))


class Tagged(torch.Tensor):
    """A subclass with torch's own behaviour."""


@pytest.mark.parametrize("name", NAMES)
def test_subclasses_stay(name: str) -> None:
    module, x = example(name)
    tagged = x.detach().clone().as_subclass(Tagged).requires_grad_()
    y, z = module(tagged), module(x)
    assert type(y) is Tagged
    torch.testing.assert_close(y.as_subclass(torch.Tensor), z)
    for a, b in zip(gradients(y, tagged, module), gradients(z, x, module), strict=True):
        torch.testing.assert_close(a.as_subclass(torch.Tensor), b)


#: choices by a parameter: PyTorch's where refuses a condition that is no nested tensor
CHOOSING = ("fcaf_output", "frac_relu", "msaf", "rel_tanh", "splash", "uaf")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=[pytest.mark.xfail(raises=ValueError)] if n in CHOOSING else [])
        for n in GRAPHS
    ],
)
def test_rows_of_unequal_length(name: str) -> None:
    module, x = example(name)
    rows = x.detach()[:1], x.detach()[1:]
    nested = torch.nested.nested_tensor(list(rows), layout=torch.jagged)
    for found, row in zip(module(nested).unbind(), rows, strict=True):
        torch.testing.assert_close(found, module(row))


@pytest.mark.parametrize("name", NAMES)
def test_fx_takes_modules_whole(name: str) -> None:
    module, x = example(name)
    graph = torch.fx.symbolic_trace(torch.nn.Sequential(torch.nn.Identity(), module))
    assert [n.op for n in graph.graph.nodes if n.target == "1"] == ["call_module"]
    for twin in (graph, copy.deepcopy(graph), pickle.loads(pickle.dumps(graph))):
        assert torch.equal(twin(x), module(x))


class Called(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.alpha = torch.nn.Parameter(torch.tensor(0.3))

    def forward(self, x):  # type: ignore[no-untyped-def]  # fx keeps annotations
        return mt.elu(mt.talu(x, alpha=self.alpha), 2.0)


def test_fx_takes_functions_whole() -> None:
    net, x = Called(), torch.linspace(-2, 2, 9)
    graph = torch.fx.symbolic_trace(net)
    called = [n.target for n in graph.graph.nodes if n.op == "call_function"]
    assert called == [mt.talu, mt.elu]
    for twin in (graph, pickle.loads(pickle.dumps(graph))):
        assert torch.equal(twin(x), net(x))
        (slope,) = torch.autograd.grad(twin(x).sum(), list(twin.parameters()))
        (expected,) = torch.autograd.grad(net(x).sum(), list(net.parameters()))
        assert slope == expected != 0


def test_ensembles_and_directional_derivatives() -> None:
    from torch.func import functional_call, grad, jacfwd, jacrev, jvp, stack_module_state, vmap

    members = [mt.TaLU(alpha=a, channels=6, dtype=torch.float64) for a in (0.5, 1.0, 2.0)]
    parameters, buffers = stack_module_state(members)
    _, x = example("talu")
    x = x.detach()

    def call(p: Any, x: Any) -> Any:
        return functional_call(members[0], p, (x,))

    together = vmap(call, (0, None))(parameters, x)
    slopes = vmap(grad(lambda p: call(p, x).square().sum()))(parameters)
    assert not buffers
    for i, member in enumerate(members):
        torch.testing.assert_close(together[i], member(x))
        (expected,) = torch.autograd.grad(member(x).square().sum(), member.alpha)
        torch.testing.assert_close(slopes["alpha"][i], expected)
    row, direction = x[0], torch.ones(6, dtype=torch.float64)
    slope = multiact.derivative("talu")(row, alpha=members[2].alpha.detach())
    for jacobian in (jacrev, jacfwd):
        torch.testing.assert_close(jacobian(members[2])(row[None])[0, :, 0], torch.diag(slope))
    torch.testing.assert_close(jvp(members[2], (row[None],), (direction[None],))[1][0], slope)


def test_averages_parametrisations_hooks_and_copies() -> None:
    from torch.nn.utils import parametrize
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    module, x = example("talu", channels=6)
    averaged = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.5))
    averaged.update_parameters(module)
    with torch.no_grad():
        module.alpha.mul_(3)
        twin = copy.deepcopy(module)
        assert twin.alpha.requires_grad
    averaged.update_parameters(module)
    torch.testing.assert_close(averaged(x), mt.talu(x, 2.0))
    parametrize.register_parametrization(twin, "alpha", torch.nn.Softplus())
    torch.testing.assert_close(twin(x), mt.talu(x, torch.nn.functional.softplus(module.alpha)))
    twin(x).sum().backward()
    assert twin.parametrizations.alpha.original.grad.shape == (6,)
    seen = []
    module.register_forward_hook(lambda _m, _x, y: seen.append(y.shape))
    module.register_full_backward_hook(lambda _m, gx, gy: seen.extend([gx[0].shape, gy[0].shape]))
    module(x).sum().backward()
    assert seen == [x.shape] * 3
    with torch.inference_mode():
        assert module(x).is_inference()


def test_a_call_leaves_the_parameters_storage_resizable() -> None:
    module, x = example("prelu", channels=6)  # of float64, which kernels need not convert
    module(x).sum().backward()
    assert module.weight.untyped_storage().resizable()


def test_threads_share_a_module() -> None:
    module, _ = example("gelu", torch.float32)
    x = torch.randn(50_000)

    def both() -> tuple[Any, Any]:
        leaf = x.clone().requires_grad_()
        y = module(leaf)
        return y.detach(), torch.autograd.grad(y.sum(), leaf)[0]

    expected, found = both(), []
    threads = [
        threading.Thread(target=lambda: found.extend(both() for _ in range(10))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert all(torch.equal(y, expected[0]) and torch.equal(g, expected[1]) for y, g in found)
