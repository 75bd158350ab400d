"""ReLU and its piecewise linear relatives: one corner or two, slopes to learn."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonNegative, Positive, Real
from multiact.special import expit, rgamma


@activation(
    name="ReLU",
    reference="Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines, "
    "ICML",
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def relu(x: Any, /, *, xp: Any) -> Any:
    """Rectified linear unit."""
    return xp.maximum(x, 0)


@activation(
    name="ReLU6",
    reference="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10, unpublished "
    "manuscript",
    kinks=lambda: {0: 0, 6: 0},
    limits=(0, 6),
)
def relu6(x: Any, /, *, xp: Any) -> Any:
    """ReLU that stops at 6."""
    return xp.clip(x, 0, 6)


@activation(
    name="LeakyReLU",
    reference="Maas et al. 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models, "
    "ICML",
    aliases=("LReLU",),
    kinks=lambda negative_slope: {0: negative_slope},
)
def leaky_relu(x: Any, /, negative_slope: Real = 0.01, *, xp: Any) -> Any:
    """ReLU with a small slope below zero."""
    return xp.where(x > 0, x, negative_slope * x)


@activation(
    name="PReLU",
    reference="He et al. 2015, Delving Deep into Rectifiers: Surpassing Human-Level Performance on "
    "ImageNet Classification, arXiv:1502.01852",
    kinks=lambda weight: {0: weight},
)
def prelu(x: Any, /, weight: Learnable[Real] = 0.25, *, xp: Any) -> Any:
    """Leaky ReLU whose slope below zero is learned."""
    return xp.where(x > 0, x, weight * x)


@activation(
    name="RReLU",
    noise="uniform",
    reference="Xu et al. 2015, Empirical Evaluation of Rectified Activations in Convolutional "
    "Network, arXiv:1505.00853",
    requires={"lower <= upper": lambda lower, upper: lower <= upper},
    kinks=lambda lower, upper: {0: (lower + upper) / 2},
)
def rrelu(x: Any, noise: Any, /, lower: Real = 1 / 8, upper: Real = 1 / 3, *, xp: Any) -> Any:
    """Leaky ReLU with a slope drawn per element in training, the mean slope otherwise."""
    return xp.where(x > 0, x, (lower + (upper - lower) * noise) * x)


@activation(
    name="RTReLU",
    noise="normal",
    reference="Cao et al. 2018, Randomly translational activation inspired by the input "
    "distributions of ReLU, doi:10.1016/j.neucom.2017.09.031",
    kinks=lambda: {0: 0},
)
def rtrelu(x: Any, noise: Any, /, sigma: NonNegative = 0.75, *, xp: Any) -> Any:
    """ReLU that is translated by a normal number per element in training, ReLU otherwise."""
    return relu(x + sigma * noise, xp=xp)


@activation(
    name="ProbAct",
    noise="normal",
    evaluation="noise",
    reference="Lee et al. 2019, ProbAct: A Probabilistic Activation Function for Deep Neural "
    "Networks, arXiv:1905.10761",
    aliases=("ReLUProbAct",),
    kinks=lambda: {0: 0},
)
def probact(x: Any, noise: Any, /, sigma: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """ReLU plus normal noise of a learned size, in training and in evaluation."""
    return relu(x, xp=xp) + sigma * noise


@activation(
    name="FracReLU",
    reference="Zamora Esquivel et al. 2019, Adaptive Activation Functions Using Fractional "
    "Calculus, doi:10.1109/ICCVW.2019.00250",
    requires={"alpha < 1": lambda alpha: alpha < 1},
    kinks=lambda: {0: 0},
)
def frac_relu(x: Any, /, alpha: Learnable[Positive] = 0.5, *, xp: Any) -> Any:
    """The derivative of ReLU of a learned fractional order, between ReLU (0) and a step (1)."""
    power = xp.where(x > 0, x, 1.0) ** (1 - alpha)
    return xp.where(x > 0, power * rgamma(2 - alpha, xp=xp), 0.0)


def _b_silu(x: Any, /, *, alpha: Real = 1.67, xp: Any) -> Any:
    return (x + alpha) * expit(x, xp=xp) - alpha / 2


@activation(
    name="SUGAR",
    reference="Horuz et al. 2025, The Resurrection of the ReLU, arXiv:2505.22074",
    surrogate=_b_silu,
    limits=(0, None),
)
def sugar(x: Any, /, *, alpha: Real = 1.67, xp: Any) -> Any:
    """ReLU with the slope of B-SiLU, (x + alpha) sigmoid(x) - alpha / 2, so that no unit dies."""
    return relu(x, xp=xp)


@activation(
    name="ReLUN",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    kinks=lambda n: {0: 0, n: 0},
)
def relun(x: Any, /, n: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """ReLU that stops at a learned height."""
    return xp.clip(x, 0, n)


@activation(
    name="ShiLU",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    kinks=lambda: {0: 0},
)
def shilu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """ReLU scaled and shifted by learned numbers."""
    return a * xp.maximum(x, 0) + b


@activation(
    name="SquaredReLU",
    reference="So et al. 2021, Primer: Searching for Efficient Transformers for Language Modeling, "
    "arXiv:2109.08668",
    aliases=("relu_squared",),
    limits=(0, None),
)
def squared_relu(x: Any, /, *, xp: Any) -> Any:
    """The square of ReLU."""
    return xp.square(xp.maximum(x, 0))


@activation(
    name="StarReLU", reference="Yu et al. 2022, MetaFormer Baselines for Vision, arXiv:2210.13452"
)
def star_relu(
    x: Any, /, s: Learnable[Real] = 0.8944, b: Learnable[Real] = -0.4472, *, xp: Any
) -> Any:
    """Squared ReLU, scaled and shifted to mean 0 and variance 1 for a normal input."""
    y = xp.maximum(x, 0)
    return s * y * y + b
