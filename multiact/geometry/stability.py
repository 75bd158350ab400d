"""The stability index: curvature relative to the square of the gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multiact.geometry.problem import Problem, check_count, hessian_product, signs


@dataclass(frozen=True, eq=False)
class Stability:
    """The stability index of a loss and what it is made of.

    Attributes
    ----------
    curvatures
        The Frobenius norm of the Hessian of each mini-batch.
    gradients
        The square of the norm of each one's gradient.
    """

    curvatures: np.ndarray
    gradients: np.ndarray

    @property
    def index(self) -> float:
        """The mean of the curvatures, divided by that of the gradients."""
        return float(self.curvatures.sum() / self.gradients.sum())

    @property
    def error(self) -> float:
        """The standard error over mini-batches, by the jackknife; NaN of a single one."""
        n = len(self.curvatures)
        if n < 2:
            return np.nan
        without = (self.curvatures.sum() - self.curvatures) / (
            self.gradients.sum() - self.gradients
        )
        return float(np.sqrt((n - 1) * without.var()))


def stability(problem: Problem, probes: int = 6, seed: int = 0) -> Stability:
    r"""Compute the stability index E ||H||_F / E ||g||^2 over mini-batches.

    H is the Hessian and g the gradient of a mini-batch's loss.  The larger it is, the more the
    gradient of the next step differs from that of this one; it is not free of scale: twice the
    loss has half the index.  ||H||_F^2 is the mean of ||H v||^2 over vectors v of random signs.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`, with several mini-batches.
    probes
        Vectors for each mini-batch; with as many as there are weights, the norms are exact.
        With few, the root makes them too small by about half the square of their relative error.
    seed
        Of the random vectors.

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        If `probes` is less than 1, or if second derivatives are not finite.

    References
    ----------
    Hutchinson 1990, A Stochastic Estimator of the Trace of the Influence Matrix, Commun. Stat.
    Simul. Comput. 19, applied to the square of the Hessian.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import stability
    >>> x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2, 1)
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> problem = multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y), (2 * x, y)])
    >>> stability(problem).curvatures ** 2
    array([ 17., 272.])
    """
    check_count("probes", probes)
    size = len(problem.start)
    curvatures, gradients = [], []
    for k, part in enumerate(problem.parts):
        product = hessian_product(part)
        exact = probes >= size
        vectors = np.eye(size) if exact else signs(size, probes, (seed, k))
        total = sum(float(np.sum(product(v) ** 2)) for v in vectors)
        curvatures.append(np.sqrt(total if exact else total / probes))
        gradients.append(float(np.sum(part.gradient(part.start) ** 2)))
    return Stability(np.asarray(curvatures), np.asarray(gradients))
