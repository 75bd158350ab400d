"""Running statistics: measured in training, followed, and used in evaluation."""

from __future__ import annotations

import copy
from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

from multiact import checkpoints
from tests.helpers import processes
from tests.oracle import ORACLE

X = np.random.default_rng(0).normal(size=(6, 3)) * [1.0, 2.0, 0.5] + [0.0, 1.0, -2.0]
ALPHA = np.asarray([0.25, -0.5, 1.0])
MEAN, VARIANCE = X.mean(axis=0), X.var(axis=0)
CLOSE = {"rtol": 1e-11, "atol": 1e-13}


def dice(x: np.ndarray, mean: Any, variance: Any, alpha: Any = ALPHA) -> np.ndarray:
    """By the definition."""
    return np.asarray([[float(v) for v in ORACLE["dice"](r, alpha, mean, variance)] for r in x])


def followed(steps: int, momentum: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance after so many batches, from 0 and 1."""
    left = (1 - momentum) ** steps
    return MEAN * (1 - left), VARIANCE * (1 - left) + left


def test_functions_take_them_or_measure_the_batch() -> None:
    np.testing.assert_allclose(mn.dice(X, ALPHA), dice(X, MEAN, VARIANCE), **CLOSE)
    given = mn.dice(X, ALPHA, np.zeros(3), np.ones(3))
    np.testing.assert_allclose(given, dice(X, np.zeros(3), np.ones(3)), **CLOSE)
    some = mn.dice(X, ALPHA, running_var=np.ones(3))
    np.testing.assert_allclose(some, dice(X, MEAN, np.ones(3)), **CLOSE)
    images = np.moveaxis(np.stack([X, 2 * X]), -1, 1)[..., None]  # 2, 3, 6, 1
    flat = np.concatenate([X, 2 * X])
    expected = dice(flat, flat.mean(axis=0), flat.var(axis=0))
    got = np.moveaxis(mn.dice(images, ALPHA)[..., 0], 1, -1).reshape(-1, 3)
    np.testing.assert_allclose(got, expected, **CLOSE)


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.tensor(X)
    module = mt.Dice(3, alpha=ALPHA.tolist(), dtype=torch.float64)
    assert set(dict(module.named_buffers())) == {"running_mean", "running_var"}
    assert set(dict(module.named_parameters())) == {"alpha"}
    compiled = torch.compile(copy.deepcopy(module), fullgraph=True)
    for step in (1, 2):
        for call in (module, compiled):
            np.testing.assert_allclose(call(x).detach(), dice(X, MEAN, VARIANCE), **CLOSE)
            np.testing.assert_allclose(call.running_mean, followed(step)[0], **CLOSE)
            np.testing.assert_allclose(call.running_var, followed(step)[1], **CLOSE)
    module.eval()
    np.testing.assert_allclose(module(x).detach(), dice(X, *followed(2)), **CLOSE)
    np.testing.assert_allclose(module.running_mean, followed(2)[0], **CLOSE)
    again = mt.Dice(3, dtype=torch.float64)
    again.load_state_dict(module.state_dict())
    np.testing.assert_array_equal(again.eval()(x).detach(), module(x).detach())
    quick = mt.Dice(3, momentum=0.5, dtype=torch.float64)
    quick(x)
    np.testing.assert_allclose(quick.running_mean, followed(1, 0.5)[0], **CLOSE)
    with pytest.raises(ValueError, match="must have shape"):
        quick(torch.ones(2, 4, dtype=torch.float64))
    np.testing.assert_allclose(quick.running_mean, followed(1, 0.5)[0], **CLOSE)  # as it was


def test_slopes_go_through_the_statistics_in_training() -> None:
    torch = pytest.importorskip("torch")
    module = pytest.importorskip("multiact_torch").Dice(3, dtype=torch.float64)
    assert torch.autograd.gradcheck(module, torch.tensor(X, requires_grad=True))
    step = 1e-6
    moved = X.copy()
    moved[0, 0] += step
    change = (mn.dice(moved, np.zeros(3)) - mn.dice(X, np.zeros(3)))[1, 0] / step
    assert abs(change) > 1e-3  # one element moves the others


def test_nnx() -> None:
    jax, nnx = pytest.importorskip("jax"), pytest.importorskip("flax.nnx")
    mf = pytest.importorskip("multiact_flax")
    with jax.enable_x64(True):
        x = jax.numpy.asarray(X)
        module = mf.Dice(3, alpha=jax.numpy.asarray(ALPHA), param_dtype="float64")
        assert isinstance(module.running_mean, nnx.BatchStat)
        call = nnx.jit(lambda m, x: m(x))
        for step, run in ((1, module), (2, lambda x: call(module, x))):
            np.testing.assert_allclose(run(x), dice(X, MEAN, VARIANCE), **CLOSE)
            np.testing.assert_allclose(module.running_mean[...], followed(step)[0], **CLOSE)
            np.testing.assert_allclose(module.running_var[...], followed(step)[1], **CLOSE)
        expected = dice(X, *followed(2))
        np.testing.assert_allclose(module(x, use_running_average=True), expected, **CLOSE)
        module.eval()
        np.testing.assert_allclose(module(x), expected, **CLOSE)
        np.testing.assert_allclose(module.running_mean[...], followed(2)[0], **CLOSE)


def test_linen() -> None:
    jax = pytest.importorskip("jax")
    linen = pytest.importorskip("multiact_flax.linen")
    with jax.enable_x64(True):
        x = jax.numpy.asarray(X)
        module = linen.Dice(3, alpha=jax.numpy.asarray(ALPHA), param_dtype="float64")
        variables = module.init(jax.random.key(0), x)
        assert variables["batch_stats"].keys() == {"running_mean", "running_var"}
        np.testing.assert_array_equal(variables["batch_stats"]["running_mean"], 0)
        for step in (1, 2):
            y, new = module.apply(variables, x, mutable=["batch_stats"])
            variables = {**variables, **new}
            np.testing.assert_allclose(y, dice(X, MEAN, VARIANCE), **CLOSE)
            mean = variables["batch_stats"]["running_mean"]
            np.testing.assert_allclose(mean, followed(step)[0], **CLOSE)
        np.testing.assert_allclose(module.apply(variables, x), dice(X, *followed(2)), **CLOSE)


def test_files_carry_them(tmp_path: Any) -> None:
    """From torch to nnx and linen and back."""
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax")
    pytest.importorskip("safetensors")
    mt, mf = pytest.importorskip("multiact_torch"), pytest.importorskip("multiact_flax")
    linen = pytest.importorskip("multiact_flax.linen")
    first = mt.Dice(3)
    first(torch.tensor(X, dtype=torch.float32))
    file = tmp_path / "dice.safetensors"
    checkpoints.write(dict(first.state_dict()), file)
    second = mf.Dice(3)
    mf.load(second, file)
    np.testing.assert_array_equal(second.running_var[...], first.running_var)
    x = np.ones((2, 3), "float32")
    third = linen.load(linen.Dice(3).init(jax.random.key(0), x), file)
    np.testing.assert_array_equal(third["batch_stats"]["running_mean"], first.running_mean)
    mf.save(second, file)
    fourth = mt.Dice(3)
    fourth.load_state_dict({n: torch.tensor(v) for n, v in checkpoints.read(file).items()})
    np.testing.assert_array_equal(fourth.running_mean, first.running_mean)


def test_a_first_call_may_be_compiled() -> None:
    """In a new process: nothing that a call looks up waits to be computed."""
    pytest.importorskip("torch")
    code = (
        "import torch, multiact_torch as mt\n"
        "print(torch.compile(mt.Dice(3), fullgraph=True)(torch.ones(4, 3)).shape)\n"
        "print(torch.compile(mt.RReLU(), fullgraph=True)(torch.ones(4, 3)).shape)"
    )
    out, _ = processes.finished(processes.python("-c", code))
    assert out.split("\n")[:2] == ["torch.Size([4, 3])"] * 2
