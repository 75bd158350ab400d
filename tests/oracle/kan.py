"""Functions on the edges of Kolmogorov-Arnold networks: sums of a basis, with learned weights."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Reals, conditioned, expit, guarded

#: of the authors' code of SineKAN: ratio of the phases of grids of i + 1 and i
_SINE_A = "0.9724108095811765"
_SINE_K = "0.9884401790754128"
_SINE_C = "0.999449553483052"


def _grid(n: int, lower: Real, upper: Real) -> list[mpf]:
    """Equally spaced numbers from lower to upper."""
    return [lower + i * (mpf(upper) - lower) / (n - 1) for i in range(n)]


def _de_boor(t: mpf, i: int, degree: int) -> mpf:
    """The B-spline on the knots i, i + 1, ..., by the recursion of Cox and de Boor."""
    if degree == 0:
        return mpf(int(i <= t < i + 1))
    first = (t - i) / degree * _de_boor(t, i, degree - 1)
    return first + (i + degree + 1 - t) / degree * _de_boor(t, i + 1, degree - 1)


@guarded(depth=1)
def kan_spline(
    x: mpf,
    coefficients: Reals,
    scale_base: Real = 1,
    scale_spline: Real = 1,
    lower: Real = -1,
    upper: Real = 1,
) -> mpf:
    """w_b silu(x) + w_s sum_i c_i B_i(x), B cubic: Liu et al. 2024, arXiv:2404.19756.

    The grid of n - 3 intervals on [lower, upper] goes on by three knots on both sides.
    """
    width = (mpf(upper) - lower) / (len(coefficients) - 3)
    t = (x - lower) / width
    terms = (c * _de_boor(t, i - 3, 3) for i, c in enumerate(coefficients) if -3 <= t - i < 1)
    return scale_base * x * expit(x) + scale_spline * mp.fsum(terms)


@guarded()
def fastkan_rbf(x: mpf, coefficients: Reals, lower: Real = -2, upper: Real = 2) -> mpf:
    """sum_i c_i exp(-((x - g_i) / h)^2), h the grid's step: Li 2024, arXiv:2405.06721."""
    step = (mpf(upper) - lower) / (len(coefficients) - 1)
    centres = _grid(len(coefficients), lower, upper)
    pairs = zip(coefficients, centres, strict=True)
    return mp.fsum(c * mp.exp(-(((x - g) / step) ** 2)) for c, g in pairs)


@guarded()
def rswaf(
    x: mpf,
    coefficients: Reals,
    lower: Real = -1.2,
    upper: Real = 0.2,
    inv_denominator: Real = 0.5,
) -> mpf:
    """sum_i c_i (1 - tanh((x - g_i) / h)^2), on a grid: FasterKAN (Delis 2024).

    inv_denominator is 1/h.
    """
    centres = _grid(len(coefficients), lower, upper)
    pairs = zip(coefficients, centres, strict=True)
    return mp.fsum(c * mp.sech((x - g) * inv_denominator) ** 2 for c, g in pairs)


@guarded()
def cheby_kan(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j T_j(tanh x), T_j of Chebyshev: SS et al. 2024, arXiv:2405.07200."""
    t = mp.tanh(x)
    before, now, total = t, mpf(1), mpf(0)  # T_{-1} is T_1
    for c in coefficients:
        total += c * now
        before, now = now, 2 * t * now - before
    return total


@guarded()
def relu_kan(x: mpf, weights: Reals, lower: Reals, upper: Reals) -> mpf:
    """sum_i w_i (relu(e_i - x) relu(x - s_i))^2 16 / (e_i - s_i)^4: Qiu et al. 2024.

    arXiv:2406.02075; s is lower, e is upper.
    """
    rows = zip(weights, lower, upper, strict=True)
    return mp.fsum(
        16 * w * ((e - x) * (x - s) / (mpf(e) - s) ** 2) ** 2 for w, s, e in rows if s < x < e
    )


@guarded(depth=1)
def sine_kan(x: mpf, amplitude: Reals, frequency: Reals, phase: Real = 0) -> mpf:
    """sum_k a_k sin(w_k x + p_k): Reinhardt et al. 2024, arXiv:2407.04149, and the authors' code.

    The phases p_k = k / (n + 1) + phase, k from 1 to n, are stretched by a factor for each
    number i < n of terms, A i^-K + C.
    """
    n = len(amplitude)
    phases = [mpf(k) / (n + 1) + phase for k in range(1, n + 1)]
    for i in range(1, n):
        factor = mpf(_SINE_A) * mpf(i) ** -mpf(_SINE_K) + mpf(_SINE_C)
        phases = [factor * p for p in phases]
    rows = zip(amplitude, frequency, phases, strict=True)
    return mp.fsum(a * mp.sin(w * x + p) for a, w, p in rows)


def _mexican_hat(u: mpf) -> mpf:
    return 2 / (mp.sqrt(3) * mp.pi**0.25) * (u * u - 1) * mp.exp(-u * u / 2)


def _morlet(u: mpf) -> mpf:
    return mp.cos(5 * u) * mp.exp(-u * u / 2)


def _dog(u: mpf) -> mpf:
    return -u * mp.exp(-u * u / 2)


_WAVELETS = {"mexican_hat": _mexican_hat, "morlet": _morlet, "dog": _dog}


@conditioned("x - translation has a rounding of its own")
@guarded()
def wav_kan(
    x: mpf,
    weight: Real = 1,
    translation: Real = 0,
    scale: Real = 1,
    wavelet: str = "mexican_hat",
) -> mpf:
    """w psi((x - t) / s), psi a wavelet: Bozorgasl & Chen 2024, arXiv:2405.12832."""
    return weight * _WAVELETS[wavelet]((x - translation) / scale)


@conditioned("sigmoid(x)^gamma has a rounding of its own, and the sum cancels near roots")
@guarded()
def fractional_jacobi(
    x: mpf, alpha: Real = 1, beta: Real = 1, gamma: Real = 0.5, degree: Real = 2
) -> mpf:
    """P_n(2 sigmoid(x)^gamma - 1), P_n of Jacobi with alpha and beta: Aghaei 2024.

    arXiv:2406.07456. By Rodrigues' sum over s of C(n + alpha, n - s) C(n + beta, s)
    (u - 1)^s u^(n - s), u = sigmoid(x)^gamma.
    """
    n, u = int(degree), expit(x) ** mpf(gamma)
    return mp.fsum(
        _choose(n + alpha, n - s) * _choose(n + beta, s) * (u - 1) ** s * u ** (n - s)
        for s in range(n + 1)
    )


def _choose(top: Real, k: int) -> mpf:
    """The binomial coefficient of a real number."""
    return mp.fprod((mpf(top) - i) / (i + 1) for i in range(k))
