"""Loading and saving of linen models' trained parameters, in files for every framework."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import jax
from jax.tree_util import DictKey

from multiact.checkpoints import Source, fit, read, to_torch, write
from multiact_flax._shared import place_like


def load(variables: Mapping[str, Any], source: Source[Any]) -> dict[str, Any]:
    """Load the variables of a linen model from a file.

    Parameters
    ----------
    variables
        The result of `model.init`, or of `jax.eval_shape` for it: collections such as "params".
    source
        A safetensors file with PyTorch's or the model's own names, or a mapping of such names to
        arrays.

    Returns
    -------
    dict
        The same collections with the arrays of the file.

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
    fitted = fit(read(source), named, "the mapping" if isinstance(source, Mapping) else source)
    arrays = [place_like(fitted[name], array) for name, array in named.items()]
    loaded: dict[str, Any] = jax.tree.unflatten(jax.tree.structure(variables), arrays)
    return loaded


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
    write(to_torch(_name_arrays(variables)), file)


def _name_arrays(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Name arrays by their paths without the collection, in the order of the tree's leaves."""
    leaves = jax.tree.leaves_with_path(variables)
    paths = [[k.key for k in path if isinstance(k, DictKey)] for path, _ in leaves]
    names = [".".join(path[1:]) for path in paths]
    named = dict(zip(names, (leaf for _, leaf in leaves), strict=True))
    if len(named) < len(names):
        name = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two of the collections {', '.join(variables)} have a variable {name!r}")
    return named
