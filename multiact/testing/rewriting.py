"""What rewriting saves: the errors of a formula as it is written, and as it is computed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from mpmath import mp, mpf

from multiact.calculus.interpret import evaluated
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.special.evaluate import evaluate
from multiact.testing import exact
from multiact.testing.formats import FORMATS

_FORMAT = FORMATS["float32"]
_FAR = np.geomspace(1e-6, 80.0, 40)
_PLACES = np.concatenate([-_FAR[::-1], _FAR]).astype(np.float32)


def worst_errors(act: Activation, parameters: Mapping[str, float]) -> tuple[float, float]:
    """Return the largest errors in float32 on [-80, 80]: as it is written, and as it is computed.

    Parameters
    ----------
    act
        An activation whose formula has a graph and no array parameters.
    parameters
        The values of its parameters.

    Returns
    -------
    tuple of float
        Both in units in the last place; infinite if a result is not finite, but should be.

    Examples
    --------
    >>> import multiact
    >>> written, computed = worst_errors(multiact.get("logish"), {})
    >>> written > 1e6, computed < 8
    (True, True)
    """
    form = act.example_specialization
    raw = act.expression(form, raw=True)
    numbers = {n: np.float32(v) for n, v in parameters.items()}
    # a gate meets other places of the other half
    data = {name: np.roll(_PLACES, 7 * i) for i, name in enumerate(form.inputs.data)}
    written = np.broadcast_to(evaluated(raw, {**data, **numbers}), _PLACES.shape)
    operands = [*data.values(), *(numbers[n] for n in form.inputs.numbers)]
    (computed,) = evaluate((act.expression(form),), form.inputs, operands)
    places = [{n: v[i] for n, v in data.items()} for i in range(len(_PLACES))]
    truths = [_true(raw, {**place, **numbers}) for place in places]
    return _worst(written, truths), _worst(computed, truths)


def _true(raw: Expr, values: Mapping[str, np.float32]) -> mpf:
    with mp.workdps(60):
        return mpf(exact.evaluate(raw, {n: mpf(float(v)) for n, v in values.items()}))


def _worst(found: np.ndarray, truths: list[mpf]) -> float:
    pairs = zip(found.tolist(), truths, strict=True)
    return max(_FORMAT.error(y, t) for y, t in pairs if not mp.isnan(t))
