"""Quotients: softsigns, units with poles, and learned rational functions."""

from tests.naive.rows import row


@row
def softsign(x, /, *, xp):
    return x / (1 + xp.abs(x))


@row
def elliott(x, /, *, xp):
    return x / (2 * (1 + xp.abs(x))) + 1 / 2


@row
def mishra(x, /, *, xp):  # as documented
    return x / (2 * (1 + xp.abs(x))) + x / (2 * (1 + xp.abs(x)))


@row
def mishra_coded(x, /, *, xp):
    s = x / (1 + xp.abs(x))
    return (s**2 + s) / 2


@row
def scaled_softsign(x, /, a=1.0, b=1.0, *, xp):
    return a * x / (b + xp.abs(x))


@row
def scaled_softsign_glorot(x, /, alpha=1.0, *, xp):
    return alpha * x / (1 + xp.abs(x))


@row
def rootsig_plus(x, /, a=1.0, *, xp):
    return a * x / (1 + xp.abs(a * x))


@row
def sign_relu(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, a * x / (1 + xp.abs(x)))


@row
def polynomial_linear_unit(x, /, *, xp):
    return xp.where(x >= 0, x, 1 / (1 - x) - 1)


@row
def inverse_polynomial_linear_unit(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, 1 / (1 + xp.abs(x) ** a))


@row
def power_linear_unit(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, (1 - x) ** (-a) - 1)


@row(b=(0.3, 2.0))
def pfplus(x, /, a=1.0, b=0.1, *, xp):
    return xp.where(x >= 0, a * x, a * x / (1 - b * x))


@row
def softsign_rrelu(x, /, *, a=11 / 48, xp):  # in evaluation, by the mean of a; a pole at -1
    return xp.where(x >= 0, 1 / (1 + x) ** 2 + x, 1 / (1 + x) ** 2 + a * x)


@row
def cauchy_activation(x, /, l1=1.0, l2=1.0, d=1.0, *, xp):
    return l1 * x / (x**2 + d**2) + l2 / (x**2 + d**2)


@row
def nelu(x, /, a=0.2, *, xp):  # the form is uncertain
    return xp.where(x > 0, x, -a / (1 + x**2))


@row
def gem(x, /, *, n=1, xp):
    return xp.where(x > 0, x * x ** (2 * n) / (1 + x ** (2 * n)), 0.0)


@row
def egem(x, /, *, n=1, e=1e-4, xp):  # the form is uncertain
    return xp.where(x > 0, x * x ** (2 * n) / (e + x ** (2 * n)), 0.0)


@row
def pau(x, /, a0=0.0, a1=1.0, a2=0.3, a3=0.1, b1=0.2, b2=0.1, *, xp):
    # even powers below, as listed; of degrees 3 and 4
    top = a0 + a1 * x + a2 * x**2 + a3 * x**3
    return top / (1 + xp.abs(b1) * x**2 + xp.abs(b2) * x**4)


@row
def safe_pau(x, /, a0=0.1, a1=1.0, a2=0.3, b1=0.2, b2=-0.1, *, xp):
    return (a0 + a1 * x + a2 * x**2) / (1 + xp.abs(b1 * x + b2 * x**2))


@row
def rpau(x, /, a0=0.0, a1=1.0, a2=0.2, a3=0.05, b1=0.1, b2=0.2, *, xp):
    u = xp.abs(x)
    top = a0 + a1 * x + a2 * x**2 + a3 * x**3
    return top / (1 + xp.abs(b1) * u + xp.abs(b2) * u**2)


@row
def era(x, /, a0=0.0, a1=1.0, a2=0.2, b0=1.0, b1=0.1, *, xp):  # of lower degree
    u = xp.abs(x)
    bottom = xp.maximum(xp.abs(b0) + xp.abs(b1) * u, 1e-6)
    return (a0 + a1 * x + a2 * x**2) / bottom


@row
def opau(x, /, c0=0.0, c1=1.0, c2=0.1, d1=0.2, d2=0.1, *, xp):  # on Hermite polynomials
    he2 = x**2 - 1
    return (c0 + c1 * x + c2 * he2) / (1 + xp.abs(d1) * xp.abs(x) + xp.abs(d2) * xp.abs(he2))


@row
def arctan(x, /, *, xp):
    return xp.atan(x)


@row
def arctan_gr(x, /, *, xp):
    return 2 * xp.atan(x) / (1 + xp.sqrt(2))


@row
def calu(x, /, *, xp):
    return x * (xp.atan(x) / xp.pi + 1 / 2)


@row
def xatlu(x, /, a=0.0, *, xp):
    return x * ((xp.atan(x) / xp.pi + 1 / 2) * (1 + 2 * a) - a)


@row
def self_arctan(x, /, *, xp):
    return x * xp.atan(x)


@row
def arctid(x, /, *, xp):  # as documented
    return xp.atan(x) * 2 ** (-x)


@row
def arctid_coded(x, /, *, xp):
    return xp.atan(x) ** 2 - x
