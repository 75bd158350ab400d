"""ONNX operators, with the defaults of their attributes."""

from multiact.libraries import MISSING, REQUIRED, Table

_EXPERIMENTAL = "ONNX has removed this experimental operator"

TABLE = Table(
    title="ONNX",
    version="1.23",
    source="https://onnx.ai/onnx/operators/",
    names={
        "Celu": "celu",
        "Clip": {"name": "hardtanh", "min_val": REQUIRED, "max_val": REQUIRED},
        "Elu": "elu",
        "Erf": "error_function",
        "Exp": "exponential",
        "Gelu": "gelu",
        "HardSigmoid": "scaled_hardsigmoid",
        "HardSwish": "hardswish",
        "Identity": "identity",
        "LeakyRelu": "leaky_relu",
        "LogSoftmax": "log_softmax",
        "Mish": "mish",
        "PRelu": {"name": "prelu", "weight": REQUIRED},
        "Relu": "relu",
        "ScaledTanh": {"name": "stanh", "a": REQUIRED, "b": REQUIRED},
        "Selu": "selu",
        "Shrink": "shrink",
        "Sigmoid": "sigmoid",
        "Sin": {"name": "sine", "omega": 1.0},
        "Softmax": "softmax",
        "Softplus": "softplus",
        "Softsign": "softsign",
        "Swish": "swish",
        "Tanh": "tanh",
        "ThresholdedRelu": "threshold",
    },
    refused={
        "Affine": f"{_EXPERIMENTAL}, and a x + b is a layer",
        "Hardmax": MISSING,
        "ParametricSoftplus": f"{_EXPERIMENTAL}; {MISSING}",
        "SwiGLU": "it takes gate and value as two inputs, as `silu_mul` does where `alpha` is 1",
    },
    notes={
        "Clip": "without bounds it is the identity",
        "HardSigmoid": "its slope is 0.2, PyTorch's 1/6; `alpha` and `beta` are ONNX's",
        "PRelu": "its slope is an input of the operator",
        "ScaledTanh": f"{_EXPERIMENTAL}; our `a` and `b` are its `alpha` and `beta`",
        "Swish": "our `beta` is its `alpha`",
        "ThresholdedRelu": "our `threshold` is its `alpha`",
    },
)
