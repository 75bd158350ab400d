"""Powers with learned exponents, square roots of |x|, and logarithms."""

import math

from tests.naive.rows import row


@row
def square_root(x, /, *, xp):
    return xp.sign(x) * xp.sqrt(xp.abs(x))


@row
def ssaf(x, /, a=1.0, *, xp):
    return xp.sign(x) * xp.sqrt(2 * a * xp.abs(x))


@row
def modified_arcsinh(x, /, *, xp):  # as documented
    return xp.asinh(x) * xp.abs(x) / 12


@row
def modified_arcsinh_coded(x, /, *, xp):
    return xp.log(x + xp.sqrt(x**2 + 1)) * xp.sqrt(xp.abs(x)) / 12


@row
def app_relu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, a * x**b, 0.0)


@row
def sgt(x, /, a=0.1, b=1.1, beta=1.0, *, alpha=1.0, xp):
    # a x^alpha below 0: a setting, since a power of a negative number has no slope in it
    return xp.where(x < 0, a * x**alpha, b * x**beta)


@row(a=(1.5, 2.0), b=(2.0, 3.0), c=(4.0, 6.0))
def puaf(x, /, a=1.0, b=5.0, c=10.0, *, xp):
    inner = x**a * (c + x) ** b / ((c + x) ** b + (c - x) ** b)
    return xp.where(x > c, x**a, xp.where(x >= -c, inner, 0.0))


@row(k=(0.5, 0.9), alpha=(0.3, 0.7))
def saha_bora(x, /, k=0.98, alpha=0.5, *, xp):  # for x in (0, 1)
    return 1 / (1 + k * x**alpha * (1 - x) ** (1 - alpha))


@row(a=(1.5, 0.8))
def parametric_cone(x, /, a=1.0, b=1.0, g=1.0, *, xp):
    return b - xp.abs(x - g) ** a


@row
def logarithmic(x, /, *, xp):  # as listed
    return xp.where(x >= 0, xp.log(x) + 1, -xp.log(-x) + 1)


@row
def symlog(x, /, *, xp):
    return xp.sign(x) * xp.log(1 + xp.abs(x))


@row
def nlrelu(x, /, a=1.0, *, xp):
    return xp.log(a * xp.maximum(0, x) + 1)


@row
def prenu(x, /, a=0.25, *, xp):
    return xp.where(x >= 0, x - a * xp.log(x + 1), 0.0)


@row
def log_lu(x, /, *, xp):
    return xp.where(x > 0, x, -xp.log(1 - x))


@row
def lsrelu(x, /, a=1.0, b=1.0, *, xp):
    above = xp.log(a * x + 1) + xp.abs(xp.log(a * b + 1) - b)
    return xp.where(x <= 0, x / (1 + xp.abs(x)), xp.where(x <= b, x, above))


@row
def asinh(x, /, *, xp):  # in no catalogue
    return xp.log(x + xp.sqrt(x**2 + 1))


@row
def frac_relu(x, /, *, a=0.5, xp):  # the order is a setting: there is no gamma of an array
    return xp.where(x > 0, x ** (1 - a) / math.gamma(2 - a), 0.0)


@row
def frac_lrelu(x, /, *, a=0.5, xp):
    power = xp.sign(x) * xp.abs(x) ** (1 - a) / math.gamma(2 - a)
    return xp.where(x >= 0, power, 0.1 * power)


@row
def frac_prelu(x, /, b=0.25, *, a=0.5, xp):
    power = xp.sign(x) * xp.abs(x) ** (1 - a) / math.gamma(2 - a)
    return xp.where(x >= 0, power, b * power)


@row
def frac_elu(x, /, alpha=1.0, *, a=0.5, xp):
    u, below = xp.abs(x), -alpha * xp.abs(x) ** (-a) / math.gamma(1 - a)
    for k in range(5):
        c = math.gamma(k + 1 - a) / math.factorial(k) ** 2
        below = below + alpha * c * u ** (k - a)
    return xp.where(x >= 0, u ** (1 - a) / math.gamma(2 - a), below)


@row
def frac_gelu1(x, /, *, a=0.5, xp):  # as documented
    u, below = xp.abs(x), xp.abs(x) ** (1 - a) / math.gamma(2 - a) / 2
    for k in range(5):
        c = (-1 / 2) ** k / math.factorial(k) * math.gamma(2 * k + 3) / math.gamma(2 * k + 3 - a)
        below = below - c * u ** (2 * k + 1 - a) / math.sqrt(2 * math.pi)
    return xp.where(x >= 0, u ** (1 - a) / math.gamma(2 - a), below)


@row
def frac_gelu2(x, /, *, a=0.5, xp):  # with signed powers
    u, s = xp.abs(x), xp.sign(x)
    total = s * u ** (1 - a) / math.gamma(2 - a) / 2
    for k in range(5):
        c = (-1 / 2) ** k / math.factorial(k) * math.gamma(2 * k + 3) / math.gamma(2 * k + 3 - a)
        total = total - c * s * u ** (2 * k + 1 - a) / math.sqrt(2 * math.pi)
    return total


@row
def frac_softplus(x, /, *, a=0.5, h=0.1, xp):
    total, c = 0.0, 1.0
    for n in range(5):
        total = total + c * xp.log(1 + xp.exp(x - n * h))
        c = -c * (a - n) / (n + 1)  # (-1)^n Gamma(a + 1) / (n! Gamma(1 - n + a)) from the last
    return total / h**a


@row
def frac_tanh(x, /, *, a=0.5, h=0.1, xp):
    total, c = 0.0, 1.0
    for n in range(5):
        total = total + c * xp.tanh(x - n * h)
        c = -c * (a - n) / (n + 1)
    return total / h**a
