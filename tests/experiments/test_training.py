"""Training: the same numbers in both frameworks, in any company, and after a stop."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from multiact.adapters.frameworks import part
from multiact.experiments import Dataset, Recipe, Run, Split, grid, mlp, results, start, train
from multiact.experiments import training as module
from multiact.experiments.architectures import convolutional, residual, transformer
from multiact.experiments.store import Place, missing
from multiact.experiments.training import Task, fit
from tests.helpers.registered import temporary_registrations

pytest.importorskip("torch")
pytest.importorskip("safetensors")

SGD = Recipe(epochs=2, batch_size=8, optimizer="sgd", rate=0.05, momentum=0.8, schedule="constant")
ADAM = replace(SGD, optimizer="adam", rate=3e-3, momentum=0.0, schedule="linear")


def made(count=44, features=6, classes=3, shape=None, train=30) -> Dataset:
    """Classes that a plane separates, with images or rows of numbers."""
    random = np.random.default_rng(1)
    x = random.standard_normal((count, *(shape or (features,)))).astype(np.float32)
    y = x.reshape(count, -1)[:, :classes].argmax(1).astype(np.int64)
    names = tuple(map(str, range(classes)))
    return Dataset(
        "made", "here", Split(x[:train], y[:train]), Split(x[train:], y[train:]), 0.0, 1.0, names
    )


def trained(task, data, rates, seeds, backend="torch"):
    """Losses, norms and scores of every epoch, and the last state."""
    rows = []
    for _, losses, norms, scores, stack in fit(task, data, rates, seeds, backend):  # noqa: B007
        rows.append(np.stack([losses, norms, scores.loss, scores.accuracy, scores.dead]))
    return np.stack(rows), stack.arrays()


@pytest.mark.parametrize("activation", ["relu", "prelu", "swiglu", "snake"])
@pytest.mark.parametrize("recipe", [SGD, ADAM], ids=["sgd", "adam"])
def test_a_run_does_not_depend_on_its_company(activation, recipe):
    """With an odd number of outputs, and rows in the last batch and in the test."""
    task = Task(mlp([8, 32, 64, 5], activation), recipe, True)
    data, rates, seeds = made(60 + 359, 8, 5, train=61), [0.05, 0.01, 0.02], [3, 4, 5]
    assert part("torch", "_train").stackable(task.network)
    together, states = trained(task, data, rates, seeds)
    for i in range(3):
        alone, (state,) = trained(task, data, rates[i : i + 1], seeds[i : i + 1])
        np.testing.assert_array_equal(alone[..., 0], together[..., i])
        for name, array in state.items():
            np.testing.assert_array_equal(array, states[i][name], name)


@pytest.mark.parametrize("recipe", [SGD, ADAM], ids=["sgd", "adam"])
def test_the_steps_are_those_of_torch(recipe):
    import torch

    network = mlp([6, 5, 3], "tanh")
    data = made()
    _, (state,) = trained(Task(network, recipe, True), data, [recipe.rate], [7])
    model = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
    begun = start(network, 7).values()
    named = zip(model.state_dict(), map(torch.tensor, begun), strict=True)
    model.load_state_dict(dict(named))
    parameters, rate = model.parameters(), recipe.rate
    optimizer: torch.optim.Optimizer = torch.optim.Adam(parameters, lr=rate)
    if recipe is SGD:
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.8)
    x, y = torch.from_numpy(data.train.inputs), torch.from_numpy(data.train.targets)
    for epoch in range(2):
        order = np.random.default_rng((7, epoch)).permutation(30)
        for step, first in enumerate(range(0, 30, 8)):
            rows = order[first : first + 8]
            for group in optimizer.param_groups:
                group["lr"] = rate * (1 - (4 * epoch + step) / 8 if recipe is ADAM else 1)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    # rounding of float32 over eight steps; Adam divides by roots that start near 0
    for expected, name in zip(model.state_dict().values(), start(network, 7), strict=True):
        np.testing.assert_allclose(state[name], expected.numpy(), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("backend", ["torch", "flax"])
def test_numbers_of_an_epoch_are_what_they_say(backend):
    pytest.importorskip(backend)
    task = Task(mlp([6, 5, 3], "relu"), replace(SGD, epochs=1), True)
    data = made()
    rows, (state,) = trained(task, data, [0.05], [0], backend)
    x, y = data.test.inputs, data.test.targets
    hidden = np.maximum(x @ state["dense1.weight"].T + state["dense1.bias"], 0)
    logits = hidden @ state["dense2.weight"].T + state["dense2.bias"]
    log = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    _, norm, loss, accuracy, dead = rows[0, :, 0]
    assert loss == pytest.approx(-log[np.arange(len(y)), y].mean(), rel=1e-5)
    assert accuracy == pytest.approx((logits.argmax(1) == y).mean())
    assert dead == pytest.approx((hidden.min(0) == hidden.max(0)).mean())
    assert norm > 0


def made_text(count=24, positions=5, symbols=7) -> Dataset:
    """Texts in which each character follows from the one before it."""
    random = np.random.default_rng(1)
    numbers = (random.integers(0, symbols, (count, 1)) + 2 * np.arange(positions + 1)) % symbols
    names = tuple(map(str, range(symbols)))
    x, y = numbers[:, :-1].astype(np.int64), numbers[:, 1:].astype(np.int64)
    train, test = (Split(x[part], y[part]) for part in (slice(8, None), slice(8)))
    return Dataset("made", "here", train, test, 0.0, 1.0, names, names)


DATA = {
    "convolutions": lambda: made(shape=(8, 8, 2)),
    "residual": lambda: made(shape=(4, 4, 2), train=24),
    "transformer": made_text,
}
NETWORKS = {
    "dense": lambda act: mlp([6, 5, 4, 3], act),
    "tied": lambda act: mlp([6, 5, 4, 3], act, tie=True),
    "convolutions": lambda act: convolutional((8, 8, 2), [3, 4], [5], 3, act),
    "residual": lambda act: residual((4, 4, 2), [8], 3, act),
    "transformer": lambda act: transformer(7, 5, [8, 1, 2], act),
}


@pytest.mark.parametrize(
    ("network", "activation", "recipe"),
    [
        ("dense", "talu", SGD), ("dense", "staf", ADAM), ("tied", "prelu", SGD),
        ("convolutions", "gelu", SGD), ("residual", "prelu", SGD), ("transformer", "swiglu", SGD),
    ],
)  # fmt: skip
def test_flax_learns_what_torch_learns(network, activation, recipe):
    """From the same weights with the same batches; float32's rounding grows a little."""
    pytest.importorskip("flax")
    task = Task(NETWORKS[network](activation), recipe, True)
    data = DATA.get(network, made)()
    ours, states = trained(task, data, [recipe.rate], [2])
    theirs, others = trained(task, data, [recipe.rate], [2], "flax")
    np.testing.assert_allclose(theirs, ours, rtol=2e-5, atol=1e-6)
    assert set(module.weights_of(states[0])) == set(module.weights_of(others[0]))
    for name, array in module.weights_of(states[0]).items():
        np.testing.assert_allclose(others[0][name], array, rtol=1e-4, atol=2e-5, err_msg=name)


def test_a_text_has_the_mean_over_its_positions():
    """The loss and the accuracy of a network that always expects the same character."""
    network = transformer(7, 5, [8, 1, 2], "relu")
    data = made_text()
    state = {n: np.zeros_like(a) for n, a in start(network, 0).items()}
    state["head.bias"][3] = 1
    task = Task(network, replace(SGD, epochs=1), True)
    rows = fit(task, data, [1e-9], [0], "torch", states=[state])
    for _, losses, _, scores, _ in rows:
        for loss, targets in ((losses, data.train.targets), (scores.loss, data.test.targets)):
            assert loss[0] == pytest.approx(np.log(6 + np.e) - (targets == 3).mean(), rel=1e-6)
        assert scores.accuracy[0] == pytest.approx((data.test.targets == 3).mean())


def test_a_text_is_read_from_the_left():
    """What comes after a character has no influence on what is predicted at it."""
    import torch
    from multiact_torch import load as load_weights
    from multiact_torch._experiments import build

    network = transformer(7, 5, [8, 1, 2], "gelu")
    model = build(network).eval()
    load_weights(model, start(network, 0))
    x = torch.tensor([[1, 2, 3, 4, 5], [1, 2, 3, 6, 0]])
    first, second = model(x).detach()
    assert torch.equal(first[:3], second[:3])
    assert not torch.equal(first[3:], second[3:])
    swapped = model(x[:, [1, 0, 2, 3, 4]])[0]
    assert not torch.allclose(first[2], swapped[2])  # the positions count


@pytest.mark.parametrize("name", ["residual", "transformer"])
def test_trained_weights_move_between_the_frameworks(name):
    """The modules of torch, nnx and linen have the names and layouts of the descriptions."""
    nnx = pytest.importorskip("flax.nnx")
    import jax
    import multiact_flax
    import multiact_torch
    import torch
    from multiact_flax._experiments import LinenNetwork, NnxNetwork
    from multiact_torch._experiments import build

    network = residual((4, 4, 2), [8], 3, "prelu")
    if name == "transformer":
        network = transformer(7, 5, [8, 2, 2], "prelu", tie=True)
    state, x = start(network, 3), DATA[name]().test.inputs
    model = build(network).eval()
    multiact_torch.load(model, state)
    assert {*model.state_dict()} - {"mlp2.act.weight"} == {*state}
    images = torch.from_numpy(np.moveaxis(x, -1, 1) if x.ndim == 4 else x)
    expected = model(images).detach().numpy()
    other = NnxNetwork(network, nnx.Rngs(0))
    multiact_flax.load(other, state)
    third = LinenNetwork(network)
    variables = jax.eval_shape(third.init, jax.random.key(0), x)
    loaded = multiact_flax.linen.load(variables, state)
    for outputs in (nnx.jit(other)(x), jax.jit(third.apply)(loaded, x)):
        np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_a_regression_has_half_the_mean_square():
    random = np.random.default_rng(0)
    x = random.standard_normal((20, 2)).astype(np.float32)
    y = (x[:, :1] * x[:, 1:]).astype(np.float32)
    data = Dataset("made", "here", Split(x, y), Split(x, y), 0.0, 1.0)
    task = Task(mlp([2, 8, 1], "sine"), replace(ADAM, epochs=1, rate=1e-9), False)
    for _, losses, _, scores, _ in fit(task, data, [1e-9], [0], "torch"):
        state = start(task.network, 0)
        hidden = np.sin(30 * (x @ state["dense1.weight"].T + state["dense1.bias"]))
        outputs = hidden @ state["dense2.weight"].T + state["dense2.bias"]
        assert scores.accuracy is None
        assert scores.loss[0] == pytest.approx(((outputs - y) ** 2).mean() / 2, rel=1e-4)
        assert losses[0] == pytest.approx(scores.loss[0], rel=1e-3)


def test_starting_weights_depend_on_the_seed_alone():
    first, second = start(mlp([4, 3, 2], "relu"), 5), start(mlp([4, 3, 2], "prelu"), 5)
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
    assert np.abs(first["dense1.weight"]).max() <= 0.5
    assert (first["dense1.weight"] != start(mlp([4, 3, 2], "relu"), 6)["dense1.weight"]).all()


# ---- sweeps

SMALL = Recipe.read("digits").changed({"epochs": 3, "network": "mlp-8", "batch_size": 256})


@pytest.fixture
def small(monkeypatch):
    """Made data in the place of the digits."""
    monkeypatch.setattr(module, "load", lambda _: replace(made(), name="digits"))


def contents(folder):
    """All files of finished runs but those with times."""
    kept = {}
    for path in sorted(folder.rglob("*")):
        if path.name == "done.json":
            final = json.loads(path.read_text())
            kept[path.relative_to(folder)] = {n: v for n, v in final.items() if n != "seconds"}
        elif path.is_file() and path.name != "times.jsonl":
            kept[path.relative_to(folder)] = path.read_bytes()
    return kept


BACKENDS = ["torch", "flax"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_run_that_was_stopped_goes_on(small, monkeypatch, tmp_path, backend):
    """Byte for byte as if it had not been: parameters, momentum, and random numbers."""
    pytest.importorskip(backend)
    runs = grid(["prelu", "rrelu"], SMALL, 2, backend)
    train(runs, tmp_path / "whole")
    monkeypatch.setattr(module, "_SECONDS_BETWEEN", -1)
    append = Place.append

    def stop(place, line, seconds):
        append(place, line, seconds)
        if line["epoch"] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Place, "append", stop)
    with pytest.raises(KeyboardInterrupt):
        train(runs, tmp_path / "stopped")
    monkeypatch.setattr(Place, "append", append)
    assert len(missing(runs, tmp_path / "stopped")) == 4
    train(runs, tmp_path / "stopped")
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")
    assert len(contents(tmp_path / "whole")) == 4 * 4 + 2  # what prelu learned
    for record in results(tmp_path / "whole"):
        first, *_, last = record.learned() or [None] * 2
        if record.run.activation == "prelu":
            assert first == {"epoch": 0, "act1.weight": 0.25}
            assert last == {"epoch": 3, "act1.weight": float(record.weights()["act1.weight"])}


def test_a_run_of_an_older_version_goes_on(tmp_path):
    """It did not note what is learned."""
    place = Place(tmp_path, Run("prelu", SMALL))
    place.open()
    for epoch in (1, 2):
        place.append({"epoch": epoch}, 0.0)
    place.checkpoint(1, {"act1.weight": np.ones(())})
    assert place.open()[0] == 1
    assert [*place.folder.glob("learned*")] == []
    place.learn({"epoch": 2})
    assert place.open()[0] == 1


def test_what_is_finished_is_not_trained_again(small, monkeypatch, tmp_path):
    runs = grid(["relu"], SMALL, 2)
    train(runs, tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(module, "load", None)
    train(runs, tmp_path)
    assert contents(tmp_path) == before


KILLING = """
import os, signal
from pathlib import Path
from multiact import activation

armed = Path({folder!r}, "armed")
if os.getpid() != {parent} and armed.exists():
    armed.unlink()
    os.kill(os.getpid(), signal.SIGKILL)

@activation
def mine(x, /, *, xp):
    return xp.where(x > 0, x, 0.25 * x)
"""


def test_several_processes_make_the_same_files(tmp_path):
    pytest.importorskip("joblib")
    pytest.importorskip("sklearn")
    runs = grid(["relu", "talu"], replace(SMALL, epochs=1), 2)
    train(runs, tmp_path / "one")
    train(runs, tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_killed_worker_is_replaced(tmp_path):
    """The first worker that reads the file dies of it; an activation of a file needs no module."""
    pytest.importorskip("joblib")
    pytest.importorskip("sklearn")
    file = tmp_path / "mine.py"
    file.write_text(KILLING.format(folder=str(tmp_path), parent=os.getpid()))
    runs = grid(["relu", f"{file}:mine"], replace(SMALL, epochs=1), 2)
    with temporary_registrations():
        train(runs, tmp_path / "one")
        (tmp_path / "armed").touch()
        train(runs, tmp_path / "two", workers=2)
    assert not (tmp_path / "armed").exists()
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_results_say_what_they_are_of(small, tmp_path):
    runs = grid(["relu", "celu(alpha=0.5)+tied"], SMALL, 1, rates=[0.01])
    train(runs, tmp_path)
    records = {record.run.activation: record for record in results(tmp_path)}
    assert set(records) == {"relu", "celu(alpha=0.5)+tied"}
    record = records["relu"]
    assert record.run == replace(runs[0], recipe=replace(runs[0].recipe, rates=()))
    assert [line["epoch"] for line in record.epochs] == [1, 2, 3]
    assert record.final["finite"]
    assert record.final["test_accuracy"] == record.epochs[-1]["test_accuracy"]
    assert set(record.weights()) == {"dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"}


def test_a_run_that_diverges_is_kept(small, tmp_path):
    train(grid(["identity"], replace(SMALL, epochs=2), 1, rates=[1e30]), tmp_path)
    (record,) = results(tmp_path)
    assert not record.final["finite"]
    assert record.final["test_loss"] is None


def test_a_changed_formula_is_another_run(tmp_path):
    file = tmp_path / "mine.py"
    text = (
        "from multiact import activation\n@activation\ndef mine(x, /, *, xp):\n    return {} * x\n"
    )
    folders = []
    for factor in (2, 3):
        file.write_text(text.format(factor))
        os.utime(file, (1e9, 1e9))  # in one second, with the same size
        with temporary_registrations():
            folders.append(Run(f"{file}:mine", SMALL).folder)
    assert folders[0] != folders[1]
    assert folders[0].startswith("mine.py_mine-")


def test_a_stack_holds_no_convolutions():
    stackable = part("torch", "_train").stackable
    assert stackable(mlp([4, 3, 4], "prelu"))
    assert not stackable(mlp([4, 3, 2], "prelu"))
    for name in ("rrelu", "staf", "softmax"):
        assert not stackable(mlp([4, 3, 4], name)), name
    assert not stackable(convolutional((8, 8, 1), [2], [3], 2, "relu"))
    assert not stackable(residual((8, 8, 1), [2], 2, "relu"))
    assert not stackable(transformer(4, 4, [4, 1, 1], "relu"))
