"""PyTorch's database of operations: which of them are ours."""

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

SHARED = (
    "relu relu6 leaky_relu prelu rrelu elu celu selu silu mish hardswish hardsigmoid hardtanh "
    "hardshrink softshrink tanhshrink softsign softplus logsigmoid sigmoid tanh threshold glu gelu "
    "gelu_tanh softmax softmin log_softmax error_function exponential"
).split()
THEIRS = {"gelu_tanh": "gelu", "error_function": "erf", "exponential": "exp"}


@dataclass(frozen=True)
class Sample:
    """One call of theirs, and the same of ours."""

    x: Any
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    function: Any  # theirs

    @property
    def tensors(self) -> dict[int | str, Any]:
        """The arguments that have gradients, by position or name."""
        given = [*enumerate(self.args), *self.keywords.items()]
        return {k: v for k, v in given if isinstance(v, torch.Tensor)}

    def theirs(self, x: Any, tensors: dict[int | str, Any]) -> Any:
        """Their result."""
        return self.call(self.function, x, tensors)

    def ours(self, name: str, x: Any, tensors: dict[int | str, Any]) -> Any:
        """Our result of their call."""
        return self.call(mt.function(name.removesuffix("_tanh")), x, tensors)

    def call(self, function: Any, x: Any, tensors: dict[int | str, Any]) -> Any:
        """The result of a function; `tensors` replaces arguments, by position or name."""
        args = [tensors.get(i, v) for i, v in enumerate(self.args)]
        return function(x, *args, **{n: tensors.get(n, v) for n, v in self.keywords.items()})


@cache
def operations(name: str) -> list[Any]:
    """The entries of the database for a function of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    wanted = THEIRS.get(name, name)
    found = [
        op
        for op in op_db
        if op.name.removeprefix("nn.functional.") == wanted and op.variant_test_name != "complex"
    ]
    assert found, name
    return found


def sample(name: str, op: Any, given: Any) -> Sample | None:
    """Their call, exactly as it is; None if it is random, or of the other form of GELU."""
    keywords = {k: v for k, v in given.kwargs.items() if k != "_stacklevel"}
    form = keywords.get("approximate", "none")
    if name.startswith("gelu") and (form == "tanh") != (name == "gelu_tanh"):
        return None
    if keywords.get("training") or given.args[2:3] == (True,):  # rrelu
        return None
    return Sample(given.input, given.args, keywords, op.op)


def samples(name: str, dtype: Any, *, reference: bool) -> Iterator[Sample]:
    """Their samples, also not contiguous; none if they lack the dtype."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in operations(name):
            if dtype not in op.dtypes:
                continue
            draw = op.reference_inputs if reference else op.sample_inputs
            for given in draw("cpu", dtype):
                for way in (given, given.noncontiguous()):
                    found = sample(name, op, way)
                    if found is not None:
                        yield found


def wrong_inputs(name: str) -> Iterator[Sample]:
    """What theirs refuse."""
    for op in operations(name):
        if op.error_inputs_func is not None:
            for wrong in op.error_inputs("cpu"):
                found = sample(name, op, wrong.sample_input)
                if found is not None:
                    yield found


def refuses(name: str) -> bool:
    """Whether there is anything that theirs refuses."""
    return next(wrong_inputs(name), None) is not None
