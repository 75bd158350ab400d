"""Gates whose range is learned: (1 + 2 alpha) g - alpha instead of g, of Huang 2024."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded, normal_cdf


def _arctan_gate(x: mpf) -> mpf:
    """(arctan(x) + pi/2) / pi, as an angle with the other axis where that would cancel."""
    return mp.atan(-1 / x) / mp.pi if x < 0 else mp.atan(x) / mp.pi + mpf(0.5)


def _expanded(gate: mpf, alpha: Real) -> mpf:
    return gate * (1 + 2 * alpha) - alpha


def _glu(a: mpf, b: mpf, gate: mpf, order: Real) -> mpf:
    """The gate times the value; of second order, times its own argument as well."""
    return gate * a if order == 1 else gate * a * b


@guarded()
def atlu(x: mpf) -> mpf:
    """x (arctan(x) + pi/2) / pi: Huang 2024, arXiv:2405.20768."""
    return x * _arctan_gate(x)


@guarded()
def xatlu(x: mpf, alpha: Real = 0) -> mpf:
    """x (g (1 + 2 alpha) - alpha), g = (arctan(x) + pi/2) / pi: Huang 2024, arXiv:2405.20768."""
    return x * _expanded(_arctan_gate(x), alpha)


@guarded()
def xgelu(x: mpf, alpha: Real = 0) -> mpf:
    """x (Phi(x) (1 + 2 alpha) - alpha): Huang 2024, arXiv:2405.20768."""
    return x * _expanded(normal_cdf(x), alpha)


@guarded()
def xsilu(x: mpf, alpha: Real = 0) -> mpf:
    """x (sigmoid(x) (1 + 2 alpha) - alpha): Huang 2024, arXiv:2405.20768."""
    return x * _expanded(expit(x), alpha)


@guarded()
def atglu(a: mpf, b: mpf, order: Real = 1) -> mpf:
    """a g(b), of second order a b g(b), g = (arctan(b) + pi/2) / pi: Huang 2024."""
    return _glu(a, b, _arctan_gate(b), order)


@guarded()
def xatglu(a: mpf, b: mpf, alpha: Real = 0, order: Real = 1) -> mpf:
    """ATGLU with the gate g (1 + 2 alpha) - alpha: Huang 2024, arXiv:2405.20768."""
    return _glu(a, b, _expanded(_arctan_gate(b), alpha), order)


@guarded()
def xgeglu(a: mpf, b: mpf, alpha: Real = 0, order: Real = 1) -> mpf:
    """The same with Phi(b) for g: Huang 2024, arXiv:2405.20768."""
    return _glu(a, b, _expanded(normal_cdf(b), alpha), order)


@guarded()
def xswiglu(a: mpf, b: mpf, alpha: Real = 0, order: Real = 1) -> mpf:
    """The same with sigmoid(b) for g: Huang 2024, arXiv:2405.20768."""
    return _glu(a, b, _expanded(expit(b), alpha), order)
