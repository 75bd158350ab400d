"""Flax: functions of `flax.nnx` and `flax.linen`, which are those of `jax.nn`, and PReLU."""

from multiact.libraries import Table

TABLE = Table(
    title="flax.nnx and flax.linen",
    version="0.12.8",
    source="https://flax.readthedocs.io/en/latest/api_reference/flax.nnx/nn/activations.html",
    names={
        "celu": "celu",
        "elu": "elu",
        "gelu": "gelu_tanh",
        "glu": "glu",
        "hard_sigmoid": "hardsigmoid",
        "hard_silu": "hardswish",
        "hard_swish": "hardswish",
        "hard_tanh": "hardtanh",
        "identity": "identity",
        "leaky_relu": "leaky_relu",
        "log_sigmoid": "logsigmoid",
        "log_softmax": "log_softmax",
        "relu": "relu",
        "relu6": "relu6",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "soft_sign": "softsign",
        "softmax": "softmax",
        "softplus": "softplus",
        "swish": "silu",
        "tanh": "tanh",
        "PReLU": {"name": "prelu", "weight": 0.01},
    },
    notes={
        "gelu": "GELU's approximation by tanh unless `approximate=False`",
        "identity": "of `flax.nnx` only",
        "PReLU": "its slope starts at 0.01, PyTorch's at 0.25",
    },
)
