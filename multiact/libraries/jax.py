"""JAX: `jax.nn`."""

from multiact.libraries import Table

TABLE = Table(
    title="jax.nn",
    version="0.10.2",
    source="https://docs.jax.dev/en/latest/jax.nn.html",
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
        "mish": "mish",
        "relu": "relu",
        "relu6": "relu6",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "soft_sign": "softsign",
        "softmax": "softmax",
        "softplus": "softplus",
        "sparse_plus": "smelu",
        "sparse_sigmoid": "sparse_sigmoid",
        "squareplus": "squareplus",
        "swish": "silu",
        "tanh": "tanh",
    },
    refused={
        "logsumexp": "it sums an axis up, which no activation does",
        "one_hot": "it encodes integers",
        "standardize": "it normalises like a layer norm, by mean and variance",
    },
    notes={"gelu": "jax.nn.gelu is GELU's approximation by tanh unless `approximate=False`"},
)
