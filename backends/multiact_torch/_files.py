"""Loading of trained parameters from files of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact._adapters import require
from multiact._files import made_by_torch
from multiact.checkpoints import IncompatibleKeys, Source, fit_with_report, name_of
from multiact_torch._modules import ActivationModule


def load(model: nn.Module, source: Source[Any], strict: bool = True) -> IncompatibleKeys:
    """Load the parameters and buffers of a file into a model, in place.

    Unlike `load_state_dict`, it accepts files with other names, such as `negative_slope` of
    Flax's PReLU, with or without the prefixes of DistributedDataParallel or torch.compile, with
    one name for a shared module, or with other shapes, such as a single number without an axis;
    and its error names everything that does not fit.  To write a file, use
    `safetensors.torch.save_model`.

    Parameters
    ----------
    model
        Any module.
    source
        A safetensors file, a file of `torch.save` with a state_dict, or a mapping of names to
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
    >>> import torch, multiact_torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), multiact_torch.PReLU())
    >>> dense = {"0.kernel": torch.ones(2, 3), "0.bias": torch.ones(3)}
    >>> multiact_torch.load(model, {**dense, "1.negative_slope": torch.tensor(0.5)})
    <All keys matched successfully>
    >>> model[1].weight.item()
    0.5
    >>> multiact_torch.load(model, dense, strict=False).missing_keys
    ['1.weight']
    """
    state = model.state_dict(keep_vars=True)  # shared tensors are one object
    state = {name: v for name, v in state.items() if isinstance(v, Tensor)}
    modules = model.named_modules(remove_duplicate=False)
    prefixes = {path for path, module in modules if isinstance(module, ActivationModule)}
    shared: dict[int, list[str]] = {}
    for name, tensor in state.items():
        shared.setdefault(id(tensor), []).append(name)
    fitted, report = fit_with_report(
        _read(source),
        state,
        name_of(source),
        strict=strict,
        activations={name for name in state if name.rpartition(".")[0] in prefixes},
        shared=shared.values(),
    )
    meta = any(v.is_meta for v in state.values())  # these have no memory to copy into
    with torch.no_grad():
        new = _parameters(fitted, state) if meta else fitted
        model.load_state_dict(new, strict=False, assign=meta)  # `fit_with_report` was stricter
    return report


def _read(source: Source[Any]) -> dict[str, Any]:
    """Read a file, or a mapping of arrays of any library, as tensors on the CPU."""
    if isinstance(source, Mapping):
        return {name: _tensor(array) for name, array in source.items()}
    if made_by_torch(source):
        return _unpickled(source)
    require("safetensors", "a file of weights", "files")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(source)
    except SafetensorError as error:
        raise ValueError(
            f"{source}: neither a safetensors file nor torch.save's: {error}"
        ) from error


def _unpickled(source: Any) -> dict[str, Any]:
    try:
        content = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # of many types
        raise ValueError(
            f"{source}: torch.load(weights_only=True) cannot read it, as it can what "
            "torch.save(model.state_dict(), file) has written"
        ) from error
    if not isinstance(content, Mapping):
        raise ValueError(f"{source}: contains a {type(content).__name__}, not a state_dict")
    return dict(content)


def _tensor(array: Any) -> Any:
    """Convert an array of another library; anything else is left to the check of `fit`."""
    if isinstance(array, Tensor) or not hasattr(array, "__array__"):
        return array
    array = np.asarray(array)
    if array.dtype.name == "bfloat16":  # which PyTorch does not take from NumPy
        return torch.tensor(array.astype(np.float32), dtype=torch.bfloat16)
    return torch.tensor(array)


def _parameters(fitted: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Make tensors the parameters that they will be, the shared ones a single object."""
    made: dict[int, nn.Parameter] = {}
    new = dict(fitted)
    for name, tensor in fitted.items():
        if isinstance(state[name], nn.Parameter):
            if id(tensor) not in made:
                made[id(tensor)] = nn.Parameter(tensor, state[name].requires_grad)
            new[name] = made[id(tensor)]
    return new
