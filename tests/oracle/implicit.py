"""Units of networks that represent signals: waves, and a soft bound of logits."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, followed, guarded


@guarded()
def hosc(x: mpf, beta: Real = 8) -> mpf:
    """tanh(beta sin x): Serrano et al. 2024, arXiv:2401.10967."""
    return mp.tanh(beta * mp.sin(x))


@guarded(depth=1)
def sinc_inr(x: mpf, omega: Real = 10) -> mpf:
    """sin(omega x) / (omega x), 1 at 0: Saratchandran et al. 2024, arXiv:2402.05427."""
    return mp.sin(omega * x) / (omega * x) if x != 0 else mpf(1)


@followed(1e15)
@guarded(depth=2)
def finer_gauss(x: mpf, scale: Real = 3, omega: Real = 1) -> mpf:
    """exp(-(scale sin(omega (|x| + 1) x))^2): Zhu et al. 2024, arXiv:2407.19434."""
    return mp.exp(-((scale * mp.sin(omega * (abs(x) + 1) * x)) ** 2))


@guarded(depth=2)
def snake_beta(x: mpf, alpha: Real = 1, beta: Real = 1) -> mpf:
    """x + sin(alpha x)^2 / beta: Lee et al. 2022, arXiv:2206.04658, and the authors' code."""
    return x + mp.sin(alpha * x) ** 2 / beta


@guarded()
def softcap(x: mpf, cap: Real = 30) -> mpf:
    """cap tanh(x / cap): Gemma 2, arXiv:2408.00118."""
    return cap * mp.tanh(x / cap)
