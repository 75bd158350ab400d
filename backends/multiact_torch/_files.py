"""Loading of trained parameters from files of any framework."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from multiact.checkpoints import Source, fit


def load(model: nn.Module, source: Source[Tensor]) -> None:
    """Load the parameters and buffers of a file into a model, in place.

    Unlike `load_state_dict`, it accepts files with other names, such as `negative_slope` of
    Flax's PReLU, or other shapes, such as a single number without an axis, and its error names
    everything that does not fit.  To write a file, use `safetensors.torch.save_file`.

    Parameters
    ----------
    model
        Any module.
    source
        A safetensors file, or a mapping of names to tensors.

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
    >>> model[1].weight.item()
    0.5
    """
    if isinstance(source, Mapping):
        arrays, where = dict(source), "the mapping"
    else:
        from safetensors.torch import load_file

        arrays, where = load_file(source), str(source)
    state = {name: v for name, v in model.state_dict().items() if isinstance(v, Tensor)}
    fitted = fit(arrays, state, where)
    meta = any(v.is_meta for v in state.values())  # these have no memory to copy into
    with torch.no_grad():
        model.load_state_dict(fitted, strict=False, assign=meta)  # `fit` has been stricter
