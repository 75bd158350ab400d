"""tinygrad: methods of `Tensor`."""

from multiact.libraries import Table

_ELEMENTARY = "an elementary function, which nobody uses as an activation"

TABLE = Table(
    title="tinygrad.Tensor",
    version="0.14",
    source="https://docs.tinygrad.org/tensor/elementwise/",
    names={
        "celu": "celu",
        "elu": "elu",
        "erf": "error_function",
        "gelu": "gelu_tanh",
        "hardsigmoid": "hardsigmoid",
        "hardswish": "hardswish",
        "hardtanh": "hardtanh",
        "leaky_relu": "leaky_relu",
        "log_softmax": "log_softmax",
        "logsigmoid": "logsigmoid",
        "mish": "mish",
        "quick_gelu": "quick_gelu",
        "relu": "relu",
        "relu6": "relu6",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "sinh": "ssinh",
        "softmax": "softmax",
        "softplus": "softplus",
        "softsign": "softsign",
        "swish": "silu",
        "tanh": "tanh",
    },
    refused={"atanh": _ELEMENTARY, "cosh": _ELEMENTARY},
    notes={
        "erf": "tinygrad approximates it by a formula that is right to 1.5e-7",
        "gelu": 'GELU\'s approximation by tanh unless `approximate="none"`',
        "hardsigmoid": "with other `alpha` and `beta` it is our `scaled_hardsigmoid`",
        "selu": "tinygrad rounds the constants to 1.0507 and 1.67326: 2e-6 of the value",
    },
)
