"""Exponentials of exponentials: gates and sigmoids that saturate doubly fast."""

from multiact.special import erf, expit
from tests.naive.rows import row


@row
def log_log(x, /, *, xp):
    return xp.exp(-xp.exp(-x))


@row
def clog_log(x, /, *, xp):  # as listed; the complementary log-log is 1 - exp(-exp(x))
    return 1 - xp.exp(-xp.exp(-x))


@row
def complementary_log_log(x, /, *, xp):
    return 1 - xp.exp(-xp.exp(x))


@row
def clog_logm(x, /, *, xp):
    return 1 - 2 * xp.exp(-0.7 * xp.exp(-x))


@row
def clog_logm_rising(x, /, *, xp):  # the sign of x is disputed
    return 1 - 2 * xp.exp(-0.7 * xp.exp(x))


@row
def sigmoid_gumbel(x, /, *, xp):
    return 1 / (1 + xp.exp(-x)) * xp.exp(-xp.exp(-x))


@row
def golu(x, /, *, xp):
    return x * xp.exp(-xp.exp(-x))


@row
def golu_learned(x, /, a=1.0, b=1.0, c=1.0, *, xp):
    return x * a * xp.exp(-b * xp.exp(-c * x))


@row
def log_logish(x, /, *, xp):
    return x * (1 - xp.exp(-xp.exp(x)))


@row
def gish(x, /, *, xp):
    return x * xp.log(2 - xp.exp(-xp.exp(x)))


@row
def tanh_exp(x, /, *, xp):
    return x * xp.tanh(xp.exp(x))


@row
def tanh_soft2(x, /, b=1.0, c=1.0, *, xp):
    return x * xp.tanh(b * xp.exp(c * x))


@row
def erf_act(x, /, a=1.0, b=0.5, *, xp):
    return x * erf(a * xp.exp(b * x))


@row
def telu_mercioni(x, /, a=1.0, *, xp):  # of 2020: x tanh(ELU(a x))
    u = a * x
    return x * xp.tanh(xp.where(u > 0, u, xp.exp(u) - 1))


@row
def gswish_of_expit(x, /, *, xp):
    return x * expit(xp.exp(-x))
