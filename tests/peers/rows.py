"""Which of other people's functions is which of ours."""

import ast
import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """A candidate, its reference (a name; "" if there is none), and the arguments of both."""

    candidate: str
    reference: str
    arguments: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    dtypes: tuple[str, ...] = ("float32",)
    #: numbers that a module starts with and takes no argument for: they are set afterwards
    attributes: dict[str, Any] = field(default_factory=dict)
    why: str = ""  # why the two differ, where no erratum says so

    @property
    def label(self) -> str:
        """The candidate's name with its arguments."""
        given = ", ".join(f"{n}={v!r}" for n, v in {**self.arguments, **self.attributes}.items())
        return self.candidate.partition(":")[2] + (f"({given})" if given else "")


BOTH = ("float32", "float64")

_SAME = """
    Sigmoid:sigmoid Tanh:tanh Softsign:softsign SiLU:silu GELU:gelu Mish:mish Serf:serf
    Phish:phish Logish:logish LogSigmoid:logsigmoid Smish:smish TanhExp:telu TeLU:telu
    CoLU:colu GCU:gcu Softplus:softplus Softmax:softmax HardSwish:hardswish HardTanh:hardtanh
    Hardshrink:hardshrink Softshrink:softshrink ReLU:relu ReLUN:relun SquaredReLU:squared_relu
    LReLU:leaky_relu SurveyELU:elu CELU:celu ScaledExponentialLinearUnit:selu
    StarReLU:star_relu SinLU:sinlu CosLU:coslu Swish:swish
    TanhLU:tanhlu SGT:sgt ScaledSoftsign:scaled_softsign GLU:glu GTU:gtu GEGLU:geglu
    ReGLU:reglu SwiGLU:swiglu
    HardExponentialLinearSigmoidSquashing:hard_elish ExponentialLinearSigmoidSquashing:elish
    PolynomialLinearUnit:polylu TanhSoft:tanh_soft TanhSoft1:tanh_soft_1
    TanhSoft2:tanh_soft_2 TanhSoft3:tanh_soft_3 PELU:pelu HardSigmoid:sparse_sigmoid
    LiSHT:lisht
"""
PEER = "torch_activation"
TORCH_ACTIVATION = [
    *(Row(f"{PEER}:{theirs}", ours) for theirs, ours in (p.split(":") for p in _SAME.split())),
    Row(f"{PEER}:VLReLU", "leaky_relu", {}, {"negative_slope": 3.0}),
    # the slope is 1 over a number from [3, 8], in evaluation over the mean of its ends
    Row(f"{PEER}:RReLU", "rrelu", {}, {"lower": 2 / 11, "upper": 2 / 11}),
    Row(f"{PEER}:DELU", "delu"),
    Row(f"{PEER}:ShiLU", "shilu", {}, {"b": 0.0}),
    Row(f"{PEER}:PReLU", "prelu", {"a": 4.0}, {"weight": 0.25}),  # they divide by a
    Row(f"{PEER}:BReLU", "relu6", {"a": 6.0}),
    Row(f"{PEER}:CReLU", "crelu", {"dim": 1}),
    Row(f"{PEER}:TaLU", "hasan_talu", {}, {"threshold": -1.0}),
    Row(f"{PEER}:ErfReLU", "erf_relu", {}, {"alpha": 1.0}),
    Row(f"{PEER}:SineReLU", "sine_relu", {}, {"eps": 1.0}),
    Row(f"{PEER}:SquarePlus", "squareplus", {}, {"b": 1e-6}),
    Row(
        f"{PEER}:PAU",
        "rational",
        {},
        {"numerator": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "denominator": [0.0] * 4},
    ),
]
#: classes that share a name with one of ours, and nothing else
NAMESAKES = {
    "FReLU": "ReLU plus a constant; ours is the funnel ReLU of images",
    "Maxout": "the largest of learned lines of each element; ours is that of channels",
    "AdaptiveSigmoid": "2 (1 - exp(-ax)) / (a (1 + exp(-ax))); ours has a slope and a centre",
}

_TORCH = """
    relu relu6 leaky_relu elu celu selu silu mish gelu softsign tanhshrink
    hardtanh hardswish logsigmoid hardshrink softshrink sigmoid tanh rrelu
"""
TORCH = [
    *(Row(f"torch.nn.functional:{name}", name) for name in _TORCH.split()),
    Row("torch.nn.functional:gelu", "gelu_tanh", {"approximate": "tanh"}),
    Row("torch.nn.functional:softplus", "softplus", dtypes=BOTH),
    Row("torch.nn.functional:hardsigmoid", "hardsigmoid", dtypes=BOTH),
    Row("torch.nn.functional:threshold", "threshold", {"threshold": 1.0, "value": 0.0}),
    *(
        Row(f"torch.nn.functional:{name}", name, {"dim": -1})
        for name in ("softmax", "softmin", "log_softmax", "glu")
    ),
]

_JAX = """
    relu relu6 leaky_relu elu celu selu silu mish softplus sigmoid tanh squareplus
    softmax log_softmax glu soft_sign:softsign hard_tanh:hardtanh hard_swish:hardswish
    hard_sigmoid:hardsigmoid log_sigmoid:logsigmoid sparse_plus sparse_sigmoid
"""
JAX = [
    *(
        Row(f"jax.nn:{theirs}", ours or theirs)
        for theirs, _, ours in (name.partition(":") for name in _JAX.split())
    ),
    Row("jax.nn:gelu", "gelu", {"approximate": False}),
    Row("jax.nn:gelu", "gelu_tanh", {"approximate": True}),
]


def _values(text: str) -> dict[str, Any]:
    pairs = (word.partition("=") for word in text.split())
    return {name: ast.literal_eval(value) for name, _, value in pairs}


def _row(name: str, ours: str, given: str, ours_given: str, why: str) -> Row:
    values = _values(given)
    arguments = {n: v for n, v in values.items() if n[0] != "."}
    attributes = {n[1:]: v for n, v in values.items() if n[0] == "."}
    return Row(f"{PEER}:{name}", ours, arguments, _values(ours_given), (), attributes, why)


with Path(__file__).with_name("torch_activation.csv").open(encoding="utf-8", newline="") as _lines:
    #: every class of torch-activation; in its file, a name with a dot before it is an attribute
    CLASSES = [_row(**line) for line in csv.DictReader(_lines)]
