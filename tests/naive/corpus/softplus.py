"""Softplus and what is made of it: gates by its tanh, differences, logarithms of sums."""

import math

from multiact.special import erf, expit, softplus
from tests.naive.rows import row


@row
def softplus_beta(x, /, beta=1.0, *, xp):
    return xp.log(1 + xp.exp(beta * x)) / beta


@row
def parametric_softplus(x, /, a=1.5, b=0.693, *, xp):
    return a * (xp.log(1 + xp.exp(x)) - b)


@row
def softplus_plus(x, /, a=1.0, b=2.0, *, xp):
    return xp.log(1 + xp.exp(a * x)) + x / b - math.log(2)


@row
def rand_softplus(x, /, a=0.5, *, xp):  # with a fixed, as in evaluation
    return (1 - a) * xp.maximum(0, x) + a * xp.log(1 + xp.exp(x))


@row
def psoftplus(x, /, log_beta=0.0, *, xp):
    beta = xp.exp(log_beta)
    return xp.log(1 + xp.exp(beta * x)) / beta


@row
def slu(x, /, *, xp):
    return xp.where(x >= 0, x, 2 * xp.log((xp.exp(x) + 1) / 2))


@row
def resp(x, /, a=1.7, *, xp):
    return xp.where(x >= 0, a * x + math.log(2), xp.log(1 + xp.exp(x)))


@row
def elu_plus_softplus(x, /, alpha=1.0, beta=1.0, *, xp):
    below = alpha * (xp.exp(x) - 1) + xp.log(1 + xp.exp(beta * x))
    return xp.where(x >= 0, x, below)


@row(a=(10.0, 3.0))
def soft_clipping(x, /, a=50.0, *, xp):
    return xp.log((1 + xp.exp(a * x)) / (1 + xp.exp(a * (x - 1)))) / a


@row
def uaf(x, /, a=0.5, b=1.0, c=0.5, d=1.0, e=0.5, *, xp):
    return xp.log(1 + xp.exp(a * (x + b) + c * x**2)) - xp.log(1 + xp.exp(d * (x - b))) + e


@row
def grelu_learned(x, /, a_raw=1.5, b_raw=0.5, *, xp):
    a, b = 1 + softplus(a_raw), softplus(b_raw)
    return xp.log(1 + a ** (b * x)) / (b * xp.log(a))


@row
def mish(x, /, *, xp):
    return x * xp.tanh(xp.log(1 + xp.exp(x)))


@row
def mish_of_exponentials(x, /, *, xp):
    n = xp.exp(x) * (xp.exp(x) + 2)
    return x * n / (n + 2)


@row
def sc_mish(x, /, a=1.0, *, xp):
    return xp.maximum(0, x * xp.tanh(softplus(a * x)))


@row
def pfpm(x, /, p=1.0, *, xp):
    return xp.maximum(0, x) * xp.tanh(xp.log(1 + xp.exp(x))) + p


@row
def tanh_soft(x, /, a=0.5, b=0.5, c=1.0, d=0.1, *, xp):
    return xp.tanh(a * x + b * xp.exp(c * x)) * xp.log(d + xp.exp(x))


@row
def tanh_soft1(x, /, a=1.0, *, xp):
    return xp.tanh(a * x) * xp.log(1 + xp.exp(x))


@row
def tanh_soft3(x, /, a=1.0, *, xp):
    return xp.log(1 + xp.exp(x) * xp.tanh(a * x))


@row
def eapcu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, b * x, a * x * xp.tanh(xp.log(1 + xp.exp(a * x))))


@row
def serf(x, /, *, xp):
    return x * erf(xp.log(1 + xp.exp(x)))


@row
def pserf(x, /, a=1.0, b=1.0, *, xp):
    return x * erf(a * softplus(b * x))


@row
def logish(x, /, *, xp):
    return x * xp.log(1 + 1 / (1 + xp.exp(-x)))


@row
def plogish(x, /, a=1.0, b=10.0, *, xp):
    return a * x * xp.log(1 + expit(b * x))


@row
def lau(x, /, a=1.0, b=1.0, *, xp):
    return x * xp.log(1 + a * expit(b * x))


@row
def smish(x, /, a=1.0, b=1.0, *, xp):
    return a * x * xp.tanh(xp.log(1 + 1 / (1 + xp.exp(-b * x))))


@row(a=(0.25, 0.1), b=(1.0, 0.9))
def asau(x, /, a=0.25, b=1.0, *, xp):  # the form is uncertain
    return a * x + (b - a) * x * xp.tanh(softplus((b - a) * x))


@row
def nipuna_book(x, /, alpha=1.0, *, xp):  # the book's form, which jumps at 0
    return xp.where(x > 0, x, alpha * xp.log(1 + xp.exp(x)))


@row
def xielu(x, /, ap_raw=0.8, an_raw=0.8, *, beta=0.5, xp):
    ap, an = softplus(ap_raw), beta + softplus(an_raw)
    return xp.where(x > 0, ap * x**2 + beta * x, an * (xp.exp(x) - 1 - x) + beta * x)


@row
def log_cosh(x, /, *, xp):  # in no catalogue; log cosh alone
    return xp.log((xp.exp(x) + xp.exp(-x)) / 2)


@row
def difference_of_softplus(x, /, *, xp):  # in no catalogue; a smooth clip to [0, 1]
    return softplus(x) - softplus(x - 1)
