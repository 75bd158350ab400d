"""A model of the user's in training."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
from flax import nnx

from multiact.experiments import own as core
from multiact.experiments.network import Own
from multiact_flax import create
from multiact_flax._modules import ActivationModule
from multiact_flax._observe import calls_visit


def make(own: Own, seed: int) -> nnx.Module:
    """Return the model that the user's function makes."""
    create_drawing = partial(create, rngs=nnx.Rngs(seed))
    model, _ = core.make(own, create_drawing, nnx.Module, own.shape, seed)
    return model  # type: ignore[no-any-return]


def outputs_of(own: Own, model: Any, x: Any) -> Any:
    """Return what the model gives for a batch."""
    y = model(x)
    core.check_result(own, tuple(y.shape))
    return y


def watched(own: Own, model: Any, x: Any) -> tuple[Any, list[jax.Array]]:
    """Return what the model gives, and the outputs of its activations, call by call."""
    seen: list[jax.Array] = []

    def visit(name: str, module: Any, call: Any, x: Any) -> Any:
        seen.append(y := call(x))
        return y

    acts = {
        ".".join(map(str, path)): module
        for path, module in nnx.iter_modules(model)
        if isinstance(module, ActivationModule)
    }
    with calls_visit(acts, visit):
        return outputs_of(own, model, x), seen
