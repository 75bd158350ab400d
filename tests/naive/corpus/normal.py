"""The normal distribution function and its density; error functions."""

import math

from multiact.special import erf, ndtr
from tests.naive.rows import row


@row
def gelu(x, /, *, xp):
    return x / 2 * (1 + erf(x / math.sqrt(2)))


@row
def gelu_of_ndtr(x, /, *, xp):
    return x * ndtr(x)


@row
def geu(x, /, alpha=1.0, *, xp):
    return x * ndtr(alpha * x)


@row
def pgelu(x, /, a=1.0, *, xp):
    return x * 0.5 * (1 + erf(x / (a * xp.sqrt(2))))


@row
def sgelu(x, /, a=1.0, *, xp):
    return a * x * erf(x / math.sqrt(2))


@row
def phish(x, /, *, xp):
    return x * xp.tanh(x * 0.5 * (1 + erf(x / math.sqrt(2))))


@row
def swigelu(x, /, *, xp):
    return (x / (1 + xp.exp(-x)) + x * ndtr(x)) / 2


@row
def xgelu(x, /, a=0.0, *, xp):
    return x * (ndtr(x) * (1 + 2 * a) - a)


@row
def erf_relu(x, /, alpha=0.75, *, xp):
    return xp.where(x >= 0, x, alpha * erf(x))


@row
def dynamic_erf(x, /, alpha=0.5, s=0.0, gamma=1.0, beta=0.0, *, xp):
    return gamma * erf(alpha * x + s) + beta


@row
def smu(x, /, a=0.25, b=25.0, *, xp):
    return ((1 + a) * x + (1 - a) * x * erf(b * (1 - a) * x)) / 2


@row(a=(0.25, 0.5))
def sau(x, /, a=1.0, b=1.0, *, xp):  # as listed; a convolution would divide the density by b
    density = xp.exp(-(b**2) * x**2 / 2) / math.sqrt(2 * math.pi)
    return x * (a + (1 - a) * ndtr(b * x)) + (1 - a) * density


@row
def laplace(x, /, mu=0.707107, sigma=0.282095, *, xp):
    return (1 + erf((x - mu) / (sigma * math.sqrt(2)))) / 2


@row
def gaussian(x, /, a=1.0, *, xp):
    return xp.exp(-(x**2) / (2 * a**2))


@row
def trug(x, /, log_sigma=0.0, *, xp):
    s = xp.exp(log_sigma)
    return xp.exp(-(x**2) / (2 * s**2))


@row
def arbf(x, /, a=1.0, b=1.0, *, xp):
    return xp.exp(-((x - a) ** 2) / (2 * b**2))


@row
def super_gaussian(x, /, a=1.0, b=1.0, *, xp):
    return xp.exp(-(x**2) / (2 * a**2)) ** b


@row
def laplacian(x, /, a=1.0, *, xp):
    return xp.exp(-xp.abs(x) / a)


@row
def piecewise_mexican_hat(x, /, a=4.0, *, xp):
    u = xp.where(x < 0, x + a, x - a)
    return 2 / (math.sqrt(3) * math.pi**0.25) * (1 - u**2) * xp.exp(-(u**2) / 2)


@row
def piecewise_rbf(x, /, a=3.0, b=1.0, *, xp):
    s = xp.where(x >= a, 2 * a, xp.where(x > -a, 0.0, -2 * a))
    return xp.exp(-((x - s) ** 2) / b**2)


@row
def polyexp(x, /, a=1.0, b=1.0, c=1.0, d=1.0, *, xp):  # as listed
    return a * x**2 + b * x + c * xp.exp(-d * x**2)


@row
def polyexp_product(x, /, a=1.0, b=1.0, c=1.0, d=1.0, *, xp):  # as it is likely meant
    return (a * x**2 + b * x + c) * xp.exp(-d * x**2)


@row
def wave(x, /, a=1.0, *, xp):  # as listed
    return 1 - x**2 * xp.exp(-a * x**2)


@row
def wave_product(x, /, a=1.0, *, xp):  # as it is likely meant
    return (1 - x**2) * xp.exp(-a * x**2)


@row
def kaf(x, /, a1=0.5, a2=-0.3, a3=0.8, *, gamma=1.0, xp):  # three of the twenty terms
    return (
        a1 * xp.exp(-gamma * (x + 3) ** 2)
        + a2 * xp.exp(-gamma * x**2)
        + a3 * xp.exp(-gamma * (x - 3) ** 2)
    )


@row
def mogu(x, /, a=1.0, mu=0.5, raw=1.0, *, xp):  # one of the Gaussians
    s = xp.log(1 + xp.exp(raw))
    return a * xp.exp(-((x - mu) ** 2) / (2 * s**2)) / (s * xp.sqrt(2 * xp.pi))


@row
def fast_kan(x, /, c1=0.5, c2=-0.3, *, h=0.5, xp):  # two of the eight terms
    return c1 * xp.exp(-(((x + 2) / h) ** 2)) + c2 * xp.exp(-(((x - 2) / h) ** 2))


@row
def wav_kan_mexican_hat(x, /, w=1.0, t=0.0, s=1.0, *, xp):
    u = (x - t) / s
    return w * 2 / (xp.sqrt(3) * xp.pi**0.25) * (1 - u**2) * xp.exp(-(u**2) / 2)


@row
def wav_kan_morlet(x, /, w=1.0, t=0.0, s=1.0, *, omega=5.0, xp):
    u = (x - t) / s
    return w * xp.cos(omega * u) * xp.exp(-(u**2) / 2)


@row
def wav_kan_dog(x, /, w=1.0, t=0.0, s=1.0, *, xp):  # derivative of a Gaussian
    u = (x - t) / s
    return -w * u * xp.exp(-(u**2) / 2)


@row
def complement_of_erf(x, /, *, xp):  # in no catalogue
    return 1 - erf(x)
