"""Hugging Face diffusers: `diffusers.models.activations`."""

from multiact.libraries import Table

_PROJECTION = "what follows its own linear layer, `proj`"

TABLE = Table(
    title="diffusers.models.activations",
    version="0.42",
    source="https://huggingface.co/docs/diffusers/api/activations",
    names={
        "ApproximateGELU": "quick_gelu",
        "FP32SiLU": "silu",
        "GEGLU": "geglu",
        "SwiGLU": "swiglu",
        "gelu": "gelu",
        "mish": "mish",
        "relu": "relu",
        "silu": "silu",
        "swish": "silu",
    },
    notes={
        "ApproximateGELU": _PROJECTION,
        "FP32SiLU": "16-bit numbers are computed in float32 here anyway",
        "GEGLU": f"{_PROJECTION}; the second half is the gate",
        "SwiGLU": f"{_PROJECTION}; the second half is the gate",
    },
)
