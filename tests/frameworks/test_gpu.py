"""On an accelerator: what it computes is what the CPU computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import multiact
from multiact.testing.backend import operands
from tests.gpu.watched import watching
from tests.helpers.representatives import representatives

pytestmark = pytest.mark.gpu
NAMES = representatives()
FEW = ("talu", "mish", "gelu", "prelu", "staf", "swiglu", "softmax")


@pytest.fixture
def torch() -> Any:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("PyTorch sees no CUDA device")
    return torch


@pytest.fixture
def gpu() -> Any:
    jax = pytest.importorskip("jax")
    found = [d for d in jax.devices() if d.platform in ("gpu", "tpu")]
    if not found:
        pytest.skip("JAX sees no GPU or TPU")
    return found[0]


def results(torch: Any, name: str, dtype: Any, device: str, **options: Any) -> list[Any]:
    """Value and gradients, all computed on the device."""
    from tests.frameworks.modules import example

    module, x = example(name, dtype)
    x = x.detach().to(device).requires_grad_()
    module = module.to(device)
    run = torch.compile(module, **options) if options else module
    y = run(x)
    made = [y, *torch.autograd.grad(y.square().sum(), [x, *module.parameters()])]
    assert {t.device.type for t in made} == {device}
    return [t.detach().cpu() for t in made]


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("name", NAMES)
def test_cuda_agrees_with_the_cpu(torch: Any, name: str, bits: int) -> None:
    dtype = getattr(torch, f"float{bits}")
    close = {"rtol": 1e-4, "atol": 1e-4} if bits == 32 else {"rtol": 1e-10, "atol": 1e-10}
    found, expected = (results(torch, name, dtype, device) for device in ("cuda", "cpu"))
    torch.testing.assert_close(found, expected, **close)


@pytest.mark.parametrize("name", ["talu", "mish", "gelu", "staf", "swiglu"])
def test_kernels_run_on_cuda(torch: Any, name: str) -> None:
    pytest.importorskip("triton")
    with watching() as watch:
        results(torch, name, torch.float32, "cuda")
    assert len(watch.launched) == 2
    assert watch.refused == []


def test_kernels_are_captured_by_a_cuda_graph(torch: Any) -> None:
    pytest.importorskip("triton")
    from multiact_torch import mish

    x = torch.linspace(-4, 4, 5000, device="cuda")
    expected = mish(x)  # compiles
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = mish(x)
    graph.replay()
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


@pytest.mark.parametrize("name", FEW)
def test_compiled_for_cuda(torch: Any, name: str) -> None:
    torch._dynamo.reset()
    found = results(torch, name, torch.float32, "cuda", fullgraph=True)
    torch.testing.assert_close(
        found, results(torch, name, torch.float32, "cpu"), rtol=1e-4, atol=1e-4
    )


def test_compiled_into_a_cuda_graph(torch: Any) -> None:
    torch._dynamo.reset()
    found = results(torch, "talu", torch.float32, "cuda", mode="reduce-overhead", fullgraph=True)
    torch.testing.assert_close(found, results(torch, "talu", torch.float32, "cpu"))


@pytest.mark.parametrize("name", [n for n in NAMES if multiact.get(n).kind == "elementwise"])
def test_jax_agrees_with_the_cpu(gpu: Any, name: str) -> None:
    import jax
    import multiact_jax

    from tests.helpers.examples import examples

    given = next(iter(examples(multiact.get(name), "float32"))).parameters
    x = np.linspace(-4, 4, 101, dtype=np.float32)
    both = jax.vmap(
        jax.value_and_grad(
            lambda x: multiact_jax.function(name)(*operands(multiact.get(name), x), **given)
        )
    )
    found = jax.jit(both)(jax.device_put(x, gpu))
    assert found[0].devices() == {gpu}
    expected = jax.jit(both)(jax.device_put(x, jax.devices("cpu")[0]))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)
