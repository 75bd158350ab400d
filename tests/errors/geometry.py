"""Wrong calls of geometry."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from typing import Any

import numpy as np

from multiact.geometry import (
    Landscape,
    hessian,
    interpolate,
    kernel,
    landscape,
    random_directions,
    spectrum,
    stability,
    top_eigenvalues,
    trace,
)
from multiact.geometry.pictures import draw_lines, picture_of_plane
from multiact.geometry.problem import pairs
from tests.errors import Case
from tests.errors.core import declare
from tests.errors.outside import library
from tests.geometry.quadratic import Quadratic

ROUND = Quadratic(np.eye(3))
HOLLOW = Quadratic(np.full((3, 3), np.nan))

PLANE, LINE = (Landscape(np.arange(2.0), np.ones((2,) * n)) for n in (2, 1))

CALLS = [
    ("not finite", lambda _: hessian(HOLLOW), ValueError, ("second derivatives", "not finite")),
    ("steps", lambda _: spectrum(ROUND, steps=0), ValueError, ("steps must be 1 or more", "got 0")),
    ("products", lambda _: trace(ROUND, products=5), ValueError, ("products must be 6 or more", "got 5")),
    ("probes", lambda _: stability(ROUND, probes=0), ValueError, ("probes must be 1 or more", "got 0")),
    ("directions", lambda _: landscape(ROUND, np.ones(3)), ValueError, ("directions must have the shape (1, 3) or (2, 3)", "got (3,)")),
    ("count", lambda _: random_directions(ROUND, 0), ValueError, ("count must be 1 or more", "got 0")),
    ("points", lambda _: landscape(ROUND, np.ones((1, 3)), points=1), ValueError, ("points must be 2 or more", "got 1")),
    ("weights", lambda _: interpolate(ROUND, np.ones(3), np.ones(2)), ValueError, ("b must have the shape (3,)", "got (2,)")),
    ("depth", lambda _: kernel("relu", 0), ValueError, ("depth must be 1 or more", "got 0")),
    ("nothing", lambda _: kernel(declare("0 * x"), 1), ValueError, ("planted is zero everywhere", "no kernel")),
    ("plane", lambda _: draw_lines(None, {"relu": PLANE}), ValueError, ("'relu' is a plane, of shape (2, 2)", "not a line")),
    ("line", lambda _: picture_of_plane(LINE), ValueError, ("is a line, of shape (2,)", "not a plane")),
    ("no pair", lambda _: pairs([np.ones(3)]), TypeError, ("batch 0 must be a pair", "got a ndarray")),
    ("triple", lambda _: pairs([(1, 2), (1, 2, 3)]), TypeError, ("batch 1 must be a pair", "got a tuple of 3")),
    ("no batches", lambda _: pairs([]), ValueError, ("batches must have one pair", "none")),
]  # fmt: skip


def no_parameters() -> Any:
    """A flax module that has none."""
    from flax import nnx

    return library("flax").problem(nnx.Sequential(), None, [])


def frozen() -> Any:
    """A module that requires no gradient."""
    from torch import nn

    return library("torch").problem(nn.Linear(2, 3).requires_grad_(False), None, [])


MODELS = [
    ("scipy", "k", lambda _: top_eigenvalues(ROUND, 4), ValueError, ("k must be from 1 to the number of weights, 3", "got 4")),
    ("torch", "no module", lambda _: library("torch").problem("relu", None, []), TypeError, ("model must be a module", "got str")),
    ("torch", "frozen", lambda _: frozen(), ValueError, ("Linear has no parameter that requires a gradient",)),
    ("flax", "neither", lambda _: library("flax").problem("relu", None, []), TypeError, ("model must be an nnx module, or a linen module with its variables", "got str")),
    ("flax", "no parameters", lambda _: no_parameters(), ValueError, ("model has no parameters",)),
]  # fmt: skip

CASES = [
    *(Case(f"geometry: {label}", *rest) for label, *rest in CALLS),
    *(Case(f"problem: {label}", *rest, needs) for needs, label, *rest in MODELS),
]
