"""Files of weights that do not fit a model, and models that have no file."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import os
import sys
from importlib import import_module
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


def pickled(place: Place, framework: str, content: Any) -> Any:
    """Load a file of `torch.save`."""
    import torch

    torch.save(content, place.folder / "weights.pt")
    if framework == "numpy":
        return read(place.folder / "weights.pt")
    return library(framework).load(torch.nn.PReLU(), place.folder / "weights.pt")


def not_weights(place: Place) -> Any:
    """Load a file that is no file of weights in PyTorch."""
    from torch import nn

    (place.folder / "weights").write_bytes(b"no weights")
    return library("torch").load(nn.PReLU(), place.folder / "weights")


def without(place: Place, package: str, act: Any) -> Any:
    """Do something where a package is not installed."""
    place.patch.setitem(sys.modules, package, None)
    return act()


def imported(place: Place, framework: str) -> Any:
    """Import an adapter without its framework."""
    name = f"multiact_{framework}"
    place.patch.delitem(sys.modules, name, raising=False)
    return without(place, framework, lambda: import_module(name))


CASES = [
    Case("file: missing", lambda _: fitted(), ValueError, ("does not fit the model", "dense.kernel is missing")),
    Case("file: left over", lambda _: fitted(kernl=X), ValueError, ("dense.kernl is no parameter", "did you mean 'dense.kernel'")),
    Case("file: shape", lambda _: fitted(kernel=X), ValueError, ("dense.kernel has, for this model, shape (3,)", "(2, 3)")),
    Case("file: dtype", lambda _: fitted(weight=np.ones((3, 2))), ValueError, ("dense.weight is float64, not float32",)),
    Case("file: damaged", damaged, ValueError, ("weights", "not a safetensors file"), "safetensors"),
    Case("file: no folder", lambda p: write({"a": X}, p.folder / "no" / "weights"), FileNotFoundError, ("weights cannot be written", "there is no folder", "no"), "safetensors"),
    Case("file: folder", lambda p: unwritable(p, Path.mkdir), OSError, ("weights is a folder", "cannot be replaced"), "safetensors"),
    Case("file: pipe", lambda p: unwritable(p, os.mkfifo), OSError, ("weights is no regular file", "cannot be replaced"), "safetensors"),
    Case("file: read-only", guarded, PermissionError, ("weights is read-only",), "safetensors"),
    Case("file: same name", lambda _: twice(), ValueError, ("params, stats", "have a variable 'a'"), "flax"),
    Case("file: transposed", lambda _: transposed(), ValueError, ("layers.0", "transpose_kernel=True", "nnx.ConvTranspose"), "flax"),
    Case("file: mapping", lambda _: fit({"model": {"a": X}, "epoch": {}}, {}, "file.pt"), ValueError, ("file.pt has mappings in it ('model', 'epoch')", "checkpoint['model']", "'dense1.bias'")),
    Case("file: paths", lambda _: fit({"dense": {"inner": {"a": X}}}, {}), ValueError, ("('dense')", "checkpoint['dense']")),
    Case("file: no array", lambda _: fit({"epoch": 3}, {}), TypeError, ("'epoch' must be an array, got 3",)),
    Case("file: pickle", lambda p: pickled(p, "numpy", {}), ValueError, ("weights.pt: a file of torch.save", "weights.pt', weights_only=True)"), "torch"),
    Case("file: pickled objects", lambda p: pickled(p, "torch", {"a": Path()}), ValueError, ("weights.pt: torch.load(weights_only=True) cannot read it", "model.state_dict()"), "torch"),
    Case("file: pickled list", lambda p: pickled(p, "torch", [1]), ValueError, ("weights.pt: contains a list, not a state_dict",), "torch"),
    Case("file: neither", not_weights, ValueError, ("weights: neither a safetensors file nor torch.save's",), "torch"),
    Case("file: no safetensors, read", lambda p: without(p, "safetensors", lambda: read("a")), ModuleNotFoundError, ("a file of weights needs safetensors: pip install 'multiact[files]'",)),
    Case("file: no safetensors, write", lambda p: without(p, "safetensors", lambda: write({}, "a")), ModuleNotFoundError, ("needs safetensors: pip install 'multiact[files]'",)),
    Case("file: no safetensors, torch", lambda p: without(p, "safetensors", lambda: not_weights(p)), ModuleNotFoundError, ("needs safetensors: pip install 'multiact[files]'",), "torch"),
    *(
        Case(f"file: no {name}", lambda p, name=name: imported(p, name), ModuleNotFoundError, (f"multiact_{name} needs {name}: pip install 'multiact[{name}]'",))
        for name in ("torch", "jax", "flax")
    ),
]  # fmt: skip
