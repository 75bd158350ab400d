"""Loading and saving of nnx models' trained parameters, in files for every framework."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flax import nnx

from multiact.checkpoints import Source, fit, read, to_torch, write
from multiact_flax._shared import place_like

_SAVED = nnx.Not(nnx.Any(nnx.RngState, nnx.Intermediate, nnx.Cache))


def load(model: nnx.Module, source: Source[Any]) -> None:
    """Load the parameters, statistics and fixed arrays of a file into an nnx model, in place.

    Parameters
    ----------
    model
        Any module, or an abstract one from `nnx.eval_shape`.  Its random number streams remain
        unchanged.
    source
        A safetensors file with PyTorch's or the model's own names, or a mapping of such names to
        arrays.

    Raises
    ------
    ValueError
        If parameters are missing, superfluous, or differ in shape or dtype; the model is then
        unchanged.

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
    arrays = {name: variable.get_value() for name, (_, variable) in variables.items()}
    fitted = fit(read(source), arrays, "the mapping" if isinstance(source, Mapping) else source)
    state = [
        (
            path,
            variable.replace(place_like(fitted[name], arrays[name])),
        )
        for name, (path, variable) in variables.items()
    ]
    nnx.update(model, nnx.from_flat_state(state))


def save(model: nnx.Module, file: str | os.PathLike[str]) -> None:
    """Save the parameters, statistics and fixed arrays of an nnx model for every framework.

    Parameters
    ----------
    model
        Any module; its random number streams are not saved.
    file
        The safetensors file; it has PyTorch's names and layouts, so that `load_state_dict` of
        the same model in PyTorch accepts it.

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
    """Return path and variable by PyTorch's name for the path."""
    modules = list(nnx.iter_modules(model))
    for path, module in modules:
        if isinstance(module, nnx.ConvTranspose) and not module.transpose_kernel:
            raise ValueError(
                f"{_join(path) or 'the model'}: only with transpose_kernel=True is an "
                "nnx.ConvTranspose the layer of that name in PyTorch"
            )
    sequential = {path for path, module in modules if isinstance(module, nnx.Sequential)}
    flat = nnx.to_flat_state(nnx.state(model, _SAVED))
    return {_name(path, sequential): (path, variable) for path, variable in flat}


def _name(path: tuple[Any, ...], sequential: set[tuple[Any, ...]]) -> str:
    """Convert a path to a name, without the attribute `layers` that nnx's Sequential adds."""
    return _join(
        part for i, part in enumerate(path) if not (part == "layers" and path[:i] in sequential)
    )


def _join(path: Any) -> str:
    return ".".join(map(str, path))
