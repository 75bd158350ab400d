"""Gates of particular language models."""

from typing import Any

from multiact.catalogue.normal import gelu_tanh
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import Gate, Positive, Real
from multiact.special import expit


@activation(
    name="SwiGLUOAI",
    kind="gated",
    reference="OpenAI 2025, gpt-oss-120b & gpt-oss-20b Model Card, arXiv:2508.10925; "
    "https://github.com/openai/gpt-oss",
)
def swiglu_oai(
    a: Any,
    b: Any,
    /,
    alpha: Real = 1.702,
    limit: Positive = 7.0,
    *,
    gate: Gate = "first",
    xp: Any,
) -> Any:
    """SwiGLU of gpt-oss: both halves are limited, and 1 is added to the value.

    The authors' code takes gate and value from alternating channels instead of halves.
    """
    g = xp.where(b > limit, limit, b)
    return g * expit(alpha * g, xp=xp) * (xp.clip(a, -limit, limit) + 1)


@activation(
    name="DReLUGLU",
    kind="gated",
    reference="Song et al. 2024, Turbo Sparse: Achieving LLM SOTA Performance with Minimal "
    "Activated Parameters, arXiv:2406.05955",
)
def drelu_glu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """Product of the ReLUs of both halves, there called dReLU."""
    return relu(a, xp=xp) * relu(b, xp=xp)


@activation(
    name="GELUTanhGLU",
    kind="gated",
    reference="Shazeer 2020, GLU Variants Improve Transformer, arXiv:2002.05202; in this form in "
    "T5 v1.1 and Gemma",
)
def gelu_tanh_glu(a: Any, b: Any, /, *, xp: Any) -> Any:
    """GEGLU with GELU's approximation by tanh."""
    return a * gelu_tanh(b, xp=xp)
