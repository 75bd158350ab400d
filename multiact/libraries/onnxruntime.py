"""onnxruntime's own operators, in the domain `com.microsoft`."""

from multiact.libraries import Table

TABLE = Table(
    title="onnxruntime's com.microsoft",
    version="1.31",
    source="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md",
    names={
        "FastGelu": "gelu_tanh",
        "QuickGelu": "quick_gelu",
    },
    refused={"BiasGelu": "it adds a second input first: gelu(x + bias)"},
    notes={"FastGelu": "without its second input, a bias"},
)
