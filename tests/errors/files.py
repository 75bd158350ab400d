"""Files of weights that do not fit a model, and models that have no file."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from multiact.checkpoints import fit, read, write
from tests.errors import Case, Place
from tests.errors.outside import library

X = np.ones(3, np.float32)
WANTED = {"dense.kernel": np.ones((2, 3), np.float32)}


def fitted(**given: np.ndarray) -> Any:
    """Fit arrays to a model with one kernel."""
    return fit({f"dense.{name}": array for name, array in given.items()}, WANTED)


def damaged(place: Place) -> Any:
    """Read a file that is no file of weights."""
    (place.folder / "weights").write_bytes(b"no weights")
    return read(place.folder / "weights")


def unwritable(place: Place, make: Any) -> Any:
    """Write weights where there is something else."""
    make(place.folder / "weights")
    return write({"a": X}, place.folder / "weights")


def read_only(path: Any) -> None:
    """A file that may not be written, whoever runs the test."""
    path.write_bytes(b"")
    path.chmod(0o400)


def guarded(place: Place) -> Any:
    """Write to a file that is read-only, as for a user who is not root."""
    place.patch.setattr("os.access", lambda *_: False)
    return unwritable(place, read_only)


def twice() -> Any:
    """Save two collections that have a variable of one name."""
    return library("flax").linen.load({"params": {"a": X}, "stats": {"a": X}}, {})


def transposed() -> Any:
    """Read a layer that PyTorch has not."""
    from flax import nnx

    layer = nnx.ConvTranspose(2, 3, (2, 2), rngs=nnx.Rngs(0))
    return library("flax").load(nnx.Sequential(layer), {})


CASES = [
    Case("file: missing", lambda _: fitted(), ValueError, ("does not fit the model", "dense.kernel is missing")),
    Case("file: left over", lambda _: fitted(kernl=X), ValueError, ("dense.kernl is no parameter", "did you mean 'dense.kernel'")),
    Case("file: shape", lambda _: fitted(kernel=X), ValueError, ("dense.kernel has, for this model, shape (3,)", "(2, 3)")),
    Case("file: dtype", lambda _: fitted(weight=np.ones((3, 2))), ValueError, ("dense.weight is float64, not float32",)),
    Case("file: damaged", damaged, ValueError, ("weights", "not a safetensors file"), "safetensors"),
    Case("file: folder", lambda p: unwritable(p, Path.mkdir), OSError, ("weights is a folder", "cannot be replaced"), "safetensors"),
    Case("file: pipe", lambda p: unwritable(p, os.mkfifo), OSError, ("weights is no regular file", "cannot be replaced"), "safetensors"),
    Case("file: read-only", guarded, PermissionError, ("weights is read-only",), "safetensors"),
    Case("file: same name", lambda _: twice(), ValueError, ("params, stats", "have a variable 'a'"), "flax"),
    Case("file: transposed", lambda _: transposed(), ValueError, ("layers.0", "transpose_kernel=True", "nnx.ConvTranspose"), "flax"),
]  # fmt: skip
