"""Hugging Face transformers: `transformers.activations.ACT2FN`."""

from multiact.libraries import MISSING, Table

TABLE = Table(
    title="transformers' ACT2FN",
    version="5.24",
    source="https://github.com/huggingface/transformers/blob/main/src/transformers/activations.py",
    names={
        "gelu": "gelu",
        "gelu_10": "gelu_10",
        "gelu_fast": "gelu_tanh",
        "gelu_new": "gelu_tanh",
        "gelu_python": "gelu",
        "gelu_pytorch_tanh": "gelu_tanh",
        "gelu_python_tanh": "gelu_tanh",
        "gelu_accurate": "gelu_tanh",
        "hardswish": "hardswish",
        "laplace": "laplace",
        "leaky_relu": "leaky_relu",
        "linear": "identity",
        "mish": "mish",
        "quick_gelu": "quick_gelu",
        "relu": "relu",
        "relu2": "squared_relu",
        "relu6": "relu6",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "swish": "silu",
        "tanh": "tanh",
        "prelu": "prelu",
        "xielu": "xielu",
    },
    refused={"sqrtsoftplus": MISSING},
    notes={
        "xielu": "transformers has parameters in bfloat16; its x in expm1(x) is at most -1e-6",
    },
)
