"""The speed of every activation: `python -m benchmarks.each` writes docs/speed.md.

Each is compared with its own formula, applied to whole arrays as it is declared, and with ReLU.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import numpy as numpy_xp

import multiact
from benchmarks import frameworks, machine, selection
from benchmarks.process import restart
from benchmarks.timing import Clock, Run, compare
from multiact.cli.console import progress
from multiact.declare.activation import Activation

PAGE = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
ELEMENTS, FEATURES = 100_000, 512
SLOWER = 1.1  # a ratio that is no chance

_TEXT = """\
# Speed of every activation

Written by `python -m benchmarks.each` on {date}; do not edit.

Each cell has two ratios of CPU times, of {elements:,} float32 numbers on one thread (gates: rows of
{features}; kinds with an axis: images): to the activation's own formula, applied to whole arrays as
it is declared and differentiated by the framework; and to the same framework's ReLU. Smaller is
better: "0.1 / 1.2" is ten times as fast as the formula and takes 1.2 times as long as ReLU. NumPy
computes values; PyTorch and JAX (under jit) compute values and the gradients of x and of all
learned parameters. A dash stands where there is no such formula: for noise, surrogate slopes,
layers, and what normalises along an axis.
[Performance](performance.md) compares with what people use instead.

XLA fuses the formula, too, into one loop of vectors; where ours is slower under jit, it has the
digits that the formula loses where terms cancel or functions vanish, which is more arithmetic.

| measured with | |
|---|---|
{facts}

| | NumPy, values | PyTorch, both | JAX, both |
|---|---|---|---|
| to the formula, median | {medians} |
| slower than the formula | {slower} |
| to ReLU, median | {relu} |

| activation | NumPy, values | PyTorch, both | JAX, both |
|---|---|---|---|
{rows}
"""


class Runs(NamedTuple):
    """What is measured: ours, the formula if there is one, ReLU; and the clock of all three."""

    ours: Run
    formula: Run | None
    relu: Run
    clock: Clock


class Speed(NamedTuple):
    """Ratios of times: to the formula, if there is one, and to ReLU."""

    formula: float | None
    relu: float

    def __str__(self) -> str:
        first = "-" if self.formula is None else f"{self.formula:.2g}"
        return f"{first} / {self.relu:.2g}"


def _has_formula(act: Activation) -> bool:
    return act.is_graph and not act.noise and act.surrogate is None


def _batches(act: Activation) -> list[np.ndarray]:
    """Return the input: of gates rows of features, as in networks; of a pair two arrays."""
    x = selection.batch(act, ELEMENTS)
    if act.kind not in ("gated", "pair"):
        return [x]
    x = x.reshape(-1, min(FEATURES, x.size))
    return [x] if act.kind == "gated" else [half.copy() for half in np.split(x, 2, axis=-1)]


def _apply(act: Activation, arrays: Sequence[Any], arguments: dict[str, Any], xp: Any) -> Any:
    """Apply the formula as it is declared, of a gate to the halves of its array."""
    own = inspect.signature(act.function).parameters
    given = {name: v for name, v in arguments.items() if name in own}
    if len(arrays) < len(act.data):
        half = arrays[0].shape[-1] // 2
        arrays = [arrays[0][..., :half], arrays[0][..., half:]]
    return act.function(*arrays, **given, xp=xp)


def _numbers(act: Activation) -> list[str]:
    """Return the parameters that are one number; settings stay what they are in Python."""
    return [p.name for p in act.parameters if p.shaped is None]


def in_numpy(act: Activation) -> Runs:
    """Values."""
    import multiact_numpy

    frameworks.one_thread()
    arrays, arguments = _batches(act), selection.values(act, ELEMENTS)
    numbers = {n: np.float32(arguments[n]) for n in _numbers(act)}
    ours, relu, x = multiact_numpy.function(act), multiact_numpy.relu, arrays[0]

    def formula() -> Any:
        with np.errstate(all="ignore"):
            return _apply(act, arrays, arguments | numbers, numpy_xp)

    return Runs(
        lambda: ours(*arrays, **arguments),
        formula if _has_formula(act) else None,
        lambda: relu(x),
        time.thread_time,
    )


def in_torch(act: Activation) -> Runs:
    """Values, and the gradients of x and of all learned parameters."""
    torch = frameworks.torch()
    import multiact_torch
    from array_api_compat import torch as torch_xp

    module = multiact_torch.create(act, **selection.sizes(act, ELEMENTS)).eval()
    arrays = [torch.from_numpy(x).requires_grad_() for x in _batches(act)]
    learned = {n: p.detach().clone().requires_grad_() for n, p in module.named_parameters()}
    arguments = selection.values(act, ELEMENTS)
    arguments |= {p.name: torch.as_tensor(arguments[p.name]) for p in act.parameters} | learned

    def both(call: Callable[..., Any], inputs: Sequence[Any]) -> Run:
        with torch.no_grad():
            g = torch.ones_like(call(*arrays))
        inputs = [*arrays, *inputs]
        if not call(*arrays).requires_grad:  # a step: nothing goes back
            return lambda: call(*arrays)
        return lambda: torch.autograd.grad(call(*arrays), inputs, g, allow_unused=True)

    def formula(*arrays: Any) -> Any:
        return _apply(act, arrays, arguments, torch_xp)

    return Runs(
        both(module, list(module.parameters())),
        both(formula, list(learned.values())) if _has_formula(act) else None,
        both(lambda x, *_: torch.relu(x), ()),
        time.thread_time,
    )


def in_jax(act: Activation) -> Runs:
    """Values and gradients as one program."""
    jax = frameworks.jax()
    import multiact_jax

    arrays = [jax.numpy.asarray(x) for x in _batches(act)]
    arguments = selection.values(act, ELEMENTS)
    learned = {n: jax.numpy.asarray(v) for n, v in arguments.items() if isinstance(v, np.ndarray)}
    rest = {n: v for n, v in arguments.items() if n not in learned}
    numbers = {n: jax.numpy.asarray(rest[n]) for n in _numbers(act)}
    ours = multiact_jax.function(act)

    def both(call: Callable[[Any, Any], Any]) -> Run:
        def program(arrays: Any, learned: Any, g: Any) -> Any:
            y, pull = jax.vjp(call, arrays, learned)
            return y, pull(g)

        g, compiled = jax.numpy.ones_like(call(arrays, learned)), jax.jit(program)
        return lambda: jax.block_until_ready(compiled(arrays, learned, g))

    return Runs(
        both(lambda arrays, learned: ours(*arrays, **rest, **learned)),
        both(lambda arrays, learned: _apply(act, arrays, rest | numbers | learned, jax.numpy))
        if _has_formula(act)
        else None,
        both(lambda arrays, _: jax.nn.relu(arrays[0])),
        time.process_time,  # XLA computes on its own threads
    )


BACKENDS = (in_numpy, in_torch, in_jax)


def measure(runs: Runs, seconds: float) -> Speed:
    """Measure both ratios, each for so many seconds."""
    ours, formula, relu, clock = runs
    return Speed(
        None if formula is None else compare(ours, formula, clock, seconds).ratio,
        compare(ours, relu, clock, seconds).ratio,
    )


def page(measured: dict[str, list[Speed]]) -> str:
    """Return the text of the page."""
    columns = list(zip(*measured.values(), strict=True))
    formulas = [[s.formula for s in column if s.formula is not None] for column in columns]
    return _TEXT.format(
        date=datetime.now(UTC).date(),
        elements=ELEMENTS,
        features=FEATURES,
        facts="\n".join(f"| {what} | {value} |" for what, value in machine.facts()),
        medians=_cells(f"{statistics.median(ratios):.2g}" for ratios in formulas),
        slower=_cells(f"{sum(r > SLOWER for r in ratios)} of {len(ratios)}" for ratios in formulas),
        relu=_cells(f"{statistics.median(s.relu for s in column):.2g}" for column in columns),
        rows="\n".join(f"| {name} | {_cells(speeds)} |" for name, speeds in measured.items()),
    )


def _cells(values: Iterator[Any] | Sequence[Any]) -> str:
    return " | ".join(map(str, values))


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.each", description=__doc__)
    parser.add_argument("names", nargs="*", help="activations; default all")
    parser.add_argument("--seconds", type=float, default=0.05, help="per ratio; default 0.05")
    parser.add_argument("--output", type=Path, default=PAGE, help=f"default {PAGE.name} in docs")
    args = parser.parse_args()
    restart("benchmarks.each")
    names = args.names or multiact.names()
    # array-api-compat copies tensors that have gradients
    warnings.filterwarnings("ignore", "torch.asarray: unspecified requires_grad")
    measured = {}
    with progress("measuring", len(names)) as advance:
        for name in names:
            act = multiact.get(name)
            measured[act.key] = [measure(make(act), args.seconds) for make in BACKENDS]
            advance(name)
    args.output.write_text(page(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
