"""MLX: `mlx.nn`."""

from multiact.libraries import Table

_STEP = "it is 0 at its threshold, where `heaviside` is 1"

TABLE = Table(
    title="mlx.nn",
    version="0.32.4",
    source="https://ml-explore.github.io/mlx/build/html/python/nn/layers.html",
    names={
        "CELU": "celu",
        "ELU": "elu",
        "GELU": "gelu",
        "GLU": "glu",
        "HardShrink": "hardshrink",
        "HardTanh": "hardtanh",
        "Hardswish": "hardswish",
        "LeakyReLU": "leaky_relu",
        "LogSigmoid": "logsigmoid",
        "LogSoftmax": "log_softmax",
        "Mish": "mish",
        "PReLU": "prelu",
        "ReLU": "relu",
        "ReLU2": "squared_relu",
        "ReLU6": "relu6",
        "SELU": "selu",
        "SiLU": "silu",
        "Sigmoid": "sigmoid",
        "Softmax": "softmax",
        "Softmin": "softmin",
        "Softplus": "softplus",
        "Softshrink": "softshrink",
        "Softsign": "softsign",
        "Tanh": "tanh",
        "gelu_approx": "gelu_tanh",
        "gelu_fast_approx": "quick_gelu",
        "relu2": "squared_relu",
    },
    refused={"Step": _STEP, "step": _STEP},
    notes={"SELU": "MLX rounds the constants to 1.0507 and 1.67326: 2e-6 of the value"},
)
