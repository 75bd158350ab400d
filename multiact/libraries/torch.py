"""PyTorch: modules of `torch.nn` and functions of `torch.nn.functional`."""

from multiact.libraries import REQUIRED, Table

_LIKE_OLD_TORCH = "axis=None chooses the axis as torch does: 0 for 0, 1 or 3 axes, else 1"

TABLE = Table(
    title="torch.nn",
    version="2.13",
    source="https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity",
    names={
        "CELU": "celu",
        "ELU": "elu",
        "GELU": "gelu",
        "GLU": "glu",
        "Hardshrink": "hardshrink",
        "Hardsigmoid": "hardsigmoid",
        "Hardswish": "hardswish",
        "Hardtanh": "hardtanh",
        "Identity": "identity",
        "LeakyReLU": "leaky_relu",
        "LogSigmoid": "logsigmoid",
        "LogSoftmax": {"name": "log_softmax", "axis": None},
        "Mish": "mish",
        "PReLU": "prelu",
        "ReLU": "relu",
        "ReLU6": "relu6",
        "RReLU": "rrelu",
        "SELU": "selu",
        "SiLU": "silu",
        "Sigmoid": "sigmoid",
        "Softmax": {"name": "softmax", "axis": None},
        "Softmax2d": "softmax2d",
        "Softmin": {"name": "softmin", "axis": None},
        "Softplus": {"name": "softplus", "threshold": 20.0},
        "Softshrink": "softshrink",
        "Softsign": "softsign",
        "Tanh": "tanh",
        "Tanhshrink": "tanhshrink",
        "Threshold": {"name": "threshold", "threshold": REQUIRED, "value": REQUIRED},
        "gumbel_softmax": "gumbel_softmax",
        "hardshrink": "hardshrink",
        "logsigmoid": "logsigmoid",
    },
    refused={
        "AdaptiveLogSoftmaxWithLoss": "it is a loss with weights of its own",
        "MultiheadAttention": "it is an attention layer",
        "normalize": "it divides by a norm, as layers do",
    },
    notes={
        "gumbel_softmax": "soft samples, as with `hard=False`",
        "LogSoftmax": _LIKE_OLD_TORCH,
        "Softmax": _LIKE_OLD_TORCH,
        "Softmin": _LIKE_OLD_TORCH,
    },
)
