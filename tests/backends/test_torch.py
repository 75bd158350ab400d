"""What is specific to the torch adapter: autograd, transforms, compile, modules, state."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
from typing import Any

import pytest

import multiact
from tests.helpers.representatives import representatives

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
example = pytest.importorskip("tests.frameworks.modules").example

from torch.autograd import forward_ad  # noqa: E402

#: those with the derivatives of their own values; `test_surrogates.py` has the others
NAMES = [n for n in representatives() if multiact.get(n).surrogate is None]
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]
THIRTY = (
    "relu leaky_relu prelu elu celu selu softplus logsigmoid sigmoid tanh silu swish hardswish "
    "mish gelu gelu_tanh talu exlu erf_relu tanhlu phish serf sinlu coslu swigelu squareplus "
    "star_relu smelu golu staf"
).split()


def as_function(module: Any) -> Any:
    """The module as a function of its input and its parameters."""
    names = [name for name, _ in module.named_parameters()]

    def call(x: Any, *values: Any) -> Any:
        return torch.func.functional_call(module, dict(zip(names, values, strict=True)), (x,))

    return call


@pytest.mark.parametrize("name", NAMES)
def test_gradients_match_differences(name: str) -> None:
    module, x = example(name)
    for p in module.parameters():
        p.data += 0.01  # sizes of coefficients have a corner at 0, where many start
    inputs = (x, *module.parameters())
    assert torch.autograd.gradcheck(as_function(module), inputs)


@pytest.mark.parametrize("name", GRAPHS)
def test_double_backward_forward_mode_and_vmap(name: str) -> None:
    module, x = example(name)
    inputs = (x, *module.parameters())
    assert torch.autograd.gradgradcheck(as_function(module), inputs)
    assert torch.autograd.gradcheck(
        as_function(module), inputs, check_forward_ad=True, check_batched_grad=True
    )


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", ["talu", "gelu", "staf", "prelu"])
def test_gradients_carry_tangents(name: str, create_graph: bool) -> None:
    """Forward over reverse is reverse over reverse, also where the gradient has no graph."""
    module, x = example(name)
    direction = torch.linspace(-1, 1, x.numel(), dtype=x.dtype).reshape(x.shape)
    inputs = [x, *module.parameters()]
    gradients = torch.autograd.grad(module(x).square().sum(), inputs, create_graph=True)
    expected = []
    for k, g in enumerate(gradients):  # d(g_k)/dx in the direction, by the double-backward trick
        weights = torch.zeros_like(g, requires_grad=True)
        (pulled,) = torch.autograd.grad(g, x, weights, create_graph=True)
        expected += torch.autograd.grad(pulled, weights, direction, retain_graph=k < len(inputs))
    with forward_ad.dual_level():
        moving = forward_ad.make_dual(x.detach().requires_grad_(), direction)
        loss = module(moving).square().sum()
        found = torch.autograd.grad(loss, [moving, *inputs[1:]], create_graph=create_graph)
        tangents = [forward_ad.unpack_dual(g).tangent for g in found]
    torch.testing.assert_close(tangents, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["talu", "gelu", "staf", "prelu"])
def test_func_transforms(name: str) -> None:
    module, x = example(name)
    call = as_function(module)
    values = tuple(p.detach() for p in module.parameters())
    x = x.detach()[0]
    slope = torch.func.vmap(torch.func.grad(lambda t: call(t, *values)))(x)
    curve = torch.func.hessian(lambda t: call(t, *values).sum())(x)
    given = dict(zip((p.name for p in module.activation.parameters), values, strict=True))
    expected = [multiact.derivative(name, order=k)(x, **given) for k in (1, 2)]
    torch.testing.assert_close(slope, expected[0], rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(curve.diagonal(), expected[1], rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", ["talu", "mish", "gelu", "phish", "swigelu", "rational"])
def test_backward_keeps_the_input_only(name: str) -> None:
    module, _ = example(name)
    x = torch.randn(1000, dtype=torch.float64, requires_grad=True)
    kept: dict[int, int] = {}

    def pack(t: Any) -> Any:
        kept[t.data_ptr()] = t.numel() * t.element_size()
        return t

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        module(x)
    parameters = sum(p.numel() * p.element_size() for p in module.parameters())
    assert sum(kept.values()) == 8 * x.numel() + parameters


@pytest.mark.slow
def test_thirty_activations_compile_into_one_graph() -> None:
    torch._dynamo.reset()
    torch.manual_seed(0)
    modules = [mt.create(n) for n in THIRTY]

    def network(x: Any) -> Any:
        for m in modules:
            x = m(x) / 2
        return x

    x = torch.randn(64, requires_grad=True)
    expected = network(x)
    (slope,) = torch.autograd.grad(expected.sum(), x)
    torch._dynamo.utils.counters.clear()
    # Inductor, which compiles each of them for itself in the battery, takes four times as long
    found = torch.compile(network, fullgraph=True, backend="aot_eager")(x)
    (found_slope,) = torch.autograd.grad(found.sum(), x)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(found_slope, slope, rtol=1e-4, atol=1e-6)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1
    assert not torch._dynamo.utils.counters["graph_break"]


@pytest.mark.slow
def test_each_class_compiles_on_its_own() -> None:
    """More classes than the limit of recompilations of one code object: none falls back."""
    torch._dynamo.reset()
    graphs = 0

    def count(graph: Any, _inputs: Any) -> Any:
        nonlocal graphs
        graphs += 1
        return graph.forward

    for name in THIRTY:
        torch.compile(mt.create(name), fullgraph=True, backend=count)(torch.randn(8))
    assert graphs == len(THIRTY) > torch._dynamo.config.recompile_limit


@pytest.mark.slow
def test_a_changed_parameter_does_not_recompile() -> None:
    torch._dynamo.reset()
    graphs = 0

    def count(graph: Any, _inputs: Any) -> Any:
        nonlocal graphs
        graphs += 1
        return graph.forward

    module = mt.TaLU()
    compiled = torch.compile(module, fullgraph=True, backend=count)
    for value in (1.0, 0.5, 0.25):
        with torch.no_grad():
            module.alpha.fill_(value)
        found = compiled(torch.tensor([-1.0]))
        torch.testing.assert_close(found, value * torch.tanh(torch.tensor([-1.0])))
    assert graphs == 1


@pytest.mark.slow
@pytest.mark.parametrize("strict", [True, False])
def test_export_keeps_plain_operations(strict: bool) -> None:
    program = torch.export.export(mt.TaLU(channels=6), (torch.randn(4, 6),), strict=strict)
    plain = "view.default reshape.default lt.Scalar tanh.default mul.Tensor where.self".split()
    targets = {str(n.target) for n in program.graph.nodes if n.op == "call_function"}
    assert targets <= {f"aten.{name}" for name in plain}


def test_state_copies_and_pickles() -> None:
    module = mt.TaLU(alpha=0.5, channels=3)
    with torch.no_grad():
        module.alpha.copy_(torch.tensor([0.1, 0.2, 0.3]))
    x = torch.randn(2, 3, 4)
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(twin(x), module(x))
        assert (
            repr(twin)
            == repr(module)
            == ("TaLU(alpha=0.5, learnable=('alpha',), channels=3, axis=1)")
        )
    other = mt.TaLU(channels=3)
    other.load_state_dict(module.state_dict())
    assert torch.equal(other(x), module(x))
    buffer = io.BytesIO()
    torch.save(module.state_dict(), buffer)
    buffer.seek(0)
    assert list(torch.load(buffer, weights_only=True)) == ["alpha"]


def test_fixed_learned_and_per_channel_parameters() -> None:
    assert not list(mt.TaLU(learnable=()).parameters())
    assert mt.TaLU().alpha.shape == ()
    module = mt.LeakyReLU(0.1, learnable=("negative_slope",), channels=5, axis=-1)
    assert module.negative_slope.shape == (5,)
    y = module(-torch.ones(2, 3, 5))
    torch.testing.assert_close(y, torch.full((2, 3, 5), -0.1))
    fixed = mt.BSpline(learnable=())
    assert list(fixed.state_dict()) == ["coefficients"]
    assert not list(fixed.parameters())


def test_rrelu_draws_in_training_only() -> None:
    module = mt.RReLU()
    x = -torch.ones(10_000)
    torch.manual_seed(1)
    first = module(x)
    torch.manual_seed(1)
    assert torch.equal(module(x), first)
    assert -1 / 3 <= first.min() < first.max() <= -1 / 8
    mean = (1 / 8 + 1 / 3) / 2
    # five standard deviations of the mean of 10,000 uniform draws
    assert abs(first.mean() + mean) < 5 * (1 / 3 - 1 / 8) / 12**0.5 / 100
    torch.testing.assert_close(module.eval()(x), torch.full((10_000,), -mean))


def test_autocast_and_16_bit_round_once() -> None:
    x = torch.linspace(-8, 8, 101)
    for dtype in (torch.bfloat16, torch.float16):
        narrow = x.to(dtype)
        torch.testing.assert_close(
            mt.mish(narrow), mt.mish(narrow.float()).to(dtype), rtol=0, atol=0
        )
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = mt.TaLU()(torch.nn.Linear(4, 4)(torch.randn(2, 4)))
    assert y.dtype is torch.bfloat16


def test_errors_name_the_argument() -> None:
    with pytest.raises(TypeError, match=r"talu: x must be a torch.Tensor, got list"):
        mt.talu([1.0])
    with pytest.raises(
        TypeError, match=r"talu: x must have a real floating-point dtype, got .*int"
    ):
        mt.talu(torch.arange(3))
    with pytest.raises(AttributeError, match="did you mean 'mish'"):
        _ = mt.mihs
    with pytest.raises(TypeError, match="did you mean 'learnable'"):
        mt.TaLU(lernable=())
    with pytest.raises(ValueError, match="TaLU: alpha must be greater than 0, got -1"):
        mt.TaLU(alpha=-1)
    with pytest.raises(ValueError, match="learnable names 'beta'"):
        mt.TaLU(learnable=("beta",))
    with pytest.raises(ValueError, match="channels=3 needs a learnable"):
        mt.TaLU(learnable=(), channels=3)


def test_import_does_not_load_the_compiler() -> None:
    code = "import sys, multiact_torch; print('torch._inductor' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
