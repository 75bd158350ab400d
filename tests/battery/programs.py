"""Make all calls with a backend, and report the rows that do not hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from multiact.testing.backend import Backend
from tests.battery.rows import Call, Row

Results = Mapping[Call, Any]
Run = Callable[[Backend, Sequence[Call]], Results]


def eagerly(backend: Backend, calls: Iterable[Call]) -> Results:
    """One call after the other."""
    found = {}
    for call in calls:
        dtype = call.subject.dtype
        arrays = {n: backend.asarray(v, dtype) for n, v in call.arrays.items()}
        found[call] = call.apply(backend, backend.asarray(call.x, dtype), arrays)
    return found


def with_autograd(backend: Backend, calls: Iterable[Call]) -> Results:
    """Calls of torch; all derivatives of an array come from one graph, as in training."""
    together: dict[Any, list[Call]] = defaultdict(list)
    for call in calls:
        together[call.subject, id(call.x), tuple(call.changed), str(call.part)].append(call)
    found: dict[Call, Any] = {}
    for some in together.values():
        by_path = _derivatives(backend, some[0], {call.wrt for call in some})
        found |= {call: by_path[call.wrt] for call in some}
    return found


def _derivatives(
    backend: Backend, call: Call, paths: set[tuple[str, ...]]
) -> dict[tuple[str, ...], Any]:
    import torch

    subject, found = call.subject, {}
    x = backend.asarray(call.x, subject.dtype)
    x = x if call.part is None else x[call.part]
    given = subject.arguments(backend)
    given |= {n: backend.asarray(v, subject.dtype) for n, v in call.changed.items()}
    first = sorted({path[0] for path in paths if len(path) == 1})
    highest = max(map(len, paths))
    leaves = {n: x if n == "x" else _leaf(given[n], x) for n in {*first, *["x"] * (highest > 1)}}
    leaves = {n: v.detach().requires_grad_() for n, v in sorted(leaves.items())}
    x = leaves.get("x", x)
    y = backend.value(subject.act, x, {**given, **{n: v for n, v in leaves.items() if n != "x"}})
    found[()] = y.detach()
    if first:
        wanted = [leaves[n] for n in first]
        grads = torch.autograd.grad(y.sum(), wanted, retain_graph=True, materialize_grads=True)
        found |= {(n,): g for n, g in zip(first, grads, strict=True)}
    for order in range(1, highest + 1 if highest > 1 else 0):
        if not y.requires_grad:  # constant in x
            y = torch.zeros_like(x)
        else:
            (y,) = torch.autograd.grad(y.sum(), x, create_graph=True, materialize_grads=True)
        found.setdefault(("x",) * order, y.detach())
    return found


def _leaf(value: Any, x: Any) -> Any:
    import torch

    return torch.as_tensor(value, dtype=x.dtype).clone()


def jitted(pairs: Sequence[tuple[Backend, Call]]) -> list[Any]:
    """Calls of JAX and Flax, all of them in one compiled program.

    Arrays that several calls share are one input of it, so that XLA computes once what they
    have in common.
    """
    import jax

    pool: list[Any] = []
    places: dict[tuple[int, str], int] = {}

    def place(backend: Backend, array: Any, dtype: str) -> int:
        key = (id(array), dtype)
        if key not in places:
            places[key] = len(pool)
            pool.append(backend.asarray(array, dtype))
        return places[key]

    plan = []
    for backend, call in pairs:
        dtype = call.subject.dtype
        arrays = {n: place(backend, v, dtype) for n, v in call.arrays.items()}
        plan.append((backend, call, place(backend, call.x, dtype), arrays))

    def everything(pool: list[Any]) -> list[Any]:
        return [
            call.apply(backend, pool[x], {n: pool[i] for n, i in arrays.items()})
            for backend, call, x, arrays in plan
        ]

    found: list[Any] = jax.jit(everything)(pool)
    return found


def faults(backend: Backend, rows: Iterable[Row], results: Results) -> list[str]:
    """A line for each row that does not hold: the backend, the row, the activation, the point."""
    found = []
    for row in rows:
        try:
            row.check(backend, results[row.call])
        except AssertionError as error:
            found.append(f"{backend.name}: {row}: {error}")
    return found


def checked(backend: Backend, rows: Iterable[Row], run: Run = eagerly) -> list[str]:
    """The same, once the calls are made."""
    rows = list(rows)
    calls = dict.fromkeys(row.call for row in rows)
    return faults(backend, rows, run(backend, tuple(calls)))
