"""Trained parameters from files of any framework."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from multiact.checkpoints import Source, fit


def load(model: nn.Module, source: Source[Tensor]) -> None:
    """Give a model the parameters and buffers of a file, in place.

    For a file that was written with other names, such as `negative_slope` of Flax's PReLU, or
    with other shapes, such as one number without an axis; and for the error, which names
    everything that does not fit.  Such files are written by `safetensors.torch.save_file`.

    Parameters
    ----------
    model
        Any module.
    source
        A safetensors file, or a mapping of names to tensors.

    Raises
    ------
    ValueError
        If a parameter is missing, left over, or has another shape or dtype; the model is
        then unchanged.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), multiact_torch.PReLU())
    >>> given = {"0.kernel": torch.ones(2, 3), "0.bias": torch.ones(3)}
    >>> multiact_torch.load(model, {**given, "1.negative_slope": torch.tensor(0.5)})
    >>> model[1].weight.item()
    0.5
    """
    if isinstance(source, Mapping):
        arrays, where = dict(source), "the mapping"
    else:
        from safetensors.torch import load_file

        arrays, where = load_file(source), str(source)
    own = {name: v for name, v in model.state_dict().items() if isinstance(v, Tensor)}
    found = fit(arrays, own, where)
    meta = any(v.is_meta for v in own.values())  # nothing could be copied into these
    with torch.no_grad():
        model.load_state_dict(found, strict=False, assign=meta)  # `fit` is stricter
