"""Functions that rise from one level to another: logistic, algebraic, of the double exponential."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import (
    DOUBLE_EXPONENTIAL,
    Real,
    Reals,
    conditioned,
    expit,
    guarded,
    log1p_exp,
    surrogate,
)

#: more than the step of a difference, less than any parameter
NEXT_TO_NOTHING = mpf(2) ** -90


@guarded()
def shifted_scaled_sigmoid(x: mpf, a: Real = 1, b: Real = 0) -> mpf:
    """sigmoid(a (x - b)): arXiv:2402.09092, section 3.2.1."""
    return expit(a * (x - b))


@conditioned("a and c have roundings of their own, and cancel at the root")
@guarded(depth=1)
def variant_sigmoid_function(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0) -> mpf:
    """a / (1 + exp(-b x)) - c: arXiv:2402.09092, section 3.2.2."""
    return a * expit(b * x) - c


@guarded(depth=1)
def bipolar_sigmoid(x: mpf) -> mpf:
    """2 sigmoid(x) - 1: arXiv:2402.09092, equation 41."""
    return 2 * expit(x) - 1


@guarded()
def arctan(x: mpf) -> mpf:
    """arctan(x): arXiv:2402.09092, section 3.2.4."""
    return mp.atan(x)


@guarded()
def arctan_gr(x: mpf, scale_factor: Real = 2 / (1 + 2**0.5)) -> mpf:
    """scale_factor arctan(x), 2 / (1 + sqrt 2) by default: arXiv:2402.09092, section 3.2.4."""
    return scale_factor * mp.atan(x)


@guarded()
def sigmoid_algebraic(x: mpf, a: Real = 1) -> mpf:
    """sigmoid(x (1 + a|x|) / (1 + |x| (1 + a|x|))): Koçak & Üstündağ Şiray 2021."""
    v = x * (1 + a * abs(x))
    return expit(v / (1 + abs(v)))


@guarded()
def triple_state_sigmoid(x: mpf, a: Real = 20, b: Real = 40) -> mpf:
    """sigmoid(x) + sigmoid(x - a) + sigmoid(x - b): Koçak & Üstündağ Şiray 2021."""
    return expit(x) + expit(x - a) + expit(x - b)


@conditioned("a line of a rounded slope cancels with sigmoid(-b) at the root")
@guarded()
def improved_logistic_sigmoid(x: mpf, a: Real = 0.2, b: Real = 2) -> mpf:
    """sigmoid(x) for |x| < b, lines of slope a that continue it outside: Qin et al. 2019."""
    if x >= b:
        return a * (x - b) + expit(mpf(b))
    return a * (x + b) + expit(-mpf(b)) if x <= -b else expit(x)


@conditioned("sigmoid(x) and a x cancel at the root, and each has a rounding of its own")
@guarded()
def sig_lin(x: mpf, a: Real = 0.1) -> mpf:
    """sigmoid(x) + a x: Roodschild et al. 2020, doi:10.1007/s13748-020-00218-y."""
    return expit(x) + a * x


@guarded()
def ptanh(x: mpf, a: Real = 2) -> mpf:
    """tanh(x) if x >= 0 else tanh(x) / a: Xu et al. 2016, arXiv:1602.05980."""
    return mp.tanh(x) if x >= 0 else mp.tanh(x) / a


@guarded()
def srs(x: mpf, alpha: Real = 2, beta: Real = 3) -> mpf:
    """x / (x / alpha + exp(-x / beta)): Zhou et al. 2020, arXiv:2003.00547."""
    return x / (x / alpha + mp.exp(-x / beta))


@guarded(depth=1)
def soft_clipping(x: mpf, p: Real = 50) -> mpf:
    """log((1 + exp(p x)) / (1 + exp(p (x - 1)))) / p: Klimek & Perelstein, arXiv:1810.11509."""
    return (log1p_exp(p * x) - log1p_exp(p * (x - 1))) / p


@guarded()
def smooth_step(x: mpf, gamma: Real = 1) -> mpf:
    """0; -2 (x/gamma)^3 + 3/2 x/gamma + 1/2 for |x| <= gamma/2; 1: Hazimeh et al. 2020.

    arXiv:2002.07772.
    """
    t = x / gamma
    if abs(t) >= 0.5:
        return mpf(int(t > 0))
    return -2 * t**3 + 3 * t / 2 + mpf(0.5)


@guarded(depth=1)
def elliott(x: mpf) -> mpf:
    """x / (2 (1 + |x|)) + 1/2: Elliott 1993."""
    return x / (2 * (1 + abs(x))) + mpf(0.5)


@guarded()
def sinc_sigmoid(x: mpf) -> mpf:
    """sin(s) / s, s = sigmoid(x): Koçak & Üstündağ Şiray 2021."""
    s = expit(x)
    return mp.sin(s) / s if s else mpf(1)


@guarded()
def sigmoid_gumbel(x: mpf) -> mpf:
    """sigmoid(x) exp(-exp(-x)): arXiv:2402.09092, section 3.2.17."""
    return mpf(0) if x < -DOUBLE_EXPONENTIAL else expit(x) * mp.exp(-mp.exp(-x))


@guarded(depth=1)
def new_sigmoid(x: mpf) -> mpf:
    """(e^x - e^-x) / sqrt(2 (e^2x + e^-2x)): Kumar & Sodhi, doi:10.3233/JIFS-212333."""
    rise, fall = mp.exp(x), mp.exp(-x)
    return (rise - fall) / mp.sqrt(2 * (rise**2 + fall**2))


@guarded(depth=1)
def root2sigmoid(x: mpf) -> mpf:
    """(q^x - q^-x) / (2 q sqrt(2 (q^2x + q^-2x))), q = sqrt 2: arXiv:2402.09092, section 3.2.19."""
    q = mp.sqrt(2)
    rise, fall = q**x, q ** (-x)
    return (rise - fall) / (2 * q * mp.sqrt(2 * (rise**2 + fall**2)))


@guarded()
def loglog(x: mpf) -> mpf:
    """exp(-exp(-x)): Gomes et al. 2011, doi:10.1007/s00521-010-0407-3."""
    return mpf(0) if x < -DOUBLE_EXPONENTIAL else mp.exp(-mp.exp(-x))


@guarded()
def cloglog(x: mpf) -> mpf:
    """1 - exp(-exp(x)): Gomes et al. 2011, doi:10.1007/s00521-010-0407-3."""
    return mpf(1) if x > DOUBLE_EXPONENTIAL else -mp.expm1(-mp.exp(x))


@conditioned("near the root, 1 is taken from a power of exp(-k) that has a rounding of its own")
@guarded()
def cloglogm(x: mpf, k: Real = 0.7) -> mpf:
    """1 - 2 exp(-k exp(x)): Gomes et al. 2011, doi:10.1007/s00521-010-0407-3, with k = 0.7."""
    return mpf(1) if x > DOUBLE_EXPONENTIAL else 1 - 2 * mp.exp(-k * mp.exp(x))


@guarded()
def msaf(x: mpf, b: Reals, a: Real = 0) -> mpf:
    """a + sum_k sigmoid(x - b_k): Cai et al. 2015, doi:10.1155/2015/721367."""
    return a + mp.fsum(expit(x - shift) for shift in b)


@guarded()
def sym_msaf(x: mpf, a: Real = -10) -> mpf:
    """-1 + sigmoid(x) + sigmoid(x + a): Cai et al. 2015, doi:10.1155/2015/721367."""
    return expit(x) + expit(x + a) - 1


@guarded()
def rootsig(x: mpf, a: Real = 1) -> mpf:
    """a x / (1 + sqrt(1 + a^2 x^2)): arXiv:2402.09092, section 3.2.25."""
    return a * x / (1 + mp.sqrt(1 + (a * x) ** 2))


def _straight_at_zero(x: mpf, a: Real = 1) -> mpf:
    """The same; straight where a is as small as the step of a difference."""
    return a * x / (1 + abs(a * x)) if abs(a) > NEXT_TO_NOTHING else a * x


@surrogate(_straight_at_zero)
@guarded()
def rootsig_plus(x: mpf, a: Real = 1) -> mpf:
    """a x / (1 + |a x|): arXiv:2402.09092, equation 38."""
    return a * x / (1 + abs(a * x))


@guarded()
def soft_tanh(x: mpf, a: Real = 2) -> mpf:
    """a x / sqrt(1 + a^2 x^2): arXiv:2402.09092, equation 39."""
    return a * x / mp.sqrt(1 + (a * x) ** 2)
