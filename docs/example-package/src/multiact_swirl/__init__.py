"""Two activations that multiact finds by the entry point in pyproject.toml."""

from multiact import activation
from multiact.parameters import Learnable, Positive
from multiact.special import expit, softsign

__all__ = ["soft_floor", "swirl"]


@activation(limits=(-1, None))
def swirl(x, /, rate: Learnable[Positive] = 1.0, *, xp):
    """Swish on top of a tanh."""
    return x * expit(rate * x) + xp.tanh(x)


@activation(name="SoftFloor", limits=(-1, None))
def soft_floor(x, /, *, xp):
    """The identity above zero, a hyperbola with the floor -1 below."""
    return xp.where(x < 0, softsign(x), x)
