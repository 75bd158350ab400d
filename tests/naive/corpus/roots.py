"""Square roots: unit roots, and the smooth plus family with |x|_e = sqrt(x^2 + e)."""

from tests.naive.rows import row


def _soft_abs(x, epsilon, xp):
    return xp.sqrt(x**2 + epsilon)


@row
def bent_identity(x, /, *, xp):
    return (xp.sqrt(x**2 + 1) - 1) / 2 + x


@row(a=(0.3, -0.5))
def blu(x, /, a=0.0, *, xp):  # as listed: Godfrey brackets sqrt(x^2 + 1) - 1
    return a * xp.sqrt(x**2 + 1) - 1 + x


@row(a=(0.3, -0.5))
def blu_godfrey(x, /, a=0.5, *, xp):
    return a * (xp.sqrt(x**2 + 1) - 1) + x


@row(a=(0.3, -0.5))
def reblu(x, /, a=0.5, *, xp):
    return xp.where(x > 0, a * xp.sqrt(x**2 + 1) - 1 + x, 0.0)


@row
def power_function_linear_unit(x, /, *, xp):
    return x / 2 * (1 + x / xp.sqrt(1 + x**2))


@row
def faster_pflu(x, /, *, xp):
    return xp.where(x >= 0, x, x + x**2 / xp.sqrt(1 + x**2))


@row
def rootsig(x, /, a=1.0, *, xp):
    return a * x / (1 + xp.sqrt(1 + a**2 * x**2))


@row
def soft_tanh(x, /, a=2.0, *, xp):
    return a * x / xp.sqrt(1 + a**2 * x**2)


@row
def isrlu(x, /, a=1.0, *, xp):
    return xp.where(x >= 0, x, x / xp.sqrt(1 + a * x**2))


@row
def isru(x, /, a=1.0, *, xp):
    return x / xp.sqrt(1 + a * x**2)


@row
def isru_product(x, /, a=1.0, *, xp):
    return x * (1 / xp.sqrt(1 + a * x**2))


@row
def mef(x, /, *, xp):
    return x / xp.sqrt(1 + x**2) + 1 / 2


@row
def dy_isru(x, /, b=1.0, g=1.0, beta=0.0, *, xp):
    return g * x / xp.sqrt(b + x**2) + beta


@row
def swim(x, /, a=0.5, *, xp):
    return x / 2 * (1 + a * x / xp.sqrt(1 + x**2))


@row
def maf(x, /, a=0.5, b=1.0, *, xp):
    return xp.sqrt((x - a) ** 2 + b**2)


@row
def multi_quadratic(x, /, a=1.0, *, xp):
    return 1 / xp.sqrt(1 + (a * x) ** 2)


@row
def squareplus(x, /, b=4.0, *, xp):
    return (x + xp.sqrt(x**2 + b)) / 2


@row
def squareplus_tiny(x, /, epsilon=1e-6, *, xp):
    return (x + xp.sqrt(x**2 + epsilon)) / 2


@row
def mollified_absolute_value(x, /, epsilon=1e-6, *, xp):
    return xp.sqrt(x**2 + epsilon)


@row
def step_plus(x, /, epsilon=1e-6, *, xp):
    return (1 + x / xp.sqrt(x**2 + epsilon)) / 2


@row
def bipolar_plus(x, /, epsilon=1e-6, *, xp):
    return x / xp.sqrt(x**2 + epsilon)


@row
def lrelu_plus(x, /, a=0.01, epsilon=1e-6, *, xp):
    return (x + a * x + _soft_abs((1 - a) * x, epsilon, xp)) / 2


@row
def softshrink_plus(x, /, lam=0.5, epsilon=1e-6, *, xp):
    return x + (_soft_abs(x - lam, epsilon, xp) - _soft_abs(x + lam, epsilon, xp)) / 2


@row
def pan_plus(x, /, a=0.5, epsilon=1e-6, *, xp):
    return -a + (_soft_abs(x - a, epsilon, xp) + _soft_abs(x + a, epsilon, xp)) / 2


@row
def brelu_plus(x, /, epsilon=1e-6, *, xp):
    return (1 + _soft_abs(x, epsilon, xp) - _soft_abs(x - 1, epsilon, xp)) / 2


@row
def srelu_plus(x, /, a=0.5, t=1.0, epsilon=1e-6, *, xp):
    return a * x + (a - 1) * (_soft_abs(x - t, epsilon, xp) - _soft_abs(x + t, epsilon, xp)) / 2


@row
def hard_tanh_plus(x, /, epsilon=1e-6, *, xp):
    return (_soft_abs(x + 1, epsilon, xp) - _soft_abs(x - 1, epsilon, xp)) / 2


@row
def hard_shrink_plus(x, /, lam=0.5, epsilon=1e-6, *, xp):
    def bipolar(t):
        return t / xp.sqrt(t**2 + epsilon)

    return x * (1 + (bipolar(x - lam) - bipolar(x + lam)) / 2)


@row
def mollified_melu_component(x, /, b=0.0, c=1.0, epsilon=1e-6, *, xp):
    t = c - _soft_abs(x - b, epsilon, xp)
    return (t + _soft_abs(t, epsilon, xp)) / 2


@row
def tsaf_plus(x, /, a=0.5, b=0.5, c=1.0, epsilon=1e-6, *, xp):
    # as listed, all signs but the last plus; so it grows, where a trapezoid would not
    rise = _soft_abs(x - a + c, epsilon, xp) + _soft_abs(x - a, epsilon, xp)
    return (rise + _soft_abs(x + b - c, epsilon, xp) - _soft_abs(x - b, epsilon, xp)) / 4


@row
def elu_plus(x, /, alpha=1.0, epsilon=1e-6, *, xp):
    e = (xp.exp(x) - 1) / alpha
    return (x + _soft_abs(x, epsilon, xp)) / 2 + (e + _soft_abs(e, epsilon, xp)) / 2


@row
def swish_plus(x, /, epsilon=1e-6, *, xp):
    return (x + x**2 / xp.sqrt(x**2 + epsilon)) / 2


@row
def mish_plus(x, /, epsilon=1e-6, *, xp):
    b = x / xp.sqrt(x**2 + epsilon)
    return x * b / xp.sqrt(b**2 + epsilon)


@row
def logish_plus(x, /, epsilon=1e-6, *, xp):
    return x * xp.log(1 + (1 + x / xp.sqrt(x**2 + epsilon)) / 2)


@row
def softsign_plus(x, /, epsilon=1e-6, *, xp):
    return x / (1 + xp.sqrt(x**2 + epsilon))


@row
def signrelu_plus(x, /, epsilon=1e-6, *, xp):
    u = _soft_abs(x, epsilon, xp)
    return (x + u) / 2 + (x - u) / (2 * _soft_abs(1 - x, epsilon, xp))
