"""Piecewise linear and polynomial functions that are bounded, shrink, or bend in steps."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, clip, conditioned, guarded


@guarded()
def hardsigmoid(x: mpf) -> mpf:
    """min(max(x/6 + 1/2, 0), 1): torch.nn.Hardsigmoid."""
    return clip(x + 3, mpf(0), mpf(6)) / 6


@guarded()
def hardtanh(x: mpf, min_val: Real = -1, max_val: Real = 1) -> mpf:
    """min(max(x, min_val), max_val): torch.nn.Hardtanh."""
    return clip(x, mpf(min_val), mpf(max_val))


@guarded()
def hardswish(x: mpf) -> mpf:
    """x min(max(x + 3, 0), 6) / 6: Howard et al. 2019, arXiv:1905.02244."""
    return x * clip(x + 3, mpf(0), mpf(6)) / 6


@guarded()
def smooth_hardswish(x: mpf) -> mpf:
    """0 if x <= -3, x if x >= 3, else x (x+3)^2 (6-x) / 108: PyTorch activation notebook."""
    if x <= -3:
        return mpf(0)
    return x if x >= 3 else x * (x + 3) ** 2 * (6 - x) / 108


@guarded()
def hardshrink(x: mpf, lambd: Real = 0.5) -> mpf:
    """0 if |x| <= lambd else x: torch.nn.Hardshrink."""
    return mpf(0) if abs(x) <= lambd else x


@guarded()
def softshrink(x: mpf, lambd: Real = 0.5) -> mpf:
    """x - lambd, 0 or x + lambd: torch.nn.Softshrink."""
    if x > lambd:
        return x - lambd
    return x + lambd if x < -lambd else mpf(0)


@guarded()
def threshold(x: mpf, threshold: Real = 1, value: Real = 0) -> mpf:
    """x if x > threshold else value: torch.nn.Threshold."""
    return x if x > threshold else mpf(value)


@guarded()
def smelu(x: mpf, beta: Real = 1) -> mpf:
    """0, (x + beta)^2 / (4 beta) for |x| <= beta, or x: Shamir & Lin 2022, arXiv:2202.06499."""
    if x <= -beta:
        return mpf(0)
    return x if x >= beta else (x + beta) ** 2 / (4 * beta)


@guarded()
def identity(x: mpf) -> mpf:
    """x: torch.nn.Identity."""
    return x


@guarded()
def sparse_sigmoid(x: mpf) -> mpf:
    """0 if x <= -1, 1 if x >= 1, else (x + 1) / 2: jax.nn.sparse_sigmoid."""
    return clip((x + 1) / 2, mpf(0), mpf(1))


@conditioned("alpha x has a rounding of its own, and the sum cancels near -beta / alpha")
@guarded()
def scaled_hardsigmoid(x: mpf, alpha: Real = 0.2, beta: Real = 0.5) -> mpf:
    """max(0, min(1, alpha x + beta)): ONNX operator HardSigmoid."""
    return clip(alpha * x + beta, mpf(0), mpf(1))


@guarded()
def hard_mish(x: mpf) -> mpf:
    """x min(max(x + 2, 0), 2) / 2: timm.layers.activations.hard_mish."""
    return x * clip(x + 2, mpf(0), mpf(2)) / 2


@guarded()
def shrink(x: mpf, lambd: Real = 0.5, bias: Real = 0) -> mpf:
    """x + bias if x < -lambd, x - bias if x > lambd, else 0: ONNX operator Shrink."""
    if x < -lambd:
        return x + bias
    return x - bias if x > lambd else mpf(0)
