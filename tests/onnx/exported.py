"""All activations as one ONNX model with an output for each, and onnxruntime to run it."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import multiact_torch
import numpy as np
import onnxruntime
import torch
from torch.export import Dim

import multiact
from multiact.declare.activation import Activation
from tests.accuracy.truth import Path
from tests.helpers.examples import Example, examples
from tests.helpers.representatives import representatives

#: those that stand for others; one whose limit has the sign of a learned parameter; one with a
#: series of small coefficients
NAMES = sorted({*representatives(), "aptx", "sinp"})
#: activations whose parameters a module may learn per channel
CHANNELWISE = [
    n
    for n in NAMES
    if multiact.get(n).kind == "elementwise"
    and any(p.shaped is None for p in multiact.get(n).parameters)
]
CHANNELS = 3
#: what the modules take: elements, halves of a gate, images, elements of channels
_INPUTS = {"x": (6,), "gate": (6, 2), "images": (2, 4, 4, 4), "channels": (4, CHANNELS, 2)}


def example(name: str) -> Example:
    """The defaults of an activation in float32."""
    return next(iter(examples(multiact.get(name), "float32")))


def input_of(act: Activation) -> str:
    """The input that goes to an activation."""
    if act.kind == "gated":
        return "gate"
    return "x" if act.is_graph else "images"


def module(name: str, channels: int | None = None) -> torch.nn.Module:
    """The module of an activation with the arguments of its example, learned if they can be."""
    given = example(name)
    arrays = {n: torch.tensor(v) for n, v in given.parameters.items() if isinstance(v, tuple)}
    sizes = {
        size: n
        for p in given.act.parameters
        if p.shaped is not None
        for size, n in zip(p.shaped.sizes, arrays[p.name].shape, strict=True)
        if size in given.act.sizes
    }
    options = {**given.parameters, **given.settings, **arrays, **sizes}
    options |= {} if channels is None else {"channels": channels}
    learnable = tuple(p.name for p in given.act.parameters if not p.running)
    made = multiact_torch.create(name, **options, learnable=learnable).eval()
    if channels is not None:
        with torch.no_grad():
            for p in (p for p in given.act.parameters if p.shaped is None):
                getattr(made, p.name).copy_(torch.tensor(per_channel(given.parameters[p.name])))
    return made


def per_channel(value: float) -> np.ndarray:
    """A different value for every channel, of the same sign."""
    return (value * np.linspace(1.0, 1.5, CHANNELS)).astype(np.float32)


class _All(torch.nn.Module):
    """Modules by their labels, each with the name of its input."""

    def __init__(self, made: dict[str, torch.nn.Module], takes: list[str]) -> None:
        super().__init__()
        self.made, self.takes = torch.nn.ModuleDict(made), takes

    def forward(
        self, x: torch.Tensor, gate: torch.Tensor, images: torch.Tensor, channels: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        given = {"x": x, "gate": gate, "images": images, "channels": channels}
        pairs = zip(self.made.values(), self.takes, strict=True)
        return tuple(f(given[name]) for f, name in pairs)


@cache
def session(part: str) -> onnxruntime.InferenceSession:
    """The model of a part in onnxruntime: "all" of them, or with parameters per "channels"."""
    if part == "all":
        made = {name: module(name) for name in NAMES}
        takes = [input_of(multiact.get(name)) for name in NAMES]
    else:
        made = {name: module(name, CHANNELS) for name in CHANNELWISE}
        takes = ["channels"] * len(made)
    made = {f"y_{name}": f for name, f in made.items()}  # "tanh" is the name of a node
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.export's own, of several versions
        program = torch.onnx.export(
            _All(made, takes).eval(),
            tuple(torch.ones(shape) for shape in _INPUTS.values()),
            dynamo=True,
            dynamic_shapes=[{0: Dim(f"rows_of_{name}")} for name in _INPUTS],
            input_names=[*_INPUTS],
            output_names=[*made],
            verbose=False,
        )
    return onnxruntime.InferenceSession(program.model_proto.SerializeToString())


def run(name: str, x: np.ndarray, part: str = "all") -> np.ndarray:
    """The output of an activation in float32; inputs of others are one row of ones."""
    model = session(part)
    given = {n.name: np.ones((1, *_INPUTS[n.name][1:]), np.float32) for n in model.get_inputs()}
    own = input_of(multiact.get(name)) if part == "all" else part
    found: Any = model.run([f"y_{name}"], {**given, own: x.astype(np.float32)})[0]
    assert found.dtype == np.float32
    return np.asarray(found)


def with_onnx(given: Example, x: np.ndarray, path: Path, dtype: str) -> np.ndarray:
    """Values for `tests.accuracy.measure.measured`."""
    assert (path, dtype) == ((), "float32")
    y = run(given.act.key, x if given.act.kind == "gated" else x[:, 0])
    return y.astype(float).reshape(len(x))
