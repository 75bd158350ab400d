"""Hyperbolic tangents, gates by them, and sums with them."""

from multiact.special import expit
from tests.naive.rows import row


@row
def tanh(x, /, *, xp):
    return xp.tanh(x)


@row
def tanh_of_exponentials(x, /, *, xp):
    return (xp.exp(x) - xp.exp(-x)) / (xp.exp(x) + xp.exp(-x))


@row
def tanh_of_one_exponential(x, /, *, xp):
    return 2 / (1 + xp.exp(-2 * x)) - 1


@row
def tanhshrink(x, /, *, xp):
    return x - xp.tanh(x)


@row
def stanh(x, /, a=1.7159, b=0.666667, *, xp):
    return a * xp.tanh(b * x)


@row
def svaf(x, /, a=1.0, *, xp):
    return xp.tanh(a * x)


@row
def tsaf(x, /, t=1.0, *, xp):
    return (xp.exp(t * x) - xp.exp(-t * x)) / (xp.exp(t * x) + xp.exp(-t * x))


@row
def adaptive_sigmoid_tanh(x, /, a=1.0, *, xp):
    return 2 / a * xp.tanh(a * x / 2)


@row
def adaptive_sigmoid_exponential(x, /, a=1.0, *, xp):
    return 2 / a * (1 - xp.exp(-a * x)) / (1 + xp.exp(-a * x))


@row
def generalized_hyperbolic_tangent(x, /, a=1.0, b=1.0, *, xp):
    return a * (1 - xp.exp(-b * x)) / (1 + xp.exp(-b * x))


@row
def taaf(x, /, alpha=1.0, beta=1.0, gamma=0.0, delta=0.0, *, xp):
    return alpha * xp.tanh(beta * x + gamma) + delta


@row
def trainable_amplitude(x, /, a=1.0, b=0.0, *, xp):
    return a * xp.tanh(x) + b


@row
def dynamic_tanh(x, /, alpha=0.5, gamma=1.0, beta=0.0, *, xp):
    return gamma * xp.tanh(alpha * x) + beta


@row
def sgt_scaled(x, /, gamma=1.0, *, xp):
    return xp.sqrt(xp.pi) / 2 * xp.tanh(gamma * x)


@row
def softcap(x, /, c=30.0, *, xp):
    return c * xp.tanh(x / c)


@row
def ptanh(x, /, a=2.0, *, xp):
    return xp.where(x >= 0, xp.tanh(x), xp.tanh(x) / a)


@row
def pl_tanh(x, /, a=0.01, *, xp):
    return xp.maximum(xp.tanh(x), a * xp.abs(xp.tanh(x)))


@row
def tanh_lu(x, /, a=1.0, b=1.0, c=1.0, *, xp):
    return a * xp.tanh(b * x) + c * x


@row
def tanh_linear_unit(x, /, *, xp):
    return xp.where(x >= 0, x, xp.tanh(x / 2))


@row
def tanh_linear_unit_exponential(x, /, *, xp):
    return xp.where(x >= 0, x, 2 / (1 + xp.exp(-x)) - 1)


@row
def talu(x, /, alpha=1.0, *, xp):
    return xp.where(x >= 0, x, alpha * xp.tanh(x))


@row(a=(-0.75, -2.0))
def hasan_talu(x, /, a=-1.0, *, xp):
    return xp.where(x >= 0, x, xp.where(x > a, xp.tanh(x), xp.tanh(a)))


@row(a=(-1.5, -0.5), b=(0.5, 2.0))
def ptalu(x, /, a=-0.75, b=1.0, *, xp):
    return xp.where(x >= b, x, xp.where(x > a, xp.tanh(x), xp.tanh(a)))


@row
def scaled_talu(x, /, *, xp):
    return xp.where(x >= 0, x, xp.tanh(x) * xp.exp(3 * x))


@row
def siglu(x, /, *, xp):
    negative = (1 - xp.exp(-2 * x)) / (1 + xp.exp(-2 * x))
    return xp.where(x >= 0, x, negative)


@row
def ptelu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, x, a * xp.tanh(b * x))


@row
def trelu(x, /, b=1.0, *, xp):
    return xp.where(x >= 0, x, xp.tanh(b * x))


@row(a=(-2.0, -0.5), b=(0.5, 1.0))
def rel_tanh(x, /, a=-1.5, b=0.0, *, xp):
    def tangent(t):
        return xp.tanh(t) + (1 - xp.tanh(t) ** 2) * (x - t)

    return xp.where(x <= a, tangent(a), xp.where(x >= b, tangent(b), xp.tanh(x)))


@row
def stac_tanh(x, /, a=1.0, b=0.1, *, xp):
    held = xp.clip(x, -a, a)
    return xp.tanh(held) + b * (x - held)


@row
def lisht(x, /, *, xp):
    return x * xp.tanh(x)


@row
def soft_modulus_t(x, /, a=0.01, *, xp):
    return x * xp.tanh(x / a)


@row
def ps_tanh(x, /, a=1.0, b=1.0, *, xp):
    return a * x * (1 + xp.tanh(b * x))


@row
def aptx(x, /, alpha=1.0, beta=1.0, gamma=0.5, *, xp):
    return (alpha + xp.tanh(beta * x)) * gamma * x


@row
def gelu_tanh(x, /, *, xp):
    return x / 2 * (1 + xp.tanh(xp.sqrt(2 / xp.pi) * (x + 0.044715 * x**3)))


@row
def tbsrelu(x, /, *, xp):
    return x * xp.tanh((1 - xp.exp(-x)) / (1 + xp.exp(-x)))


@row
def tbsrelul(x, /, a=0.5, *, xp):
    return x * xp.tanh(a * (1 - xp.exp(-x)) / (1 + xp.exp(-x)))


@row
def rehsec(x, /, *, xp):
    return x * 2 / (xp.exp(x) + xp.exp(-x))


@row
def rehsec_cosh(x, /, *, xp):
    return x / xp.cosh(x)


@row
def etanh(x, /, a=1.0, *, xp):
    return a * xp.exp(x) * xp.tanh(x)


@row
def evolved_tanh_relu(x, /, a=1.0, *, xp):
    return a * xp.tanh(x**2) + xp.maximum(0, x)


@row
def evolved_tanh_log_relu(x, /, *, xp):  # not defined for x <= 0
    return xp.maximum(xp.tanh(xp.log(x)), xp.maximum(0, x))


@row
def cat_af(x, /, alpha=0.5, beta=0.5, *, xp):
    return alpha * xp.maximum(0, x) + beta * xp.tanh(x)


@row
def mwf(x, /, a=1.0, b=1.0, c=0.5, *, xp):
    return a * x * xp.exp(-b * x**2) + c * xp.tanh(x)


@row
def hc_lsh(x, /, *, xp):
    log_cosh = xp.log(xp.cosh(x))
    return xp.where(x >= 0, log_cosh + x * xp.cosh(x) / 2, log_cosh + x)


@row
def hc_lsh_coded(x, /, *, xp):
    above = xp.log(xp.cosh(x) + x * xp.cosh(x / 2))
    return xp.where(x >= 0, above, xp.log(xp.cosh(x)) + x)


@row
def hyper_sinh(x, /, *, xp):
    return xp.where(x > 0, (xp.exp(x) - xp.exp(-x)) / 6, x**3 / 4)


@row
def ssinh(x, /, a=1.0, b=1.0, *, xp):
    return a * xp.sinh(b * x)


@row
def comb_h_sine(x, /, a=1.0, *, xp):
    return xp.sinh(a * x) + xp.asinh(a * x)


@row(author="iterated sines of sines: near its fixed points the formula cancels")
def ccaf(x, /, a=0.5, b=0.5, *, xp):
    z = xp.tanh(x)
    return a * xp.sin(xp.pi * b * xp.sin(xp.pi * z))


@row
def hybrid_chaotic(x, /, a=0.1, *, xp):
    return xp.tanh(x) + a * xp.sin(xp.pi * x)


@row
def gln(x, /, a=1.0, b=1.0, *, xp):
    return expit(a) * xp.sin(x) + (1 - expit(a)) * xp.tanh(x) - b


@row(a=(0.3, 0.7))
def vaf(x, /, a0=0.0, a=1.0, b=1.0, c=0.0, a2=0.5, b2=0.5, c2=-1.0, *, xp):  # two of J terms
    return a0 + a * xp.tanh(b * x + c) + a2 * xp.tanh(b2 * x + c2)


@row
def sgt_khagi(x, /, a=0.1, b=1.1, *, alpha=1.0, beta=1.0, xp):
    # tanh(a x^alpha), tanh(b x^beta): the powers are settings, since x may be negative
    return xp.where(x >= 0, xp.tanh(a * x**alpha), xp.tanh(b * x**beta))


@row
def hosc(x, /, b=8.0, *, xp):
    return xp.tanh(b * xp.sin(x))


@row
def rswaf(x, /, c1=1.0, c2=-0.5, g1=-1.0, g2=1.0, h=0.5, *, xp):  # two of the basis functions
    def bump(g):
        return 1 - xp.tanh((x - g) / h) ** 2

    return c1 * bump(g1) + c2 * bump(g2)


@row
def cheby_kan(x, /, c1=0.5, c2=0.3, c3=-0.2, c4=0.1, *, xp):
    t = xp.tanh(x)
    t2, t3, t4 = 2 * t**2 - 1, 4 * t**3 - 3 * t, 8 * t**4 - 8 * t**2 + 1
    return c1 * t + c2 * t2 + c3 * t3 + c4 * t4
