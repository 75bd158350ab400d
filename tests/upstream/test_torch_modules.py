"""PyTorch's own inputs of modules that share name and arguments with ours."""

from __future__ import annotations

import warnings
from itertools import product

import pytest

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
pytest.importorskip("expecttest", reason="torch's own tests need it: nox -s upstream")

SHARED = (
    "CELU ELU GLU GELU Hardshrink Hardswish Hardtanh ReLU LeakyReLU ReLU6 Sigmoid LogSigmoid SiLU "
    "Softmax Softmax2d LogSoftmax Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold "
    "Mish SELU PReLU"
).split()
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
#: 1/alpha in float32: deviations.py
LOOSE = {("CELU", torch.float64): 1e-6}


def results(module, x):
    """Value and gradient; a module in place gets a copy."""
    leaf = x.detach().clone().requires_grad_()
    y = module(leaf * 1)
    return y, *torch.autograd.grad(y.sum(), leaf)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_modules(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_modules import module_db
    (info,) = (m for m in module_db if m.name == f"nn.{name}")
    compared = 0
    for dtype, training in product(DTYPES, (True, False)):
        eps = torch.finfo(dtype).eps
        for given in info.module_inputs_func(info, "cpu", dtype, True, training):
            made, x = given.constructor_input, given.forward_input.args[0]
            theirs = info.module_cls(*made.args, **made.kwargs).to(dtype).train(training)
            module = getattr(mt, name)(*made.args, **made.kwargs).to(dtype).train(training)
            module.load_state_dict(theirs.state_dict())
            theirs.load_state_dict(module.state_dict())
            for a, b in zip(results(module, x), results(theirs, x), strict=True):
                rtol = LOOSE.get((name, dtype), 16 * eps)
                torch.testing.assert_close(a, b, rtol=rtol, atol=32 * eps)
            compared += 1
    assert compared
