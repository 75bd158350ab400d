"""Measurements for rows of the performance page that are not plain ratios."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import multiact
from benchmarks import frameworks, rivals, selection, starting
from benchmarks.timing import compare
from benchmarks.workloads import workload

#: the activations that are compiled together in one process
NETWORK = (
    "talu mish gelu silu elu softplus relu leaky_relu hardtanh hardswish selu celu tanh sigmoid "
    "logsigmoid softsign hardsigmoid relu6 tanhshrink gelu_tanh phish swigelu sinlu coslu serf "
    "smish logish squareplus snake telu"
).split()
PEER = "torch_activation"


def most_saved(backend: str, elements: int, quick: bool) -> tuple[str, float]:
    """Return the elementwise activation that saves most for backward, and its bytes per element."""
    names = ["talu", "mish", "staf"] if quick else multiact.names(kind="elementwise")
    loads = ((name, workload(backend, name, elements)) for name in names)
    saved = {name: load.saved_bytes() / selection.size_of(load.x) for name, load in loads}
    return max(saved.items(), key=lambda item: item[1])


def compiled_kernels(name: str) -> tuple[int, int]:
    """Count the kernels that Inductor generates for the forward and the backward pass."""
    torch = frameworks.torch()
    import multiact_torch
    from torch._inductor import metrics

    counts = []
    for tracked in (False, True):
        torch._dynamo.reset()
        run = torch.compile(multiact_torch.create(name, learnable=()), fullgraph=True)
        metrics.reset()
        with _no_disk_cache(), warnings.catch_warnings(), torch.set_grad_enabled(tracked):
            warnings.simplefilter("ignore")  # a warning that the cache is disabled
            y = run(torch.linspace(-3, 3, 4096, requires_grad=tracked))
            if tracked:
                y.sum().backward()
        counts.append(metrics.generated_kernel_count)
    return counts[0], counts[1] - counts[0]


def compiled_network() -> tuple[int, int]:
    """Count the network's activations that run compiled, and all of them.

    The modules are compiled one by one in a single process.  Beyond its limits torch silently
    runs eagerly, so the compiled graphs are counted.
    """
    torch = frameworks.torch()
    import multiact_torch
    from torch._dynamo.utils import counters

    torch._dynamo.reset()
    counters.clear()
    x = torch.linspace(-3, 3, 4096)
    with torch.no_grad():
        for name in NETWORK:
            torch.compile(multiact_torch.create(name), fullgraph=True)(x)
    return counters["stats"]["unique_graphs"], len(NETWORK)


def peer_ratios(elements: int, seconds: float | None, quick: bool) -> dict[str, float]:
    """Measure forward and backward against torch-activation's modules of the same name."""
    frameworks.torch()
    import multiact_torch

    ratios = {}
    for name, theirs in _shared():
        pair = rivals.both(multiact_torch.create(name), theirs, elements)
        try:
            pair.theirs()
        except (RuntimeError, TypeError, ValueError):  # their module cannot be run
            continue
        ratios[name] = compare(*pair, budget=seconds).ratio
        if quick and len(ratios) == 3:
            break
    return ratios


def geometric_mean(values: Any) -> float:
    """Compute the geometric mean."""
    logs = [math.log(v) for v in values]
    return math.exp(sum(logs) / len(logs))


def first_uses(quick: bool) -> tuple[float, float]:
    """Measure the milliseconds of a kernel's first use, compiled and from disk, at worst."""
    names = ("talu",) if quick else ("talu", "mish", "swigelu", "rational", "staf")
    pair = [
        max(starting.first_use_seconds(name, cached=cached) for name in names)
        for cached in (False, True)
    ]
    return 1e3 * pair[0], 1e3 * pair[1]


def _shared() -> Iterator[tuple[str, Any]]:
    """Yield our elementwise names that the peer has too, with the peer's default module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings about its optional parts
        try:
            peer = __import__(PEER)
        except ImportError as error:
            raise NotImplementedError(str(error)) from error
    theirs = {name.lower().replace("_", ""): getattr(peer, name) for name in dir(peer)}
    for name in multiact.names(kind="elementwise"):
        act = multiact.get(name)
        spellings = (s.lower().replace("_", "") for s in (name, act.name, *act.aliases))
        kind = next((theirs[s] for s in spellings if isinstance(theirs.get(s), type)), None)
        try:
            if kind is not None:
                yield name, kind()
        except TypeError:  # it needs arguments
            continue


class _no_disk_cache:  # noqa: N801  a context manager
    """Disable Inductor's caches, since a cached graph generates no kernels."""

    def __enter__(self) -> None:
        from torch._inductor import config

        self._config, self._was = config, config.force_disable_caches
        config.force_disable_caches = True

    def __exit__(self, *_: object) -> None:
        self._config.force_disable_caches = self._was
