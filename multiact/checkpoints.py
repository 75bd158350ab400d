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
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np
from array_api_compat import array_namespace

from multiact._adapters import require
from multiact._files import made_by_torch, replaced
from multiact._matching import (
    COUNTER,
    TORCH,
    IncompatibleKeys,
    convert,
    difference,
    last,
    match,
    same_values,
    with_last,
)
from multiact._suggest import abbreviated

__all__ = ["IncompatibleKeys", "Source", "fit", "read", "to_torch", "write"]

Array = TypeVar("Array")
Source = str | os.PathLike[str] | Mapping[str, Array]


def read(source: Source[Any]) -> dict[str, Any]:
    """Read a file of weights as NumPy arrays.

    Parameters
    ----------
    source
        A safetensors file, or a mapping of names to arrays that stands for its content.

    Returns
    -------
    dict of numpy.ndarray
        The arrays by name, bit for bit; bfloat16 needs ml_dtypes, which JAX installs.  Of a
        mapping, only tensors of PyTorch are converted.

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
        return {n: _numpy(a) if hasattr(a, "detach") else a for n, a in source.items()}
    require("safetensors", "a file of weights", "files")
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(source, framework="np") as file:
            names = file.keys()
            if any(file.get_slice(name).get_dtype() == "BF16" for name in names):
                import ml_dtypes  # noqa: F401  registers the dtype with NumPy
            return {name: file.get_tensor(name) for name in names}
    # the other errors are raised for a dtype that NumPy lacks
    except (SafetensorError, KeyError, TypeError, AttributeError) as error:
        if made_by_torch(source):
            raise ValueError(
                f"{source}: a file of torch.save: load it in PyTorch and give the result, "
                f"torch.load({os.fspath(source)!r}, weights_only=True)"
            ) from error
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
    require("safetensors", "a file of weights", "files")
    from safetensors.numpy import save_file

    # safetensors copies the memory as it is, which would scramble a transposed array
    ordered = {name: np.asarray(_numpy(a), order="C") for name, a in arrays.items()}
    with replaced(file) as new:
        save_file(ordered, new)


def to_torch(arrays: Mapping[str, Array], kept: Collection[str] = ()) -> dict[str, Array]:
    """Convert the parameters of a Flax model to PyTorch's names and layouts.

    Parameters
    ----------
    arrays
        Arrays by name, such as "dense1.kernel".
    kept
        Names that are no layer's of Flax and remain as they are, with their arrays.

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
    new = {name: with_last(name, TORCH.get(last(name), last(name))) for name in arrays}
    new.update({name: name for name in arrays if name in kept})
    counts = Counter(new.values())
    new = {name: target if counts[target] == 1 else name for name, target in new.items()}
    converted = {target: convert(arrays[name], name, target) for name, target in new.items()}
    return {n: array if n in kept else _with_axis(n, array) for n, array in converted.items()}


def _with_axis(name: str, array: Any) -> Any:
    """Give a single weight an axis, which it has in PyTorch: the slope of a PReLU."""
    alone = last(name) == "weight" and not array.shape
    return array_namespace(array).reshape(array, (1,)) if alone else array


@overload
def fit(
    arrays: Mapping[str, Array],
    wanted: Mapping[str, Any],
    where: Any = ...,
    *,
    strict: Literal[True] = ...,
    activations: Collection[str] = ...,
    shared: Iterable[Sequence[str]] = ...,
) -> dict[str, Array]: ...


@overload
def fit(
    arrays: Mapping[str, Array],
    wanted: Mapping[str, Any],
    where: Any = ...,
    *,
    strict: Literal[False],
    activations: Collection[str] = ...,
    shared: Iterable[Sequence[str]] = ...,
) -> tuple[dict[str, Array], IncompatibleKeys]: ...


def fit(
    arrays: Mapping[str, Array],
    wanted: Mapping[str, Any],
    where: Any = "what is given",
    *,
    strict: bool = True,
    activations: Collection[str] = (),
    shared: Iterable[Sequence[str]] = (),
) -> Any:
    """Select and convert the arrays that a model needs, under its names and in its layouts.

    Parameters
    ----------
    arrays
        Arrays by PyTorch's names, or by the model's own names.
    wanted
        The model's arrays, or other objects with their shapes and dtypes, by the model's names.
    where
        Where the arrays come from, for error messages.
    strict
        Whether everything must fit; if not, what fits is returned, with a report.
    activations
        The model's names that belong to activations: they are never translated.
    shared
        Groups of the model's names that stand for a single array; one of them suffices.

    Returns
    -------
    dict
        An array for each name in `wanted`; with `strict=False`, for each one that fits, in a
        pair with the IncompatibleKeys.

    Raises
    ------
    ValueError
        If parameters are missing, superfluous, or differ in shape or dtype; the message lists
        them all.  Axes of length 1 make no difference for the parameters of activations.
    TypeError
        If something is not an array.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.checkpoints import fit
    >>> arrays = {"dense1.weight": np.ones((3, 2)), "act1.weight": np.ones(1)}
    >>> wanted = {"dense1.kernel": np.empty((2, 3)), "act1.weight": np.empty(())}
    >>> fit(arrays, wanted)["act1.weight"]
    array(1.)
    >>> fit(arrays, {"dense1.kernel": np.empty((2, 3))}, strict=False)[1].unexpected_keys
    ['act1.weight']
    """
    fitted, report = fit_with_report(
        arrays, wanted, where, strict=strict, activations=activations, shared=shared
    )
    return fitted if strict else (fitted, report)


def fit_with_report(
    arrays: Mapping[str, Array],
    wanted: Mapping[str, Any],
    where: Any,
    *,
    strict: bool,
    activations: Collection[str] = (),
    shared: Iterable[Sequence[str]] = (),
) -> tuple[dict[str, Array], IncompatibleKeys]:
    """Return what `fit` returns if it is not strict; if it is, raise an error as `fit` does."""
    _check_arrays(arrays, where)
    sources = match(arrays, wanted, activations)
    fitted: dict[str, Array] = {}
    mismatched: dict[str, str] = {}
    for name, source in sources.items():
        own, model = name in activations, wanted[name]
        array = convert(arrays[source], source, name, tuple(model.shape), own)
        if fault := difference(source, array, model, own):
            mismatched[name] = fault
        else:
            fitted[name] = array
    absent = {name for name in wanted if name not in sources and last(name) != COUNTER}
    for names in shared:
        absent -= _share(fitted, names, mismatched, sources)
    used = set(sources.values())
    report = IncompatibleKeys(
        [name for name in wanted if name in absent],
        [name for name in arrays if name not in used and last(name) != COUNTER],
        mismatched,
    )
    if strict:
        report.check(where)
    return fitted, report


def name_of(source: Source[Any]) -> str:
    """Return what errors call a source."""
    return "the mapping" if isinstance(source, Mapping) else os.fspath(source)


def _share(
    fitted: dict[str, Any],
    names: Sequence[str],
    mismatched: dict[str, str],
    sources: Mapping[str, str],
) -> set[str]:
    """Give all names of a shared array the one that was given; return those not to be missed."""
    given = [name for name in names if name in fitted]
    if not given:  # only the first name is missed, and none if an array did not fit
        return {*(names if any(name in sources for name in names) else names[1:])}
    first, *others = given
    different = [name for name in others if not same_values(fitted[first], fitted[name])]
    for name in different:
        text = f"differs from {sources[first]}, but the model shares the array"
        mismatched[name] = f"{sources[name]} {text}"
    if different:  # which one is meant?
        for name in given:
            del fitted[name]
    else:
        fitted.update(dict.fromkeys(names, fitted[first]))
    return {*names}


def _check_arrays(arrays: Mapping[str, Any], where: Any) -> None:
    """Refuse whatever is not an array, such as a checkpoint with an optimizer's state."""
    nested = {name: a for name, a in arrays.items() if isinstance(a, Mapping)}
    if nested:
        full = [n for n, a in nested.items() if a and all(map(_is_array, a.values()))]
        key = (full or [*nested])[0]
        raise ValueError(
            f"{where} has mappings in it ({', '.join(map(repr, nested))}): give one of them, "
            f"checkpoint[{key!r}], or name arrays by paths such as 'dense1.bias'"
        )
    for name, array in arrays.items():
        if not _is_array(array):
            raise TypeError(f"{where}: {name!r} must be an array, got {abbreviated(array)}")


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _numpy(array: Any) -> np.ndarray:
    """Convert to NumPy, also a tensor of PyTorch that is trained, on a device, or bfloat16."""
    if hasattr(array, "detach"):
        array = array.detach().cpu()
        if str(array.dtype) == "torch.bfloat16":
            import ml_dtypes

            return np.asarray(array.float()).astype(ml_dtypes.bfloat16)
    return np.asarray(array)
