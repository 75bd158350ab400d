"""Sigmoid, softplus, and the identity gated by them."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, conditioned, expit, guarded, log1p_exp


@guarded()
def sigmoid(x: mpf) -> mpf:
    """1 / (1 + exp(-x)): the logistic function."""
    return expit(x)


@guarded()
def logsigmoid(x: mpf) -> mpf:
    """log(1 / (1 + exp(-x))) = -log(1 + exp(-x))."""
    return -log1p_exp(-x)


@guarded()
def softplus(x: mpf, beta: Real = 1, threshold: Real | None = None) -> mpf:
    """log(1 + exp(beta x)) / beta: Dugas et al. 2001; x above a threshold: torch.nn.Softplus."""
    if threshold is not None and beta * x > threshold:
        return x
    return log1p_exp(beta * x) / beta


@guarded()
def adaptive_sigmoid(x: mpf, k: Real = 1, theta: Real = 0) -> mpf:
    """sigmoid(k (x - theta)): learnable slope and shift, the book chapter's form."""
    return expit(k * (x - theta))


@guarded()
def silu(x: mpf) -> mpf:
    """x sigmoid(x): Elfwing, Uchibe & Doya 2017, arXiv:1702.03118."""
    return x * expit(x)


@guarded()
def swish(x: mpf, beta: Real = 1) -> mpf:
    """x sigmoid(beta x): Ramachandran, Zoph & Le 2017, arXiv:1710.05941."""
    return x * expit(beta * x)


@conditioned("1.702 x has a rounding of its own, which exp multiplies by 1.702 x")
@guarded()
def quick_gelu(x: mpf) -> mpf:
    """x sigmoid(1.702 x): Hendrycks & Gimpel 2016, arXiv:1606.08415; 1.702 is decimal."""
    return x * expit(mpf("1.702") * x)


@guarded()
def mish(x: mpf) -> mpf:
    """x tanh(softplus(x)): Misra 2019, arXiv:1908.08681."""
    return x * mp.tanh(log1p_exp(x))


@guarded()
def logish(x: mpf) -> mpf:
    """x log(1 + sigmoid(x)): Zhu et al. 2021."""
    return x * mp.log1p(expit(x))


@guarded()
def smish(x: mpf) -> mpf:
    """x tanh(log(1 + sigmoid(x))): Wang, Ren & Wang 2022, Electronics 11(4) 540."""
    return x * mp.tanh(mp.log1p(expit(x)))


@guarded()
def nipuna(x: mpf, beta: Real = 1) -> mpf:
    """max(x / (1 + exp(-beta x)), x): Madhu et al. 2023, Axioms 12(3) 246."""
    return max(x * expit(beta * x), x)


@guarded()
def nipuna_book(x: mpf, alpha: Real = 1) -> mpf:
    """x if x > 0 else alpha softplus(x), discontinuous at 0: the book chapter's form."""
    return x if x > 0 else alpha * log1p_exp(x)


@guarded()
def squareplus(x: mpf, b: Real = 4) -> mpf:
    """(x + sqrt(x^2 + b)) / 2: Barron 2021, arXiv:2112.11687."""
    root = mp.sqrt(x * x + b)
    return b / (2 * (root - x)) if x < 0 else (x + root) / 2  # the same, rationalised for x < 0


@guarded()
def softsign(x: mpf) -> mpf:
    """x / (1 + |x|): Turian, Bergstra & Bengio 2009."""
    return x / (1 + abs(x))


@guarded()
def scaled_softsign(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x / (b + |x|): Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return a * x / (b + abs(x))


@guarded()
def soft_relu(x: mpf, threshold: Real = 40) -> mpf:
    """log(1 + exp(max(min(x, threshold), -threshold))): paddle.fluid.layers.soft_relu."""
    return log1p_exp(clip(x, -threshold, threshold))
