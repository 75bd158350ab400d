"""PyTorch's database of operations: which of them are ours, and with which arguments."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
pytest.importorskip("expecttest", reason="torch's own tests need it: nox -s upstream")

#: in the order in which theirs take them
POSITIONAL = {
    "leaky_relu": ("negative_slope",), "elu": ("alpha",), "celu": ("alpha",),
    "hardtanh": ("min_val", "max_val"), "threshold": ("threshold", "value"), "glu": ("dim",),
    "softmax": ("dim",), "softmin": ("dim",), "log_softmax": ("dim",), "prelu": ("weight",),
    "softplus": ("beta", "threshold"), "rrelu": ("lower", "upper"), "hardshrink": ("lambd",),
    "softshrink": ("lambd",),
}  # fmt: skip
SHARED = (
    "relu relu6 leaky_relu prelu rrelu elu celu selu silu mish hardswish hardsigmoid hardtanh "
    "hardshrink softshrink tanhshrink softsign softplus logsigmoid sigmoid tanh threshold glu gelu "
    "gelu_tanh softmax softmin log_softmax"
).split()


@dataclass(frozen=True)
class Sample:
    """One call of theirs, and the same of ours."""

    x: Any
    tensors: dict[str, Any]  # parameters that have gradients
    keywords: dict[str, Any]
    theirs: Any

    def ours(self, name: str, x: Any, tensors: dict[str, Any]) -> Any:
        """Our result."""
        if "dtype" in self.keywords:  # they convert first
            x = x.to(self.keywords["dtype"])
        rest = {k: v for k, v in self.keywords.items() if k != "dtype"}
        wide = {n: self.shaped(v, x.ndim) for n, v in tensors.items()}
        return mt.function(name)(x, **wide, **rest)

    def shaped(self, weight: Any, ndim: int) -> Any:
        """A weight per channel, as it meets the input; theirs has the channels on axis 1."""
        if weight.numel() == 1:
            return weight.reshape(())
        return weight.reshape(1, -1, *[1] * (ndim - 2)) if weight.ndim == 1 < ndim else weight


@cache
def operations(name: str) -> list[Any]:
    """The entries of the database for a function of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    wanted = "gelu" if name == "gelu_tanh" else name
    found = [
        op
        for op in op_db
        if op.name.removeprefix("nn.functional.") == wanted and op.variant_test_name != "complex"
    ]
    assert found, name
    return found


def translated(name: str, op: Any, given: Any) -> Sample | None:
    """The call of ours that is this one of theirs; None if it is not of this function."""
    keywords = dict(zip(POSITIONAL.get(name, ()), given.args, strict=False)) | given.kwargs
    form = keywords.pop("approximate", "none")
    if name.startswith("gelu") and (form == "tanh") != (name == "gelu_tanh"):
        return None
    if keywords.pop("training", False):
        return None  # random: rrelu
    if name == "softplus":
        keywords.pop("threshold", None)
    keywords.pop("inplace", None)
    if "dim" in keywords:
        keywords["axis"] = keywords.pop("dim")
    tensors = {k: v for k, v in keywords.items() if isinstance(v, torch.Tensor)}
    rest = {k: v for k, v in keywords.items() if k not in tensors}
    return Sample(
        given.input,
        tensors,
        rest,
        lambda x, t: op.op(
            x,
            *_replaced(given.args, t),
            **{**given.kwargs, **{k: v for k, v in t.items() if k in given.kwargs}},
        ),
    )


def _replaced(args: Any, tensors: dict[str, Any]) -> list[Any]:
    fresh = iter(tensors.values())
    return [next(fresh) if isinstance(a, torch.Tensor) else a for a in args]


def samples(name: str, dtype: Any, *, reference: bool) -> Iterator[Sample]:
    """Their samples, also not contiguous."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in operations(name):
            draw = op.reference_inputs if reference else op.sample_inputs
            for given in draw("cpu", dtype):
                for way in (given, given.noncontiguous()):
                    sample = translated(name, op, way)
                    if sample is not None:
                        yield sample


def wrong_inputs(name: str) -> Iterator[Sample]:
    """What theirs refuse."""
    for op in operations(name):
        if op.error_inputs_func is not None:
            for wrong in op.error_inputs("cpu"):
                sample = translated(name, op, wrong.sample_input)
                if sample is not None and "approximate" not in wrong.sample_input.kwargs:
                    yield sample
