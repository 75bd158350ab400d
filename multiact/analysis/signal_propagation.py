"""How variances and correlations go through deep networks of wide layers (mean-field theory)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.analysis.dual_kernel import (
    DualKernel,
    dual_kernel,
    of_one_element,
    scaled_square,
)
from multiact.analysis.quadrature import Function, NotIntegrableError
from multiact.analysis.variance import integrand
from multiact.declare.activation import Activation

_LEAST, _MOST = 1e-8, 1e8  # lengths among which the fixed point is sought
_STEPS = 200
_CRITICAL = 1e-9
_INNER = np.linspace(0.0, 1.0, 201)[:-1]  # correlations among which the fixed one is sought
Spec = str | Mapping[str, Any] | Activation


@dataclass(frozen=True)
class Propagation:
    """What becomes of inputs in a deep network of wide layers.

    Attributes
    ----------
    length
        The variance of pre-activations that a layer maps to itself.
    correlation
        The correlation of two inputs that a layer maps to itself: 1, or less in the chaotic phase.
    chi
        The factor by which a layer multiplies the variance of gradients.
    length_depth, correlation_depth
        Layers in which a deviation from the fixed length or correlation shrinks to 1 / e;
        infinite on the edge of chaos.
    """

    length: float
    correlation: float
    chi: float
    length_depth: float
    correlation_depth: float

    @property
    def phase(self) -> str:
        """Whether gradients vanish ("ordered"), explode ("chaotic") or neither ("critical")."""
        if abs(self.chi - 1) <= _CRITICAL:
            return "critical"
        return "ordered" if self.chi < 1 else "chaotic"


def propagation(
    spec: Spec, weight_variance: float, bias_variance: float = 0.0, **parameters: Any
) -> Propagation:
    r"""Compute the fixed point of variances and correlations, and how fast it is approached.

    A layer has weights of variance weight_variance / fan_in and biases of variance
    bias_variance; its pre-activations of variance q give the next ones
    weight_variance E[f(sqrt(q) Z)^2] + bias_variance.

    Parameters
    ----------
    spec
        What `multiact.get` takes, a function of one element without noise.
    weight_variance, bias_variance
        Variances, the first positive.
    **parameters
        Values of parameters and settings that replace the defaults.

    Returns
    -------
    Propagation

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it is not a function of one element without noise.
    ValueError
        If a variance is negative, or if none between 1e-8 and 1e8 is mapped to itself.

    References
    ----------
    Schoenholz et al. 2017, Deep Information Propagation, ICLR, arXiv:1611.01232.

    Examples
    --------
    >>> from multiact.analysis import propagation
    >>> found = propagation("tanh", weight_variance=1.0, bias_variance=0.05)
    >>> found.phase, round(found.length, 4), round(found.correlation_depth, 2)
    ('ordered', 0.1936, 3.63)
    """
    if not (weight_variance > 0 and bias_variance >= 0):
        raise ValueError(
            "weight_variance must be positive and bias_variance 0 or more, "
            f"got {weight_variance} and {bias_variance}"
        )
    act, arguments = of_one_element(spec, parameters, "mean field")
    value, slope = (integrand(act, path, arguments) for path in ((), (act.data[0],)))

    def growth(q: float) -> float:
        return weight_variance * _square(value, q) + bias_variance - q

    q = _root(growth)
    if q is None:
        raise ValueError(
            f"{act.key}: with weight_variance={weight_variance} and bias_variance={bias_variance} "
            "no variance of pre-activations is mapped to itself"
        )
    chi = weight_variance * _square(slope, q)
    step = 1e-4 * q
    inclination = 1 + (growth(q + step) - growth(q - step)) / (2 * step)
    c, factor = 1.0, chi
    if chi > 1 + _CRITICAL:
        kernel = dual_kernel(act, variance=q, **arguments)
        c, factor = _fixed_correlation(kernel, weight_variance / q, bias_variance / q)
    return Propagation(q, c, chi, _depth(inclination), _depth(factor))


def edge_of_chaos(
    spec: Spec, lengths: Sequence[float], **parameters: Any
) -> list[tuple[float, float, float]]:
    """Compute the variances of weights and biases with which gradients neither vanish nor explode.

    Parameters
    ----------
    spec
        What `multiact.get` takes, a function of one element without noise.
    lengths
        Variances of pre-activations that a layer maps to itself, positive.
    **parameters
        Values of parameters and settings that replace the defaults.

    Returns
    -------
    list of tuple
        (length, weight_variance, bias_variance) for each length that is possible: the last is
        not negative.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it is not a function of one element without noise.
    ValueError
        If a length is not positive.

    Examples
    --------
    >>> from multiact.analysis import edge_of_chaos
    >>> [(q, round(w, 4), round(b, 4)) for q, w, b in edge_of_chaos("tanh", [0.1, 0.5, 1.0])]
    [(0.1, 1.1776, 0.0008), (0.5, 1.688, 0.038), (1.0, 2.1533, 0.151)]
    """
    act, arguments = of_one_element(spec, parameters, "mean field")
    value, slope = (integrand(act, path, arguments) for path in ((), (act.data[0],)))
    found = []
    for q in lengths:
        if not q > 0:
            raise ValueError(f"lengths must be positive, got {q}")
        weights = 1 / _square(slope, q)
        biases = q - weights * _square(value, q)
        if biases >= -1e-12 * q:
            found.append((float(q), weights, max(biases, 0.0)))
    return found


def _square(of: tuple[Function, Iterable[float]], q: float) -> float:
    """Return E[f(sqrt(q) Z)^2] of a function and its break points; infinite if there is none."""
    try:
        with np.errstate(all="ignore"):
            return scaled_square(*of, math.sqrt(q))
    except NotIntegrableError:
        return math.inf


def _root(growth: Any) -> float | None:
    """Find the largest stable fixed point: where the growth changes from positive to negative."""
    grid = np.geomspace(_LEAST, _MOST, 65).tolist()
    signs = [growth(q) for q in grid]
    if all(abs(s) <= 1e-9 * q for q, s in zip(grid, signs, strict=True)):
        return 1.0  # of relu and its kin every length is mapped to itself, if one is
    for k in range(len(grid) - 1, 0, -1):
        if signs[k - 1] >= 0 > signs[k]:
            low, high = grid[k - 1], grid[k]
            for _ in range(_STEPS):
                middle = math.sqrt(low * high)
                low, high = (middle, high) if growth(middle) >= 0 else (low, middle)
                if high - low <= 1e-14 * high:
                    break
            return math.sqrt(low * high)
    return None


def _fixed_correlation(kernel: DualKernel, weights: float, biases: float) -> tuple[float, float]:
    """Return the correlation below 1 that is mapped to itself, and the slope of the map there."""

    def growth(c: Any) -> Any:
        return weights * kernel(c) + biases - c

    below = _INNER[np.asarray(growth(_INNER)) < 0]
    low, high = 0.0, float(below[0]) if below.size else 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if growth(middle) >= 0 else (low, middle)
    return low, weights * float(kernel.slope(low))


def _depth(factor: float) -> float:
    """Return the layers after which powers of a factor are 1 / e; infinite if they do not fall."""
    if factor <= 0:
        return 0.0
    return -1 / math.log(factor) if factor < 1 - _CRITICAL else math.inf
