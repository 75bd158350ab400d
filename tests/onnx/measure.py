"""The error of onnxruntime's results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.accuracy.measure import measured
from tests.helpers import ulp
from tests.helpers.examples import Example
from tests.helpers.points import numpy_dtype, rounded
from tests.onnx.exported import example, run, with_onnx

LARGE = (0.0, -0.0, 1.0, -1.0, 20.0, -20.0, 90.0, -90.0, 1e2, -1e2, 1e4, -1e4, 1e30, -1e30)
_GOAL = 4.0  # of kinds that sum over an axis: in eps * max(1, |value|)


@dataclass(frozen=True)
class Row:
    """The worst errors of an activation; what misses the goal of its kind."""

    name: str
    kind: str
    ulps: float
    conditioned: float | None
    absolute: float
    at: str
    missed: str


def row(name: str) -> Row:
    """Measure one activation."""
    given = example(name)
    if given.act.is_graph:
        ((_, found),) = measured(given, "float32", with_onnx, along=[()])
        at = ", ".join(f"{v:.4g}" for v in found.at)
        return Row(name, given.act.kind, found.ulps, found.norm, found.absolute, at, found.missed)
    return _whole(given)


def edges(given: Example) -> np.ndarray:
    """Kinks and corners, their neighbours, and inputs of every size."""
    from tests.helpers.corners import thresholds

    corners = rounded(np.asarray([*thresholds(given), *given.kinks()]), "float32")
    flat = corners.astype(numpy_dtype("float32"))
    near = [np.nextafter(flat, np.float32(s)) for s in (-np.inf, np.inf)]
    x = np.unique(np.concatenate([flat, *near, np.asarray(LARGE, np.float32)]))
    if given.act.kind == "gated":
        return np.stack([np.tile(x, len(x)), np.repeat(x, len(x))], axis=-1)
    return x


def ours(given: Example, x: np.ndarray, dtype: str) -> np.ndarray:
    """multiact on NumPy arrays, in a precision."""
    arguments = {
        n: np.asarray(v, dtype) if isinstance(v, tuple) else v for n, v in given.parameters.items()
    }
    return np.asarray(given.act(x.astype(dtype), **arguments, **given.settings))


def images(scale: float) -> np.ndarray:
    """Images whose elements reach `scale`, with a tie and a dominant channel."""
    values = np.random.default_rng(7).permutation(np.linspace(-1.03, 0.97, 128))
    x = (scale * values.reshape(2, 4, 4, 4)).astype(np.float32)
    x[0, :, 0, 0], x[0, 1, :, 1] = scale, 3 * scale
    return x


def _whole(given: Example) -> Row:
    """Kinds that mix elements, against multiact in float64, whose rounding counts for nothing."""
    worst, lost = (-1.0, -1.0, 0.0), ""
    for scale in (1.0, 30.0, 1e2, 1e4):
        x = images(scale)
        true = ours(given, x, "float64")
        exact = ulp.Exact(true, np.zeros_like(true))
        got = run(given.act.key, x).astype(float)
        assert got.shape == true.shape
        units = 1.0 if given.act.kind != "layer" else max(1.0, float(np.abs(true).max()))
        gap = ulp.absolute(got / units, ulp.Exact(*(v / units for v in exact)), "float32").max()
        worst = max(worst, (float(gap), float(ulp.ulps(got, exact, "float32").max()), scale))
        if np.any((got == 0) & (np.abs(true) >= ulp.FORMATS["float32"].floor)):
            lost = f"0 in place of {np.abs(true[got == 0]).max():.3g}; "
    absolute, ulps, scale = worst
    missed = f"{absolute:.3g} eps for inputs up to {scale:g}" if absolute > _GOAL else ""
    missed = lost + missed
    return Row(given.act.key, given.act.kind, ulps, None, absolute, f"up to {scale:g}", missed)
