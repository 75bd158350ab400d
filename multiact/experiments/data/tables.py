"""Small sets that come with scikit-learn: handwritten digits, and tables of measurements.

A fifth of the examples, chosen once and for all by the seed below, is the test part.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from multiact._adapters import require
from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import Root

NAMES = ("digits", "wine", "breast-cancer", "diabetes")

_SEED = 0
_TEST = 0.2


def load(name: str, root: Root = None) -> Dataset:
    """Load a set of scikit-learn, which needs no folder; see `multiact.experiments.load`."""
    require("sklearn", f"the set {name!r}", "data")
    from sklearn import datasets

    # scaled=True would divide by statistics of the test part, too
    options = {"scaled": False} if name == "diabetes" else {}
    found = getattr(datasets, f"load_{name.replace('-', '_')}")(**options)
    order = np.random.default_rng(_SEED).permutation(len(found.target))
    cut = round(_TEST * len(order))
    train, test = np.sort(order[cut:]), np.sort(order[:cut])
    inputs, axis = (found.images / 16, None) if name == "digits" else (found.data, 0)
    whole = Split(inputs, _targets(found, train))
    known = inputs[train]
    return Dataset(
        name,
        "scikit-learn",
        whole.take(train),
        whole.take(test),
        known.mean(axis),
        known.std(axis),
        tuple(map(str, found.get("target_names", ()))),
    )


def _targets(found: Any, train: np.ndarray) -> np.ndarray:
    """Classes as they are; numbers such that those of the training part have mean 0 and std 1."""
    if "target_names" in found:
        classes: np.ndarray = found.target.astype(np.uint8)
        return classes
    known = found.target[train]
    standard: np.ndarray = (found.target - known.mean()) / known.std()
    return standard[:, None]
