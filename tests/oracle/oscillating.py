"""Units with sines and cosines."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded


@guarded()
def gcu(x: mpf) -> mpf:
    """x cos(x): Noel et al. 2021, arXiv:2108.12943."""
    return x * mp.cos(x)


@guarded()
def coslu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """(x + a cos(b x)) sigmoid(x): Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return (x + a * mp.cos(b * x)) * expit(x)


@guarded(depth=2)
def sinlu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """(x + a sin(b x)) sigmoid(x): Paul et al. 2022, Mathematics 10(3) 337."""
    return (x + a * mp.sin(b * x)) * expit(x)


@guarded()
def sine_relu(x: mpf, eps: Real = 0.0025) -> mpf:
    """x if x > 0 else eps (sin x - cos x): Rodrigues 2018."""
    return x if x > 0 else eps * (mp.sin(x) - mp.cos(x))


@guarded(depth=2)
def snake(x: mpf, alpha: Real = 1) -> mpf:
    """x + sin(alpha x)^2 / alpha: Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195."""
    return x + mp.sin(alpha * x) ** 2 / alpha


@guarded(depth=1)
def sin(x: mpf) -> mpf:
    """sin(x): Parascandolo, Huttunen & Virtanen 2017."""
    return mp.sin(x)


@guarded(depth=1)
def sine(x: mpf, omega: Real = 30) -> mpf:
    """sin(omega x): Sitzmann et al. 2020, arXiv:2006.09661."""
    return mp.sin(omega * x)
