"""The same computation on four devices and on one; `processes.run` starts it.

XLA_FLAGS makes four devices of the CPU.  Every figure is the largest difference from the
computation on one device.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import multiact_flax as mf
import multiact_jax as mj
import numpy as np
from flax import nnx
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import multiact
from multiact.testing.backend import operands
from tests.helpers.examples import examples
from tests.helpers.representatives import representatives

P = PartitionSpec
Figures = dict[str, Any]
Step = Any  # a compiled function of the state, inputs and targets

GRAPHS = [n for n in representatives() if multiact.get(n).is_graph]
CUTS = {"rows": P("device", None), "columns": P(None, "device")}


def communications(text: str) -> dict[str, int]:
    """How often each collective operation stands in compiled HLO."""
    kinds = "all-gather|all-reduce|all-to-all|reduce-scatter|collective-permute"
    found = re.findall(rf"\b({kinds})(?:-start)?\(", text)
    return {name: found.count(name) for name in sorted(set(found))}


def apart(found: Any, expected: Any) -> float:
    differences = jax.tree.map(
        lambda a, b: np.abs(np.asarray(a) - np.asarray(b)).max(), found, expected
    )
    return float(max(jax.tree.leaves(differences)))


def arrays(name: str) -> dict[str, Any]:
    """All parameters as arrays on all devices."""
    example = next(iter(examples(multiact.get(name))))
    return {n: jnp.asarray(v) for n, v in example.parameters.items()}


def every_activation(x: jax.Array, given: dict[str, Any]) -> dict[str, jax.Array]:
    return {n: mj.function(n)(*operands(multiact.get(n), x), **given[n]) for n in given}


def elementwise(mesh: Mesh) -> Figures:
    """All activations in one program, of an array that is cut over the devices."""
    x = jnp.asarray(np.random.default_rng(0).normal(size=(8, 8)))
    given = {n: arrays(n) for n in GRAPHS}
    expected = jax.jit(every_activation)(x, given)
    figures: Figures = {}
    for name, cut in CUTS.items():
        # halves of a cut axis live on other devices
        gates = [n for n in GRAPHS if len(multiact.get(n).data) == 2 and name == "columns"]
        mine = {n: v for n, v in given.items() if n not in gates}
        sharding = NamedSharding(mesh, cut)
        compiled = jax.jit(every_activation, in_shardings=(sharding, None)).lower(x, mine).compile()
        found = compiled(jax.device_put(x, sharding), mine)
        figures[name] = {
            "outputs": {n: apart(found[n], expected[n]) for n in mine},
            "kept": [n for n in mine if found[n].sharding.is_equivalent_to(sharding, x.ndim)],
            "communications": communications(compiled.as_text()),
        }
    return figures


def waves(mesh: Mesh) -> Figures:
    """Sines in float32, which on the CPU are arithmetic unless an angle is large."""
    sharding = NamedSharding(mesh, CUTS["rows"])
    x = jnp.linspace(-9, 9, 64, dtype="float32").reshape(8, 8)
    compiled = jax.jit(mj.sinlu, in_shardings=sharding).lower(x).compile()
    figures: Figures = {"communications": communications(compiled.as_text())}
    for name, largest in (("small", 9), ("large", 1e6)):
        given = jnp.where(x < 9, x, largest)
        found = compiled(jax.device_put(given, sharding))
        figures[name] = apart(found, jax.jit(mj.sinlu)(given))
        figures[f"{name} kept"] = found.sharding.is_equivalent_to(sharding, x.ndim)
    return figures


def network() -> tuple[Any, Any]:
    rngs = nnx.Rngs(0)
    activations = (
        mf.TaLU(channels=8, axis=-1),
        mf.Swish(learnable=("beta",), channels=8, axis=-1),
        mf.PReLU(channels=8, axis=-1),
        mf.STAF(terms=4, rngs=rngs),
        mf.Snake(),
    )
    layers = [m for act in activations for m in (nnx.Linear(8, 8, rngs=rngs), act)]
    graph, state = nnx.split(nnx.Sequential(*layers))
    return graph, jax.tree.map(lambda v: v.astype("float64"), state)


def steps(mesh: Mesh) -> tuple[Any, dict[str, Step]]:
    """The starting state, and a training step on one device and on several."""
    graph, state = network()

    def updated(loss: Any, state: Any, x: jax.Array, target: jax.Array) -> dict[str, Any]:
        slopes, y = jax.grad(loss, has_aux=True)(state, x, target)
        after = jax.tree.map(lambda p, g: p - 0.1 * g, state, slopes)
        return {"outputs": y, "gradients": slopes, "parameters": after}

    def loss(state: Any, x: jax.Array, target: jax.Array) -> tuple[jax.Array, jax.Array]:
        y = nnx.merge(graph, state)(x)
        return jnp.square(y - target).mean(), y

    def mean_loss(*operands: Any) -> tuple[jax.Array, jax.Array]:
        mine, y = loss(*operands)
        return jax.lax.pmean(mine, "device"), y

    step, rows, everywhere = partial(updated, loss), P("device"), P()
    placed = [NamedSharding(mesh, cut) for cut in (everywhere, rows, rows)]
    results = {"outputs": rows, "gradients": everywhere, "parameters": everywhere}
    mapped = jax.shard_map(
        partial(updated, mean_loss),
        mesh=mesh,
        in_specs=(everywhere, rows, rows),
        out_specs=results,
    )
    return state, {
        "one": jax.jit(step),
        "NamedSharding": jax.jit(step, in_shardings=tuple(placed)),
        "shard_map": jax.jit(mapped),
    }


def pmapped(x: jax.Array) -> float:
    both = jax.value_and_grad(lambda row: mj.talu(row, 0.7).sum())
    return apart(jax.pmap(both)(x), jax.vmap(both)(x))


def donated(mesh: Mesh) -> bool:
    """Whether an activation may write its result where its input was."""
    x = jax.device_put(jnp.ones((8, 8)), NamedSharding(mesh, P("device")))
    jax.block_until_ready(jax.jit(mj.talu, donate_argnums=0)(x))
    return x.is_deleted()


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    mesh = jax.make_mesh((4,), ("device",), axis_types=(jax.sharding.AxisType.Auto,))
    x, target = jnp.asarray(np.random.default_rng(1).normal(size=(2, 8, 8)))
    figures = elementwise(mesh)
    figures["waves"] = waves(mesh)
    state, ways = steps(mesh)
    expected = ways.pop("one")(state, x, target)
    pairs = zip(*map(jax.tree.leaves, (expected["parameters"], state)), strict=True)
    figures["least movement"] = min(float(jnp.abs(a - b).max()) for a, b in pairs)
    for name, step in ways.items():
        found = step(state, x, target)
        figures[name] = {k: apart(found[k], v) for k, v in expected.items()}
        figures[name]["devices"] = len(found["outputs"].sharding.device_set)
        compiled = step.lower(state, x, target).compile()
        figures[name]["communications"] = communications(compiled.as_text())
    figures["pmap"] = pmapped(x[:4])
    figures["donated"] = donated(mesh)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
