"""timm: `timm.layers.create_act_layer`."""

from multiact.libraries import Table

TABLE = Table(
    title="timm's create_act_layer",
    version="1.0.31",
    source="https://github.com/huggingface/pytorch-image-models/blob/main/timm/layers/create_act.py",
    names={
        "silu": "silu",
        "swish": "silu",
        "mish": "mish",
        "relu": "relu",
        "relu6": "relu6",
        "leaky_relu": "leaky_relu",
        "elu": "elu",
        "celu": "celu",
        "selu": "selu",
        "gelu": "gelu",
        "gelu_tanh": "gelu_tanh",
        "quick_gelu": "quick_gelu",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "hard_sigmoid": "hardsigmoid",
        "hard_swish": "hardswish",
        "hard_mish": "hard_mish",
        "hardsigmoid": "hardsigmoid",
        "hardswish": "hardswish",
        "prelu": "prelu",
        "identity": "identity",
    },
)
