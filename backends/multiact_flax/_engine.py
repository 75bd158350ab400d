"""Statistics of a model's layers over a data set, for nnx and linen alike.

A model is a function that calls `visit` at each chosen layer.  What is reduced there leaves the
compiled function; the layers' outputs do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from multiact.diagnostics import Accumulator, Gradients, Histogram, Norms
from multiact.diagnostics.gradients import GradientSums
from multiact.diagnostics.layers import Calls, check_called, inputs_of, pairs_of
from multiact.diagnostics.saturation import signs, slopes_of_elements

#: called with a layer's name, its module, the layer as a function of its first input, and that;
#: returns what the layer gives
Visit = Callable[[str, Any, Callable[[Any], Any], Any], Any]


@dataclass(frozen=True)
class Network:
    """A model as a function.

    Attributes
    ----------
    parameters, others
        The arrays that are trained, and all others: arguments of compiled functions.
    run
        Takes both, inputs and a `Visit`; returns the outputs.
    names
        Takes gradients of the parameters; returns them by name.
    chosen
        The modules to look at, by name.
    """

    parameters: Any
    others: Any
    run: Callable[[Any, Any, Any, Visit], Any]
    names: Callable[[Any], dict[str, Any]]
    chosen: dict[str, Any]


def collect(network: Network, batches: Iterable[Any], accumulators: Iterable[Accumulator]) -> None:
    """Run a model over a data set, and add its layers to accumulators."""
    accumulators = tuple(accumulators)
    labels: list[str] = []

    @jax.jit
    def step(parameters: Any, others: Any, x: Any) -> list[list[Any]]:
        calls, reduced, differentiating = Calls(), [], False
        labels.clear()

        def visit(name: str, module: Any, function: Callable[[Any], Any], x: Any) -> Any:
            nonlocal differentiating
            if differentiating:  # a layer around this one
                return function(x)
            if any(a.watches == "slopes" for a in accumulators):
                differentiating = True
                y, slopes = _with_slopes(function, x)
                differentiating = False
            else:
                y, slopes = function(x), None
            seen = {"outputs": _checked(name, y), "slopes": slopes}
            labels.append(calls.label(name))
            reduced.append([a.reduce(seen[a.watches], _axis(module, y)) for a in accumulators])
            return y

        network.run(parameters, others, x, visit)
        return reduced

    for x in inputs_of(batches):
        rows = jax.device_get(step(network.parameters, network.others, jnp.asarray(x)))
        check_called(bool(labels), network.chosen)
        for label, row in zip(labels, rows, strict=True):
            for accumulator, reduced in zip(accumulators, row, strict=True):
                accumulator.merge(label, reduced)


def gradients_of(
    network: Network, batches: Iterable[Any], loss: Callable[[Any, Any], Any]
) -> Gradients:
    """Measure the gradients of a loss over a data set."""
    moments, histogram, sums = Norms(), Histogram(), GradientSums()
    labels: list[str] = []

    @jax.jit
    def step(parameters: Any, others: Any, x: Any, targets: Any) -> Any:
        def objective(parameters: Any, added: list[Any]) -> Any:
            calls, layer = Calls(), iter(added)
            labels.clear()

            def visit(name: str, _: Any, function: Callable[[Any], Any], x: Any) -> Any:
                labels.append(calls.label(name))
                return function(x) + next(layer)

            value = loss(network.run(parameters, others, x, visit), targets)
            if jnp.size(value) != 1:
                raise ValueError(f"loss must return one number, got shape {jnp.shape(value)}")
            return jnp.reshape(value, ())

        zeros, axes = _zeros(network, x)
        of_parameters, of_layers = jax.grad(objective, argnums=(0, 1))(parameters, zeros)
        each = [g * len(x) for g in of_layers]  # of each input's loss, whatever the batch
        rows = [
            [a.reduce(g, axis) for a in (moments, histogram)]
            for g, axis in zip(each, axes, strict=True)
        ]
        return network.names(of_parameters), rows

    for inputs, targets in pairs_of(batches):
        x = jnp.asarray(inputs)
        named, rows = step(network.parameters, network.others, x, jnp.asarray(targets))
        check_called(bool(labels), network.chosen)
        sums.add(named, len(x))
        for label, row in zip(labels, jax.device_get(rows), strict=True):
            moments.merge(label, row[0])
            histogram.merge(label, row[1])
    return Gradients(sums.result(), moments.result(), histogram.result())


def _zeros(network: Network, x: Any) -> tuple[list[Any], list[int]]:
    """Return a zero for each element of the layers' outputs, and the axes of units."""
    zeros, axes = [], []

    def visit(name: str, module: Any, function: Callable[[Any], Any], x: Any) -> Any:
        y = _checked(name, function(x))
        zeros.append((y.shape, y.dtype))
        axes.append(_axis(module, y))
        return y

    def run(parameters: Any, others: Any, x: Any) -> Any:
        return network.run(parameters, others, x, visit)

    jax.eval_shape(run, network.parameters, network.others, x)
    return [jnp.zeros(shape, dtype) for shape, dtype in zeros], axes


def _checked(name: str, output: Any) -> Any:
    if not isinstance(output, jax.Array):
        kind = type(output).__name__
        raise TypeError(f"layer {name!r} gives a {kind}, not an array; leave it out")
    return output


def _axis(module: Any, output: Any) -> int:
    """Return the axis of the units: the last, as in Flax, unless the module has another."""
    config: Any = getattr(module, "configuration", None)
    return int(config.axis) if getattr(config, "per_channel", False) else -1


def _with_slopes(function: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """Return what a layer gives and the derivatives of its elements, NaN if it mixes them.

    The layer is called once: linen refuses a second call.
    """
    y, product = jax.linearize(function, x)
    if jnp.shape(y) != x.shape:
        return y, jnp.full_like(x, jnp.nan)
    signed = jnp.asarray(signs(x.shape), x.dtype)
    return y, slopes_of_elements(product(jnp.ones_like(x)), product(signed), signed)
