"""Kernels of infinite width in closed form, and networks that come near them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from multiact.geometry import kernel, ntk

C = np.linspace(-1, 1, 401)


def recursion(values, slopes, depth, c=C):
    """Covariance and tangent kernel from the dual kernels of value 1 at correlation 1."""
    covariance = tangent = c
    for _ in range(depth):
        slope = slopes(covariance)
        covariance = np.minimum(values(covariance), 1.0)
        tangent = covariance + tangent * slope
    return covariance, tangent


def relu_values(c):
    """Cho and Saul 2009, the arc-cosine kernel of degree 1."""
    return (np.sqrt(1 - c * c) + (math.pi - np.arccos(c)) * c) / math.pi


def relu_slopes(c):
    """The arc-cosine kernel of degree 0."""
    return 1 - np.arccos(c) / math.pi


def test_relu():
    one = kernel("relu", 1)
    for depth in (1, 2, 3):
        wide = replace(one, depth=depth)
        covariance, tangent = recursion(relu_values, relu_slopes, depth)
        assert wide.nngp(C) == pytest.approx(covariance, abs=1e-6)
        # the error of the slopes next to correlation 1, doubled by the gain, times the layers
        assert wide.ntk(C) == pytest.approx(tangent, abs=1e-3 * depth)
        inner = abs(C) < 0.98
        assert wide.ntk(C)[inner] == pytest.approx(tangent[inner], abs=1e-5 * depth)


@pytest.mark.parametrize("depth", [1, 3])
def test_erf(depth):
    """Williams 1997: E[erf(u) erf(v)] = 2/pi arcsin(2 c / 3)."""
    full = math.asin(2 / 3)
    covariance, tangent = recursion(
        lambda c: np.arcsin(2 * c / 3) / full,
        lambda c: 2 / 3 / np.sqrt(1 - 4 * c * c / 9) / full,
        depth,
    )
    wide = kernel("error_function", depth)
    assert wide.nngp(C) == pytest.approx(covariance, abs=1e-12)
    assert wide.ntk(C) == pytest.approx(tangent, abs=1e-12)


def test_at_correlation_one_the_variance_stays():
    for name in ("gelu", "talu", "sigmoid"):
        assert kernel(name, 4).nngp(1.0) == pytest.approx(1, abs=1e-12)
    assert kernel("identity", 5).ntk(0.3) == pytest.approx(6 * 0.3)


def network(width, inputs, generator):
    """Two hidden layers of relu in the NTK's parametrisation, without biases."""
    import multiact_torch
    import torch
    from torch import nn

    class Scaled(nn.Module):
        def __init__(self, fan_in, fan_out, gain):
            super().__init__()
            w = torch.randn(fan_out, fan_in, generator=generator, dtype=torch.float64)
            self.weight, self.scale = nn.Parameter(w), gain / fan_in**0.5

        def forward(self, x):
            return self.scale * x @ self.weight.T

    sizes, gains = (inputs, width, width, 1), (1, 2**0.5, 2**0.5)
    layers = [Scaled(*s) for s in zip(sizes[:-1], sizes[1:], gains, strict=True)]
    relus = [multiact_torch.ReLU(), multiact_torch.ReLU()]
    return nn.Sequential(layers[0], relus[0], layers[1], relus[1], layers[2])


def test_wide_networks_come_near():
    torch = pytest.importorskip("torch")
    import multiact_torch

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(6, 10, generator=generator, dtype=torch.float64)
    x *= 10**0.5 / x.norm(dim=1, keepdim=True)  # mean square 1
    c = np.clip((x @ x.T / 10).numpy(), -1, 1)
    _, limit = recursion(relu_values, relu_slopes, 2, c)
    errors = []
    for width in (16, 64, 256):
        found = [
            ntk(multiact_torch.problem(network(width, 10, generator), None, [(x, x)]))
            for _ in range(5)
        ]
        assert found[0] == pytest.approx(found[0].T)
        assert np.linalg.eigvalsh(found[0])[0] > -1e-12
        errors.append(np.mean([abs(k - limit).max() / limit.max() for k in found]))
    assert errors[0] > errors[1] > errors[2]
    assert errors[0] / errors[2] > 2.5  # it falls with the root of the width, here by 4
