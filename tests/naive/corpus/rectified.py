"""Piecewise linear functions with corners at 0, fixed and learned."""

from tests.naive.rows import row


@row
def relu(x, /, *, xp):
    return xp.maximum(0, x)


@row
def srelu_shifted(x, /, *, xp):  # as listed; arXiv:1511.07289 has max(-1, x)
    return xp.maximum(0, x - 1)


@row
def lrelu(x, /, a=100.0, *, xp):
    return xp.where(x >= 0, x, x / a)


@row
def leaky_relu(x, /, negative_slope=0.01, *, xp):
    return xp.maximum(0, x) + negative_slope * xp.minimum(0, x)


@row
def prelu(x, /, weight=0.25, *, xp):
    return xp.where(x > 0, x, weight * x)


@row
def prelu_maximum(x, /, a=0.25, *, xp):
    return xp.maximum(0, x) + a * xp.minimum(0, x)


@row
def vlrelu(x, /, alpha=3.0, *, xp):  # as listed; the very leaky ReLU divides by 3
    return xp.maximum(0, x) + alpha * xp.minimum(0, x)


@row
def olrelu(x, /, *, lower=3.0, upper=8.0, xp):
    return xp.where(x >= 0, x, x * xp.exp(-(upper + lower) / (upper - lower)))


@row
def slrelu(x, /, alpha=10.0, *, xp):
    return alpha * xp.maximum(0, x)


@row
def relun(x, /, n=1.0, *, xp):
    return xp.minimum(xp.maximum(0, x), n)


@row
def brelu(x, /, a=1.0, *, xp):
    return xp.minimum(xp.maximum(0, x), a)


@row
def relu6(x, /, *, xp):
    return xp.minimum(xp.maximum(0, x), 6)


@row
def hard_tanh(x, /, a=-1.0, b=1.0, *, xp):
    return xp.maximum(a, xp.minimum(b, x))


@row
def sv_hard_tanh(x, /, a=0.0, *, xp):
    return xp.clip(x, -1, 1) + a


@row
def sh_hard_tanh(x, /, a=0.0, *, xp):  # jumps unless a = 0
    return xp.where(x < -1 - a, -1.0, xp.where(x <= 1 - a, x, 1.0))


@row
def hard_sigmoid(x, /, *, xp):
    return xp.maximum(0, xp.minimum(1, (x + 1) / 2))


@row
def hard_sigmoid_fifth(x, /, *, xp):
    return xp.clip(0.2 * x + 0.5, 0, 1)


@row
def hard_sigmoid_sixth(x, /, *, xp):
    return xp.clip(x / 6 + 1 / 2, 0, 1)


@row(a=(0.5, 2.0))
def trec(x, /, a=1.0, *, xp):
    return xp.where(x > a, x, 0.0)


@row
def fatrelu(x, /, t=0.01, *, xp):
    return xp.where(x >= t, x, 0.0)


@row
def threshold(x, /, at=0.1, value=20.0, *, xp):
    return xp.where(x > at, x, value)


@row
def hard_shrink(x, /, a=0.5, *, xp):
    return xp.where(xp.abs(x) > a, x, 0.0)


@row
def soft_shrink(x, /, a=0.5, *, xp):
    return xp.sign(x) * xp.maximum(0, xp.abs(x) - a)


@row
def soft_shrink_clipped(x, /, lambd=0.5, *, xp):
    return x - xp.clip(x, -lambd, lambd)


@row
def blrelu(x, /, a=0.1, b=1.0, *, xp):
    return xp.where(x <= 0, a * x, xp.where(x < b, x, a * x + (1 - a) * b))


@row
def vrelu(x, /, *, xp):
    return xp.abs(x)


@row
def pan_function(x, /, a=1.0, *, xp):
    return xp.maximum(0, xp.abs(x) - a)


@row
def abslu(x, /, a=0.5, *, xp):
    return xp.where(x >= 0, x, a * xp.abs(x))


@row
def mrelu(x, /, *, xp):
    return xp.minimum(xp.maximum(0, 1 - x), xp.maximum(0, 1 + x))


@row
def lsptlu(x, /, a=1.0, *, xp):
    above = xp.where(x <= a, x, xp.where(x <= 2 * a, 2 * a - x, 0.0))
    return xp.where(x < 0, 0.2 * x, above)


@row
def lirelu(x, /, a=0.2, *, xp):
    return a * x + xp.maximum(0, x)


@row
def delay_relu(x, /, a=0.5, *, xp):
    return xp.maximum(0, x - a)


@row
def disrelu(x, /, a=0.5, *, xp):
    return xp.maximum(x, -a)


@row
def modified_lrelu(x, /, a=0.1, *, xp):
    return xp.where(x + a > 0, x, -a * x)


@row
def shifted_relu(x, /, a=-0.5, *, xp):
    return xp.maximum(0, x + a)


@row
def all_relu(x, /, a=0.1, *, layer=0, xp):
    return xp.where(x > 0, x, (-1) ** (layer + 1) * a * x)


@row
def shilu(x, /, a=1.0, b=0.0, *, xp):
    return a * xp.maximum(0, x) + b


@row
def adalu(x, /, alpha=1.0, beta=0.1, *, xp):
    return xp.where(x >= 0, alpha * x, beta * x)


@row
def prelu_divided(x, /, a=1.0, *, xp):  # as listed; He et al. multiply
    return xp.where(x >= 0, x, x / a)


@row
def prelu_plus(x, /, a=1.0, *, xp):
    return a * xp.maximum(0, x)


@row
def mar_relu(x, /, a=0.0, *, xp):
    return xp.maximum(x, a)


@row
def rprelu(x, /, a=0.0, b=0.0, c=1.0, *, xp):
    return xp.where(x >= a, x - a + b, c * (x - a) + b)


@row
def lelelu(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, a * x, 0.01 * a * x)


@row
def aoaf(x, /, a=0.1, *, b=0.17, c=0.17, xp):
    return xp.maximum(0, x - b * a) + c * a


@row
def dlrelu(x, /, a=0.01, *, mse=1.0, xp):
    return xp.where(x >= 0, x, a * mse * x)


@row
def frelu(x, /, b=0.0, *, xp):
    return xp.maximum(0, x) + b


@row
def adaptive_hard_tanh(x, /, a=1.0, b=0.0, *, xp):
    return xp.clip(a * (x - b), -1, 1)


@row
def dual_line(x, /, a=1.0, b=0.01, m=-0.22, *, xp):
    return xp.where(x >= 0, a * x + m, b * x + m)


@row
def pilu(x, /, a=1.0, b=0.01, c=0.0, *, xp):
    return xp.where(x >= c, a * x + c * (1 - a), b * x + c * (1 - b))


@row
def dpaf(x, /, a=1.0, m=0.0, *, xp):
    g = xp.maximum(0, x)
    return xp.where(x >= 0, a * g + m, g + m)


@row
def tent(x, /, a=1.0, *, xp):
    return xp.maximum(0, a - xp.abs(x))


@row
def hat(x, /, a=2.0, *, xp):
    return xp.where((x >= 0) & (x <= a / 2), x, xp.where((x > a / 2) & (x <= a), a - x, 0.0))


@row(tl=(-0.5, -2.0))
def srelu(x, /, tr=1.0, tl=-1.0, ar=0.1, al=0.1, *, xp):
    return xp.where(x >= tr, tr + ar * (x - tr), xp.where(x <= tl, tl + al * (x - tl), x))


@row(lo=(-1.0, -0.25))
def n_activation(x, /, lo=-0.5, hi=0.5, *, xp):  # with lo < hi, as it orders them
    return xp.where(x < lo, x - 2 * lo, xp.where(x > hi, x - 2 * hi, -x))


@row
def alisa(x, /, ar=1.0, al=0.1, *, xp):
    return xp.where(x >= 1, ar * x - ar + 1, xp.where(x > 0, x, al * x))


@row
def aplu(x, /, a1=0.2, b1=0.5, a2=-0.1, b2=-0.5, *, xp):
    return xp.maximum(0, x) + a1 * xp.maximum(0, -x + b1) + a2 * xp.maximum(0, -x + b2)


@row
def splash(x, /, a1=1.0, a2=0.5, *, c1=0.0, c2=1.0, xp):  # two of the tied hinges
    def hinge(c):
        return xp.maximum(0, x - c) + xp.maximum(0, -x - c)

    return a1 * hinge(c1) + a2 * hinge(c2)


@row
def saaaf(x, /, w1=-1.0, w2=0.2, w3=1.0, *, xp):  # three of the nine hats
    def bump(c):
        return xp.maximum(0, 1 - xp.abs(x - c))

    return w1 * bump(-1) + w2 * bump(0) + w3 * bump(1)


@row
def mtlu(x, /, s0=1.0, s1=0.5, b=0.3, *, xp):  # as coded, with one breakpoint
    return s0 * x + (s1 - s0) * xp.maximum(0, x - b)


@row
def maxout_of_lines(x, /, w1=0.5, b1=0.1, w2=-0.3, b2=0.2, *, xp):
    return xp.maximum(w1 * x + b1, w2 * x + b2)


@row
def dy_relu(x, /, a1=1.0, b1=0.0, a2=0.2, b2=-0.1, *, xp):
    return xp.maximum(a1 * x + b1, a2 * x + b2)


@row
def fun_prelu(x, /, w=0.25, c=0.0, *, xp):
    return xp.maximum(x, w * x + c)


@row
def nin(x, /, w1=0.8, b1=0.1, w2=0.5, b2=0.2, *, xp):
    return xp.maximum(0, w2 * xp.maximum(0, w1 * x + b1) + b2)


@row
def plu(x, /, a=0.1, *, b=1.0, xp):
    return xp.maximum(a * (x + b) - b, xp.minimum(a * (x - b) + b, x))


@row
def melu(x, /, w=0.01, a1=0.5, a2=-0.3, *, xp):  # two hats of the listed grid, k = 4
    prelu = xp.maximum(0, x) + w * xp.minimum(0, x)
    first = xp.maximum(1 - xp.abs(x + 1), 0)
    second = xp.maximum(1 / 2 - xp.abs(x + 1 / 3), 0)
    return prelu + a1 * first + a2 * second


@row
def mmelu(x, /, a_raw=0.0, b_raw=0.5413, c=0.0, *, xp):
    a, b = 1 / (1 + xp.exp(-a_raw)), xp.log(1 + xp.exp(b_raw))
    return a * xp.maximum(b - xp.abs(x - c), 0) + (1 - a) * xp.maximum(0, x)


@row
def galu(x, /, w=0.01, a1=0.5, *, b1=-1.0, c1=1.0, xp):  # one wave of the listed grid
    prelu = xp.where(x > 0, x, w * x)
    rise = xp.maximum(c1 - xp.abs(x - b1), 0)
    return prelu + a1 * (rise + xp.minimum(xp.abs(x - b1 - 2 * c1) - c1, 0))


@row(a=(-0.5, -2.0), b=(0.5, 2.0))
def binary(x, /, a=0.0, b=1.0, *, xp):
    return xp.where((x >= a) & (x <= b), 1.0, 0.0)


@row
def heaviside(x, /, theta=0.0, *, xp):
    return xp.where(x >= theta, 1.0, 0.0)


@row
def rsign(x, /, a=0.5, *, xp):
    return xp.where(x >= a, 1.0, -1.0)


@row
def cone(x, /, *, xp):
    return 1 - xp.abs(x - 1)


@row
def pwlu(x, /, y1=0.0, y2=0.3, y3=1.0, *, xp):  # knots at -1, 0 and 1, outer slopes 0.1 and 1
    inner = xp.where(x < 0, y2 + (y2 - y1) * x, y2 + (y3 - y2) * x)
    return xp.where(x < -1, y1 + 0.1 * (x + 1), xp.where(x > 1, y3 + (x - 1), inner))


@row
def psigramp(x, /, a=0.5, b=1.0, *, xp):
    return a / (1 + xp.exp(-x)) + (1 - a) * xp.clip(b * x + 1 / 2, 0, 1)
