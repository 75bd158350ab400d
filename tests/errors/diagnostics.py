"""Wrong calls of diagnostics."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from typing import Any

import numpy as np

from multiact import diagnostics
from multiact.cli.console import UsageError
from multiact.diagnostics import DeadUnits, Distribution, Histogram, Saturation, born_dead
from multiact.diagnostics.layers import inputs_of, select
from multiact.diagnostics.pictures import by_layer, picture_of_histograms
from tests.errors import Case, Place
from tests.errors.outside import command, library


def grown() -> None:
    """Add a layer that has other units than before."""
    units = DeadUnits()
    units.add("act1", np.ones((3, 4)))
    units.add("act1", np.ones((3, 5)))


def column(of: Any, name: str) -> Any:
    """Take a column of a table, of two units."""
    of.add("act1", np.full((1, 2), np.nan))
    return by_layer(of.result(), name)


ACCUMULATORS = [
    ("tolerance", lambda _: DeadUnits(-1.0), ValueError, ("tolerance must be 0 or more", "-1.0")),
    ("threshold", lambda _: Saturation(0.0), ValueError, ("threshold must be positive", "0.0")),
    ("bins", lambda _: Histogram(100), ValueError, ("bins must be a power of two", "100")),
    ("quantile", lambda _: Distribution(np.ones(4, int), 1.0, 0).quantile(5.0), ValueError, ("quantile of 5.0", "4 finite values")),
    ("empty", lambda _: DeadUnits().add("act1", np.ones((0, 5))), ValueError, ("shape (0, 5) has no elements",)),
    ("axis", lambda _: DeadUnits().add("act1", np.ones((2, 5)), axis=2), ValueError, ("one of the 2 axes", "got 2")),
    ("units", lambda _: grown(), ValueError, ("act1: 5 units here, and 4 before",)),
    ("depth", lambda _: born_dead(0, 3), ValueError, ("depth must be 1 or more", "0")),
    ("bias", lambda _: born_dead(1, 3, bias_variance=-1.0), ValueError, ("bias_variance must be 0 or more", "-1.0")),
    ("inputs", lambda _: born_dead(1, 3, inputs=[1.0]), ValueError, ("(count, features)", "(1,)")),
    ("text", lambda _: select({"act1": 1}, "act1", bool), TypeError, ("layers must be a list of names", "['act1']")),
    ("layer", lambda _: select({"act1": 1}, ["act2"], bool), LookupError, ("no layer 'act2'", "did you mean 'act1'")),
    ("none", lambda _: select({"dense1": 0}, None, bool), LookupError, ("no activation that is a module", "'dense1'")),
    ("model", lambda _: diagnostics.norms(3, [np.ones(2)]), TypeError, ("a module of torch or nnx", "int")),
    ("accumulator", lambda _: diagnostics.observe(3, [np.ones(2)], DeadUnits), TypeError, ("accumulators: expected DeadUnits()", "got <class")),
    ("accumulators", lambda _: diagnostics.observe(3, [np.ones(2)], [DeadUnits()]), TypeError, ("an object such as DeadUnits()", "got [")),
    ("column", lambda _: column(DeadUnits(), "shares"), LookupError, ("no column 'shares'", "did you mean 'share'")),
    ("words", lambda _: column(Saturation(), "note"), TypeError, ("note of act1", "no numbers to draw")),
    ("no layers", lambda _: picture_of_histograms({}), ValueError, ("results must have one layer or more",)),
    ("no batch", lambda _: [*inputs_of([])], ValueError, ("batches has no batch",)),
]  # fmt: skip


class _Parts:
    """Models of torch, made when they are needed."""

    def __init__(self) -> None:
        import torch

        self.nn, self.ones = torch.nn, torch.ones

    def frozen(self) -> Any:
        """A layer that is not trained."""
        return self.nn.Sequential(self.nn.Linear(2, 2), self.nn.ReLU()).requires_grad_(False)

    def uncalled(self) -> Any:
        """A module whose activation is never called."""
        net = self.nn.Linear(2, 2)
        net.act = self.nn.ReLU()
        return net

    def recurrent(self) -> Any:
        """A module that gives a tuple."""
        return self.nn.LSTM(2, 2)


def torch_(function: str, model: str, *more: Any, **options: Any) -> Any:
    """Call a function with a model of torch."""
    parts = _Parts()
    batches = more or ([parts.ones(1, 2)],)
    return getattr(diagnostics, function)(getattr(parts, model)(), *batches, **options)


def trained(loss: Any, batch: Any = None) -> Any:
    """Measure gradients of a torch model."""
    parts = _Parts()
    net = parts.nn.Sequential(parts.nn.Linear(2, 2), parts.nn.ReLU())
    return diagnostics.gradients(net, [batch or (parts.ones(1, 2), parts.ones(1, 2))], loss)


TORCH = [
    ("frozen", lambda _: torch_("gradients", "frozen", [], None), ValueError, ("no parameter of Sequential requires a gradient",)),
    ("uncalled", lambda _: torch_("dead_units", "uncalled"), LookupError, ("called none of the layers 'act'",)),
    ("tuple", lambda _: torch_("dead_units", "recurrent", layers=["LSTM"]), TypeError, ("layer 'LSTM' gives a tuple", "leave it out")),
    ("loss", lambda _: trained(lambda y, _: y), ValueError, ("loss must return one number", "(1, 2)")),
    ("pair", lambda _: trained(None, [1, 2, 3]), TypeError, ("a batch must be (inputs, targets)", "list")),
]  # fmt: skip


def flax_(loss: Any = None) -> Any:
    """Look at an nnx model whose only layer gives a tuple, or take gradients of a loss."""
    from flax import nnx

    class Twice(nnx.Module):
        def __call__(self, x: Any) -> Any:
            return x, x

    x = np.ones((1, 2), np.float32)
    if loss is None:
        return diagnostics.dead_units(Twice(), x, layers=["Twice"])
    net = nnx.Sequential(library("flax").ReLU())
    return diagnostics.gradients(net, [(x, x)], loss)


FLAX = [
    ("nnx tuple", lambda _: flax_(), TypeError, ("layer 'Twice' gives a tuple", "leave it out")),
    ("nnx loss", lambda _: flax_(lambda y, _: y), ValueError, ("loss must return one number", "(1, 2)")),
]  # fmt: skip


def inspected(place: Place, model: str, shape: tuple[int, ...] = (3, 2), *more: str) -> Any:
    """Run `multiact inspect` on a file."""
    (place.folder / "model.py").write_text(
        "number = 3\ndef make():\n    raise ValueError('mine')\n"
    )
    np.save(place.folder / "x.npy", np.ones(shape))
    return command(
        "inspect", f"{place.folder}/model.py:{model}", "--inputs", f"{place.folder}/x.npy", *more
    )


INSPECT = [
    ("batch", lambda p: inspected(p, "number", (3, 2), "--batch", "0"), UsageError, ("--batch must be 1 or more", "0")),
    ("shape", lambda p: inspected(p, "number", (3,)), UsageError, ("two axes or more", "(3,)")),
    ("no model", lambda p: inspected(p, "number"), UsageError, ("model.py:number is not a model",)),
    ("raises", lambda p: inspected(p, "make"), UsageError, ("mine",)),
    ("no file", lambda p: command("inspect", "m:n", "--inputs", f"{p.folder}/none.npy"), UsageError, ("--inputs:", "none.npy")),
]  # fmt: skip

CASES = [
    *(Case(f"diagnostics: {label}", *rest) for label, *rest in ACCUMULATORS),
    *(Case(f"diagnostics of torch: {label}", *rest, "torch") for label, *rest in TORCH),
    *(Case(f"diagnostics of flax: {label}", *rest, "flax") for label, *rest in FLAX),
    *(Case(f"inspect: {label}", *rest) for label, *rest in INSPECT),
]
