"""MNIST-1D: ten shapes as signals of 40 samples, moved, bent and with noise.

S. Greydanus and D. Kobak, "Scaling down deep learning with MNIST-1D", arXiv:2011.14439.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from multiact._adapters import require
from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import Root

NAMES = ("mnist1d",)


def load(name: str, root: Root = None) -> Dataset:
    """Generate MNIST-1D, which needs no folder; see `multiact.experiments.load`."""
    require("mnist1d", f"the set {name!r}", "data")
    with _generators_restored():
        from mnist1d.data import make_dataset

        made = make_dataset()  # with the package's own seed
    train, test = (
        Split(made[f"x{part}"].astype(np.float32), made[f"y{part}"].astype(np.uint8))
        for part in ("", "_test")
    )
    mean, std = float(made["x"].mean()), float(made["x"].std())
    return Dataset(name, "the package mnist1d", train, test, mean, std, tuple("0123456789"))


@contextmanager
def _generators_restored() -> Iterator[None]:
    """Keep the global generators, which the package seeds, as they were."""
    before, numpys = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(numpys)  # noqa: NPY002
