"""Functions whose derivatives are those of another formula."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded, normal_cdf, surrogate

#: of Yang et al.'s code, lomem/csrc
_REGELU2 = (
    ("-0.04922261145617846", "-3.1858810036855245"),
    ("1.0979632065417297", "-0.001178821281161997"),
    ("-0.048740595085551286", "3.190832613414926"),
)
_RESILU2 = (
    ("-0.04060357190528599", "-6.3050461001646445"),
    ("1.080925428529668", "-0.0008684942046214787"),
    ("-0.040321856624382146", "6.325815242089708"),
)


def _steps(x: mpf, pieces: tuple[tuple[str, str], ...]) -> mpf:
    """The sum of a max(x - c, 0)."""
    return mp.fsum(mpf(a) * max(x - mpf(c), mpf(0)) for a, c in pieces)


def _shifted_step(x: mpf, alpha: Real = 0.05) -> mpf:
    return x + alpha if x > -alpha else mpf(0)


def _nelu(x: mpf, alpha: Real = 0.05) -> mpf:
    return x if x > 0 else -alpha / (1 + x * x)


def _fast_sigmoid(x: mpf, beta: Real = 1) -> mpf:
    return x / (1 + beta * abs(x))


def _three_for_gelu(x: mpf) -> mpf:
    return _steps(x, _REGELU2)


def _three_for_silu(x: mpf) -> mpf:
    return _steps(x, _RESILU2)


@surrogate(_shifted_step)
@guarded()
def helu(x: mpf, alpha: Real = 0.05) -> mpf:
    """max(x, 0), with the slope 1 from -alpha on: Kimhi et al. 2024, arXiv:2411.10573."""
    del alpha
    return max(x, mpf(0))


@surrogate(_nelu)
@guarded()
def sugar_nelu(x: mpf, alpha: Real = 0.05) -> mpf:
    """max(x, 0), with the slope of x if x > 0 else -alpha / (1 + x^2): Horuz et al. 2025."""
    del alpha
    return max(x, mpf(0))


@surrogate(_three_for_gelu)
@guarded()
def regelu2(x: mpf) -> mpf:
    """x Phi(x), with the slope of three rectifiers: Yang et al. 2024, arXiv:2406.16282."""
    return x * normal_cdf(x)


@surrogate(_three_for_silu)
@guarded()
def resilu2(x: mpf) -> mpf:
    """x sigmoid(x), with the slope of three rectifiers: Yang et al. 2024, arXiv:2406.16282."""
    return x * expit(x)


@surrogate(_fast_sigmoid)
@guarded()
def step(x: mpf, beta: Real = 1) -> mpf:
    """1 if x >= 0 else 0, with the slope 1 / (1 + beta |x|)^2: Zenke & Ganguli 2018."""
    del beta
    return mpf(1) if x >= 0 else mpf(0)
