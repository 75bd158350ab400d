"""Units that fold the line, cut it on both sides, or move a corner of another."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, clip, guarded


@guarded()
def vrelu(x: mpf) -> mpf:
    """|x|: arXiv:2402.09092, section 3.6.25."""
    return abs(x)


@guarded()
def abslu(x: mpf, a: Real = 0.5) -> mpf:
    """x if x >= 0 else a |x|: arXiv:2402.09092, absolute linear unit."""
    return x if x >= 0 else a * abs(x)


@guarded()
def pan(x: mpf, a: Real = 1) -> mpf:
    """x - a if x >= a, -x - a if x <= -a, else 0: arXiv:2402.09092, Pan function."""
    if x >= a:
        return x - a
    return -x - a if x <= -a else mpf(0)


@guarded()
def bi_firing(x: mpf, a: Real = 1) -> mpf:
    """|x| - a/2 if |x| > a else x^2 / (2 a): Li et al. 2014, doi:10.1007/s13042-013-0198-9."""
    return abs(x) - mpf(a) / 2 if abs(x) > a else x * x / (2 * a)


@guarded()
def bounded_bi_firing(x: mpf, a: Real = 1, b: Real = 5) -> mpf:
    """min(b, bi_firing(x)): Liew et al. 2016, doi:10.1016/j.neucom.2016.08.037."""
    return min(mpf(b), bi_firing(x, a))


@guarded()
def brelu(x: mpf, a: Real = 1) -> mpf:
    """min(max(0, x), a): Liew et al. 2016, doi:10.1016/j.neucom.2016.08.037."""
    return clip(x, mpf(0), mpf(a))


@guarded()
def blrelu(x: mpf, a: Real = 0.1, b: Real = 1) -> mpf:
    """a x if x <= 0, a x + (1 - a) b if x >= b, else x: Liew et al. 2016."""
    if x <= 0:
        return a * x
    return x if x < b else a * x + (1 - mpf(a)) * b


@guarded()
def shifted_relu(x: mpf) -> mpf:
    """max(-1, x): Clevert et al. 2015, arXiv:1511.07289."""
    return max(mpf(-1), x)


@guarded()
def trec(x: mpf, a: Real = 1) -> mpf:
    """x if x > a else 0: Konda et al. 2014, arXiv:1402.3337."""
    return x if x > a else mpf(0)


@guarded()
def sv_hard_tanh(x: mpf, a: Real = 0) -> mpf:
    """min(max(x, -1), 1) + a: arXiv:2402.09092, vertically shifted HardTanh."""
    return clip(x, mpf(-1), mpf(1)) + a


@guarded()
def sh_hard_tanh(x: mpf, a: Real = 0) -> mpf:
    """min(max(x + a, -1), 1): arXiv:2402.09092, horizontally shifted HardTanh."""
    return clip(x + a, mpf(-1), mpf(1))
