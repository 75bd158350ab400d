"""Sums of hats."""

from __future__ import annotations

from collections.abc import Iterator

from mpmath import mp, mpf

from ._tools import Real, Reals, guarded


def _hat(x: mpf, b: Real, c: Real) -> mpf:
    """max(c - |x - b|, 0)."""
    return max(c - abs(x - b), mpf(0))


def _prelu(x: mpf, weight: Real) -> mpf:
    return x if x > 0 else weight * x


def _melu_hats(maximum: Real) -> Iterator[tuple[mpf, mpf]]:
    """Centres and half widths: each row fills the width of the first hat, [0, 4 maximum]."""
    c = 2 * mpf(maximum)
    while True:
        b = c
        while b < 4 * mpf(maximum):
            yield b, c
            b += 2 * c
        c /= 2


def _galu_hats(maximum: Real) -> Iterator[tuple[mpf, mpf]]:
    """Centres and half widths of the upper hats: pairs side by side that fill [0, 4 maximum]."""
    c = mpf(maximum)
    while True:
        b = c
        while b < 4 * mpf(maximum):
            yield b, c
            b += 4 * c
        c /= 2


@guarded(depth=1)
def melu(x: mpf, heights: Reals, weight: Real = 0, maximum: Real = 1) -> mpf:
    """PReLU(x) + sum_j c_j max(l_j - |x - a_j|, 0): Maguolo et al. 2019, arXiv:1905.02473."""
    hats = zip(heights, _melu_hats(maximum), strict=False)
    return _prelu(x, weight) + mp.fsum(h * _hat(x, b, c) for h, (b, c) in hats)


@guarded(depth=1)
def galu(x: mpf, heights: Reals, weight: Real = 0, maximum: Real = 1) -> mpf:
    """PReLU(x) + sum_j c_j (max(l_j - |x - a_j|, 0) + min(|x - a_j - 2 l_j| - l_j, 0)).

    Nanni et al. 2020, doi:10.3390/s20061626.
    """
    hats = zip(heights, _galu_hats(maximum), strict=False)
    waves = (h * (_hat(x, b, c) + min(abs(x - b - 2 * c) - c, mpf(0))) for h, (b, c) in hats)
    return _prelu(x, weight) + mp.fsum(waves)


@guarded()
def mmelu(x: mpf, a: Real = 0.5, b: Real = 1, c: Real = 0) -> mpf:
    """a max(b - |x - c|, 0) + (1 - a) relu(x): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * _hat(x, c, b) + (1 - mpf(a)) * max(mpf(0), x)
