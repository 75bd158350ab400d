"""How steep an activation is for two inputs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multiact.analysis.slices import Slice


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """The surface f(x) + f(y) and its gradient.

    Attributes
    ----------
    points
        Those of x, and of y, of shape (points,).
    values
        f(x) + f(y), of shape (points, points).
    gradient
        The Euclidean norm of (f'(x), f'(y)), of the same shape: what is left of a gradient of
        length 1 in two units.
    """

    points: np.ndarray
    values: np.ndarray
    gradient: np.ndarray


def gradient_flow(cut: Slice, points: np.ndarray) -> GradientFlow:
    """Compute the surface f(x) + f(y) of a slice of an activation, and its gradient.

    Parameters
    ----------
    cut
        One of `multiact.analysis.slices.slices`.
    points
        Those of x, and of y.

    Returns
    -------
    GradientFlow

    Examples
    --------
    >>> import multiact, numpy as np
    >>> from multiact.analysis.gradient_flow import gradient_flow
    >>> from multiact.analysis.slices import slices
    >>> [relu] = slices(multiact.get("relu"))
    >>> gradient_flow(relu, np.asarray([-3.0, 3.0])).gradient.round(3)
    array([[0.   , 1.   ],
           [1.   , 1.414]])
    """
    points = np.asarray(points, np.float64)
    value, slope = (cut.values(points, order) for order in (0, 1))
    return GradientFlow(points, np.add.outer(value, value), np.hypot.outer(slope, slope))
