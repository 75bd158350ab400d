"""Wrong names of other libraries, and configurations that cannot be made or written."""

from typing import Annotated, Any

import multiact_numpy as mn
import numpy as np

import multiact
from multiact.adapters.configuration import configure
from multiact.declare.parameters import Shaped
from multiact.parameters import Learnable
from tests.errors import Case


def with_an_array() -> multiact.Activation:
    """An activation whose array parameter has a default."""

    Ones = Annotated[Any, Shaped(("terms",), {"ones": lambda shape, draw, xp: xp.ones(shape)})]

    @multiact.activation
    def planted(x, /, w: Learnable[Ones] = (1.0, 2.0), *, xp):
        return w[0] * x

    return planted


NAMES = [
    (
        "library",
        lambda _: multiact.get("kers:relu"),
        LookupError,
        ("no table of the names of 'kers'", "did you mean 'keras'"),
    ),
    (
        "refused",
        lambda _: multiact.get("ModReLU"),
        LookupError,
        ("ModReLU stands for no activation", "complex numbers"),
    ),
    (
        "library's names",
        lambda _: multiact.names_of("kers"),
        LookupError,
        ("'kers'", "did you mean 'keras'"),
    ),
    (
        "name",
        lambda _: multiact.get("keras:leakyrelu"),
        LookupError,
        ("keras.activations has no 'leakyrelu'", "did you mean 'leaky_relu'"),
    ),
    (
        "refused",
        lambda _: multiact.get("paddle:hsigmoid"),
        LookupError,
        ("paddle:hsigmoid stands for no activation", "hierarchical sigmoid", "Hardsigmoid"),
    ),
    (
        "no default",
        lambda _: multiact.get("torch:Threshold", value=1),
        TypeError,
        ("torch:Threshold", "torch.nn has no default for threshold", "give it"),
    ),
    (
        "no defaults",
        lambda _: mn.create("onnx:Clip"),
        TypeError,
        ("no default for min_val and max_val", "give them"),
    ),
    (
        "parameter",
        lambda _: mn.create("keras:leaky_relu", alpha=0.3),
        TypeError,
        ("leaky_relu has no parameter 'alpha'",),
    ),
]
CONFIGURATIONS = [
    (
        "a callable's parameters",
        lambda _: mn.create(np.tanh, alpha=1),
        TypeError,
        ("create returns tanh as it is", "without alpha", "functools.partial"),
    ),
    ("what is none", lambda _: mn.create(3), TypeError, ("expected a name", "got int")),
    ("derivative", lambda _: mn.talu.derivative().config(), TypeError, ("no derivative", "talu")),
    (
        "array",
        lambda _: (
            configure(multiact.get("talu"), (), {"alpha": np.ones(1)}).without_arrays().mapping()
        ),
        TypeError,
        ("TaLU: alpha was given as an array", "load the state"),
    ),
    (
        "array of another length",
        lambda _: configure(with_an_array(), (), {"w": [1.0]}).mapping(),
        TypeError,
        ("Planted: w was given as an array",),
    ),
]
CASES = [
    *(Case(f"name: {label}", *rest) for label, *rest in NAMES),
    *(Case(f"configuration: {label}", *rest) for label, *rest in CONFIGURATIONS),
]
