"""Tensors of any shape and layout: values, gradients, and gradients of any layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import multiact
from multiact.testing.backend import operands
from tests.helpers.examples import Example
from tests.properties import examples
from tests.properties.arrays import activations, arrays

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")

DTYPES = ("float32", "float64")
#: the same numbers in tensors that lie otherwise in memory
LAYOUTS: dict[str, Any] = {
    "contiguous": lambda t: t.clone(),
    "transposed": lambda t: t.clone().movedim(0, -1).contiguous().movedim(-1, 0) if t.ndim else t,
    "spaced": lambda t: torch.stack([t, t + 1], dim=-1)[..., 0],
    "expanded": lambda t: (t[..., :1] if t.ndim and t.shape[-1] else t).expand(t.shape),
    "channels last": lambda t: t.clone(memory_format=torch.channels_last) if t.ndim == 4 else t,
    "parameter": torch.nn.Parameter,
}
layouts = st.sampled_from(sorted(LAYOUTS))


def arguments(e: Example, x: Any) -> dict[str, Any]:
    """The arguments of an example as tensors of the dtype of `x`, to be differentiated by."""
    given = {n: torch.tensor(v, dtype=x.dtype) for n, v in e.parameters.items()}
    return {n: v.requires_grad_() for n, v in given.items()}


def evaluated(e: Example, engine: str, x: Any, gradient: Any) -> list[Any]:
    """Value, gradient of x, gradients of the parameters, by an engine."""
    x = x.detach().requires_grad_()
    given = arguments(e, x)
    with multiact.use_engine(engine):
        y = mt.function(e.act)(*operands(e.act, x), **given, **e.settings)
        wanted = [x, *given.values()]
        grads = torch.autograd.grad(y, wanted, gradient(y), materialize_grads=True)
    return [y.detach(), *grads]


@examples(60)
@given(activations(), arrays(dtypes=DTYPES), layouts, layouts)
def test_engines_agree(e, array, layout, gradients):
    assume(len(e.act.data) == 1 or (array.ndim and array.shape[-1] % 2 == 0))
    array = np.clip(np.nan_to_num(array), -1e3, 1e3)  # sums of huge numbers cancel to anything
    x = LAYOUTS[layout](torch.as_tensor(array))
    before = x.detach().clone()

    def gradient(y: Any) -> Any:
        numbers = torch.linspace(0.5, 1.5, y.numel(), dtype=y.dtype).reshape(y.shape)
        return LAYOUTS[gradients](numbers)

    found, expected = (evaluated(e, engine, x, gradient) for engine in ("native", "reference"))
    assert torch.equal(x.detach(), before)
    assert found[1].shape == x.shape
    eps = torch.finfo(x.dtype).eps
    for a, b in zip(found[:2], expected[:2], strict=True):
        scale = 1 + x.detach().abs().max() if x.numel() else 1  # of an argument's rounding
        assert _near(a, b, 64 * eps * (b.abs() + scale * scale))
    for a, b in zip(found[2:], expected[2:], strict=True):
        size = 64 * x.numel() * (1 + x.detach().abs().max() ** 2 if x.numel() else 1)
        assert _near(a, b, 8 * eps * (b.abs() + size))


def _near(a: Any, b: Any, tolerance: Any) -> bool:
    """Also where both overflow, as CELU does with a negative alpha."""
    return bool(torch.where(torch.isfinite(b), (a - b).abs() <= tolerance, a == b).all())


@examples(40)
@given(
    activations(kind="elementwise"), arrays(dtypes=DTYPES), st.sampled_from(["native", "reference"])
)
def test_slopes_are_finite_where_the_truth_is(e, array, engine):
    """Also at the ends of the range; NaN stays where it was."""
    x = torch.as_tensor(array)
    y, slope = evaluated(e, engine, x, torch.ones_like)[:2]
    wide = multiact.derivative(e.act)
    given = {n: np.asarray(v) for n, v in e.parameters.items()}
    with np.errstate(all="ignore"):
        truth = wide(array.astype(np.float64), **given, **e.settings)
    top = float(torch.finfo(x.dtype).max) / 1e3
    finite = torch.as_tensor(np.isfinite(array) & np.isfinite(truth) & (np.abs(truth) < top))
    # parameters scale x first, where it may overflow
    finite &= x.abs() < top / 1e3
    assert torch.isfinite(slope[finite]).all()
    assert torch.isnan(y[torch.isnan(x)]).all()
