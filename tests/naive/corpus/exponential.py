"""The identity above zero and an exponential below, and other exponentials."""

from tests.naive.rows import row


def _elu(x, a, xp):
    return xp.where(x > 0, x, a * (xp.exp(x) - 1))


def _pelu(x, a, b, xp):
    return xp.where(x >= 0, a / b * x, a * (xp.exp(x / b) - 1))


@row
def elu(x, /, alpha=1.0, *, xp):
    return xp.where(x > 0, x, alpha * (xp.exp(x) - 1))


@row
def survey_elu(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, (xp.exp(x) - 1) / a)


@row
def celu(x, /, alpha=1.0, *, xp):
    return xp.maximum(0, x) + xp.minimum(0, alpha * (xp.exp(x / alpha) - 1))


@row
def exlu(x, /, alpha=1.0, *, xp):
    return xp.where(x >= 0, x, alpha * (xp.exp(x / alpha) - 1))


@row
def selu(x, /, alpha=1.6732632423543772, scale=1.0507009873554805, *, xp):
    return scale * xp.where(x > 0, x, alpha * (xp.exp(x) - 1))


@row
def scaled_selu(x, /, a=1.050701, b=1.673263, *, xp):
    return xp.where(x >= 0, a * x, a * b * (xp.exp(x) - 1))


@row
def leaky_selu(x, /, a=1.0, b=1.0, c=0.1, *, xp):
    return xp.where(x >= 0, a * x, a * b * (xp.exp(x) - 1) + a * c * x)


@row
def serlu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, a * x, a * b * x * xp.exp(x))


@row
def sselu(x, /, a=1.0, b=1.0, c=1.0, *, xp):
    return xp.where(x >= 0, a * x, a * b * (xp.exp(c * x) - 1))


@row
def difference_elu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, x, a * (x * xp.exp(x) - b * xp.exp(b * x)))


@row
def hard_srelue(x, /, a=1.0, *, xp):
    above = a * x * xp.clip((x + 1) / 2 + x, 0, 1)
    return xp.where(x >= 0, above, a * (xp.exp(x) - 1))


@row
def hard_srelue_coded(x, /, a=1.0, *, xp):
    above = a * x * xp.clip((x + 1) / 2, 0, 1) + x
    return xp.where(x >= 0, above, a * (xp.exp(x) - 1))


@row
def hard_elish(x, /, *, xp):
    h = xp.maximum(0, xp.minimum(1, (x + 1) / 2))
    return xp.where(x >= 0, x * h, (xp.exp(x) - 1) * h)


@row
def reu(x, /, *, xp):
    return xp.where(x >= 0, x, x * xp.exp(x))


@row
def ada(x, /, a=1.0, b=0.0, *, xp):
    return xp.where(x >= 0, xp.exp(-a * x + b), 0.0)


@row
def lada(x, /, a=1.0, b=0.0, c=0.1, *, xp):
    return xp.where(x >= 0, xp.exp(-a * x + b), c * x)


@row
def delu(x, /, n=1.0, *, xp):
    silu = x / (1 + xp.exp(-x))
    return xp.where(x > 0, (n + 0.5) * x + xp.abs(xp.exp(-x) - 1), silu)


@row
def preu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, a * x, a * x * xp.exp(b * x))


@row
def pelu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, a / b * x, a * (xp.exp(x / b) - 1))


@row(c=(-0.5, -0.1), author="b is 0 / 0 at its own default, c = 0")
def edelu(x, /, a=1.0, c=0.0, *, xp):  # b c = exp(a c) - 1
    b = (xp.exp(a * c) - 1) / c
    return xp.where(x >= c, x, (xp.exp(a * x) - 1) / b)


@row
def adaptive_combination1(x, /, a=0.5, *, xp):
    lrelu = xp.where(x >= 0, x, 0.01 * x)
    return a * lrelu + (1 - a) * _elu(x, 1.0, xp)


@row
def adaptive_combination2(x, /, a=1.0, *, xp):
    gate = 1 / (1 + xp.exp(-a * x))
    prelu = xp.where(x >= 0, x, 0.01 * x)
    return gate * prelu + (1 - gate) * _pelu(x, 1.0, 1.0, xp)


@row
def felu(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, a * (xp.e**x - 1))


@row
def pfelu(x, /, a=1.0, b=0.0, *, xp):
    return xp.where(x >= 0, x + b, a * (xp.exp(x) - 1) + b)


@row
def mpelu(x, /, a=1.0, b=1.0, *, xp):
    return xp.where(x >= 0, x, a * (xp.exp(b * x) - 1))


@row
def pe2relu(x, /, a=0.4, b=0.3, *, xp):
    return a * xp.maximum(0, x) + b * _elu(x, 1.0, xp) - (1 - a - b) * _elu(-x, 1.0, xp)


@row
def pe2id(x, /, a=0.5, *, xp):
    return a * x + (1 - a) * (_elu(x, 1.0, xp) - _elu(-x, 1.0, xp))


@row(a=(0.3, -0.3), author="0 / 0 in both formulas at its own default, a = 0")
def soft_exponential(x, /, a=0.0, *, xp):
    above = (xp.exp(a * x) - 1) / a + a
    below = -xp.log(1 - a * (x + a)) / a
    return xp.where(a > 0, above, xp.where(a < 0, below, x))


@row
def lpselu_rp(x, /, a=1.0, b=1.0, c=0.01, m=0.0, *, xp):
    return xp.where(x >= 0, a * x, a * b * (xp.exp(x) - 1) + c * x) + m


@row
def shelu(x, /, a=1.0, b=0.0, *, xp):
    return _elu(x + b, a, xp)


@row
def svelu(x, /, a=1.0, b=0.0, *, xp):
    return _elu(x, a, xp) + b


@row
def pshelu(x, /, a=1.0, b=1.0, c=0.0, *, xp):
    return _pelu(x + c, a, b, xp)


@row
def psvelu(x, /, a=1.0, b=1.0, c=0.0, *, xp):
    return _pelu(x, a, b, xp) + c


@row(b=(0.8, 0.5))
def pdelu(x, /, a=1.0, b=0.9, *, xp):
    base = xp.maximum(1 + (1 - b) * x, 0)
    return xp.where(x >= 0, x, a * (base ** (1 / (1 - b)) - 1))


@row
def hexpo(x, /, a=1.0, b=1.0, c=1.0, d=1.0, *, xp):
    # the lower part is disputed: c (exp(x / d) - 1) elsewhere, which does not grow
    return xp.where(x >= 0, -a * (xp.exp(-x / b) - 1), c * (xp.exp(-x / d) - 1))


@row
def hexpo_bounded(x, /, a=1.0, b=1.0, c=1.0, d=1.0, *, xp):
    return xp.where(x >= 0, -a * (xp.exp(-x / b) - 1), c * (xp.exp(x / d) - 1))


@row
def sexp(x, /, a=1.0, b=1.0, *, xp):
    return a * (xp.exp(b * x) - 1)


@row
def symexp(x, /, *, xp):
    return xp.sign(x) * (xp.exp(xp.abs(x)) - 1)


@row
def exponential(x, /, *, xp):
    return xp.exp(-x)


@row
def exponential_growing(x, /, *, xp):
    return xp.exp(x)


@row
def lalu(x, /, *, xp):
    return xp.where(x >= 0, x * (1 - xp.exp(-x) / 2), x * xp.exp(x) / 2)


@row
def colu(x, /, *, xp):
    return x / (1 - x * xp.exp(-(x + xp.exp(x))))


@row
def exp_dlrelu(x, /, a=0.01, *, mse=0.0, xp):
    return xp.where(x >= 0, x, a * xp.exp(-mse) * x)


@row
def tca(x, /, a=0.0, b=0.0, *, xp):  # two of the pool's functions, with the same a and b
    u = xp.exp(a) * x + b
    return (xp.tanh(u) + u / (1 + xp.exp(-u))) / 2


@row
def tca_v2(x, /, a1=0.0, a2=0.0, b=0.0, c=0.0, *, xp):
    u = xp.exp(b) * x + c
    top = xp.exp(a1) * xp.tanh(u) + xp.exp(a2) * u / (1 + xp.exp(-u))
    return top / (xp.exp(a1) + xp.exp(a2))


@row
def mba(x, /, w1=0.0, w2=0.0, w3=0.0, *, xp):
    e1, e2, e3 = xp.exp(w1), xp.exp(w2), xp.exp(w3)
    total = e1 * xp.maximum(0, x) + e2 * xp.tanh(x) + e3 / (1 + xp.exp(-x))
    return total / (e1 + e2 + e3)


@row
def fab(x, /, w1=0.3, w2=0.2, w3=0.4, w4=0.1, *, xp):  # the documented plain weights
    return w1 * xp.maximum(0, x) + w2 * xp.tanh(x) + w3 / (1 + xp.exp(-x)) + w4 * x


@row
def abu(x, /, w1=0.2, w2=0.2, w3=0.2, w4=0.2, w5=0.2, *, xp):
    silu = x / (1 + xp.exp(-x))
    smooth = w1 * xp.tanh(x) + w2 * _elu(x, 1.0, xp) + w4 * silu
    return smooth + w3 * xp.maximum(0, x) + w5 * x


@row
def apaf(x, /, w1=1.0, w2=1.0, w3=1.0, w4=1.0, *, xp):
    top = w1 * xp.maximum(0, x) + w2 / (1 + xp.exp(-x)) + w3 * xp.tanh(x) + w4 * x
    return top / (w1 + w2 + w3 + w4)


@row
def gabu(x, /, g1=0.0, g2=0.0, g3=0.0, g4=0.0, *, xp):
    def gate(g):
        return 1 / (1 + xp.exp(-g))

    silu = x / (1 + xp.exp(-x))
    return gate(g1) * xp.tanh(x) + gate(g2) * xp.maximum(0, x) + gate(g3) * silu + gate(g4) * x


@row
def dknn(x, /, a1=1.0, b1=1.0, a2=1.0, b2=1.0, *, xp):  # two of the pool's four functions
    return a1 * xp.tanh(b1 * x) + a2 * b2 * x / (1 + xp.exp(-b2 * x))


@row
def lin_comb(x, /, w1=0.25, w2=0.25, w3=0.25, w4=0.25, *, xp):
    softsign = x / (1 + xp.abs(x))
    return w1 * xp.maximum(x, 0) + w2 / (1 + xp.exp(-x)) + w3 * xp.tanh(x) + w4 * softsign


@row
def norm_lin_comb(x, /, w1=0.25, w2=0.25, *, xp):
    return (w1 / (1 + xp.exp(-x)) + w2 * xp.tanh(x)) / xp.sqrt(w1**2 + w2**2)
