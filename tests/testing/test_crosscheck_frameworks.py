"""Candidates of every framework: functions, modules, what is left behind by a move."""

import importlib

import numpy as np
import pytest

import multiact
from multiact.testing import crosscheck


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def jax():
    return pytest.importorskip("jax")


def kinds(report):
    return list(dict.fromkeys(d.kind for d in report.differences))


def test_the_tail_of_torchs_gelu(torch):
    report = crosscheck(torch.nn.functional.gelu, "gelu")
    assert report.framework == "torch"
    assert kinds(report) == ["value", "gradient", "limit"]
    assert report.words == "the same function with a weak tail and limit"
    assert "no digit is right" in report.reason
    value, gradient, _ = report.differences
    assert -12.3 < value.x < -1.8
    assert -12.7 < gradient.x < -3
    (figures,) = report.figures
    assert figures.values.ulp > 1.6e7
    assert figures.gradients.ulp > 1e5


def test_a_function_of_the_operators_alone_is_told_by_what_it_names(torch):
    assert crosscheck(lambda x: x * torch.sigmoid(x), "silu", allow=["limit"]).framework == "torch"
    assert crosscheck(lambda x: x * 1.0, lambda x: x * 1.0).framework == "numpy"
    report = crosscheck(lambda x: x * 1.0, lambda x: x * 1.0, framework="torch")
    assert report.ok
    assert report.framework == "torch"


def silu_class(torch, **held):
    class Mine(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, value in held.items():
                setattr(self, name, value)

        def forward(self, x):
            return x * torch.sigmoid(x)

    return Mine


def test_a_module_of_torch_and_its_class(torch):
    for candidate in (torch.nn.ELU, torch.nn.ELU(), torch.nn.ELU(1.0)):
        report = crosscheck(candidate, "elu")
        assert report.ok, report
        assert report.candidate.endswith("ELU")


LEFT = {
    "attribute": lambda torch: {"a": torch.ones(1)},
    "list": lambda torch: {"parts": [torch.ones(1)]},
    "module in a list": lambda torch: {"parts": [torch.nn.Linear(1, 1)]},
    "dict": lambda torch: {"table": {"a": torch.ones(())}},
}


@pytest.mark.parametrize("held", LEFT.values(), ids=LEFT)
def test_what_a_move_leaves_behind(held, torch):
    report = crosscheck(silu_class(torch, **held(torch)), "silu", allow=["limit"])
    assert kinds(report) == ["move"]
    assert "still holds" in report.differences[0].text


def test_what_moves_is_not_left_behind(torch):
    held = {
        "a": torch.nn.Parameter(torch.ones(1)),
        "part": torch.nn.Linear(1, 1),
        "n": torch.ones(1, dtype=torch.int64),
    }
    assert crosscheck(silu_class(torch, **held), "silu", allow=["limit"]).ok


def test_a_tensor_made_at_each_call_is_found_by_the_result(torch):
    class Mine(torch.nn.Module):
        def forward(self, x):
            return x * torch.sigmoid(x * torch.ones(1))

    report = crosscheck(Mine(), "silu", allow=["limit"])
    assert kinds(report) == ["move"]
    assert "its result for a bfloat16 tensor is float32" in report.differences[0].text


def test_a_module_is_not_changed_by_being_checked(torch):
    module = torch.nn.PReLU(init=0.25)
    before = module.weight.dtype, module.training, module.weight.grad
    assert crosscheck(module, "prelu").ok
    assert (module.weight.dtype, module.training, module.weight.grad) == before


def test_an_input_that_is_written_to(torch):
    report = crosscheck(torch.nn.ReLU(inplace=True), "relu")
    assert "input" in kinds(report) or "error" in kinds(report)


def test_a_gradient_that_is_not_there(torch):
    report = crosscheck(lambda x: torch.tanh(x.detach()), "tanh")
    assert kinds(report) == ["gradient"]
    assert report.differences[0].candidate == 0


def test_whole_arrays_of_torch(torch):
    f = torch.nn.functional
    assert crosscheck(torch.nn.Softmax(dim=-1), "softmax").ok
    assert crosscheck(lambda x: torch.cat([f.relu(x), f.relu(-x)], 1), "crelu").ok
    wrong = crosscheck(torch.nn.Softmax(dim=1), "softmax")
    assert kinds(wrong) == ["value", "gradient"]
    assert kinds(crosscheck(lambda x: x[:, :3], "softmax")) == ["shape"]
    swapped = crosscheck(lambda x: f.silu(x.chunk(2, -1)[0]) * x.chunk(2, -1)[1], "swiglu")
    assert kinds(swapped) == ["value", "gradient"]
    assert "torch.tensor([[" in swapped.example


def test_a_wrong_gradient_of_a_softmax(torch):
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return torch.softmax(x, -1)

        @staticmethod
        def backward(ctx, g):  # right for the plain sum of the values alone
            return torch.zeros_like(g)

    assert kinds(crosscheck(Wrong.apply, "softmax")) == ["gradient"]
    assert kinds(crosscheck(Wrong.apply, torch.nn.Softmax(-1))) == ["gradient"]


def test_jax_functions(jax):
    report = crosscheck(jax.nn.silu, "silu", allow=["limit"])
    assert report.ok, report
    assert report.framework == "jax"
    report = crosscheck(lambda x: jax.numpy.where(x > 0, x, jax.numpy.exp(x) - 1), "elu")
    assert "gradient-finite" in kinds(report)
    assert crosscheck(jax.jit(lambda x: jax.numpy.maximum(x, 0)), "relu").differences[0].kind == (
        "kink"
    )


def test_flax_modules(jax):
    nnx = pytest.importorskip("flax.nnx")
    linen = importlib.import_module("flax.linen")

    class Swish(nnx.Module):
        def __init__(self, beta):
            self.beta = nnx.Param(jax.numpy.asarray(beta))

        def __call__(self, x):
            return x * jax.nn.sigmoid(self.beta * x)

    report = crosscheck(Swish(1.5), "swish", parameters={"beta": 1.5})
    assert report.ok, report
    assert report.framework == "flax"
    assert not crosscheck(Swish(1.5), "swish").ok

    class Leaky(linen.Module):
        @linen.compact
        def __call__(self, x):
            slope = self.param("slope", lambda key: jax.numpy.asarray(0.25))
            return jax.numpy.where(x > 0, x, slope * x)

    half = {"params": {"slope": jax.numpy.asarray(0.5)}}
    for candidate, slope in (
        (Leaky(), 0.25),
        ((Leaky(), half), 0.5),
        (Leaky().bind(half), 0.5),
    ):
        report = crosscheck(candidate, "leaky_relu", parameters={"negative_slope": slope})
        assert report.ok, report
    assert not crosscheck((Leaky(), half), "leaky_relu").ok


NAMES = "bspline coslu elu gelu golu hardswish mish rational sinlu snake talu tanhshrink".split()


def arrays(name, make):
    """The array parameters of an activation, as numbers and as arrays."""
    act = multiact.get(name)
    drawn = multiact.analysis.defaults.arguments(act)
    numbers = {
        p.name: drawn[p.name].astype(np.float32).astype(float).tolist()
        for p in act.parameters
        if p.shaped
    }
    return numbers, {n: make(np.asarray(v, np.float32)) for n, v in numbers.items()}


@pytest.mark.parametrize("name", NAMES)
def test_our_own_are_right_in_torch(name, torch):
    function = importlib.import_module("multiact_torch").function(name)
    numbers, given = arrays(name, torch.tensor)
    report = crosscheck(function, name, parameters=numbers, arguments=given)
    assert report.ok, report


@pytest.mark.parametrize("name", ["talu", "mish", "crelu"])
def test_our_own_are_right_in_numpy(name):
    function = importlib.import_module("multiact_numpy").function(name)
    report = crosscheck(function, name)
    assert report.ok, report
    assert report.framework == "numpy"


def test_narrow_dtypes(torch):
    report = crosscheck(torch.nn.functional.mish, "mish", dtypes=["bfloat16"], allow=["limit"])
    assert report.ok, report
    composed = crosscheck(
        lambda x: torch.log(1 + torch.exp(x)), "softplus", dtypes=["float16"], allow=["limit"]
    )
    assert {"value", "value-finite"} & {*kinds(composed)}
