"""Statistics of an nnx model's layers over a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flax import nnx

from multiact.diagnostics import Accumulator, Gradients
from multiact.diagnostics.layers import Layers, select
from multiact_flax._engine import Network, Visit, collect, gradients_of
from multiact_flax._modules import ActivationModule


def observe(
    model: nnx.Module,
    batches: Iterable[Any],
    accumulators: Sequence[Accumulator],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> None:
    """Run a model over a data set, as `multiact.diagnostics.observe` says.

    It is compiled once for each shape of a batch.
    """
    collect(_network(model, layers, options), batches, accumulators)


def gradients(
    model: nnx.Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], Any],
    layers: Layers | None,
    options: Mapping[str, Any],
) -> Gradients:
    """Measure gradients, as `multiact.diagnostics.gradients` says."""
    return gradients_of(_network(model, layers, options), batches, loss)


def _network(model: nnx.Module, layers: Layers | None, options: Mapping[str, Any]) -> Network:
    """Return an nnx model as a function; it runs a copy in evaluation mode."""
    graph, parameters, others = nnx.split(model, nnx.Param, ...)  # type: ignore[misc]
    chosen = select(_named(model), layers, _is_activation)

    def run(parameters: Any, others: Any, x: Any, visit: Visit) -> Any:
        copy = nnx.merge(graph, parameters, others)
        copy.eval()
        named = {name: m for name, m in _named(copy).items() if name in chosen}
        with calls_visit(named, visit):
            return copy(x, **options)

    return Network(parameters, others, run, _by_name, chosen)


def _named(model: nnx.Module) -> dict[str, Any]:
    """Return the modules by name; the model itself has its class's."""
    modules = {".".join(map(str, path)): m for path, m in nnx.iter_modules(model)}
    return {name or type(model).__name__: module for name, module in modules.items()}


def _by_name(state: Any) -> dict[str, Any]:
    return {".".join(map(str, path)): v.get_value() for path, v in nnx.to_flat_state(state)}


def _is_activation(module: Any) -> bool:
    return isinstance(module, ActivationModule | nnx.PReLU)


@contextmanager
def calls_visit(modules: dict[str, Any], visit: Visit) -> Iterator[None]:
    """Let calls of these modules lead to `visit`, while the model is traced.

    nnx has no hooks, and Python looks `__call__` up in the class: the classes are changed, and
    other modules of them are called as ever.
    """
    names = {id(module): name for name, module in modules.items()}
    classes = {type(module) for module in modules.values()}
    originals = {cls: cls.__call__ for cls in classes}
    own = {cls: "__call__" in vars(cls) for cls in classes}

    def changed(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            name = names.pop(id(self), None)  # a class may call that of its base
            if name is None or not args:
                return original(self, *args, **kwargs)
            try:
                x, *more = args
                return visit(name, self, lambda x: original(self, x, *more, **kwargs), x)
            finally:
                names[id(self)] = name

        return call

    try:
        for cls, original in originals.items():
            cls.__call__ = changed(original)
        yield
    finally:
        for cls, original in originals.items():
            if own[cls]:
                cls.__call__ = original
            elif "__call__" in vars(cls):
                del cls.__call__
