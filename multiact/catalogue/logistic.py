"""Sigmoid, softplus, and the identity gated by them."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonNegative, Positive, Real


@activation(
    reference="Verhulst 1838, Notice sur la loi que la population suit dans son accroissement, "
    "Corr. Math. et Physique 10",
    aliases=("logistic", "expit"),
    limits=(0, 1),
)
def sigmoid(x: Any, /, *, xp: Any) -> Any:
    """Logistic sigmoid."""
    return 1 / (1 + xp.exp(-x))


@activation(
    name="LogSigmoid",
    reference="torch.nn.LogSigmoid",
    aliases=("log_sigmoid",),
    limits=(None, 0),
)
def logsigmoid(x: Any, /, *, xp: Any) -> Any:
    """Logarithm of the sigmoid."""
    return xp.log(1 / (1 + xp.exp(-x)))


@activation(
    reference="Dugas et al. 2001, Incorporating Second-Order Functional Knowledge for Better "
    "Option Pricing, NIPS 13",
    limits=(0, None),
)
def softplus(x: Any, /, beta: Positive = 1.0, *, threshold: Real | None = None, xp: Any) -> Any:
    """Smooth ReLU; the identity where beta x is above a threshold, if there is one."""
    y = xp.log(1 + xp.exp(beta * x)) / beta
    return y if threshold is None else xp.where(beta * x > threshold, x, y)


@activation(
    name="AdaptiveSigmoid", reference="Park 2025, Deep Learning DNA, chapter 4", limits=(0, 1)
)
def adaptive_sigmoid(
    x: Any, /, k: Learnable[Positive] = 1.0, theta: Learnable[Real] = 0.0, *, xp: Any
) -> Any:
    """Sigmoid with learned steepness and centre."""
    return 1 / (1 + xp.exp(-k * (x - theta)))


@activation(
    name="SiLU",
    reference="Elfwing et al. 2017, Sigmoid-Weighted Linear Units for Neural Network Function "
    "Approximation in Reinforcement Learning, arXiv:1702.03118",
    limits=(0, None),
)
def silu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by its own sigmoid."""
    return x / (1 + xp.exp(-x))


@activation(
    reference="Ramachandran et al. 2017, Searching for Activation Functions, arXiv:1710.05941"
)
def swish(x: Any, /, beta: Real = 1.0, *, xp: Any) -> Any:
    """SiLU with a steepness, fixed or learned."""
    return x / (1 + xp.exp(-beta * x))


@activation(
    name="QuickGELU",
    reference="Hendrycks & Gimpel 2016, Gaussian Error Linear Units (GELUs), arXiv:1606.08415",
    limits=(0, None),
)
def quick_gelu(x: Any, /, *, xp: Any) -> Any:
    """GELU approximated by a sigmoid."""
    return x / (1 + xp.exp(-1.702 * x))


@activation(
    reference="Misra 2019, Mish: A Self Regularized Non-Monotonic Activation Function, "
    "arXiv:1908.08681",
    limits=(0, None),
)
def mish(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of softplus."""
    return x * xp.tanh(xp.log(1 + xp.exp(x)))


@activation(
    reference="Zhu et al. 2021, Logish: A new nonlinear nonmonotonic activation function for "
    "convolutional neural network, doi:10.1016/j.neucom.2021.06.067",
    limits=(0, None),
)
def logish(x: Any, /, *, xp: Any) -> Any:
    """The identity times the logarithm of one plus sigmoid."""
    return x * xp.log(1 + 1 / (1 + xp.exp(-x)))


@activation(
    reference="Wang et al. 2022, Smish: A Novel Activation Function for Deep Learning Methods, "
    "doi:10.3390/electronics11040540",
    limits=(0, None),
)
def smish(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of Logish's logarithm."""
    return x * xp.tanh(xp.log(1 + 1 / (1 + xp.exp(-x))))


@activation(
    name="NIPUNA",
    reference="Madhu et al. 2023, NIPUNA: A Novel Optimizer Activation Function for Deep Neural "
    "Networks, doi:10.3390/axioms12030246",
    kinks=lambda: {0: 0.5},
    limits=(0, None),
)
def nipuna(x: Any, /, beta: NonNegative = 1.0, *, xp: Any) -> Any:
    """The larger of the identity and Swish."""
    return xp.where(x > 0, x, x / (1 + xp.exp(-beta * x)))


@activation(
    name="NIPUNABook",
    reference="Park 2025, Deep Learning DNA, chapter 4 (there called NIPUNA)",
    kinks=lambda alpha: {0: alpha / 2},
    limits=(0, None),
)
def nipuna_book(x: Any, /, alpha: Real = 1.0, *, xp: Any) -> Any:
    """The identity above zero, scaled softplus below; jumps at 0."""
    return xp.where(x > 0, x, alpha * xp.log(1 + xp.exp(x)))


@activation(
    reference="Barron 2021, Squareplus: A Softplus-Like Algebraic Rectifier, arXiv:2112.11687",
    limits=(0, None),
)
def squareplus(x: Any, /, b: Positive = 4.0, *, xp: Any) -> Any:
    """Smooth ReLU from a hyperbola."""
    return (x + xp.sqrt(x * x + b)) / 2


@activation(
    reference="Turian et al. 2009, Quadratic Features and Deep Architectures for Chunking, NAACL "
    "HLT",
    limits=(-1, 1),
)
def softsign(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid-like curve with algebraic tails."""
    return x / (1 + xp.abs(x))


@activation(
    name="ScaledSoftsign",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
)
def scaled_softsign(
    x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """Softsign with learned height and width."""
    return a * x / (b + xp.abs(x))


@activation(
    reference="paddle.fluid.layers.soft_relu",
    kinks=lambda threshold: {-threshold: 0, threshold: 0},
)
def soft_relu(x: Any, /, threshold: Positive = 40.0, *, xp: Any) -> Any:
    """Softplus of the input held between two bounds."""
    return xp.log(1 + xp.exp(xp.clip(x, -threshold, threshold)))
