"""Trained parameters of nnx models, in files for every framework."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flax import nnx

from multiact.checkpoints import Source, fit, read, to_torch, write
from multiact_flax._shared import placed

_SAVED = nnx.Not(nnx.Any(nnx.RngState, nnx.Intermediate, nnx.Cache))


def load(model: nnx.Module, source: Source[Any]) -> None:
    """Give an nnx model the parameters, statistics and fixed arrays of a file, in place.

    Parameters
    ----------
    model
        Any module, or an abstract one from `nnx.eval_shape`.  Its streams of random numbers
        stay as they are.
    source
        A safetensors file with the names of PyTorch or of the model, or a mapping of such
        names to arrays.

    Raises
    ------
    ValueError
        If a parameter is missing, left over, or has another shape or dtype; the model is
        then unchanged.

    Examples
    --------
    >>> import numpy as np, multiact_flax
    >>> from flax import nnx
    >>> model = nnx.Sequential(multiact_flax.TaLU(channels=3))
    >>> multiact_flax.load(model, {"0.alpha": np.full(3, 0.5, np.float32)})
    >>> model.layers[0].alpha[...].tolist()
    [0.5, 0.5, 0.5]
    """
    variables = _variables(model)
    wanted = {name: variable.get_value() for name, (_, variable) in variables.items()}
    found = fit(read(source), wanted, "the mapping" if isinstance(source, Mapping) else source)
    state = [
        (
            path,
            variable.replace(placed(found[name], wanted[name])),
        )
        for name, (path, variable) in variables.items()
    ]
    nnx.update(model, nnx.from_flat_state(state))


def save(model: nnx.Module, file: str | os.PathLike[str]) -> None:
    """Write the parameters, statistics and fixed arrays of an nnx model for every framework.

    Parameters
    ----------
    model
        Any module; streams of random numbers are not saved.
    file
        The safetensors file, which has PyTorch's names and layouts: `load_state_dict` of the
        same model in PyTorch takes it.

    Examples
    --------
    >>> import os, tempfile, multiact_flax
    >>> from flax import nnx
    >>> from multiact.checkpoints import read
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = os.path.join(folder, "linear.safetensors")
    ...     multiact_flax.save(nnx.Linear(2, 3, rngs=nnx.Rngs(0)), file)
    ...     {name: a.shape for name, a in read(file).items()}
    {'bias': (3,), 'weight': (3, 2)}
    """
    write(to_torch({name: v.get_value() for name, (_, v) in _variables(model).items()}), file)


def _variables(model: nnx.Module) -> dict[str, tuple[Any, Any]]:
    """Path and variable by PyTorch's name for the path."""
    modules = list(nnx.iter_modules(model))
    for path, module in modules:
        if isinstance(module, nnx.ConvTranspose) and not module.transpose_kernel:
            raise ValueError(
                f"{_joined(path) or 'the model'}: only with transpose_kernel=True is an "
                "nnx.ConvTranspose the layer of that name in PyTorch"
            )
    sequential = {path for path, module in modules if isinstance(module, nnx.Sequential)}
    flat = nnx.to_flat_state(nnx.state(model, _SAVED))
    return {_name(path, sequential): (path, variable) for path, variable in flat}


def _name(path: tuple[Any, ...], sequential: set[tuple[Any, ...]]) -> str:
    """PyTorch's Sequential has its layers in itself, nnx's in its attribute `layers`."""
    return _joined(
        part for i, part in enumerate(path) if not (part == "layers" and path[:i] in sequential)
    )


def _joined(path: Any) -> str:
    return ".".join(map(str, path))
