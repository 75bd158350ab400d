"""The goals of accuracy, for every activation, dtype and derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp

import multiact
from tests.accuracy.measure import inputs, measured, with_numpy
from tests.accuracy.stored import allowed
from tests.accuracy.truth import Path, paths, undefined
from tests.battery.known import unknown
from tests.battery.limits import oracle_limits
from tests.helpers import ulp
from tests.helpers.examples import Example, examples
from tests.helpers.points import COUNT, rounded
from tests.oracle import ORACLE

GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
BOUNDED = [n for n in GRAPHS if multiact.get(n).limits is not None]
#: fewer points for other parameters than the defaults; all are measured where more are asked for
OTHERS = COUNT if COUNT > 150 else 40


def _examples(name: str, dtype: str) -> list[Example]:
    """All of them; of an activation with array parameters, which take long, the defaults."""
    found = list(examples(multiact.get(name), dtype))
    return [e for e in found if e.label == "default" or not e.vectors or COUNT > 150]


def _row(example: Example, path: Path, dtype: str) -> str:
    what = f"derivative by {', '.join('_'.join(map(str, v)) for v in path)}" if path else "value"
    return f"{what}, {example} in {dtype}"


def _report(name: str, found: list[str]) -> None:
    found = unknown(name, found)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("name", GRAPHS)
def test_goals(name):
    """Against mpmath: values, three derivatives by x, one by each parameter, in two dtypes.

    The errors are within the goals, and no worse than those that are stored.
    """
    found, rows = [], 0
    for dtype in ("float32", "float64"):
        for example in _examples(name, dtype):
            count = COUNT if example.label == "default" and not example.vectors else OTHERS
            for path, achieved in measured(example, dtype, count=count, allowed=allowed):
                rows += 1
                most = allowed(example, path, dtype)
                if achieved.missed:
                    found.append(f"{_row(example, path, dtype)}: {achieved.missed}")
                elif achieved.held > most:
                    worse = f"{achieved.held:.3g} ULP, more than {most:.3g}"
                    found.append(f"{_row(example, path, dtype)}: {worse}, see docs/accuracy.md")
    assert rows >= 8
    _report(name, found)


@pytest.mark.parametrize("name", GRAPHS)
def test_float16_is_rounded_once(name):
    example = next(iter(examples(multiact.get(name), "float16")))
    narrow = {
        n: tuple(rounded(np.asarray(example.parameters[n]), "float16")) for n in example.vectors
    }
    example = replace(example, parameters={**example.parameters, **narrow})
    x = inputs(example, "float16", 60)
    got = with_numpy(example, x, (), "float16")
    wide = with_numpy(example, x, (), "float32")
    np.testing.assert_array_equal(got, rounded(wide, "float16"))


@pytest.mark.parametrize("name", BOUNDED)
def test_declared_limits(name):
    """What is declared is what the oracle does far out."""
    for example in examples(multiact.get(name)):
        for declared, found in zip(
            example.act.limits_at(example.parameters), oracle_limits(example), strict=True
        ):
            if declared is not None and example.label in ("default", "varied"):
                assert found == pytest.approx(declared, abs=1e-30), (example, found)


def _is_pole(example: Example, x: float) -> bool:
    """Whether the value is infinite by definition."""
    given = {**example.parameters, **example.settings}
    return len(example.act.data) == 1 and mp.isinf(ORACLE[example.act.key](x, **given))


@pytest.mark.parametrize("name", GRAPHS)
def test_finite(name):
    """No derivative is NaN at any finite point, and none is infinite where values are not."""
    found = []
    for dtype in ("float32", "float64"):
        largest = float(np.finfo(dtype).max)
        tiny = 2.0 ** (ulp.FORMATS[dtype].low - 20)
        x = np.asarray([0.0, tiny, 1e-30, 1.0, 88.8, 103.9, 710.0, 1e4, 1e9, 1e15, largest**0.25])
        x = np.concatenate([x, -x])
        for example in _examples(name, dtype):
            if example.label == "zero" and len(example.act.data) == 2:
                continue
            rows = np.stack([x, x], axis=1) if len(example.act.data) == 2 else x[:, None]
            for path in paths(example):
                y = with_numpy(example, rows, path, dtype)
                size = np.abs(x)  # a power's derivative may overflow at 0
                small = (size < 80) & ((size == 0) | (size > 1e-20))
                bad = np.isnan(y) | (np.isinf(y) & small)
                bad[bad] = ~undefined(example, rows[bad])
                if not path:
                    bad[bad] = [not _is_pole(example, v) for v in x[bad].tolist()]
                if bad.any():
                    found.append(f"{_row(example, path, dtype)}: {y[bad]} at {x[bad]}")
    _report(name, found)
