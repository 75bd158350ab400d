"""The names of activations, selected by what is declared, and by what is measured."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from multiact import libraries
from multiact._suggest import nearest
from multiact.declare import registry

if TYPE_CHECKING:
    from multiact.analysis import Properties

Years = int | tuple[int | None, int | None] | None


def names(
    *,
    kind: str | None = None,
    family: str | None = None,
    learnable: bool | None = None,
    year: Years = None,
    library: str | None = None,
    max_cost: float | None = None,
    **properties: bool | None,
) -> list[str]:
    """List the names of the registered activations, sorted, optionally only some of them.

    Activations of other packages (entry point group `multiact.activations`) are included.

    Parameters
    ----------
    kind
        Only this kind, such as "elementwise" or "gated".
    family
        Only this catalogue file, such as "piecewise".
    learnable
        True: only those with parameters that modules train by default; False: only the others.
    year
        Only those whose reference is of this year, or of these years: the first and the last, of
        which one may be None.
    library
        Only those that another library has a name for, such as "torch" (see `names_of`).
    max_cost
        Only those whose kernel does at most this many times the work of ReLU's.
    **properties
        True: only those that have a property; False: only those that have not.  They are
        `monotone`, `increasing`, `decreasing`, `bounded`, `bounded_below`, `bounded_above`,
        `odd`, `even`, `continuous`, `differentiable`, `smooth`, `lipschitz`, `zero_at_zero`,
        `zero_centred` (the mean of standard normal input), and `sparse` (its values may be 0 on
        an interval).

    Returns
    -------
    list of str
        By `max_cost` and properties only functions of one element are selected: no others have
        any.  They hold at the default parameters.

    Raises
    ------
    TypeError
        If there is no such property, or a value is of the wrong type.
    ValueError
        If there is no such kind, family or library, or `max_cost` is not positive.

    Notes
    -----
    All properties of one activation are those of ``multiact.analysis.properties``.

    Examples
    --------
    >>> import multiact
    >>> multiact.names(kind="gated")[:3]
    ['atglu', 'bilinear', 'drelu_glu']
    >>> multiact.names(library="torch", smooth=True, zero_centred=True, max_cost=5)
    ['identity', 'tanh']
    """
    _check(year, max_cost, properties)
    found = registry.names(kind=kind, family=family, learnable=learnable, years=_years(year))
    if library is not None:
        named = _named(library)
        found = [name for name in found if name in named]
    wanted = {word: value for word, value in properties.items() if value is not None}
    if not wanted and max_cost is None:
        return found
    from multiact.analysis.vocabulary import PROPERTIES

    return [
        name
        for name, p in properties_of(found).items()
        if all(PROPERTIES[word](p) is value for word, value in wanted.items())
        and (max_cost is None or p.cost <= max_cost)
    ]


def properties_of(found: Iterable[str]) -> dict[str, Properties]:
    """Return the properties of activations by name, of those that are functions of one element.

    Where many have to be measured, a terminal shows progress.
    """
    from multiact.analysis.stored import stored

    return stored(found, _progress)


def _progress(what: str, total: int) -> AbstractContextManager[Callable[[str], Any]]:
    if not total or sys.stderr is None or not sys.stderr.isatty():
        from multiact.analysis.stored import silent

        return silent(what, total)
    from multiact.cli.console import progress

    return progress(what, total)


def _check(year: Any, max_cost: Any, properties: Mapping[str, Any]) -> None:
    for word, value in properties.items():
        _check_property(word, value)
    ends = year if isinstance(year, tuple) else (year,)
    if len(ends) > 2 or not all(e is None or type(e) is int for e in ends):
        raise TypeError(f"year must be a year or two, such as 2017 or (2017, 2020), got {year!r}")
    if not (max_cost is None or isinstance(max_cost, float) or type(max_cost) is int):
        raise TypeError(f"max_cost must be a number, got {max_cost!r}")
    if max_cost is not None and not max_cost > 0:
        raise ValueError(f"max_cost must be positive, got {max_cost}")


def _check_property(word: str, value: Any) -> None:
    from multiact.analysis.vocabulary import PROPERTIES

    if word not in PROPERTIES:
        others = ["kind", "family", "learnable", "year", "library", "max_cost"]
        raise TypeError(f"names has no filter {word!r}; {nearest(word, [*PROPERTIES, *others])}")
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"{word} must be True or False, got {value!r}")


def _years(year: Years) -> range | None:
    if year is None:
        return None
    first, last = year if isinstance(year, tuple) else (year, year)
    return range(first or 0, 10_000 if last is None else last + 1)


def _named(library: str) -> set[str]:
    """Return the keys of all that a library has a name for."""
    try:
        table = libraries.table(library)
    except LookupError as error:
        raise ValueError(str(error)) from error
    return {table.configuration(name)["name"] for name in table.names}
