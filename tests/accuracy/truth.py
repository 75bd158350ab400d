"""True values and derivatives at the test points, kept on disk: they take longer than the tests."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

from tests import oracle
from tests.helpers import caches
from tests.helpers.examples import Example
from tests.helpers.ulp import Exact
from tests.oracle._differences import derivatives_of

Variable = tuple[Any, ...]  # ("x",), ("alpha",) or ("amplitude", 2)
Path = tuple[Variable, ...]  # the same variable once or several times

ORDERS = 3  # of derivatives by the data
#: sizes of numbers between which parameters are differentiated by: a wave's phase is known
FAR = 1e30
_DIGITS = 50
_HUGE = 5000  # bits before the point: beyond every format
_STEP = mpf(2) ** -100
#: of steps: a parameter of 0 is moved by as much as one of 1, and multiplies any x
_BITS = {True: 100, False: 160}
#: what is smaller counts as 0: less than every number of the format
_LEAST = {"float64": mpf(10) ** -330, "float32": mpf(10) ** -48}


def paths(example: Example) -> list[Path]:
    """Value, three derivatives by each of the data, first ones by the parameters."""
    data = [v for v in example.variables if v[0] in example.act.data]
    rest = [v for v in example.variables if v not in data]
    orders = [(v,) * k for k in range(1, ORDERS + 1) for v in data]
    return [(), *orders, *((v,) for v in rest)]


def truths(example: Example, x: np.ndarray, dtype: str) -> dict[Path, Exact]:
    """The derivatives along all paths at the rows of `x`, one column per array argument.

    NaN where the value is beyond all formats: its difference quotient would need as many digits.
    NaN also where there is none.
    """
    function = oracle.ORACLE[example.act.key]
    along = paths(example)

    def make() -> np.ndarray:
        with mp.workdps(_DIGITS):
            rows = [_row(example, along, row, dtype) for row in x.tolist()]
        return np.stack([np.stack(Exact.of(column)) for column in zip(*rows, strict=True)])

    if not function.__module__.startswith("tests.oracle"):
        found = make()  # planted by a test: no source to tell it by
    else:
        what = repr((example.parameters, example.settings, along, dtype, x.shape, x.tobytes()))
        key = hashlib.sha256((sources(function) + what).encode()).hexdigest()[:24]
        file = caches.FOLDER / "truth" / oracle.family(example.act.key) / example.act.key
        found = caches.stored(file / f"{key}.npy", make)
    return {path: Exact(*pair) for path, pair in zip(along, found, strict=True)}


@lru_cache
def sources(function: Any) -> str:
    """All that decides what is true: the oracle, and how its derivatives are taken."""
    smooth = getattr(function, "surrogate", function)
    used = (function, smooth, derivatives_of, _row, Exact.of)
    return mpmath.__version__ + "\n".join(map(caches.fingerprint, used))


def _row(example: Example, along: list[Path], row: list[float], dtype: str) -> list[Any]:
    """One row of the table."""
    x, given = _arguments(example, row)
    function = oracle.ORACLE[example.act.key]
    with mp.workdps(15):
        value = function(x, **given)
        if mp.isnan(value) or mp.mag(value) > _HUGE:
            return [value, *[mp.nan] * (len(along) - 1)]
    near = all(1 / FAR < abs(v) < FAR for v in row)
    found: dict[Path, Any] = {}
    for variable in dict.fromkeys(path[0] for path in along if path):
        orders = [len(path) for path in along if path and path[0] == variable]
        if variable[0] in example.act.data or near:
            orders, bits = [0, *orders], _BITS[variable[0] in example.act.data]
            wrt = _wrt(example, variable)
            some = derivatives_of(function, x, orders, wrt, _LEAST[dtype], bits, **given)
        else:
            some = [mp.nan] * len(orders)
        found |= dict(zip(((variable,) * k for k in orders), some, strict=True))
    return [found[path] for path in along]


def undefined(example: Example, x: np.ndarray) -> np.ndarray:
    """Which rows have no value, as beyond the logarithm's end."""
    function = oracle.ORACLE[example.act.key]
    with mp.workdps(15):
        values = [function(x, **given) for x, given in (_arguments(example, r) for r in x.tolist())]
    return np.asarray([mp.isnan(value) for value in values], dtype=bool)


def condition(example: Example, x: np.ndarray, path: Path, wrt: list[Variable]) -> np.ndarray:
    """The relative change of the derivative per relative change of each variable, added up."""
    with mp.workdps(_DIGITS):
        return np.asarray([_condition(example, path, row, wrt) for row in x.tolist()])


def _condition(example: Example, path: Path, row: list[float], wrt: list[Variable]) -> float:
    here = _derivative(example, path, row)
    if here == 0 or mp.isnan(here):
        return 0.0
    moved = (_derivative(example, path, row, v) for v in wrt)
    return float(sum(abs((there - here) / here / _STEP) for there in moved))


def _derivative(
    example: Example, path: Path, row: list[float], moved: Variable | None = None
) -> Any:
    x, given = _arguments(example, row, moved)
    if not path:
        return oracle.ORACLE[example.act.key](x, **given)
    wrt = _wrt(example, path[0])
    return oracle.derivative(example.act.key, x, len(path), wrt, **given)


def _arguments(
    example: Example, row: list[float], moved: Variable | None = None
) -> tuple[Any, dict[str, Any]]:
    """The first argument of the oracle and the others by name, one of them moved by a step."""
    names = example.act.data
    settings = {n: v for n, v in example.settings.items() if n not in ("axis", "gate")}
    given = {**example.parameters, **settings, **dict(zip(names, row, strict=True))}
    if moved is not None:
        given[moved[0]] = _stepped(given[moved[0]], moved[1:])
    return given.pop(names[0]), given


def _wrt(example: Example, variable: Variable) -> Any:
    if variable[0] == example.act.data[0]:
        return "x"
    return variable[0] if len(variable) == 1 else variable


def _stepped(value: Any, index: tuple[int, ...]) -> Any:
    if not index:
        return mpf(value) * (1 + _STEP)
    return [_stepped(v, ()) if i == index[0] else v for i, v in enumerate(value)]
