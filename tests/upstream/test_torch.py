"""PyTorch's own samples of shared functions: values, gradients, errors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from tests.helpers.representatives import representatives
from tests.upstream import Comparison
from tests.upstream.deviations import TORCH

torch = pytest.importorskip("torch")
samples = pytest.importorskip("tests.upstream.torch_samples", exc_type=ImportError)

#: whose samples are all tried; of the others some, unless everything is asked for
THOROUGH = representatives(samples.SHARED)
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def array(t: Any) -> np.ndarray:
    """As float64."""
    return t.detach().double().numpy()


def compared(name: str, dtype: Any, comparison: Comparison, *, reference: bool) -> None:
    """Value and gradients of every sample."""
    info = torch.finfo(dtype)
    # both may be wrong by 8 ULP, and 16 bits are rounded once by us, by torch often more often
    rtol, atol = (16 if info.bits > 16 else 4) * info.eps, 4096 * info.tiny
    for s in samples.samples(name, dtype, reference=reference):
        if refused(name, s):
            comparison.judge("refused", f"{tuple(s.x.shape)} {s.keywords}")
            continue
        results = []
        for run in (lambda x, t, s=s: s.ours(name, x, t), s.theirs):
            x = s.x.detach().requires_grad_()
            tensors = {n: v.detach().requires_grad_() for n, v in s.tensors.items()}
            y = run(x, tensors)
            wanted = [x, *tensors.values()]
            grads = torch.autograd.grad(y.sum(), wanted, materialize_grads=True)
            results.append((y, *grads))
        ours, theirs = results
        assert ours[0].dtype == theirs[0].dtype
        # what mixes elements has none of x for each result, and the order of a sum is free
        mixes = name in ("glu", "softmax", "softmin", "log_softmax")
        size = float(np.nanmax(np.abs(array(s.x)), initial=1.0)) if mixes else 0.0
        x = None if mixes else array(s.x)
        for a, b, part in zip(ours, theirs, ("value", "slope"), strict=False):
            slack = rtol * max(size, float(part == "slope"))  # slopes have zeros
            comparison.compare(part, x, array(a), array(b), rtol, atol + slack)
        for a, b in zip(ours[2:], theirs[2:], strict=True):
            sums = rtol * s.x.numel()
            comparison.compare("gradient", None, array(a), array(b), 8 * rtol, atol + sums)


@pytest.mark.parametrize("name", [n for n in samples.SHARED if n not in THOROUGH])
def test_samples(name):
    comparison = Comparison(name, TORCH)
    for dtype in DTYPES:
        compared(name, dtype, comparison, reference=False)
    assert [*comparison.faults(whole=False)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", THOROUGH)
def test_reference_inputs(name):
    """All of their inputs; a deviation that no longer occurs is a fault."""
    comparison = Comparison(name, TORCH)
    for dtype in DTYPES:
        compared(name, dtype, comparison, reference=True)
        compared(name, dtype, comparison, reference=False)
    other_dtypes(name, comparison)
    wrong(name, comparison)
    assert [*comparison.faults(whole=True)] == []


def other_dtypes(name: str, comparison: Comparison) -> None:
    """Integers and complex numbers, which may be cast to a dtype that is given."""
    for dtype in {d for op in samples.operations(name) for d in op.dtypes} - {*DTYPES}:
        for s in samples.samples(name, dtype, reference=False):
            if refused(name, s):
                comparison.judge("refused", f"{dtype} {s.keywords}")
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an imaginary part is discarded, by both
                ours, theirs = s.ours(name, s.x, s.tensors), s.theirs(s.x, s.tensors)
            assert ours.dtype == theirs.dtype
            eps = 16 * torch.finfo(ours.dtype).eps
            comparison.compare("cast", None, array(ours), array(theirs), eps, eps)


def refused(name: str, s: Any) -> bool:
    """Whether ours does not take it."""
    try:
        s.ours(name, s.x, s.tensors)
    except (TypeError, ValueError):
        return True
    return False


def wrong(name: str, comparison: Comparison) -> None:
    """What theirs refuse, and what ours say."""
    for s in samples.wrong_inputs(name):
        try:
            s.ours(name, s.x, s.tensors)
        except (TypeError, ValueError) as error:
            message = str(error)
        else:
            comparison.judge("accepted", f"{tuple(s.x.shape)} {s.keywords}")
            continue
        assert message.startswith(f"{name}: ")
        comparison.count += 1


@pytest.mark.parametrize("name", [*filter(samples.refuses, samples.SHARED)])
def test_what_torch_refuses(name):
    comparison = Comparison(name, TORCH)
    wrong(name, comparison)
    assert [*comparison.faults(whole=False)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", THOROUGH)
def test_first_and_second_gradients_match_differences(name):
    tried = 0
    for s in samples.samples(name, torch.float64, reference=False):
        if not s.x.numel() or refused(name, s):
            continue
        x, names = s.x.detach().requires_grad_(), [*s.tensors]
        tensors = [v.detach().requires_grad_() for v in s.tensors.values()]

        def run(x, *t, s=s, names=names):
            return s.ours(name, x, dict(zip(names, t, strict=True)))

        fast = {"fast_mode": x.numel() > 20}  # along random directions
        assert torch.autograd.gradcheck(run, (x, *tensors), check_forward_ad=True, **fast)
        assert torch.autograd.gradgradcheck(run, (x, *tensors), **fast)
        tried += 1
    assert tried
