"""Units with powers and square roots: the identity above zero, or nearly."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, guarded


@guarded(depth=1)
def polylu(x: mpf) -> mpf:
    """x if x >= 0 else 1 / (1 - x) - 1: Feng & Yang 2023; Duan et al. 2021, arXiv:2111.14349."""
    return x if x >= 0 else 1 / (1 - x) - 1


@guarded()
def iplu(x: mpf, a: Real = 1) -> mpf:
    """x if x >= 0 else 1 / (1 + |x|^a): arXiv:2402.09092, section 3.7.5."""
    return x if x >= 0 else 1 / (1 + abs(x) ** a)


@guarded(depth=1)
def polu(x: mpf, a: Real = 1) -> mpf:
    """x if x >= 0 else (1 - x)^(-a) - 1: Li et al. 2018, arXiv:1802.00212."""
    return x if x >= 0 else (1 - x) ** -a - 1


@guarded(depth=2)
def pflu(x: mpf) -> mpf:
    """x/2 (1 + x / sqrt(1 + x^2)): Zhu et al. 2021, doi:10.1016/j.neucom.2020.11.068, (9)."""
    return x / 2 * (1 + x / mp.sqrt(1 + x * x))


@guarded()
def fpflu(x: mpf) -> mpf:
    """x if x > 0 else x / (1 + x^2): Zhu et al. 2021, doi:10.1016/j.neucom.2020.11.068, (13)."""
    return x if x > 0 else x / (1 + x * x)


@guarded()
def lsrelu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """x / (1 + |x|) if x <= 0, x if x <= b, else ln(a x + 1) + |ln(a b + 1) - b|.

    Wang et al. 2020, doi:10.3390/app10051897.
    """
    if x <= 0:
        return x / (1 + abs(x))
    return x if x <= b else mp.log1p(a * x) + abs(mp.log1p(mpf(a) * b) - b)
