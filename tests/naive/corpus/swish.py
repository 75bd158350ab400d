"""The identity, and its like, gated by a sigmoid."""

from multiact.special import erf, expit
from tests.naive.rows import row


@row
def silu(x, /, *, xp):
    return x / (1 + xp.exp(-x))


@row
def swish(x, /, beta=1.0, *, xp):
    return x * expit(beta * x)


@row
def swish_quotient(x, /, beta=1.0, *, xp):
    return x / (1 + xp.exp(-beta * x))


@row
def ahaf(x, /, a=1.0, b=1.0, *, xp):
    return a * x * expit(b * x)


@row
def eswish(x, /, a=1.5, *, xp):
    return a * x * (1 / (1 + xp.exp(-x)))


@row
def quick_gelu(x, /, *, xp):
    return x * expit(1.702 * x)


@row
def sielu(x, /, *, xp):
    return x * expit(2 * xp.sqrt(2 / xp.pi) * (x + 0.044715 * x**3))


@row
def dsilu(x, /, *, xp):
    s = 1 / (1 + xp.exp(-x))
    return s * (1 + x * (1 - s))


@row
def double_silu(x, /, *, xp):
    return x / (1 + xp.exp(-x / (1 + xp.exp(-x))))


@row
def msilu(x, /, *, xp):
    return x * expit(x) + xp.exp(-(x**2 + 1) / 4)


@row
def tsilu(x, /, *, xp):
    return xp.tanh(x * expit(x))


@row
def asilu(x, /, *, xp):
    return xp.atan(x / (1 + xp.exp(-x)))


@row
def swat(x, /, *, xp):
    return x * expit(xp.atan(x))


@row
def sinlu(x, /, a=1.0, b=1.0, *, xp):
    return (x + a * xp.sin(b * x)) * expit(x)


@row
def coslu(x, /, a=1.0, b=1.0, *, xp):
    return (x + a * xp.cos(b * x)) * (1 / (1 + xp.exp(-x)))


@row
def tsswish(x, /, a=1.0, b=2.0, *, xp):
    return x * expit(x) * (expit(x) + expit(x - a) + expit(x - b))


@row
def gswish(x, /, *, xp):
    return x / (1 + xp.exp(-xp.exp(-x)))


@row
def sech_sig(x, /, *, xp):
    return (x + 2 / (xp.exp(x) + xp.exp(-x))) * expit(x)


@row
def psech_sig(x, /, a=1.0, *, xp):
    return (x + a / xp.cosh(x + a)) / (1 + xp.exp(-x))


@row
def tanh_sig(x, /, *, xp):
    return (x + xp.tanh(x)) * expit(x)


@row
def ptanh_sig(x, /, a=1.0, *, xp):
    return (x + a * xp.tanh(x + a)) * expit(x)


@row
def eanaf(x, /, *, xp):
    return x * xp.exp(x) / (xp.exp(x) + 2)


@row
def sin_sig(x, /, *, xp):
    return x * xp.sin(xp.pi / 2 * expit(x))


@row
def aria(x, /, beta=1.0, nu=1.0, *, xp):
    return x * expit(beta * x) ** (1 / nu)


@row
def css(x, /, *, xp):
    return expit(x) * xp.cos(x)


@row
def saf(x, /, alpha=1.0, beta=0.0, *, xp):
    return x / (1 + xp.exp(-(alpha * x + beta)))


@row
def eis(x, /, d=1.0, e=1.0, *, xp):
    return x / (1 + d * xp.exp(-e * x))


@row
def srs(x, /, a=2.0, b=3.0, *, xp):
    return x / (x / a + xp.exp(-x / b))


@row
def rmaf(x, /, a=1.0, b=1.0, c=1.0, *, xp):
    return b * (0.25 * (1 + xp.exp(-x)) + 0.75) ** (-c) * a * x


@row
def pswish(x, /, a=1.0, b=1.0, c=0.0, *, xp):
    return xp.where(x <= c, a * x * expit(b * x), x)


@row
def tswish(x, /, a=1.0, b=1.0, c=0.0, *, xp):
    return xp.where(x >= c, x, a * x / (1 + xp.exp(-b * x)))


@row
def swish_relu(x, /, *, xp):
    return xp.where(x >= 0, x, x * expit(x))


@row
def flatted_t_swish(x, /, *, xp):
    return xp.maximum(0, x) * expit(x) - 0.2


@row
def pfts(x, /, t=-0.2, *, xp):
    return xp.maximum(0, x) / (1 + xp.exp(-x)) + t


@row
def oaf(x, /, *, xp):
    return xp.maximum(0, x) + x * expit(x)


@row
def scswish(x, /, *, xp):
    return xp.maximum(0, x * expit(x))


@row
def nipuna(x, /, beta=1.0, *, xp):
    return xp.maximum(x * expit(beta * x), x)


@row(b=(0.25, 0.75))
def pssilu(x, /, a=1.0, b=0.5, *, xp):
    return x * (expit(a * x) - b) / (1 - b)


@row
def aconb(x, /, a=1.0, b=0.25, *, xp):
    return (1 - b) * x * expit(a * (1 - b) * x) + b * x


@row
def aconc(x, /, a=1.0, b=0.0, c=1.0, *, xp):
    return (c - b) * x / (1 + xp.exp(-a * (c - b) * x)) + b * x


@row
def psgu(x, /, a=0.5, *, xp):
    return x * xp.tanh(a * expit(x))


@row(a=(0.5, 0.75))
def pats(x, /, a=0.625, *, xp):
    return x * xp.atan(a * xp.pi * expit(x))


@row
def tsrelu(x, /, *, xp):
    return x * xp.tanh(1 / (1 + xp.exp(-x)))


@row
def leaf(x, /, alpha=1.0, beta=1.0, gamma=1.0, *, xp):
    return alpha * xp.maximum(0, x) + beta * xp.minimum(0, x) * expit(gamma * x)


@row
def leaf_four(x, /, p1=1.0, p2=0.0, p3=1.0, p4=0.0, *, xp):  # Bodyanskiy and Kostiuk's own
    return (p1 * x + p2) * expit(p3 * x) + p4


@row
def swish_t(x, /, b=1.0, a=0.1, *, xp):
    return x * expit(b * x) + a * xp.tanh(x)


@row
def swish_t_a(x, /, a=0.1, *, xp):
    return expit(x) * (x + 2 * a) - a


@row
def swish_t_b(x, /, b=1.0, a=0.1, *, xp):
    return (x + 2 * a) / (1 + xp.exp(-b * x)) - a


@row
def swish_t_c(x, /, b=1.0, a=0.1, *, xp):
    return expit(b * x) * (x + 2 * a / b) - a / b


@row
def bsilu(x, /, a=1.67, *, xp):
    return (x + a) * expit(x) - a / 2


@row
def sswish(x, /, a=1.0, b=1.0, g=0.0, *, xp):
    return b * x * expit(a * x) - g


@row
def xsilu(x, /, a=0.0, *, xp):
    return x * (expit(x) * (1 + 2 * a) - a)


@row
def aglu(x, /, lam=1.0, kappa=1.0, *, xp):
    return x * (lam * xp.exp(-kappa * x) + 1) ** (-1 / lam)


@row
def apalu(x, /, a=0.55, b=0.065, *, xp):
    return xp.where(x >= 0, a * (x + x * expit(1.702 * x)), b * (xp.exp(x) - 1))


@row
def cats(x, /, t=0.1, *, xp):
    s = x * expit(x)
    return xp.where(xp.abs(s) >= t, s, 0.0)


@row
def rsigelu(x, /, a=1.0, *, xp):
    above = a * x / (1 + xp.exp(-x)) + x
    return xp.where(x > 1, above, xp.where(x >= 0, x, a * (xp.exp(x) - 1)))


@row
def rsigelud(x, /, a=1.0, b=1.0, *, xp):
    above = a * x * expit(x) + x
    return xp.where(x > 1, above, xp.where(x >= 0, x, b * (xp.exp(x) - 1)))


@row
def elish(x, /, *, xp):
    return xp.where(x >= 0, x / (1 + xp.exp(-x)), (xp.exp(x) - 1) / (1 + xp.exp(-x)))


@row
def sara(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, x, x / (1 + a * xp.exp(-b * x)))


@row
def suish(x, /, *, xp):
    return xp.maximum(x, x * xp.exp(-xp.abs(x)))


@row
def sgblend(x, /, alpha=0.0, beta=1.0, gamma=0.0, *, xp):
    s = expit(alpha)
    gelu = x * (1 + erf(x / xp.sqrt(2))) / 2
    return s * (beta * x * expit(x) - gamma) + (1 - s) * gelu


@row
def falu_low(x, /, a=0.5, b=1.0, *, xp):  # orders up to 1
    g = x * expit(b * x)
    return g + a * expit(b * x) * (1 - g)


@row(a=(1.2, 1.8))
def falu_high(x, /, a=1.5, b=1.0, *, xp):  # orders from 1 to 2
    g = x * expit(b * x)
    h = g + expit(x) * (1 - g)
    return g + a * expit(b * x) * (1 - 2 * h)


@row
def swish_of_a_product(x, /, *, xp):  # in no paper: how users write exp(2 x)
    return x / (1 + xp.exp(x) * xp.exp(x))


@row
def repsu(x, /, a=0.8, b=0.0, c=0.0, d=1.0, e=1.0, *, xp):
    k = (x - b) / (1 + xp.exp(-xp.sign(x - c) * xp.abs(x - c) ** d / e))
    return xp.where(x >= b, a * k + (1 - a) * (2 * x - k), 0.0)


@row
def arelu(x, /, a=0.9, b=2.0, *, xp):  # without the paper's clamp of a
    return xp.where(x >= 0, (1 + expit(b)) * x, a * x)
