"""Functions that are not registered, in mpmath, from their papers."""

from mpmath import mp, mpf


def _clip01(x):
    return min(max(x, mpf(0)), mpf(1))


def hard_elish(x):
    """Basirat & Roth 2018, arXiv:1808.00783."""
    return (x if x >= 0 else mp.expm1(x)) * _clip01((x + 1) / 2)


def elish(x):
    """Basirat & Roth 2018, arXiv:1808.00783."""
    return (x if x >= 0 else mp.expm1(x)) / (1 + mp.exp(-x))


def poly_lu(x):
    """PolyLU, Feng & Yang 2022."""
    return x if x >= 0 else 1 / (1 - x) - 1


def tanh_soft(x):
    """Biswas et al. 2020, arXiv:2009.03863, with a = b = 1/2, c = 1 and d the float32 of 0.1."""
    return mp.tanh((x + mp.exp(x)) / 2) * mp.log(mpf(13421773) / 2**27 + mp.exp(x))


def tanh_soft_1(x):
    """Biswas et al. 2020, with a = 1."""
    return mp.tanh(x) * mp.log1p(mp.exp(x))


def tanh_soft_2(x):
    """Biswas et al. 2020, with b = c = 1."""
    return x * mp.tanh(mp.exp(x))


def tanh_soft_3(x):
    """Biswas et al. 2020, with a = 1."""
    return mp.log1p(mp.exp(x) * mp.tanh(x))


def pelu(x):
    """Trottier et al. 2016, arXiv:1605.09332, with a = b = 1."""
    return x if x >= 0 else mp.expm1(x)


def hard_sigmoid_half(x):
    """Courbariaux et al. 2015, arXiv:1511.00363."""
    return _clip01((x + 1) / 2)


def lisht(x):
    """Roy et al. 2019, arXiv:1901.05894."""
    return x * mp.tanh(x)
