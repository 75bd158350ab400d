"""Which registered activation a candidate is: with swapped halves, another axis or parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact import libraries
from multiact.declare.activation import Activation
from multiact.declare.registry import get, names
from multiact.relations.curves import Curve
from multiact.testing.comparison.framework import WrongResult, guard
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.reference import SEEDED
from multiact.testing.comparison.verdict import limit
from multiact.testing.formats import FORMATS

_X = 3 * SEEDED  # reaches beyond the kinks of the common functions
_STARTS = (1.0, 0.1, 2.0, -1.0)  # of fitted parameters, after their defaults
_STEPS, _PATIENCE = 12, 3
_MOST = 3
Values = Mapping[str, Any]


def identify(pair: Pair, dtype: str) -> list[str]:
    """Return the registered activations that a candidate is, with the parameters that differ.

    Parameters
    ----------
    pair
        A candidate that differs from its reference.
    dtype
        The dtype in which it differs.

    Returns
    -------
    list of str
        Such as ["silu", "swish"], ["leaky_relu(negative_slope=0.2)"] or
        ["swiglu with swapped halves"]; empty if there is none.
    """
    found = _run(pair, dtype)
    if found is None or not np.isfinite(found[0]).all():
        return []
    y, bound = found
    records = [act for act in map(get, names()) if not _needs_arrays(act)]
    records.sort(key=_rank)
    own = [act for act in records if act == getattr(pair.reference.activation, "declared", None)]
    changed = (_rearranged, _fitted)
    matching = [text for act in own for variants in changed for text in variants(act, y, bound)]
    rest = [act for act in records if act not in own]
    for variants in (_defaults, _rearranged, _fitted):
        others = [*islice((text for act in rest for text in variants(act, y, bound)), _MOST)]
        if others:
            return [*matching, *others]
    return matching


def _rank(act: Activation) -> tuple[int, int]:
    """The plain ones come first, of those the ones that many libraries have."""
    return len(act.parameters) + len(act.noise), -len(libraries.with_name(act.key))


def _run(pair: Pair, dtype: str) -> tuple[np.ndarray, float] | None:
    """Return the candidate's values, and the accepted deviation."""
    framework = pair.framework
    with framework.widened():
        try:
            y = guard(pair.call(dtype))(framework.asarray(_X, dtype))
            return guard(framework.to_numpy)(y), limit(FORMATS[dtype])
        except WrongResult:
            return None


def _needs_arrays(act: Activation) -> bool:
    return act.kind == "layer" or any(p.shaped is not None for p in act.parameters)


def _matches(y: np.ndarray, run: Callable[[], Any], bound: float) -> bool:
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(run())
    except Exception:  # the shape of the input may not suit
        return False
    if values.shape != y.shape:
        return False
    scale = np.maximum(np.maximum(1, np.abs(values)), np.abs(_X) if _X.shape == y.shape else 12)
    return bool((np.abs(values - y) <= bound * scale).all())


def _defaults(act: Activation, y: np.ndarray, bound: float) -> Iterator[str]:
    if _matches(y, partial(act, _X, xp=xp), bound):
        yield act.key


def _rearranged(act: Activation, y: np.ndarray, bound: float) -> Iterator[str]:
    """Try the halves of a gate the other way round, and every axis."""
    if not any(p.name == "axis" for p in act.settings):
        return
    for axis in range(-1, _X.ndim - 1):
        where = "" if axis == act.settings[0].default else f"(axis={axis})"
        if where and _matches(y, partial(act, _X, xp=xp, axis=axis), bound):
            yield f"{act.key}{where}"
        if act.kind == "gated":
            swapped = np.concatenate(np.split(_X, 2, axis)[::-1], axis)
            if _matches(y, partial(act, swapped, xp=xp, axis=axis), bound):
                yield f"{act.key}{where} with swapped halves"


def _fitted(act: Activation, y: np.ndarray, bound: float) -> Iterator[str]:
    """Fit one parameter, then all of them, by Gauss-Newton steps."""
    fits = act.kind == "elementwise" and act.is_graph and y.shape == _X.shape
    parameters = [p.name for p in act.parameters] if fits else []
    curve = Curve(act)
    groups: list[tuple[str, ...]] = [(name,) for name in parameters]
    groups += [tuple(parameters)] if 1 < len(parameters) <= 4 else []
    for group in groups:
        for start in (None, *_STARTS) if len(group) == 1 else (None,):
            values = {} if start is None else dict.fromkeys(group, start)
            fitted = _fit(curve, y, group, values, bound)
            if fitted is not None:
                yield f"{act.key}({', '.join(f'{n}={v:g}' for n, v in fitted.items())})"
                return


def _fit(
    curve: Curve, y: np.ndarray, group: Sequence[str], start: Values, bound: float
) -> dict[str, float] | None:
    defaults = {n: curve.defaults[n] for n in group}
    values = {n: float(start.get(n, defaults[n])) for n in group}
    sizes: list[float] = []
    for _ in range(_STEPS):
        with np.errstate(all="ignore"):
            residual = y - curve.values(_X, values)
            columns = np.stack([_slope(curve, values, n).ravel() for n in group], axis=1)
        sizes.append(float(np.abs(residual).max()))
        if not (np.isfinite(columns).all() and np.isfinite(sizes[-1])):
            return None
        if len(sizes) > _PATIENCE and sizes[-1] > sizes[0] / 2:
            return None
        try:
            step, *_ = np.linalg.lstsq(columns, residual.ravel(), rcond=1e-10)
        except np.linalg.LinAlgError:
            return None
        values = {n: v + float(s) for (n, v), s in zip(values.items(), step, strict=True)}
        if np.abs(step).max() <= 1e-10 * max(map(abs, values.values())):
            break
    if sizes[-1] > 1e-3 * (1 + np.abs(y).max()):
        return None
    for digits in (2, 3, 4, 6):
        rounded = {n: float(f"{v if abs(v) > 1e-7 else 0:.{digits}g}") for n, v in values.items()}
        if rounded != defaults and _matches(y, partial(curve.act, _X, xp=xp, **rounded), bound):
            return rounded
    return None


def _slope(curve: Curve, values: dict[str, float], name: str) -> np.ndarray:
    step = 1e-6 * max(1.0, abs(values[name]))
    above, below = (curve.values(_X, {**values, name: values[name] + s}) for s in (step, -step))
    return np.asarray((above - below) / (2 * step))
