"""Conversion of trained parameters between the frameworks' names and layouts.

Every file has PyTorch's names and layouts, whichever framework wrote it, so that
`safetensors.torch` can read and write it without multiact.  Flax uses different names for the
parameters of its own layers and stores kernels with the channels last.  The parameters of
activations have the same names everywhere.

The functions take arrays of any library, named by their paths, such as "dense1.bias".
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from array_api_compat import array_namespace

from multiact._files import replaced
from multiact._suggest import nearest

Array = TypeVar("Array")
Source = str | os.PathLike[str] | Mapping[str, Array]

#: the last component of a parameter's name: Flax's -> PyTorch's
_TORCH = {
    "kernel": "weight",
    "scale": "weight",
    "embedding": "weight",
    "negative_slope": "weight",  # of PReLU
    "mean": "running_mean",
    "var": "running_var",
}
_COUNTER = "num_batches_tracked"  # absent from Flax; PyTorch uses it only with momentum=None
_ONE_NUMBER = ((), (1,))  # nn.PReLU stores its single number as an array with one axis


def read(source: Source[Any]) -> dict[str, Any]:
    """Read a file of weights as NumPy arrays.

    Parameters
    ----------
    source
        A safetensors file, or a mapping of names to arrays that stands for its content.

    Returns
    -------
    dict of numpy.ndarray
        The arrays by name, bit for bit; bfloat16 needs ml_dtypes, which JAX installs.

    Raises
    ------
    ModuleNotFoundError
        If safetensors is not installed, or ml_dtypes where it is needed.
    ValueError
        If the file is damaged, or contains a dtype that NumPy lacks.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.checkpoints import read
    >>> sorted(read({"act1.alpha": np.ones(3), "act2.weight": np.ones(())}))
    ['act1.alpha', 'act2.weight']
    """
    if isinstance(source, Mapping):
        return dict(source)
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(source, framework="np") as file:
            names = file.keys()
            if any(file.get_slice(name).get_dtype() == "BF16" for name in names):
                import ml_dtypes  # noqa: F401  registers the dtype with NumPy
            return {name: file.get_tensor(name) for name in names}
    # the other errors are raised for a dtype that NumPy lacks
    except (SafetensorError, KeyError, TypeError, AttributeError) as error:
        text = f"{source}: not a safetensors file that NumPy can read: {error}"
        raise ValueError(text) from error


def write(arrays: Mapping[str, Any], file: str | os.PathLike[str]) -> None:
    """Write a file of weights.

    Parameters
    ----------
    arrays
        Arrays by name, of any library that NumPy can convert.
    file
        The safetensors file; an existing file is replaced when the new one is complete.  Links
        are followed, and the mode is kept.

    Raises
    ------
    ModuleNotFoundError
        If safetensors is not installed.
    OSError
        If the file is no regular file, or cannot be written.

    Examples
    --------
    >>> import os, tempfile, numpy as np
    >>> from multiact.checkpoints import read, write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = os.path.join(folder, "weights.safetensors")
    ...     write({"dense1.weight": np.asarray([[1.0, 2.0], [3.0, 4.0]]).T}, file)
    ...     read(file)["dense1.weight"].tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    from safetensors.numpy import save_file

    # safetensors copies the memory as it is, which would scramble a transposed array
    ordered = {name: np.asarray(a, order="C") for name, a in arrays.items()}
    with replaced(file) as new:
        save_file(ordered, new)


def to_torch(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Convert the parameters of a Flax model to PyTorch's names and layouts.

    Parameters
    ----------
    arrays
        Arrays by name, such as "dense1.kernel".

    Returns
    -------
    dict
        The same arrays under PyTorch's names, such as "dense1.weight", and in its layouts.  Two
        parameters of one layer that would get the same name keep their own.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.checkpoints import to_torch
    >>> {name: a.shape for name, a in to_torch({"dense1.kernel": np.ones((2, 3))}).items()}
    {'dense1.weight': (3, 2)}
    """
    new = {name: _with_last(name, _TORCH.get(_last(name), _last(name))) for name in arrays}
    counts = Counter(new.values())
    new = {name: target if counts[target] == 1 else name for name, target in new.items()}
    converted = {target: _convert(arrays[name], name, target) for name, target in new.items()}
    return {name: _with_axis(name, array) for name, array in converted.items()}


def _with_axis(name: str, array: Any) -> Any:
    """Give a single weight an axis, which it has in PyTorch: the slope of a PReLU."""
    alone = _last(name) == "weight" and not array.shape
    return array_namespace(array).reshape(array, (1,)) if alone else array


def fit(
    arrays: Mapping[str, Array], wanted: Mapping[str, Any], where: Any = "what is given"
) -> dict[str, Array]:
    """Select and convert the arrays that a model needs, under its names and in its layouts.

    Parameters
    ----------
    arrays
        Arrays by PyTorch's names, or by the model's own names.
    wanted
        The model's arrays, or other objects with their shapes and dtypes, by the model's names.
    where
        Where the arrays come from, for error messages.

    Returns
    -------
    dict
        An array for each name in `wanted`.

    Raises
    ------
    ValueError
        If parameters are missing, superfluous, or differ in shape or dtype; the message lists
        them all.  An array with a single number may have one axis or none.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.checkpoints import fit
    >>> arrays = {"dense1.weight": np.ones((3, 2)), "act1.weight": np.ones(1)}
    >>> fit(arrays, {"dense1.kernel": np.empty((2, 3)), "act1.weight": np.empty(())})["act1.weight"]
    array(1.)
    """
    sources = dict(_match_names(arrays, wanted))
    fitted = {
        name: _convert(arrays[source], source, name, tuple(wanted[name].shape))
        for name, source in sources.items()
    }
    faults = [
        fault
        for name, array in fitted.items()
        for fault in _differences(sources[name], array, wanted[name])
    ]
    missing = [n for n in wanted if n not in fitted and _last(n) != _COUNTER]
    faults += [f"{name} is missing" for name in missing]
    used = set(sources.values())
    for name in arrays:
        if name not in used and _last(name) != _COUNTER:
            hint = f"; {nearest(name, missing)}" if missing else ""
            faults.append(f"{name} is no parameter of the model{hint}")
    if faults:
        raise ValueError("\n  ".join([f"{where} does not fit the model:", *faults]))
    return fitted


def _match_names(arrays: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pair each of the model's names with the array's name that fits it; each is used once."""
    free = set(arrays) - set(model)
    for name in model:
        if name in arrays:
            yield name, name
            continue
        last = _last(name)
        names = [_TORCH[last]] if last in _TORCH else [n for n, t in _TORCH.items() if t == last]
        source = next((n for n in (_with_last(name, o) for o in names) if n in free), None)
        if source is not None:
            free.remove(source)
            yield name, source


def _differences(source: str, array: Any, model: Any) -> Iterator[str]:
    if tuple(array.shape) != tuple(model.shape):
        yield f"{source} has, for this model, shape {tuple(array.shape)}, not {tuple(model.shape)}"
    if _dtype(array) != _dtype(model):
        yield f"{source} is {_dtype(array)}, not {_dtype(model)}; convert the array or the model"


def _convert(array: Any, source: str, target: str, shape: tuple[int, ...] | None = None) -> Any:
    """Transpose from one name's layout to the other's: (out, in, ...) or (..., in, out)."""
    n, xp = len(array.shape), array_namespace(array)
    if _last(source) != _last(target) and "kernel" in (_last(source), _last(target)) and n > 1:
        torch_to_flax = (*range(2, n), 1, 0)
        flax_to_torch = (n - 1, n - 2, *range(n - 2))
        order = torch_to_flax if _last(target) == "kernel" else flax_to_torch
        return xp.permute_dims(array, order)
    if shape != tuple(array.shape) and {shape, tuple(array.shape)} == {*_ONE_NUMBER}:
        return xp.reshape(array, shape)
    return array


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _with_last(name: str, last: str) -> str:
    head, dot, _ = name.rpartition(".")
    return f"{head}{dot}{last}"


def _dtype(array: Any) -> str:
    return str(array.dtype).rpartition(".")[2]
