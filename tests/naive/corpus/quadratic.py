"""Pieces of parabolas and cubics, clipped gates, and polynomials."""

from tests.naive.rows import row


@row
def hard_swish(x, /, *, xp):
    return x * xp.clip(x / 6 + 1 / 2, 0, 1)


@row
def hard_swish_six(x, /, *, xp):
    return x * xp.minimum(xp.maximum(x + 3, 0), 6) / 6


@row
def hard_swish_learned(x, /, b=1.0, *, xp):
    return 2 * x * xp.maximum(0, xp.minimum(1, 0.2 * b * x + 0.5))


@row
def smooth_hard_swish(x, /, *, xp):
    inner = x * (x + 3) ** 2 * (6 - x) / 108
    return xp.where(x <= -3, 0.0, xp.where(x >= 3, x, inner))


@row
def hard_mish(x, /, *, xp):
    return x / 2 * xp.clip(x + 2, 0, 2)


@row
def squared_relu(x, /, *, xp):
    return xp.maximum(0, x) ** 2


@row
def star_relu(x, /, s=0.8944, b=-0.4472, *, xp):
    return s * xp.maximum(0, x) ** 2 + b


@row
def repu(x, /, *, k=3, xp):
    return xp.maximum(0, x) ** k


@row
def bi_firing(x, /, a=1.0, *, xp):
    return xp.where(xp.abs(x) > a, xp.abs(x) - a / 2, x**2 / (2 * a))


@row
def bounded_bi_firing(x, /, a=1.0, b=5.0, *, xp):
    y = xp.where(xp.abs(x) > a, xp.abs(x) - a / 2, x**2 / (2 * a))
    return xp.minimum(b, y)


@row
def ncu(x, /, *, xp):
    return x - x**3


@row
def triple(x, /, a=1.0, *, xp):
    return a * x**3


@row
def squ(x, /, *, xp):
    return x**2 + x


@row
def sqnl(x, /, *, xp):
    below = xp.where(x < -2, -1.0, x + x**2 / 4)
    return xp.where(x < 0, below, xp.where(x <= 2, x - x**2 / 4, 1.0))


@row
def sqlu(x, /, *, xp):
    return xp.where(x > 0, x, xp.where(x >= -2, x + x**2 / 4, -1.0))


@row
def squish(x, /, *, xp):
    return xp.where(x > 0, x + x**2 / 32, xp.where(x >= -2, x + x**2 / 2, 0.0))


@row
def sqreu(x, /, *, xp):
    return xp.where(x > 0, x, xp.where(x >= -2, x + x**2 / 2, 0.0))


@row
def sq_softplus(x, /, *, xp):
    return xp.where(x > 1 / 2, x, xp.where(x >= -1 / 2, (x + 1 / 2) ** 2 / 2, 0.0))


@row
def log_sqnl(x, /, *, xp):
    inner = xp.where(x < 0, x + x**2 / 4, x - x**2 / 4)
    return (xp.where(x < -2, -1.0, xp.where(x > 2, 1.0, inner)) + 1) / 2


@row(a=(0.5, 0.8))
def linq(x, /, a=1.0, *, xp):  # as listed; the outer constants are disputed
    above, below = a * x + 1 - 2 * x + x**2, a * x - 1 + 2 * x - x**2
    inner = x * (4 - xp.abs(x)) / 4
    return xp.where(x >= 2 - 2 * a, above, xp.where(x <= -2 + 2 * a, below, inner))


@row
def soft_modulus_q(x, /, *, xp):
    return xp.where(xp.abs(x) <= 1, x**2 * (2 - xp.abs(x)), xp.abs(x))


@row(d=(3.0, 2.5))
def plaf(x, /, d=2.0, *, xp):
    outer = x - xp.sign(x) * (1 - 1 / d)
    return xp.where(xp.abs(x) >= 1, outer, xp.sign(x) * xp.abs(x) ** d / d)


@row(a=(0.3, 0.5), b=(0.2, 0.05))
def aqulu(x, /, a=0.2, b=0.1, *, xp):
    inner = a * x**2 + b * x
    return xp.where(x >= (1 - b) / a, x, xp.where(x >= -b / a, inner, 0.0))


@row
def smelu(x, /, beta=1.0, *, xp):
    inner = (x + beta) ** 2 / (4 * beta)
    return xp.where(x <= -beta, 0.0, xp.where(xp.abs(x) <= beta, inner, x))


@row
def berlu(x, /, e=1.0, a=0.0, *, xp):  # a quadratic join: the form is uncertain
    inner = (1 - a) / (4 * e) * (x + e) ** 2 + a * x
    return xp.where(x >= e, x, xp.where(x > -e, inner, a * x))


@row
def sparse_plus(x, /, *, xp):
    return xp.where(x <= -1, 0.0, xp.where(x < 1, (x + 1) ** 2 / 4, x))


@row
def sparse_sigmoid(x, /, *, xp):
    return xp.where(x <= -1, 0.0, xp.where(x < 1, (x + 1) / 2, 1.0))


@row
def smooth_step(x, /, a=1.0, *, xp):
    inner = -2 * x**3 / a**3 + 3 * x / (2 * a) + 1 / 2
    return xp.where(x <= -a / 2, 0.0, xp.where(x >= a / 2, 1.0, inner))


@row
def parabolic_cone(x, /, *, xp):
    return x * (2 - x)


@row
def relu_kan(x, /, w=1.0, *, s=-1.0, e=1.0, xp):  # one of the basis functions
    return w * (xp.maximum(0, e - x) * xp.maximum(0, x - s)) ** 2 * 16 / (e - s) ** 4


@row
def spocu(x, /, a=1.0, b=0.5, c=1.0, *, xp):  # as coded, with d = 1
    def h(t):
        r = t**3 * (t**5 - 2 * t**4 + 2)
        return xp.where(t >= 1, 1.0, xp.where(t >= 0, r, t))

    return a * h(x / c + b) - a * h(b)


@row
def poly_relu(x, /, a0=0.0, a1=0.33, a2=0.33, a3=0.33, *, xp):
    r = xp.maximum(0, x)
    return a0 + a1 * r + a2 * r**2 + a3 * r**3


@row
def slaf(x, /, a0=0.1, a1=0.1, a2=0.1, a3=0.1, a4=0.1, a5=0.1, *, xp):
    return a0 + a1 * x + a2 * x**2 + a3 * x**3 + a4 * x**4 + a5 * x**5


@row
def chpaf(x, /, a0=0.1, a1=0.1, a2=0.1, a3=0.1, *, xp):
    return a0 + a1 * x + a2 * (2 * x**2 - 1) + a3 * (4 * x**3 - 3 * x)


@row
def lpaf(x, /, a0=0.1, a1=0.1, a2=0.1, a3=0.1, *, xp):
    return a0 + a1 * x + a2 * (3 * x**2 - 1) / 2 + a3 * (5 * x**3 - 3 * x) / 2


@row
def hpaf(x, /, a0=0.1, a1=0.1, a2=0.1, a3=0.1, a4=0.1, a5=0.1, *, xp):
    h = [1, 2 * x, 4 * x**2 - 2, 8 * x**3 - 12 * x]
    h += [16 * x**4 - 48 * x**2 + 12, 32 * x**5 - 160 * x**3 + 120 * x]
    return sum(a * t for a, t in zip((a0, a1, a2, a3, a4, a5), h, strict=True))


@row
def cubic_spline(x, /, c1=0.5, c2=1.0, c3=-0.2, *, xp):  # three cubic B-splines of a grid
    def bump(t):
        s = xp.abs(t)
        inner = 2 / 3 - s**2 + s**3 / 2
        return xp.where(s >= 2, 0.0, xp.where(s >= 1, (2 - s) ** 3 / 6, inner))

    return c1 * bump(x + 1) + c2 * bump(x) + c3 * bump(x - 1)


@row
def kan_spline(x, /, wb=1.0, ws=1.0, c=0.1, *, xp):  # the base and one spline
    s = xp.abs(x)
    spline = xp.where(s >= 2, 0.0, xp.where(s >= 1, (2 - s) ** 3 / 6, 2 / 3 - s**2 + s**3 / 2))
    return wb * x / (1 + xp.exp(-x)) + ws * c * spline
