"""Waves, alone and with something else."""

from tests.naive.rows import row


@row
def sine(x, /, omega=30.0, *, xp):
    return xp.sin(omega * x)


@row
def sine_pi(x, /, omega=3.141592653589793, *, xp):
    return xp.sin(omega * x)


@row
def finer(x, /, omega=30.0, *, xp):
    return xp.sin(omega * (xp.abs(x) + 1) * x)


@row
def finer_gauss(x, /, omega=2.0, *, xp):
    return xp.exp(-((omega * (xp.abs(x) + 1) * x) ** 2))


@row
def hsiren(x, /, omega=30.0, *, xp):
    return xp.sin(omega * xp.sinh(2 * x))


@row
def cosine(x, /, *, xp):
    return 1 - xp.cos(x)


@row
def cosid(x, /, *, xp):
    return xp.cos(x) - x


@row
def sinp(x, /, a=1.0, *, xp):
    return xp.sin(x) - a * x


@row
def gcu(x, /, *, xp):
    return x * xp.cos(x)


@row
def asu(x, /, *, xp):
    return x * xp.sin(x)


@row
def sinc(x, /, *, xp):
    return xp.where(x == 0, 1.0, xp.sin(xp.pi * x) / (xp.pi * x))


@row
def sinc_inr(x, /, omega=10.0, *, xp):
    return xp.sin(omega * x) / (omega * x)


@row
def ssu(x, /, *, xp):
    t = x - xp.pi
    return xp.pi * xp.where(t == 0, 1.0, xp.sin(xp.pi * t) / (xp.pi * t))


@row
def dsu(x, /, *, xp):
    def wave(t):
        return xp.sin(xp.pi * t) / (xp.pi * t)

    return xp.pi / 2 * (wave(x - xp.pi) - wave(x + xp.pi))


@row
def sincos(x, /, *, xp):
    return xp.sin(x) + xp.cos(x)


@row
def expcos(x, /, *, xp):
    return xp.exp(xp.cos(x))


@row
def exp_sin(x, /, a=1.0, *, xp):
    return xp.exp(-xp.sin(a * x))


@row
def save_based(x, /, alpha=1.0, beta=0.5, *, xp):
    return alpha * x + beta * xp.sin(x)


@row
def snake(x, /, alpha=1.0, *, xp):
    return x + xp.sin(alpha * x) ** 2 / alpha


@row
def snake_cosine(x, /, a=1.0, *, xp):
    return x + (1 - xp.cos(2 * a * x)) / (2 * a)


@row
def snake_beta(x, /, a=1.0, b=1.0, *, xp):
    return x + xp.sin(a * x) ** 2 / b


@row
def vlu(x, /, a=1.0, b=1.0, *, xp):
    return xp.maximum(0, x) + a * xp.sin(b * x)


@row
def pvlu(x, /, a=0.1, b=1.0, *, xp):
    return xp.where(x >= 0, x, 0.0) + a * xp.sin(b * x)


@row
def sine_relu(x, /, eps=0.01, *, xp):
    return xp.where(x > 0, x, eps * (xp.sin(x) - xp.cos(x)))


@row
def minsin(x, /, *, xp):
    return xp.where(x >= 0, xp.sin(x), x)


@row
def fsa(x, /, a=0.0, b1=0.1, c1=0.1, b2=0.1, c2=0.1, d=1.0, *, xp):  # of rank 2
    first = b1 * xp.cos(d * x) + c1 * xp.sin(d * x)
    return a + first + b2 * xp.cos(2 * d * x) + c2 * xp.sin(2 * d * x)


@row
def cpn(x, /, a0=0.2, a1=0.5, a2=-0.3, *, xp):
    return a0 + a1 * xp.cos(x) + a2 * xp.cos(2 * x)


@row
def rowdy(x, /, a1=0.1, a2=0.1, *, c=1.0, xp):
    return xp.maximum(0, x) + a1 * c * xp.sin(c * x) + a2 * c * xp.sin(2 * c * x)


@row
def staf(x, /, c1=0.5, w1=1.0, p1=0.3, c2=-0.4, w2=2.0, p2=-1.0, *, xp):  # two waves
    return c1 * xp.sin(w1 * x + p1) + c2 * xp.sin(w2 * x + p2)


@row
def sine_kan(x, /, a=1.0, w=1.0, *, phi=0.5, xp):
    return a * xp.sin(w * x + phi)


@row
def dct(x, /, c1=1.0, c3=-0.2, *, bound=3.0, xp):  # two cosines on [-3, 3], constant outside
    t = (xp.clip(x, -bound, bound) + bound) * (xp.pi / (2 * bound))
    return c1 * xp.cos(t) + c3 * xp.cos(3 * t)


@row
def lutu(x, /, v1=0.5, v2=1.0, *, d=1.0, xp):  # two of the anchors
    def bump(c):
        return (1 + xp.cos(xp.pi * xp.clip((x - c) / d, -1, 1))) / 2

    return v1 * bump(0) + v2 * bump(1)


@row
def fourier(x, /, a0=0.1, a1=0.5, b1=0.3, w=1.0, *, xp):
    return a0 + a1 * xp.cos(w * x) + b1 * xp.sin(w * x)


@row
def incode(x, /, a=1.0, b=1.0, c=0.0, d=0.0, *, omega=30.0, xp):  # without the harmonizer
    return a * xp.sin(b * omega * x + c) + d
