"""Functions that normalise along an axis."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Image, Vector, guarded


@guarded()
def softmax(x: Vector) -> Vector:
    """exp(x_i) / sum_j exp(x_j)."""
    top = max(x)
    weights = [mp.exp(value - top) for value in x]
    total = mp.fsum(weights)
    return [weight / total for weight in weights]


@guarded()
def softmin(x: Vector) -> Vector:
    """softmax(-x)."""
    return softmax([-value for value in x])


@guarded()
def softmax2d(x: Image) -> Image:
    """softmax over the channels of every pixel: torch.nn.Softmax2d."""
    rows, columns = range(len(x[0])), range(len(x[0][0]))
    pixels = [[softmax([channel[i][j] for channel in x]) for j in columns] for i in rows]
    return [[[pixels[i][j][k] for j in columns] for i in rows] for k in range(len(x))]


@guarded()
def log_softmax(x: Vector) -> Vector:
    """x_i - log sum_j exp(x_j)."""
    first = x.index(max(x))
    rest = mp.fsum(mp.exp(value - x[first]) for i, value in enumerate(x) if i != first)
    return [value - x[first] - mp.log1p(rest) for value in x]


@guarded(depth=2)  # sums and differences of the inputs stay exact
def sparsemax(x: Vector) -> Vector:
    """Nearest point of the probability simplex: Martins & Astudillo 2016, arXiv:1602.02068."""
    ordered = sorted(x, reverse=True)
    sums = [mp.fsum(ordered[: k + 1]) for k in range(len(x))]
    size = max(k for k, z in enumerate(ordered, 1) if 1 + k * z > sums[k - 1])
    shift = (sums[size - 1] - 1) / size
    return [max(value - shift, mpf(0)) for value in x]


@guarded()
def quiet_softmax(x: Vector) -> Vector:
    """exp(x_i) / (1 + sum_j exp(x_j)): Miller 2023."""
    return softmax([*x, mpf(0)])[:-1]
