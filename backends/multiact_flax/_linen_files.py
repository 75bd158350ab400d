"""Loading and saving of linen models' trained parameters, in files for every framework."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, overload

import jax
from jax.tree_util import DictKey

from multiact._matching import TORCH
from multiact.checkpoints import (
    IncompatibleKeys,
    Source,
    fit_with_report,
    name_of,
    read,
    to_torch,
    write,
)
from multiact_flax._shared import place_like


@overload
def load(
    variables: Mapping[str, Any], source: Source[Any], strict: Literal[True] = ...
) -> dict[str, Any]: ...


@overload
def load(
    variables: Mapping[str, Any], source: Source[Any], strict: Literal[False]
) -> tuple[dict[str, Any], IncompatibleKeys]: ...


def load(variables: Mapping[str, Any], source: Source[Any], strict: bool = True) -> Any:
    """Load the variables of a linen model from a file.

    Parameters
    ----------
    variables
        The result of `model.init`, or of `jax.eval_shape` for it: collections such as "params".
    source
        A safetensors file with PyTorch's or the model's own names, or a mapping of such names to
        arrays.
    strict
        Whether everything must fit; if not, what fits is loaded.

    Returns
    -------
    dict
        The same collections with the arrays of the file; with `strict=False`, in a pair with the
        IncompatibleKeys: `missing_keys`, `unexpected_keys` and `mismatched_keys`.

    Raises
    ------
    ValueError
        If parameters are missing, superfluous, or differ in shape or dtype.

    Examples
    --------
    >>> import jax, numpy as np
    >>> from multiact_flax import linen
    >>> model = linen.TaLU(channels=3)
    >>> abstract = jax.eval_shape(model.init, jax.random.key(0), np.ones((2, 3)))
    >>> linen.load(abstract, {"alpha": np.full(3, 0.5, np.float32)})["params"]["alpha"].tolist()
    [0.5, 0.5, 0.5]
    """
    named = _name_arrays(variables)
    fitted, report = fit_with_report(
        read(source), named, name_of(source), strict=strict, activations=_of_no_layer(variables)
    )
    leaves = [place_like(fitted[n], a) if n in fitted else a for n, a in named.items()]
    loaded = jax.tree.unflatten(jax.tree.structure(variables), leaves)
    return loaded if strict else (loaded, report)


def save(variables: Mapping[str, Any], file: str | os.PathLike[str]) -> None:
    """Save the variables of a linen model in a file for every framework.

    Parameters
    ----------
    variables
        The trained variables: collections such as "params".
    file
        The safetensors file; it has PyTorch's names and layouts, so that `load_state_dict` of
        the same model in PyTorch accepts it.

    Examples
    --------
    >>> import os, tempfile, jax, numpy as np
    >>> from multiact.checkpoints import read
    >>> from multiact_flax import linen
    >>> variables = linen.TaLU(channels=3).init(jax.random.key(0), np.ones((2, 3)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = os.path.join(folder, "talu.safetensors")
    ...     linen.save(variables, file)
    ...     read(file)["alpha"].tolist()
    [1.0, 1.0, 1.0]
    """
    write(to_torch(_name_arrays(variables), _of_no_layer(variables)), file)


_NORM = {("params", "scale"), ("params", "bias"), ("batch_stats", "mean"), ("batch_stats", "var")}
#: what a layer of Flax can have beside a variable that PyTorch renames; kernels are in many layers
_BESIDE = {
    "scale": _NORM,
    "mean": _NORM,
    "var": _NORM,
    "embedding": {("params", "embedding")},
    "negative_slope": {("params", "negative_slope")},
}


def _of_no_layer(variables: Mapping[str, Any]) -> set[str]:
    """Return the names that cannot be those of a layer of Flax, which PyTorch would rename.

    Variables do not say whether their module is a layer, or an activation with a parameter
    called `scale`, except by their shapes and by what is beside them.
    """
    paths = [(_keys(path), leaf) for path, leaf in jax.tree.leaves_with_path(variables)]
    beside: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for (collection, *module, name), _ in paths:
        beside.setdefault(tuple(module), set()).add((collection, name))
    return {
        ".".join([*module, name])
        for (_, *module, name), leaf in paths
        if name in TORCH
        and (
            (not leaf.shape) != (name == "negative_slope")
            or (name in _BESIDE and not beside[tuple(module)] <= _BESIDE[name])
        )
    }


def _name_arrays(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Name arrays by their paths without the collection, in the order of the tree's leaves."""
    leaves = jax.tree.leaves_with_path(variables)
    names = [".".join(_keys(path)[1:]) for path, _ in leaves]
    named = dict(zip(names, (leaf for _, leaf in leaves), strict=True))
    if len(named) < len(names):
        name = next(name for name, n in Counter(names).items() if n > 1)
        raise ValueError(f"two of the collections {', '.join(variables)} have a variable {name!r}")
    return named


def _keys(path: Any) -> list[str]:
    return [key.key for key in path if isinstance(key, DictKey)]
