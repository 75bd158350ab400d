"""vLLM: operators of `vllm.model_executor.layers.activation`."""

from multiact.libraries import Table

TABLE = Table(
    title="vLLM",
    version="0.11",
    source="https://docs.vllm.ai/en/latest/api/vllm/model_executor/layers/activation.html",
    names={
        "fatrelu_and_mul": "fatrelu_and_mul",
        "gelu_and_mul": "gelu_and_mul",
        "gelu_tanh_and_mul": "gelu_tanh_and_mul",
        "mul_and_silu": "swiglu",
        "relu2": "squared_relu",
        "silu_and_mul": "silu_and_mul",
    },
    refused={"swigluoai": "`swiglu_oai` of interleaved halves, x[..., ::2] and x[..., 1::2]"},
    notes={
        "gelu_and_mul": "the first half is the gate",
        "gelu_tanh_and_mul": "the first half is the gate",
        "mul_and_silu": "the second half is the gate",
        "silu_and_mul": "the first half is the gate",
    },
)
