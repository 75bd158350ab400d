"""Sigmoids made of exponentials, and their relatives."""

from multiact.special import expit
from tests.naive.rows import row


@row
def sigmoid(x, /, *, xp):
    return 1 / (1 + xp.exp(-x))


@row
def sigmoid_of_two_exponentials(x, /, *, xp):  # the same function as some papers write it
    return xp.exp(x) / (1 + xp.exp(x))


@row
def log_sigmoid(x, /, *, xp):
    return xp.log(1 / (1 + xp.exp(-x)))


@row
def log_sigmoid_negated(x, /, *, xp):
    return -xp.log(1 + xp.exp(-x))


@row
def shifted_scaled_sigmoid(x, /, a=1.0, b=0.0, *, xp):
    return 1 / (1 + xp.exp(-a * (x - b)))


@row
def variant_sigmoid_function(x, /, a=1.0, b=1.0, c=0.0, *, xp):
    return a / (1 + xp.exp(-b * x)) - c


@row
def scaled_logistic_sigmoid(x, /, a=1.0, b=1.0, *, xp):
    return a / (1 + xp.exp(-b * x))


@row
def psigmoid(x, /, a=1.0, b=1.0, *, xp):
    return a * expit(b * x)


@row
def assf(x, /, a=1.0, *, xp):
    return expit(a * x)


@row
def psf(x, /, m=1.0, *, xp):
    return expit(x) ** m


@row
def psf_quotient(x, /, m=1.0, *, xp):
    return 1 / (1 + xp.exp(-x)) ** m


@row
def sigmoid_algebraic(x, /, a=1.0, *, xp):
    u = xp.abs(x)
    return expit(x * (1 + a * u) / (1 + u * (1 + a * u)))


@row
def triple_state_sigmoid(x, /, a=20.0, b=40.0, *, xp):
    return 1 / (1 + xp.exp(-x)) + 1 / (1 + xp.exp(-(x - a))) + 1 / (1 + xp.exp(-(x - b)))


@row
def improved_logistic_sigmoid(x, /, a=0.2, b=2.0, *, xp):
    above = a * (x - b) + expit(b)
    below = a * (x + b) + expit(-b)
    return xp.where(x >= b, above, xp.where(x > -b, expit(x), below))


@row
def sig_lin(x, /, a=0.1, *, xp):
    return 1 / (1 + xp.exp(-x)) + a * x


@row
def sinc_sigmoid(x, /, *, xp):
    s = expit(x)
    return xp.sin(s) / s


@row
def new_sigmoid(x, /, *, xp):
    return (xp.exp(x) - xp.exp(-x)) / xp.sqrt(2 * (xp.exp(2 * x) + xp.exp(-2 * x)))


@row
def root2sigmoid(x, /, *, xp):
    q = xp.sqrt(2)
    return (q**x - q ** (-x)) / (2 * q * xp.sqrt(2 * (q ** (2 * x) + q ** (-2 * x))))


@row
def dsigmoid(x, /, *, xp):
    return xp.exp(-x) * (1 / (1 + xp.exp(-x))) ** 2


@row
def dsigmoid_quotient(x, /, *, xp):
    return xp.exp(-x) / (1 + xp.exp(-x)) ** 2


@row
def dsigmoid_product(x, /, *, xp):
    s = expit(x)
    return s * (1 - s)


@row
def eswish_peer(x, /, *, xp):  # disputed: another function than Alcaide's ESwish
    return xp.exp(-x) * expit(x)


@row
def msaf(x, /, a=0.0, b1=1.0, b2=2.0, *, xp):
    return a + expit(x - b1) + expit(x - b2)


@row
def sym_msaf(x, /, a=1.0, *, xp):
    return -1 + 1 / (1 + xp.exp(-x)) + 1 / (1 + xp.exp(-(x + a)))


@row
def aranda_ordaz_documented(x, /, a=2.0, *, xp):
    return 1 - 1 / (1 + a * xp.exp(x))


@row
def aranda_ordaz(x, /, a=2.0, *, xp):
    return 1 - (1 + a * xp.exp(x)) ** (-1 / a)


@row
def agumb(x, /, a=1.0, *, xp):
    return 1 - 1 / (1 + a * xp.exp(x))


@row
def agumb_softplus(x, /, a_raw=1.0, *, xp):  # as coded: a is the softplus of what is learned
    a = xp.log(1 + xp.exp(a_raw))
    return 1 - (1 + a * xp.exp(x)) ** (-1 / a)


@row(c=(3.0, 2.5))
def gra(x, /, a=1.0, b=1.0, c=2.0, *, xp):
    return 1 - a / (a + (1 + b * x) ** c)


@row
def adaptive_sigmoid(x, /, k=1.0, theta=0.0, *, xp):
    return 1 / (1 + xp.exp(-k * (x - theta)))


@row
def maxsig(x, /, *, xp):
    return xp.maximum(x, expit(x))


@row
def apa(x, /, lam=1.0, kappa=1.0, *, xp):
    return (lam * xp.exp(-kappa * x) + 1) ** (-1 / lam)


@row
def symmetric_sigmoid(x, /, *, xp):  # of textbooks, in no catalogue
    return (1 - xp.exp(-x)) / (1 + xp.exp(-x))


@row
def sigmoid_minus_half(x, /, *, xp):  # of textbooks, in no catalogue
    return 1 / (1 + xp.exp(-x)) - 0.5


@row
def zorro_hump(x, /, a=1.0, b=0.0, *, xp):
    # ZorroSymmetric, whose exact form is uncertain: f(x) below 0, 1 - f(1 - x) above 1
    below = x * expit(a * x - b)
    above = 1 - (1 - x) * expit(a * (1 - x) - b)
    return xp.where(x < 0, below, xp.where(x <= 1, x, above))


@row
def s4(x, /, k=5.0, *, xp):
    w = expit(k * x)
    return w * (x / (1 + xp.abs(x))) + (1 - w) * expit(x)


@row
def s3(x, /, *, xp):
    return xp.where(x <= 0, 1 / (1 + xp.exp(-x)), x / (1 + xp.abs(x)))


@row(r=(3.5, 2.5), author="iterated logistic map: near its fixed points the formula cancels")
def hcaf(x, /, r=4.0, *, xp):
    s = expit(x)
    c = r * s * (1 - s)
    c = r * c * (1 - c)
    return r * c * (1 - c)


@row(r=(3.0, 2.0), b=(0.3, 0.8))
def fcaf_hidden(x, /, r=4.0, a=0.0, b=0.5, *, xp):
    z = 1 / (1 + xp.exp(-x))
    return r * z * (1 - z) + z + a - b / (2 * xp.pi) * xp.sin(2 * xp.pi * z)


@row(r=(3.0, 2.0), b=(0.3, 0.8))
def fcaf_output(x, /, r=4.0, a=0.0, b=0.5, c=1.0, d=0.0, *, xp):
    z = expit(x)
    wave = b / (2 * xp.pi) * xp.sin(2 * xp.pi * z)
    return r * z * (1 - z) + z + a - wave + xp.exp(-c * z**2) + d


@row
def sigmoid_tanh(x, /, *, xp):
    return xp.where(x >= 0, expit(x), xp.tanh(x))


@row
def laaf_sigmoid(x, /, a=1.0, *, n=1.0, xp):
    return 1 / (1 + xp.exp(-n * a * x))


@row
def fractional_jacobi_one(x, /, alpha=1.0, beta=1.0, gamma=1.0, *, xp):
    # P_1 of the Jacobi polynomials at 2 sigma(x)^gamma - 1
    z = 2 * expit(x) ** gamma - 1
    return (alpha - beta) / 2 + (alpha + beta + 2) / 2 * z
