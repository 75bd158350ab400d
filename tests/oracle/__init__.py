"""The truth the activations are tested against: mpmath formulas from the papers' definitions.

The oracle of an activation is the function of its name in the file of its family: that of
`multiact/catalogue/normal.py`'s `gelu` is `gelu` in `tests/oracle/normal.py`. Functions that
help start with an underscore. An oracle takes one number, for a kind that mixes elements a list
(`Vector`) or an image (`Image`), and the parameters and settings by the names of the record.

``ORACLE[name](x, **params)`` gives a value at the precision in force (``mp.workdps(60)``);
``derivative(name, x, order, wrt, **params)`` gives a derivative of it. Nothing here knows the
package under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import isfunction
from pkgutil import walk_packages
from typing import Any

from ._differences import derivative_of


def _found() -> Iterator[tuple[str, Callable[..., Any]]]:
    for file in walk_packages(__path__, f"{__name__}."):
        if not file.name.rpartition(".")[2].startswith("_"):
            module = import_module(file.name)
            for name, value in vars(module).items():
                if isfunction(value) and value.__module__ == module.__name__ and name[0] != "_":
                    yield name, value


ORACLE: dict[str, Callable[..., Any]] = {}
for _name, _formula in _found():
    if _name in ORACLE:
        raise ValueError(
            f"{_name} has two oracles, in {ORACLE[_name].__module__} and {_formula.__module__}"
        )
    ORACLE[_name] = _formula


def family(name: str) -> str:
    """The family whose file, or folder of files, holds the oracle."""
    return ORACLE[name].__module__.removeprefix(f"{__name__}.").partition(".")[0]


def derivative(
    name: str, x: Any, order: int = 1, wrt: str | tuple[str | int, ...] = "x", /, **params: Any
) -> Any:
    """The ``order``-th derivative of ``ORACLE[name](x, **params)`` with respect to ``wrt``."""
    return derivative_of(ORACLE[name], x, order, wrt, **params)


__all__ = ["ORACLE", "derivative", "family"]
