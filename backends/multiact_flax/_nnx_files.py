"""Loading and saving of nnx models' trained parameters, in files for every framework."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flax import nnx

from multiact.checkpoints import (
    IncompatibleKeys,
    Source,
    fit_with_report,
    name_of,
    read,
    to_torch,
    write,
)
from multiact.declare.activation import Activation
from multiact_flax._modules import ActivationModule
from multiact_flax._shared import place_like

_SAVED = nnx.Not(nnx.Any(nnx.RngState, nnx.Intermediate, nnx.Cache))


def load(model: nnx.Module, source: Source[Any], strict: bool = True) -> IncompatibleKeys:
    """Load the parameters, statistics and fixed arrays of a file into an nnx model, in place.

    Parameters
    ----------
    model
        Any module, or an abstract one from `nnx.eval_shape`.  Its random number streams remain
        unchanged.
    source
        A safetensors file with PyTorch's or the model's own names, or a mapping of such names to
        arrays.
    strict
        Whether everything must fit; if not, what fits is loaded.

    Returns
    -------
    IncompatibleKeys
        What did not fit: `missing_keys`, `unexpected_keys` and `mismatched_keys`.

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
    <All keys matched successfully>
    >>> model.layers[0].alpha[...].tolist()
    [0.5, 0.5, 0.5]
    """
    variables = _variables(model)
    fitted, report = fit_with_report(
        read(source),
        {name: v.value for v in variables for name in v.names},
        name_of(source),
        strict=strict,
        activations={name for v in variables if v.activation for name in v.names},
        shared=[v.names for v in variables],
    )
    state = [
        (v.path, v.variable.replace(place_like(fitted[v.names[0]], v.value)))
        for v in variables
        if v.names[0] in fitted
    ]
    nnx.update(model, nnx.from_flat_state(state))
    return report


def save(model: nnx.Module, file: str | os.PathLike[str]) -> None:
    """Save the parameters, statistics and fixed arrays of an nnx model for every framework.

    Parameters
    ----------
    model
        Any module; its random number streams are not saved.
    file
        The safetensors file; it has PyTorch's names and layouts, so that `load_state_dict` of
        the same model in PyTorch accepts it.  A shared module has one of its names, as in files
        of `safetensors.torch.save_model`.

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
    write(arrays_of(model), file)


def arrays_of(model: nnx.Module) -> dict[str, Any]:
    """Return what is saved of a model, by PyTorch's names and in its layouts."""
    variables = _variables(model)
    arrays = {v.names[0]: v.value for v in variables}
    kept = {v.names[0] for v in variables if not v.of_layer}
    return to_torch(arrays, kept)


@dataclass(frozen=True)
class _Named:
    """A variable with PyTorch's names for its paths, of which a shared one has several."""

    names: list[str]
    path: tuple[Any, ...]
    variable: Any
    activation: Activation | None  # whose parameter it is
    of_layer: bool  # of Flax, which PyTorch has under other names; PReLU's slope has an axis there

    @property
    def value(self) -> Any:
        return self.variable.get_value()


_Path = tuple[str, ...]


def _variables(model: nnx.Module) -> list[_Named]:
    """Return the variables that are saved, with their names."""
    modules = {_strings(path): module for path, module in nnx.iter_modules(model)}
    paths: dict[int, list[_Path]] = {}
    variable_at = {}
    for path, node in _walk(model, ()):
        if isinstance(node, nnx.Module):
            modules[path] = node
        else:
            paths.setdefault(id(node), []).append(path)
            variable_at[path] = id(node)
    _check_transposed(modules)
    named = []
    for keys, variable in nnx.to_flat_state(nnx.state(model, _SAVED)):
        path = _strings(keys)
        others = [p for p in paths.get(variable_at.get(path, 0), ()) if p != path]
        parent = modules.get(path[:-1])
        act = parent.activation if isinstance(parent, ActivationModule) else None
        of_layer = act.key == "prelu" if act else _is_layer(parent)
        names = [_name(p, modules) for p in (path, *others)]
        named.append(_Named(names, keys, variable, act, of_layer))
    return named


def _is_layer(module: Any) -> bool:
    """Whether it is a layer of Flax, or made from one; other modules' names are their authors'."""
    return any(c.__module__.startswith("flax.nnx.nn.") for c in type(module).__mro__)


def _walk(node: Any, path: _Path, above: tuple[int, ...] = ()) -> Iterator[tuple[_Path, Any]]:
    """Yield modules and variables by path, by each of their paths if they are shared."""
    if isinstance(node, nnx.Variable):
        yield path, node
        return
    if isinstance(node, nnx.Module):
        yield path, node
        children: Any = vars(node).items()
    elif isinstance(node, dict):
        children = node.items()
    elif isinstance(node, list | tuple):
        children = enumerate(node)
    else:
        return
    if id(node) not in above:
        for key, child in children:
            yield from _walk(child, (*path, str(key)), (*above, id(node)))


def _check_transposed(modules: Mapping[_Path, Any]) -> None:
    """Refuse layers that PyTorch does not have."""
    for path, module in modules.items():
        if isinstance(module, nnx.ConvTranspose) and not module.transpose_kernel:
            raise ValueError(
                f"{'.'.join(path) or 'the model'}: only with transpose_kernel=True is an "
                "nnx.ConvTranspose the layer of that name in PyTorch"
            )


def _name(path: _Path, modules: Mapping[_Path, Any]) -> str:
    """Convert a path to a name, without the attribute `layers` that nnx's Sequential adds."""
    return ".".join(
        part
        for i, part in enumerate(path)
        if not (part == "layers" and isinstance(modules.get(path[:i]), nnx.Sequential))
    )


def _strings(path: Iterable[Any]) -> _Path:
    return tuple(map(str, path))
