"""A value with the slope of something else."""

from __future__ import annotations

from typing import Any

from multiact.calculus.surrogate import OPERATION
from multiact.special._primitive import Special


def _value(value: Any, smooth: Any, /, *, xp: Any) -> Any:
    """The first operand, with the derivatives of the second.

    Parameters
    ----------
    value
        What is computed, such as a step.
    smooth
        What is differentiated instead of it, in every order.
    xp
        The array library.

    Returns
    -------
    array
        `value`.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.special import straight_through
    >>> x = np.asarray([-1.0, 2.0])
    >>> straight_through(np.sign(x), np.tanh(x)).tolist()
    [-1.0, 1.0]
    """
    return value


straight_through = Special(OPERATION, _value)
