"""The contract of torch.nn: arguments, positions, shapes, states and attributes of its classes."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
import torch.nn.functional as F  # noqa: E402, N812
from torch import nn  # noqa: E402

import multiact  # noqa: E402
from multiact.adapters.torch_names import CLASSES, FUNCTIONS  # noqa: E402

X = torch.linspace(-4, 4, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
#: classes, with arguments that tell one meaning from another
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("ReLU", (True,), {}),
    ("ReLU6", (True,), {}),
    ("SELU", (True,), {}),
    ("SiLU", (), {"inplace": True}),
    ("Mish", (True,), {}),
    ("Hardswish", (True,), {}),
    ("Hardsigmoid", (), {"inplace": True}),
    ("CELU", (0.5, True), {}),
    ("ELU", (0.5, True), {}),
    ("LeakyReLU", (0.2, True), {}),
    ("RReLU", (0.1, 0.2, True), {}),
    ("Threshold", (0.1, 20.0, True), {}),
    ("Hardtanh", (-2.0, 0.5, True), {}),
    ("Hardtanh", (), {"min_value": -3.0, "max_value": 2.0}),
    ("Hardshrink", (-0.5,), {}),
    ("Softshrink", (0.25,), {}),
    ("Softplus", (2.0, 0.5), {}),
    ("Softplus", (), {"beta": 0.5, "threshold": 1.0}),
    ("Softplus", (2.0,), {}),
    ("PReLU", (), {}),
    ("PReLU", (3,), {}),
    ("PReLU", (np.int64(3), 0.1), {}),
    ("PReLU", (1, 0.1, None, torch.float32), {}),
    ("PReLU", (), {"num_parameters": 3, "init": 0.3}),
    ("GELU", ("tanh",), {}),
    ("GELU", (), {"approximate": "tanh"}),
    ("GELU", (), {"approximate": "none"}),
    ("GLU", (2,), {}),
    ("GLU", (), {"dim": -2}),
    ("Softmax", (1,), {}),
    ("Softmax", (None,), {}),
    ("Softmin", (), {"dim": 2}),
    ("LogSoftmax", (), {"dim": -3}),
    ("LogSoftmax", (), {"dim": None}),
    *((name, (), {}) for name in ("Softmax2d", "Sigmoid", "LogSigmoid", "Softsign", "Tanhshrink")),
]
FUNCTION_CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("relu", (True,), {}),
    ("leaky_relu", (0.2, False), {}),
    ("elu", (0.5,), {"inplace": False}),
    ("hardtanh", (-2.0, 0.5, False), {}),
    ("hardtanh", (1.0, 1.0), {}),
    ("threshold", (0.1, 20.0), {}),
    ("softplus", (2.0, 0.5), {}),
    ("gelu", (), {"approximate": "tanh"}),
    ("glu", (2,), {}),
    ("softmax", (-1,), {}),
    ("softmax", (1,), {"dtype": torch.float64}),
    ("log_softmax", (), {"dim": 0}),
    ("softmin", (2,), {}),
    ("rrelu", (0.1, 0.2, False), {}),
    ("prelu", (torch.tensor([0.1, 0.2, 0.3]),), {}),
    ("prelu", (torch.tensor([0.1]),), {}),
]


def quiet(make: Any, *args: Any, **kwargs: Any) -> Any:
    """The result without torch's own warnings: old names, an implicit axis."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make(*args, **kwargs)


def test_the_positions_are_those_of_torch() -> None:
    for key, names in CLASSES.items():
        theirs = inspect.signature(getattr(nn, multiact.get(key).name))
        assert names.split() == [*theirs.parameters], key
    for key, names in FUNCTIONS.items():
        try:
            found = inspect.signature(getattr(F, key))
        except ValueError:  # written in C
            continue
        known = [n for n in found.parameters if n not in ("input", "_stacklevel", "dtype")]
        assert names.split() == known, key


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS)
def test_a_class_takes_what_that_of_torch_takes(name: str, args: Any, kwargs: Any) -> None:
    theirs = quiet(getattr(nn, name), *args, **kwargs).eval()
    ours = getattr(mt, name)(*args, **kwargs).eval()
    assert isinstance(ours, getattr(mt, name))
    torch.testing.assert_close(ours(X), quiet(theirs, X.clone()))
    for twin in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert torch.equal(twin(X), ours(X))
        assert repr(twin) == repr(ours)
    for attribute in CLASSES.get(ours.activation.key, "").split():
        value = getattr(theirs, attribute, None)
        if value is not None and attribute not in ("inplace", "threshold"):
            assert getattr(ours, attribute) == value
    assert ours.inplace is False or "inplace" not in CLASSES[ours.activation.key]
    theirs.load_state_dict(ours.state_dict())
    ours.load_state_dict(theirs.state_dict())
    shapes = [{n: tuple(v.shape) for n, v in m.state_dict().items()} for m in (ours, theirs)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("name", "args", "kwargs"), FUNCTION_CALLS)
def test_a_function_takes_what_that_of_torch_takes(name: str, args: Any, kwargs: Any) -> None:
    ours, theirs = getattr(mt, name), getattr(F, name)
    expected = theirs(X.clone(), *args, **kwargs)
    torch.testing.assert_close(ours(X, *args, **kwargs), expected)
    torch.testing.assert_close(ours(input=X, **named(name, args, kwargs)), expected)


def named(name: str, args: Any, kwargs: Any) -> dict[str, Any]:
    """All arguments by name."""
    return {**dict(zip(FUNCTIONS[name].split(), args, strict=False)), **kwargs}


@pytest.mark.parametrize("name", multiact.names())
def test_every_activation_takes_inplace_and_leaves_its_input(name: str) -> None:
    """What builders of layers pass to whatever class they are given."""
    act = multiact.get(name)
    needed = {n: 4 for n, size in act.sizes.items() if size is None}
    x = torch.linspace(-1, 1, 4 * 4 * 4 * 4).reshape(4, 4, 4, 4)
    before = x.clone()
    made = getattr(mt, act.name)(**needed, inplace=True).eval()
    torch.manual_seed(0)
    y = made(*[x] * (2 if act.kind == "pair" else 1))
    assert torch.equal(x, before)
    assert y.data_ptr() != x.data_ptr()


def test_the_threshold_of_softplus_is_used_only_if_it_is_given() -> None:
    x = torch.tensor([25.0], dtype=torch.float64)
    assert mt.Softplus(1, 20)(x) == nn.Softplus(1, 20)(x) == 25
    exact = 25 + 1.3887943864771144e-11  # log1p(exp(-25))
    assert mt.Softplus()(x).item() == exact


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 3, 4), (2, 0)])
def test_one_slope_fits_any_input(shape: tuple[int, ...]) -> None:
    x = torch.linspace(-1, 1, 24)[: int(np.prod(shape))].reshape(shape).requires_grad_()
    results = []
    for made in (mt.PReLU(), nn.PReLU()):
        y = made(x)
        gradients = torch.autograd.grad(y.sum(), (x, made.weight))
        results.append((y, *gradients))
        assert y.shape == shape
        assert made.weight.shape == gradients[1].shape == (1,)
    torch.testing.assert_close(*results)
    second = torch.func.vmap(mt.PReLU())(x[None])
    assert second.shape == (1, *shape)


def test_slopes_meet_the_channels_not_the_last_axis() -> None:
    """Images of 3 x 3 with 3 channels: by broadcasting the slopes would meet the columns."""
    x, weight = -torch.rand(2, 3, 3, 3), torch.tensor([0.1, 0.2, 0.3])
    torch.testing.assert_close(mt.prelu(x, weight), F.prelu(x, weight))
    with pytest.raises(ValueError, match=r"prelu: 3 slopes need an axis 1 of 3 channels"):
        mt.prelu(x[0, 0, 0], weight)
    with pytest.raises(RuntimeError):
        F.prelu(x[0, 0, 0], weight)


NUMBERS = [
    np.float16(0.5),
    np.float32(0.5),
    np.float64(0.5),
    np.longdouble(0.5),
    np.asarray(0.5, np.float32),
    Fraction(1, 2),
    Decimal("0.5"),
    torch.tensor(0.5),
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda v: type(v).__name__)
def test_a_number_of_any_type_is_a_number(number: Any) -> None:
    made = mt.LeakyReLU(number)
    assert repr(made) == "LeakyReLU(negative_slope=0.5, learnable=())"
    assert made.state_dict() == {}
    assert mt.leaky_relu(torch.tensor(-1.0), number) == -0.5
    nan = type(number)("nan") if isinstance(number, (np.generic, Decimal)) else np.asarray(np.nan)
    with pytest.raises(ValueError, match=r"negative_slope must be a finite number, got"):
        mt.LeakyReLU(nan)
    weights = mt.lin_comb(X, [number, 0, Fraction(0), Decimal(0)])
    torch.testing.assert_close(weights, mt.lin_comb(X, [0.5, 0.0, 0.0, 0.0]))


def test_parameters_are_reset() -> None:
    with torch.device("meta"):
        net = nn.Sequential(mt.PReLU(3, 0.5), mt.STAF(), mt.Swish(1.5, learnable=("beta",)))
    net.to_empty(device="cpu")
    for v in net.parameters():
        nn.init.constant_(v, 7.0)
    torch.manual_seed(0)
    for module in net:
        module.reset_parameters()
    assert net[0].weight.tolist() == [0.5] * 3
    assert net[2].beta.item() == 1.5
    torch.manual_seed(0)
    expected = mt.STAF()
    assert all(map(torch.equal, net[1].parameters(), expected.parameters()))
    fixed = mt.LinComb(weights=[1, 2, 3, 4], learnable=())
    fixed.weights.zero_()
    fixed.reset_parameters()
    assert fixed.weights.tolist() == [1, 2, 3, 4]
    assert pickle.loads(pickle.dumps(fixed)).weights.tolist() == [1, 2, 3, 4]


def test_settings_are_attributes() -> None:
    assert mt.Softmax(dim=1).dim == mt.Softmax(1).axis == 1
    assert mt.Maxout(3).size == 3
    with pytest.raises(AttributeError, match="no attribute 'dim'"):
        _ = mt.Maxout(3).dim
    assert repr(mt.GELU("tanh")) == "GELUTanh(learnable=())"


def test_what_script_cannot_compile() -> None:
    for thing in (mt.gelu, nn.Sequential(nn.Linear(2, 2), mt.GELU())):
        with pytest.raises(NotImplementedError, match=r"torch.jit.script .* use torch.compile"):
            quiet(torch.jit.script, thing)


def test_a_first_call_inside_torch_compile() -> None:
    """Nothing was called before: no cached property is left for the compiler to compute."""
    fresh = multiact.get({"name": "hardtanh", "max_val": 2.5})
    function = mt.function(fresh)
    torch._dynamo.reset()
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(X), X.clamp(-1, 2.5))
