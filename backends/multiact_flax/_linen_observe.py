"""Statistics of a linen module's layers over a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from flax.traverse_util import flatten_dict

from multiact.diagnostics import Accumulator, Gradients
from multiact.diagnostics.layers import Layers, peeked, select
from multiact_flax._engine import Network, Visit, collect, gradients_of
from multiact_flax.linen import ActivationModule

Model = tuple[nn.Module, Mapping[str, Any]]


def observe(
    model: Model,
    batches: Iterable[Any],
    accumulators: Sequence[Accumulator],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> None:
    """Run a model over a data set, as `multiact.diagnostics.observe` says.

    It is compiled once for each shape of a batch.
    """
    first, batches = peeked(batches)
    collect(_network(*model, first, layers, options), batches, accumulators)


def gradients(
    model: Model,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> Gradients:
    """Measure gradients, as `multiact.diagnostics.gradients` says."""
    first, batches = peeked(batches)
    return gradients_of(_network(*model, first, layers, options), batches, loss)


def _network(
    module: nn.Module,
    variables: Mapping[str, Any],
    first: Any,
    layers: Layers | None,
    options: Mapping[str, Any],
) -> Network:
    """Return a linen module as a function; which modules it has is seen when it is called."""
    modules: dict[str, Any] = {}

    def run(parameters: Any, others: Any, x: Any, visit: Visit) -> Any:
        def intercept(following: Any, args: Any, kwargs: Any, context: Any) -> Any:
            name = ".".join(context.module.path) or type(module).__name__
            if context.method_name != "__call__" or not args or name not in wanted:
                return following(*args, **kwargs)
            x, *more = args
            return visit(name, context.module, lambda x: following(x, *more, **kwargs), x)

        with nn.intercept_methods(intercept):
            return module.apply({"params": parameters, **others}, x, **options)

    def note(following: Any, args: Any, kwargs: Any, context: Any) -> Any:
        name = ".".join(context.module.path) or type(module).__name__
        modules.setdefault(name, context.module)
        return following(*args, **kwargs)

    with nn.intercept_methods(note):
        jax.eval_shape(lambda v, x: module.apply(v, x, **options), variables, jnp.asarray(first))
    wanted = select(modules, layers, _is_activation)
    others = {name: v for name, v in variables.items() if name != "params"}
    return Network(variables.get("params", {}), others, run, _by_name, wanted)


def _by_name(gradients: Any) -> dict[str, Any]:
    flat = flatten_dict(gradients)  # type: ignore[no-untyped-call]
    return {".".join(path): array for path, array in flat.items()}


def _is_activation(module: Any) -> bool:
    return isinstance(module, ActivationModule | nn.PReLU)
