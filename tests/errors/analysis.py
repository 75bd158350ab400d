"""Wrong calls of what is computed from a formula: gains, integrals, initial weights, pictures."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import multiact
from multiact.analysis import dual_kernel, edge_of_chaos, propagation
from multiact.analysis.quadrature import NotIntegrableError, mean_square
from multiact.analysis.variance import fan_gain
from multiact.plotting import plot, plot_surface
from tests.errors import Case, Place
from tests.errors.core import X, declare
from tests.errors.outside import library


def gain_of(body: str, mode: str = "forward") -> float:
    """The gain of a formula from text."""
    return multiact.gain(declare(body), mode=mode)


GAINS = [
    ("mode", lambda _: multiact.gain("relu", mode="forwards"), ValueError, ("mode must be one of forward, backward", "'forwards'")),
    ("fan", lambda _: fan_gain("relu", "fan_avg"), ValueError, ("mode must be one of fan_in, fan_out", "'fan_avg'")),
    ("whole", lambda _: multiact.gain("softmax"), TypeError, ("softmax mixes the elements",)),
    ("channels", lambda _: multiact.gain("talu", alpha=[1.0, 2.0]), TypeError, ("talu: alpha must be one number", "(2,)")),
    ("random", lambda _: multiact.gain("staf"), TypeError, ("staf: amplitude starts at random", "amplitude=[...]")),
    ("flat", lambda _: gain_of("xp.where(x > 0, 1.0, 2.0)", "backward"), ValueError, ("planted has no backward gain", "slope is zero")),
    ("pole", lambda _: gain_of("1 / x"), ValueError, ("planted has no forward gain", "value", "near x = ")),
]  # fmt: skip

INTEGRALS = [
    ("grows", lambda _: mean_square(lambda x: np.exp(x * x / 4)), NotIntegrableError, ("grows so fast",)),
    ("diverges", lambda _: mean_square(lambda x: np.abs(x) ** -0.5), NotIntegrableError, ("infinite, or not found", "near x = ")),
    ("undefined", lambda _: mean_square(lambda x: np.where(x > 0.5, np.nan, x)), NotIntegrableError, ("not finite at x = 0.5",)),
]  # fmt: skip


def exp_square() -> Any:
    """An activation whose mean square is infinite."""
    return declare("xp.exp(x * x)", name="exp_square")


FIELDS = [
    ("kernel of a gate", lambda _: dual_kernel("swiglu"), TypeError, ("swiglu is no function of one element", "no dual kernel")),
    ("variance", lambda _: dual_kernel("relu", variance=0.0), ValueError, ("variance must be positive", "0.0")),
    ("infinite kernel", lambda _: dual_kernel(exp_square()), ValueError, ("exp_square has no dual kernel", "not finite at x")),
    ("correlation", lambda _: dual_kernel("relu")(1.5), ValueError, ("correlation must be from -1 to 1", "1.5")),
    ("field of a gate", lambda _: propagation("swiglu", 1.0), TypeError, ("swiglu is no function of one element", "no mean field")),
    ("weights", lambda _: propagation("relu", 0.0), ValueError, ("weight_variance must be positive", "got 0.0 and 0.0")),
    ("diverges", lambda _: propagation("relu", 3.0), ValueError, ("relu: with weight_variance=3.0", "mapped to itself")),
    ("length", lambda _: edge_of_chaos("relu", [0.0]), ValueError, ("lengths must be positive", "0.0")),
]  # fmt: skip


def lazy() -> Any:
    """Give a layer weights that has no shape yet."""
    from torch import nn

    return library("torch").init_(nn.LazyLinear(3), "relu")


def no_layer() -> Any:
    """Give weights to a module that has none."""
    from torch import nn

    return library("torch").init_(nn.Sequential(), "relu")


WEIGHTS = [
    ("torch", "torch distribution", lambda _: library("torch").init_(X, "relu", distribution="gaussian"), ValueError, ("distribution must be one of normal, uniform", "'gaussian'")),
    ("torch", "target", lambda _: library("torch").init_(X, "relu"), TypeError, ("target must be a tensor or a module", "ndarray")),
    ("torch", "no layer", lambda _: no_layer(), ValueError, ("Sequential has no layer", "Linear, Conv1d")),
    ("torch", "lazy", lambda _: lazy(), ValueError, ("LazyLinear has no shape yet", "run the module once")),
    ("flax", "flax distribution", lambda _: library("flax").initializer("relu", distribution="gaussian"), ValueError, ("distribution must be one of truncated_normal, normal, uniform", "'gaussian'")),
]  # fmt: skip


def without_matplotlib(place: Place) -> Any:
    """Draw where matplotlib cannot be imported."""
    place.patch.setitem(sys.modules, "matplotlib.figure", None)
    return plot("relu")


def flat_only() -> Any:
    """An activation that takes arrays of two axes alone."""
    body = "xp.sort(x) if x.ndim == 2 else xp.broadcast_to(x, (2, 2))"
    return declare(body, name="flat_only", kind="layer")


PICTURES = [
    ("order", lambda _: plot("relu", derivatives=-1), ValueError, ("derivatives must be 0 or more", "-1")),
    ("interval", lambda _: plot("relu", interval=(1.0, 1.0)), ValueError, ("interval must be two finite numbers in order", "(1.0, 1.0)")),
    ("square", lambda _: plot_surface("relu", interval=(2.0, 1.0)), ValueError, ("interval must be two finite numbers in order", "(2.0, 1.0)")),
    ("nothing", lambda _: plot([]), ValueError, ("specs must name one activation or more", "[]")),
    ("seeds", lambda _: plot("relu", seeds=0), ValueError, ("seeds must be 1 or more", "0")),
    ("whole", lambda _: plot(flat_only()), TypeError, ("flat_only cannot be drawn", "(1, 6, 6, 6)", "shape")),
    ("matplotlib", without_matplotlib, ImportError, ("matplotlib is not installed", "pip install 'multiact[plot]'")),
]  # fmt: skip

CASES = [
    *(Case(f"gain: {label}", *rest) for label, *rest in GAINS),
    *(Case(f"field: {label}", *rest) for label, *rest in FIELDS),
    *(Case(f"integral: {label}", *rest) for label, *rest in INTEGRALS),
    *(Case(f"weights: {label}", *rest, needs) for needs, label, *rest in WEIGHTS),
    *(Case(f"picture: {label}", *rest) for label, *rest in PICTURES),
]
