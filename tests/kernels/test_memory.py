"""Tensors whose memory does not hold what they stand for."""

from __future__ import annotations

import numpy as np
import pytest

import multiact
from multiact.kernels import compiler

torch = pytest.importorskip("torch")
import multiact_torch as mt  # noqa: E402

ENGINES = ["auto", "native", "reference"]


def lazy_minus(values: list[float]) -> torch.Tensor:
    """The negated values, of which memory holds the values."""
    x = torch.tensor([complex(0, -v) for v in values]).conj().imag
    assert x.is_neg()
    return x


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["gelu", "talu", "relu", "softmax", "glu"])
def test_a_lazy_minus_is_a_minus(name: str, engine: str) -> None:
    function, x = getattr(mt, name), lazy_minus([2.0, -1.0, 0.5, 3.0])
    with multiact.use_engine(engine):
        torch.testing.assert_close(function(x), function(torch.tensor(x.tolist())), rtol=0, atol=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lazy_minus_as_cotangent_and_parameter(engine: str) -> None:
    minus, plain = lazy_minus([2.0, -1.0]), torch.tensor([2.0, -1.0])
    with multiact.use_engine(engine):
        for g in (minus, plain):
            x = torch.tensor([-0.5, 0.25], requires_grad=True)
            mt.talu(x, g).backward(g)
            found = x.grad
            if g is minus:
                expected = found
        torch.testing.assert_close(found, expected, rtol=0, atol=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_zero_that_nobody_wrote_is_zero(engine: str) -> None:
    zero = torch._efficientzerotensor((3,))
    with multiact.use_engine(engine):
        assert mt.softplus(zero).tolist() == mt.softplus(torch.zeros(3)).tolist()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["gelu", "relu", "hardtanh", "softmax", "crelu", "glu"])
def test_freed_memory_is_an_error(name: str, engine: str) -> None:
    """torch's own `x.clone()` ends the process here."""
    x = torch.ones(2, 4)
    x.untyped_storage().resize_(0)
    with multiact.use_engine(engine), pytest.raises(RuntimeError, match=r"freed|storage"):
        getattr(mt, name)(x)


def test_freed_memory_of_a_module_and_of_its_parameter() -> None:
    act = mt.TaLU(channels=4)
    act.alpha.untyped_storage().resize_(0)
    with pytest.raises(RuntimeError, match="was freed"):
        act(torch.ones(2, 4))


@pytest.mark.skipif(compiler.compiler() is None, reason="no C compiler")
@pytest.mark.parametrize("bits", [0x7FFFFFFF, 0xFFFFFFFF, 0x7FC00000, 0x7F800001])
def test_bfloat16_keeps_every_nan(bits: int) -> None:
    beta = torch.from_numpy(np.asarray([bits], np.uint32).view(np.float32))
    x = torch.ones(200, dtype=torch.bfloat16)
    with multiact.use_engine("native"):
        assert mt.swish(x, beta).isnan().all()


def test_channels_last_is_not_copied() -> None:
    """Neither the input nor the result changes its layout, and gradients are of each channel."""
    x = torch.randn(3, 5, 7, 9).to(memory_format=torch.channels_last).requires_grad_()
    act = mt.PReLU(channels=5)
    y = act(x)
    assert y.stride() == x.stride()
    y.backward(torch.ones_like(y))
    expected = x.detach().clamp(max=0).sum((0, 2, 3))
    torch.testing.assert_close(act.weight.grad, expected)
