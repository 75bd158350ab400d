"""Kernels by Triton's interpreter: memory layouts, parameters, sums, the ends of arrays."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from multiact.kernels import triton_source, use_engine
from multiact.kernels.call import FusedLoop
from tests.gpu.watched import Watch, require_interpreter, watching

require_interpreter()
torch = pytest.importorskip("torch")


def run(
    name: str, x: Any, given: dict[str, Any] | None = None, engine: str = "reference"
) -> list[Any]:
    """The value, and the gradients by x and by the parameters that are tensors."""
    from multiact_torch._functions import function

    leaf = x.detach().requires_grad_()
    leaves = {n: v.detach().requires_grad_() for n, v in (given or {}).items()}
    with use_engine(engine):
        y = function(name)(leaf, **leaves)
        weights = torch.cos(torch.arange(y.numel(), dtype=torch.float64)).to(y.dtype)
        g = torch.empty_like(y).copy_(weights.reshape(y.shape))
        return [y.detach(), *torch.autograd.grad(y, [leaf, *leaves.values()], g)]


def agree(name: str, x: Any, given: dict[str, Any] | None = None) -> tuple[list[Any], Watch]:
    """Compare with torch's operations; return the results, and what ran."""
    expected = run(name, x, given)
    with watching() as watch:
        found = run(name, x, given, "native")
    assert len(watch.launched) == 2, "a value and a gradient"
    assert watch.refused == []
    terms = x.numel() ** 0.5
    for a, b in zip(found, expected, strict=True):
        assert (a.shape, a.dtype, a.device) == (b.shape, b.dtype, b.device)
        atol = 1e-5 if a.shape == x.shape else 1e-6 * terms
        torch.testing.assert_close(a, b, rtol=2e-5, atol=atol)
    return found, watch


def numbers(*shape: int) -> Any:
    """Numbers from -4 to 4 in no order."""
    n = torch.Size(shape).numel()
    return (torch.arange(n) * 7919 % n / max(n - 1, 1) * 8 - 4).reshape(shape)


LAYOUTS = {
    "contiguous": (lambda: numbers(3, 5, 7), "flat"),
    "one element": (lambda: numbers(1), "flat"),
    "no axes": (lambda: numbers(1).reshape(()), "flat"),
    "a block and one": (lambda: numbers(1025), "flat"),
    "transposed": (lambda: numbers(6, 50).T, "flat"),
    "channels last": (lambda: numbers(2, 3, 4, 5).to(memory_format=torch.channels_last), "flat"),
    "rows with gaps": (lambda: numbers(5, 400)[:, :300], "rows"),
    "short rows with gaps": (lambda: numbers(50, 9)[:, 1:6], "columns"),
    "every other element": (lambda: numbers(64)[::2], "columns"),
    "axes with gaps, copied": (lambda: numbers(4, 6, 8)[:, :3, :5], "flat"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout):
    make, walk = LAYOUTS[layout]
    x = make()
    (y, *_), watch = agree("mish", x)
    assert watch.launched[0].walk == walk
    if "gaps" not in layout and "every" not in layout:
        assert y.stride() == x.stride(), "as torch's own functions"


def test_nothing_is_copied_that_need_not_be(monkeypatch):
    from multiact_torch._native import MEMORY

    monkeypatch.setattr(MEMORY, "copy_like", None)
    for layout, (make, _) in LAYOUTS.items():
        if "copied" not in layout:
            with watching():
                run("mish", make(), engine="native")


def test_a_gradient_in_another_layout():
    x = numbers(2, 3, 4, 5).to(memory_format=torch.channels_last).requires_grad_()
    with watching() as watch:
        y = _function("mish")(x)
        (found,) = torch.autograd.grad(y, x, torch.ones(2, 3, 4, 5).expand_as(y))
    assert len(watch.launched) == 2
    expected = run("mish", x.detach())[0]
    torch.testing.assert_close(y.detach(), expected)
    assert found.stride() == x.stride()


CHANNELS = {
    "images": ((4, 3, 10, 13), 1, "rows"),
    "small images": ((4, 3, 2, 5), 1, "columns"),
    "features": ((40, 300), 1, "columns"),
    "the first axis": ((3, 200), 0, "rows"),
}


@pytest.mark.parametrize("layout", CHANNELS)
def test_a_parameter_for_each_channel(layout):
    shape, axis, walk = CHANNELS[layout]
    alpha = torch.linspace(0.5, 1.5, shape[axis])
    broadcast = alpha.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    _, watch = agree("talu", numbers(*shape), {"alpha": broadcast})
    assert {loop.walk for loop in watch.launched} == {walk}
    assert watch.launched[0].kinds == ("channel",)


def test_a_parameter_for_each_channel_of_images_with_channels_last():
    x = numbers(2, 3, 8, 9).to(memory_format=torch.channels_last)
    _, watch = agree("talu", x, {"alpha": torch.tensor([0.5, 0.7, 0.9]).reshape(3, 1, 1)})
    assert watch.walks == {"columns"}


def test_modules_with_channels():
    import multiact_torch

    module = multiact_torch.TaLU(channels=3)
    x = numbers(4, 3, 30)
    with watching() as watch:
        module(x).square().sum().backward()
    assert watch.walks == {"columns"}
    expected = run("talu", x, {"alpha": torch.ones(3, 1)})[0]
    torch.testing.assert_close(module(x).detach(), expected)
    assert module.alpha.grad.shape == (3,)


def test_numbers_and_tensors_as_parameters():
    x = numbers(500)
    for alpha in (torch.tensor(0.7), torch.tensor([0.7])):
        _, watch = agree("talu", x, {"alpha": alpha})
        assert watch.launched[0].kinds == ("shared",)
    with watching() as watch:
        y = _function("talu")(x, 0.7)
    assert watch.launched[0].kinds == ("number",)
    torch.testing.assert_close(y, run("talu", x, {"alpha": torch.tensor(0.7)})[0])


def test_a_number_keeps_its_digits_in_float64():
    x = torch.tensor([-1.0], dtype=torch.float64)
    with watching():
        y = _function("leaky_relu")(x, 0.1)
    assert y.item() == -0.1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_numbers_are_told_to_the_compiler(dtype):
    """It would make them float32, what the interpreter does not show."""
    from dataclasses import replace

    from multiact_torch import _triton

    from tools.gpu_kernels import kernels

    _, loop = next(kernels("talu", dtype))
    kernel = _triton._kernel(replace(loop, kinds=("number",)))
    annotations = inspect.get_annotations(kernel.fn)
    assert annotations["p0"] == {"float64": "fp64", "float32": "fp32"}[dtype]


def test_parameters_of_another_dtype():
    """They are read as they are, and computed with in the dtype of the computation."""
    x, alpha = numbers(300), torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    with watching() as watch:
        y = _function("talu")(x, alpha)
        (g,) = torch.autograd.grad(y.sum(), alpha)
    assert len(watch.launched) == 2
    assert (y.dtype, g.dtype) == (torch.float32, torch.float64)
    torch.testing.assert_close(y.detach(), run("talu", x, {"alpha": torch.tensor(0.7)})[0])


def test_array_parameters():
    given = {"numerator": torch.linspace(-1, 1, 6), "denominator": torch.linspace(0.1, 0.4, 4)}
    _, watch = agree("rational", numbers(2000), given)
    assert watch.launched[1].reductions == tuple(range(1, 11))


@pytest.mark.parametrize("shape", [(4, 3, 150), (4, 3, 5)])
def test_array_parameters_for_each_channel(shape):
    given = {
        "numerator": torch.linspace(-1, 1, 18).reshape(6, 3, 1),
        "denominator": torch.linspace(0.1, 0.4, 4),
    }
    (_, _, numerator, denominator), watch = agree("rational", numbers(*shape), given)
    assert watch.launched[1].kinds == ("channel", "shared")
    assert (numerator.shape, denominator.shape) == ((6, 3, 1), (4,))


@pytest.mark.parametrize(("shape", "walk"), [((600_000,), "flat"), ((9000, 100), "columns")])
def test_a_program_adds_up_several_blocks(shape, walk):
    """Large arrays, whose last program has blocks that are empty."""
    x = numbers(*shape)
    alpha = torch.tensor(0.7) if walk == "flat" else torch.linspace(0.5, 1.5, 100)
    _, watch = agree("talu", x, {"alpha": alpha})
    assert watch.walks == {walk}


def test_sums_are_the_same_each_time():
    x, given = numbers(50_000), {"alpha": torch.tensor(0.7)}
    with watching():
        first, second = (run("talu", x, given, "native")[2] for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_sums_of_16_bits_are_not_rounded_on_the_way(dtype):
    """A sum of many small terms: in 16 bits it would stop growing."""
    x = torch.full((20_000,), -0.01, dtype=getattr(torch, dtype))
    with watching() as watch:
        alpha = torch.tensor(0.7, requires_grad=True)
        (found,) = torch.autograd.grad(_function("talu")(x, alpha), alpha, torch.ones_like(x))
    assert len(watch.launched) == 2
    expected = torch.tanh(x.double()).sum()
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=0.0)


@pytest.mark.parametrize("n", [1, 1000, 1024, 1030])
def test_nothing_is_written_beyond_the_end(n):
    """The arrays are parts of larger ones, whose other elements stay."""
    assert written_beyond(n) == 0


def written_beyond(n: int) -> int:
    """How many elements around the results have changed."""
    from multiact_torch import _triton

    room = torch.full((n + 4096,), 7.0)
    with watching():
        computed = _triton.run(_loop("mish"), [numbers(n + 4096)[2048:-2048]], [room[2048:-2048]])
    assert computed is not None
    changed = room != 7.0
    assert changed[2048:-2048].all()
    return int(changed.sum()) - n


def test_an_empty_array():
    x = torch.zeros(0, 3, requires_grad=True)
    alpha = torch.tensor(0.7, requires_grad=True)
    with watching() as watch:
        y = _function("talu")(x, alpha)
        g, total = torch.autograd.grad(y, [x, alpha], torch.ones_like(y))
    assert watch.launched == watch.refused == []
    assert (y.shape, g.shape, total.item()) == ((0, 3), (0, 3), 0.0)


def test_gates_on_halves():
    for shape in ((6, 400), (200, 10)):
        _, watch = agree("swiglu", numbers(*shape))
        assert watch.walks == ({"rows"} if shape[1] > 300 else {"columns"})


def test_large_angles_are_those_of_the_library():
    """Beside small ones, which are the same as without a large one."""
    x = torch.tensor([0.5, 3.0, 40_000.0, 1e10, 3e38])
    with watching():
        y, alone = _function("sin")(x), _function("sin")(x[:2])
    torch.testing.assert_close(y, torch.sin(x.double()).float(), rtol=1e-6, atol=1e-6)
    assert torch.equal(y[:2], alone)


def test_higher_derivatives_are_kernels_too():
    x = numbers(300).requires_grad_()
    with watching() as watch:
        y = _function("mish")(x)
        (g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
        (h,) = torch.autograd.grad(g.sum(), x)
    assert len(watch.launched) == 3
    double = x.detach().double().requires_grad_()
    with use_engine("reference"):
        (first,) = torch.autograd.grad(_function("mish")(double).sum(), double, create_graph=True)
        (second,) = torch.autograd.grad(first.sum(), double)
    torch.testing.assert_close(h.double(), second, rtol=1e-5, atol=1e-6)


def test_a_second_call_prints_nothing(monkeypatch):
    x = numbers(10)
    with watching() as watch:
        _function("mish")(x)
        monkeypatch.setattr(triton_source, "_Printer", None)
        _function("mish")(x)
    assert len(watch.launched) == 2


def test_engines_choose():
    from multiact_torch import _triton

    x = numbers(10)
    for engine, launched in (("auto", 1), ("native", 1), ("reference", 0), ("blocked", 0)):
        with watching() as watch, use_engine(engine):
            _function("mish")(x)
        assert len(watch.launched) == launched, engine
    with watching() as watch, pytest.MonkeyPatch.context() as patch:
        patch.setattr(_triton, "available", lambda: False)
        _function("mish")(x)
    assert watch.launched == []


def test_what_has_no_form_runs_operation_by_operation():
    import multiact
    from tests.helpers.registered import temporary_registrations

    with temporary_registrations():

        @multiact.activation
        def angle(x, /, *, xp):
            """An angle in four quadrants, which no kernel computes."""
            return xp.atan2(x, 1 + x * x)

        x = numbers(20)
        with watching() as watch:
            y = _function("angle")(x)
        assert (len(watch.launched), len(watch.refused)) == (0, 1)
        torch.testing.assert_close(y, torch.atan2(x, 1 + x * x))


def _function(name: str) -> Any:
    from multiact_torch._functions import function

    return function(name)


def _loop(name: str) -> FusedLoop:
    from tools.gpu_kernels import operation

    return operation(name).fused
