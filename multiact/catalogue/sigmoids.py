"""Sigmoid-shaped functions: scaled, algebraic, bent, and with one or several steps."""

import math
from typing import Annotated, Any

import numpy as np

from multiact.catalogue._references import KOCAK, SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Draw, Learnable, Negative, NonZero, Positive, Real, Shaped
from multiact.special import expit, expit_difference, softplus, wide_softsign

SIVRI = f"{SURVEY}; section 3.2.4"
_SILVER = 2 / (1 + math.sqrt(2))
ROOTS = f"{SURVEY}; section 3.2.25"


@activation(
    name="ShiftedScaledSigmoid",
    reference="Arai & Imamura 2018, Spin-wave coupled spin torque oscillators for artificial "
    f"neural network, Journal of Applied Physics 124; {SURVEY}, section 3.2.1",
    aliases=("SSS",),
    limits=(0, 1),
)
def shifted_scaled_sigmoid(
    x: Any, /, a: Learnable[Positive] = 1.0, b: Learnable[Real] = 0.0, *, xp: Any
) -> Any:
    """Sigmoid with a steepness and a centre."""
    return expit(a * (x - b), xp=xp)


@activation(
    name="VariantSigmoidFunction",
    reference=f"{SURVEY}; section 3.2.2",
    aliases=("VSF",),
)
def variant_sigmoid_function(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Sigmoid of a given height, steepness and depth."""
    return a / (1 + xp.exp(-b * x)) - c


@activation(
    name="BipolarSigmoid", reference=f"{SURVEY}; section 3.2.26, equation 41", limits=(-1, 1)
)
def bipolar_sigmoid(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid stretched to the range from -1 to 1."""
    return 2 / (1 + xp.exp(-x)) - 1


@activation(reference=SIVRI, limits=(-math.pi / 2, math.pi / 2))
def arctan(x: Any, /, *, xp: Any) -> Any:
    """Inverse tangent."""
    return xp.atan(x)


@activation(name="ArctanGR", reference=SIVRI)
def arctan_gr(x: Any, /, scale_factor: Real = _SILVER, *, xp: Any) -> Any:
    """Inverse tangent, scaled."""
    return scale_factor * xp.atan(x)


@activation(name="SigmoidAlgebraic", reference=KOCAK)
def sigmoid_algebraic(x: Any, /, a: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Sigmoid of softsign of a line that bends upwards."""
    # softsign of x (1 + a |x|), which may overflow: both sides of the quotient are divided
    return expit(wide_softsign(x, 1 / (1 + a * xp.abs(x)), xp=xp), xp=xp)


@activation(name="TripleStateSigmoid", reference=KOCAK, limits=(0, 3))
def triple_state_sigmoid(
    x: Any, /, a: Learnable[Real] = 20.0, b: Learnable[Real] = 40.0, *, xp: Any
) -> Any:
    """Three sigmoids in a row: stairs."""
    return expit(x, xp=xp) + expit(x - a, xp=xp) + expit(x - b, xp=xp)


@activation(
    name="ImprovedLogisticSigmoid",
    reference="Qin et al. 2019, The Optimized Deep Belief Networks With Improved Logistic Sigmoid "
    "Units and Their Application in Fault Diagnosis for Planetary Gearboxes of Wind Turbines, IEEE "
    "Transactions on Industrial Electronics 66",
    aliases=("ISigmoid",),
    kinks=lambda a, b: {-b: a, b: a},
)
def improved_logistic_sigmoid(x: Any, /, a: Positive = 0.2, b: Positive = 2.0, *, xp: Any) -> Any:
    """Sigmoid between two thresholds, straight lines outside."""
    above = a * (x - b) + expit(b, xp=xp)
    below = a * (x + b) + expit(-b, xp=xp)
    return xp.where(x >= b, above, xp.where(x <= -b, below, expit(x, xp=xp)))


@activation(
    name="SigLin",
    reference="Roodschild et al. 2020, A new approach for the vanishing gradient problem on "
    "sigmoid activation, doi:10.1007/s13748-020-00218-y",
)
def sig_lin(x: Any, /, a: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """Sigmoid plus a line."""
    return expit(x, xp=xp) + a * x


@activation(
    name="PTanh",
    reference="Xu et al. 2016, Revise Saturated Activation Functions, arXiv:1602.05980",
    aliases=("PenalizedTanh",),
    kinks=lambda: {0: 1},
)
def ptanh(x: Any, /, a: Learnable[NonZero] = 2.0, *, xp: Any) -> Any:
    """Tanh, divided by a penalty below zero."""
    return xp.where(x >= 0, xp.tanh(x), xp.tanh(x) / a)


@activation(
    name="SRS",
    reference="Zhou et al. 2020, Soft-Root-Sign Activation Function, arXiv:2003.00547",
    aliases=("SoftRootSign",),
    requires={"alpha > beta / e": lambda alpha, beta: alpha * math.e > beta},
    limits=(0, lambda alpha: alpha),
)
def srs(
    x: Any, /, alpha: Learnable[Positive] = 2.0, beta: Learnable[Positive] = 3.0, *, xp: Any
) -> Any:
    """Soft root sign: smooth, bounded, and negative only in a valley."""
    return x / (x / alpha + xp.exp(-x / beta))


@activation(
    name="SoftClipping",
    reference="Klimek & Perelstein 2018, Neural Network-Based Approach to Phase Space "
    "Integration, arXiv:1810.11509",
    aliases=("SC",),
    limits=(0, 1),
)
def soft_clipping(x: Any, /, p: Learnable[Positive] = 50.0, *, xp: Any) -> Any:
    """The identity held between 0 and 1, with rounded corners."""
    # log((1 + exp(p x)) / (1 + exp(p (x - 1)))) / p: the ramp, and what its corners are rounded by
    left, right = xp.where(x < 0, x, -x), xp.where(x < 1, x - 1, 1 - x)
    rest = softplus(p * left, xp=xp) - softplus(p * right, xp=xp)
    return xp.where(x < 0, 0.0, xp.where(x < 1, x, 1.0)) + rest / p


@activation(
    name="SmoothStep",
    reference="Hazimeh et al. 2020, The Tree Ensemble Layer: Differentiability meets Conditional "
    "Computation, arXiv:2002.07772",
    limits=(0, 1),
)
def smooth_step(x: Any, /, gamma: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Cubic step of a given width, exactly 0 below and 1 above."""
    # -2 (x / gamma)^3 + 3/2 x / gamma + 1/2, which has a double root at the lower end
    rise = (x + gamma / 2) / gamma
    low = rise * rise * (3 - 2 * rise)
    inner = -2 / gamma**3 * x**3 + 3 / (2 * gamma) * x + 1 / 2
    inner = xp.where(x < -gamma / 4, low, inner)
    return xp.where(x <= -gamma / 2, 0.0, xp.where(x >= gamma / 2, 1.0, inner))


@activation(
    reference="Elliott 1993, A better activation function for artificial neural networks, "
    "University of Maryland TR 93-8",
    limits=(0, 1),
)
def elliott(x: Any, /, *, xp: Any) -> Any:
    """Softsign, moved to the range from 0 to 1."""
    return 0.5 * x / (1 + xp.abs(x)) + 0.5


@activation(name="SincSigmoid", reference=KOCAK, limits=(1, math.sin(1)))
def sinc_sigmoid(x: Any, /, *, xp: Any) -> Any:
    """The quotient sin(s) / s of the sigmoid s."""
    s = 1 / (1 + xp.exp(-x))
    return xp.sin(s) / s


@activation(
    name="SigmoidGumbel",
    reference="Kaytan et al. 2022, Sigmoid-Gumbel: Yeni Bir Hibrit Aktivasyon Fonksiyonu, Bitlis "
    f"Eren Üniversitesi Fen Bilimleri Dergisi 11; {SURVEY}, section 3.2.17",
    limits=(0, 1),
)
def sigmoid_gumbel(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid times the Gumbel distribution function."""
    return expit(x, xp=xp) * xp.exp(-xp.exp(-x))


@activation(
    name="NewSigmoid",
    reference=f"Kumar & Sodhi 2022, NewSigmoid, doi:10.3233/JIFS-212333; {SURVEY}, section 3.2.18",
    limits=(-math.sqrt(1 / 2), math.sqrt(1 / 2)),
)
def new_sigmoid(x: Any, /, *, xp: Any) -> Any:
    """Hyperbolic sine over the root of twice the hyperbolic cosine of 2 x."""
    return (xp.exp(x) - xp.exp(-x)) / xp.sqrt(2 * (xp.exp(2 * x) + xp.exp(-2 * x)))


@activation(
    name="Root2sigmoid",
    reference=f"{SURVEY}; section 3.2.19 (the formula of the paper has a misprint)",
    limits=(-1 / 4, 1 / 4),
)
def root2sigmoid(x: Any, /, *, xp: Any) -> Any:
    """NewSigmoid with powers of the root of 2."""
    q = math.sqrt(2)
    return (q**x - q**-x) / (2 * q * xp.sqrt(2 * (q ** (2 * x) + q ** (-2 * x))))


GOMES = (
    "Gomes et al. 2011, Comparison of new activation functions in neural network for forecasting "
    "financial time series, doi:10.1007/s00521-010-0407-3"
)


@activation(name="LogLog", reference=GOMES, limits=(0, 1))
def loglog(x: Any, /, *, xp: Any) -> Any:
    """Log-log: the Gumbel distribution function."""
    return xp.exp(-xp.exp(-x))


@activation(name="CLogLog", reference=GOMES, limits=(0, 1))
def cloglog(x: Any, /, *, xp: Any) -> Any:
    """Complementary log-log: the inverse of that link function."""
    return 1 - xp.exp(-xp.exp(x))


@activation(name="CLogLogM", reference=GOMES, limits=(-1, 1))
def cloglogm(x: Any, /, k: Positive = 0.7, *, xp: Any) -> Any:
    """Modified complementary log-log, from -1 to 1; k near log 2 puts its root near 0."""
    return 1 - 2 * xp.exp(-k * xp.exp(x))


def _numbers(shape: tuple[int, ...], draw: Draw, xp: Any) -> Any:
    """1, 2, 3 and so on."""
    return np.cumsum(np.ones(shape), axis=0)


Shifts = Annotated[Any, Shaped(("terms",), {"numbers": _numbers})]
MULTISTATE = (
    "Cai et al. 2015, Deep Neural Networks with Multistate Activation Functions, "
    "doi:10.1155/2015/721367"
)


@activation(name="MSAF", reference=MULTISTATE, sizes={"terms": 2})
def msaf(x: Any, /, b: Learnable[Shifts], a: Real = 0.0, *, xp: Any) -> Any:
    """Multistate activation: sigmoids with several centres, added up."""
    return a + sum(expit(x - shift, xp=xp) for shift in b)


@activation(name="SymMSAF", reference=MULTISTATE, limits=(-1, 1))
def sym_msaf(x: Any, /, a: Learnable[Negative] = -10.0, *, xp: Any) -> Any:
    """Symmetrical multistate activation: stairs from -1 over 0 to 1."""
    # -1 + expit(x) + expit(x + a), which would lose all digits where it is 0
    return expit_difference(-a / 2, x + a / 2, xp=xp)


@activation(reference=ROOTS)
def rootsig(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Sigmoid-shaped quotient of a line and a root plus 1."""
    return a * x / (1 + xp.sqrt(1 + a**2 * x**2))


@activation(name="RootsigPlus", reference=f"{ROOTS}, equation 38, unnamed there")
def rootsig_plus(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Softsign of a given steepness."""
    return a * x / (1 + xp.abs(a * x))


@activation(name="SoftTanh", reference=f"{ROOTS}, equation 39, unnamed there")
def soft_tanh(x: Any, /, a: Learnable[Real] = 2.0, *, xp: Any) -> Any:
    """Sigmoid-shaped quotient of a line and a root."""
    return a * x / xp.sqrt(1 + a**2 * x**2)
