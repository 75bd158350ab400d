"""Places beside a plain module where people's own code sets the pace: what a user writes instead.

Each place is one of ours against the framework's function or the few lines of people's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from benchmarks import frameworks
from benchmarks.rivals import NATIVE, Place, Rivals, jax_rivals, on_tensor
from benchmarks.selection import numbers
from benchmarks.steps import steps
from benchmarks.timing import Run

IMAGES = {"2x2": (64, 512, 2, 2), "8x8": (32, 128, 8, 8), "56x56": (4, 64, 56, 56)}


def places() -> dict[str, Place]:
    """All places by their names, "backend/what"."""
    found = [*_numpy(), *_torch(), *_jax(), *steps()]
    return {f"{p.backend}/{p.name}": p for p in found}


def _numpy() -> Iterator[Place]:
    for name in ("gelu", "talu", "mish"):
        yield Place("numpy", f"multiact.{name}", partial(_numpy_of_multiact, name))
    for count in (10, 100):
        yield Place("numpy", f"tanh of {count}", partial(_numpy_small, count))
    yield Place("numpy", "tanh of a transposed array", _numpy_transposed)


def _numpy_of_multiact(name: str) -> Rivals:
    import multiact_numpy

    import multiact

    x = numbers(1_000_000)
    ours, theirs = getattr(multiact, name), getattr(multiact_numpy, name)
    return Rivals(lambda: ours(x), lambda: theirs(x))


def _numpy_small(count: int) -> Rivals:
    import multiact_numpy

    x, ours = numbers(count), multiact_numpy.tanh
    return Rivals(lambda: ours(x), lambda: np.tanh(x))


def _numpy_transposed() -> Rivals:
    import multiact_numpy

    x, ours = numbers(1_000_000).reshape(1000, 1000).T, multiact_numpy.tanh
    return Rivals(lambda: ours(x), lambda: np.tanh(x))


PASSES = {"forward": False, "both": True}


def _torch() -> Iterator[Place]:
    for name, (what, backward) in product(("gelu", "talu", "mish"), PASSES.items()):
        make = partial(_torch_of_multiact, name, backward=backward)
        yield Place("torch", f"multiact.{name}, {what}", make)
    yield from (*_channels(), *_whole_arrays(), *_gates(), *_transforms(), *_plain_calls())
    for name in ("GELU", "PReLU", "STAF", "BSpline"):
        yield Place("torch", f"construction of {name}", partial(_construction, name))


def _channels() -> Iterator[Place]:
    layouts, names = ("NCHW", "channels_last"), ("prelu", "swish", "snake")
    for layout, size, name, what in product(layouts, IMAGES, names, PASSES):
        make = partial(_per_channel, name, IMAGES[size], layout, PASSES[what])
        yield Place("torch", f"{name} per channel, {size} {layout}, {what}", make)
    for name in ("prelu", "swish"):
        make = partial(_per_channel, name, (128, 256), "", True)
        yield Place("torch", f"{name} per feature, both", make)


def _whole_arrays() -> Iterator[Place]:
    shapes = ((8, 128), (1000, 1000))
    for name, shape, what in product(("softmax", "log_softmax", "softmin"), shapes, PASSES):
        title = f"{name}, {shape[0]} x {shape[1]}, {what}"
        yield Place("torch", title, partial(_softmax, name, shape, PASSES[what]))
    for what, backward in PASSES.items():
        yield Place("torch", f"group_sort, {what}", partial(_group_sort, backward))
        yield Place("torch", f"funnel_relu, {what}", partial(_funnel_relu, backward))
        yield Place("torch", f"bspline, {what}", partial(_bspline, backward))


def _gates() -> Iterator[Place]:
    for name, rows, what in product(("glu", "swiglu", "geglu"), (1, 100, 1000), PASSES):
        make = partial(_gate, name, rows, PASSES[what])
        yield Place("torch", f"{name}, {rows} x 1024, {what}", make)


def _transforms() -> Iterator[Place]:
    for name in ("gelu", "elu", "tanh"):
        for transform, elements in (("vmap(grad)", 100_000), ("jvp", 1000), ("grad", 1000)):
            make = partial(_transformed, name, transform, elements)
            yield Place("torch", f"{transform} of {name}, {elements}", make)


def _plain_calls() -> Iterator[Place]:
    for name in ("gelu", "silu"):
        yield Place("torch", f"{name} of 10", partial(_torch_small, name, 10))
    for name in ("columns", "rows", "every second"):
        yield Place("torch", f"silu of {name}", partial(_torch_strided, name))
    float32 = ("gelu", "silu", "threshold", "prelu", "hardshrink")
    for dtype, names in (
        ("float64", ("tanh",)), ("float32", float32), ("float16", ("silu", "gelu")),
    ):  # fmt: skip
        for name in names:
            yield Place("torch", f"{name}, {dtype}, forward", partial(_plain, name, dtype))


def _torch_of_multiact(name: str, *, backward: bool) -> Rivals:
    import multiact_torch

    import multiact

    x = frameworks.torch().from_numpy(numbers(1_000_000))
    return on_tensor(getattr(multiact, name), getattr(multiact_torch, name), x, backward=backward)


def _composed_per_channel(name: str, channels: int, ndim: int) -> Any:
    torch = frameworks.torch()
    start = {"prelu": 0.25, "swish": 1.0, "snake": 1.0}[name]
    shape = (channels, *[1] * (ndim - 2))

    class Composed(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a = torch.nn.Parameter(torch.full(shape, start))

        def forward(self, x: Any) -> Any:
            if name == "swish":
                return x * torch.sigmoid(self.a * x)
            return x + torch.sin(self.a * x) ** 2 / self.a

    return torch.nn.PReLU(channels) if name == "prelu" else Composed()


def _per_channel(name: str, shape: tuple[int, ...], layout: str, backward: bool) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    x = torch.from_numpy(numbers(int(np.prod(shape)))).reshape(shape)
    if layout == "channels_last":
        x = x.contiguous(memory_format=torch.channels_last)
    learnable = {"swish": ("beta",), "snake": ("alpha",), "prelu": ("weight",)}[name]
    ours = multiact_torch.create(name, channels=shape[1], learnable=learnable)
    return on_tensor(ours, _composed_per_channel(name, shape[1], len(shape)), x, backward=backward)


def _softmax(name: str, shape: tuple[int, int], backward: bool) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    x = torch.from_numpy(numbers(shape[0] * shape[1])).reshape(shape)
    ours = multiact_torch.create(name, axis=-1)
    return on_tensor(ours, getattr(torch.nn, NATIVE[name])(dim=-1), x, backward=backward)


def _group_sort(backward: bool) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    def theirs(x: Any) -> Any:
        a, b = x.unflatten(1, (-1, 2)).unbind(2)
        return torch.stack([torch.minimum(a, b), torch.maximum(a, b)], dim=2).flatten(1)

    x = torch.from_numpy(numbers(1_000_000)).reshape(1000, 1000)
    return on_tensor(multiact_torch.create("group_sort", size=2), theirs, x, backward=backward)


def _funnel_relu(backward: bool) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    class Theirs(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.funnel = torch.nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)

        def forward(self, x: Any) -> Any:
            return torch.maximum(x, self.funnel(x))

    x = torch.from_numpy(numbers(8 * 32 * 32 * 32)).reshape(8, 32, 32, 32)
    ours, theirs = multiact_torch.create("funnel_relu", channels=32), Theirs()
    with torch.no_grad():
        theirs.funnel.weight.copy_(ours.weight.unsqueeze(1))
    return on_tensor(ours, theirs, x, backward=backward)


def _bspline(backward: bool) -> Rivals:
    """The bumps of all knots, each at every x, as people write them."""
    torch = frameworks.torch()
    import multiact_torch

    ours = multiact_torch.BSpline()
    count = len(ours.coefficients)
    lower, upper = ours.lower, ours.upper

    class Theirs(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.coefficients = torch.nn.Parameter(ours.coefficients.detach().clone())

        def forward(self, x: Any) -> Any:
            t = (x.clamp(lower, upper) - lower) * ((count - 3) / (upper - lower))
            total = torch.zeros_like(x)
            for i in range(count):
                v = (t - (i - 1)).abs()
                outer = (2 - v).clamp(min=0) ** 3 / 6
                total = total + self.coefficients[i] * torch.where(
                    v < 1, 2 / 3 - v * v * (1 - v / 2), outer
                )
            return total

    x = np.clip(numbers(100_000), 0.99 * lower, 0.99 * upper)
    return on_tensor(ours, Theirs(), torch.from_numpy(x), backward=backward)


def _gate(name: str, rows: int, backward: bool) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    F = torch.nn.functional

    def composed(x: Any) -> Any:
        a, b = x.chunk(2, dim=-1)
        return a * (F.silu(b) if name == "swiglu" else F.gelu(b))

    theirs = partial(F.glu, dim=-1) if name == "glu" else composed
    x = torch.from_numpy(numbers(rows * 1024)).reshape(rows, 1024)
    return on_tensor(multiact_torch.create(name, axis=-1), theirs, x, backward=backward)


def _transformed(name: str, transform: str, elements: int) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    x, func = torch.from_numpy(numbers(elements)), torch.func
    native = torch.tanh if name == "tanh" else getattr(torch.nn.functional, name)

    def run(f: Any) -> Run:
        if transform == "vmap(grad)":
            return partial(func.vmap(func.grad(f)), x)
        if transform == "jvp":
            return lambda: func.jvp(f, (x,), (x,))
        return partial(func.grad(lambda x: f(x).sum()), x)

    return Rivals(run(multiact_torch.function(name)), run(native))


def _torch_small(name: str, count: int) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    x, theirs = torch.from_numpy(numbers(count)), getattr(torch.nn.functional, name)
    ours = multiact_torch.function(name)
    return Rivals(lambda: ours(x), lambda: theirs(x))


def _torch_strided(name: str) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    x = torch.from_numpy(numbers(2_000_000)).reshape(1000, 2000)
    x = {"columns": x[:, :1000], "rows": x[::2], "every second": x[:, ::2]}[name]
    return on_tensor(multiact_torch.silu, torch.nn.functional.silu, x, backward=False)


def _plain(name: str, dtype: str) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    settings = {"threshold": 0.0, "value": 1.0} if name == "threshold" else {}
    module = getattr(torch.nn, NATIVE[name])(*settings.values())
    ours = multiact_torch.create(name, **settings)
    x = torch.from_numpy(numbers(1_000_000)).to(getattr(torch, dtype))
    return on_tensor(ours, module.to(x.dtype), x, backward=False)


def _construction(name: str) -> Rivals:
    """Against a module of torch's, or one that draws as many parameters."""
    torch = frameworks.torch()
    import multiact_torch

    class Theirs(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, shapes: list[Any]) -> None:
            super().__init__()
            for i, shape in enumerate(shapes):
                self.register_parameter(f"p{i}", torch.nn.Parameter(torch.randn(shape)))

    ours = getattr(multiact_torch, name)
    shapes = [p.shape for p in ours().parameters()]
    theirs = getattr(torch.nn, name, None) or partial(Theirs, shapes)
    return Rivals(ours, theirs)


def _jax() -> Iterator[Place]:
    for name in ("gelu", "talu", "mish"):
        yield Place("jax", f"multiact.{name}, eager", partial(_jax_of_multiact, name))
    yield Place("jax", "silu of 10, eager", _jax_small)


def _jax_of_multiact(name: str) -> Rivals:
    frameworks.jax()
    import multiact_jax

    import multiact

    return jax_rivals(getattr(multiact, name), getattr(multiact_jax, name), 1_000_000)


def _jax_small() -> Rivals:
    jax = frameworks.jax()
    import multiact_jax

    return jax_rivals(multiact_jax.silu, jax.nn.silu, 10)
