"""Candle: `candle_nn::Activation`, by the names it has in configuration files, and functions."""

from multiact.libraries import REQUIRED, Table

TABLE = Table(
    title="candle_nn",
    version="0.9",
    source="https://docs.rs/candle-nn/latest/candle_nn/enum.Activation.html",
    names={
        "PReLU": "prelu",
        "elu": {"name": "elu", "alpha": REQUIRED},
        "gelu": "gelu",
        "gelu_new": "gelu_tanh",
        "gelu_pytorch_tanh": "gelu_tanh",
        "gelupytorchtanh": "gelu_tanh",
        "hardsigmoid": "hardsigmoid",
        "hardswish": "hardswish",
        "leakyrelu": {"name": "leaky_relu", "negative_slope": REQUIRED},
        "log_softmax": {"name": "log_softmax", "axis": REQUIRED},
        "mish": "mish",
        "newgelu": "gelu_tanh",
        "relu": "relu",
        "relu2": "squared_relu",
        "relu6": "relu6",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "softmax": {"name": "softmax", "axis": REQUIRED},
        "swiglu": "silu_and_mul",
        "swish": "silu",
    },
    notes={
        "gelu": "the exact one of `Activation::Gelu`; the method `Tensor::gelu` is `gelu_tanh`",
        "swiglu": "the first half is the gate",
    },
)
