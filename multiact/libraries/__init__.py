"""The names that other libraries have for activations: one module with a `TABLE` for each.

A name stands for a configuration with that library's own defaults, or it is refused with the
reason.  `multiact.get("keras:leaky_relu")` looks here.  Nothing is imported but the table that is
asked for, and no other library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

from multiact._suggest import nearest

#: the value of a parameter for which a library has no default
REQUIRED = "(required)"
#: the reason for names whose function is not declared here
MISSING = "not in the catalogue yet"


@dataclass(frozen=True)
class Table:
    """What the names of one library mean.

    Attributes
    ----------
    title
        The library's own name for where its activations are.
    version
        The version that was read.
    source
        Where it is documented.
    names
        A key of ours, or a configuration with "name" and the values that differ from our
        defaults; `REQUIRED` where the library has none.
    refused
        The reason why a name stands for nothing here.
    notes
        What else is different, by name.
    """

    title: str
    version: str
    source: str
    names: Mapping[str, str | Mapping[str, Any]]
    refused: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def configuration(self, name: str) -> dict[str, Any]:
        """Return the configuration of a name that is not refused, `REQUIRED` values included."""
        entry = self.names[name]
        return {"name": entry} if isinstance(entry, str) else dict(entry)


@cache
def libraries() -> tuple[str, ...]:
    """List the libraries that have a table, sorted."""
    from pkgutil import iter_modules  # not at the top: `import multiact` needs no table

    return tuple(sorted(m.name for m in iter_modules(__path__)))


def table(library: str) -> Table:
    """Return the table of a library.

    Raises
    ------
    LookupError
        If there is none; the message suggests the nearest library.
    """
    if library not in libraries():
        raise LookupError(f"no table of the names of {library!r}; {nearest(library, libraries())}")
    found: Table = import_module(f"{__name__}.{library}").TABLE
    return found


def with_name(name: str) -> list[str]:
    """List what `get` accepts for a name that some libraries have, such as "linear"."""
    return [f"{library}:{name}" for library in libraries() if name in table(library).names]


def expanded(spec: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the key of ours and the values that a name such as "keras:leaky_relu" stands for.

    Parameters
    ----------
    spec
        The library, a colon, and the name as the library spells it.
    given
        Values of parameters, which replace the library's defaults.

    Returns
    -------
    tuple
        The key, and the values by parameter.

    Raises
    ------
    LookupError
        If there is no such library or name, or if it is refused; then with the reason.
    TypeError
        If the library has no default for a parameter, and none is given.
    """
    library, _, name = spec.partition(":")
    names = table(library)
    if name not in names.names:
        _refuse(spec, names)
    values = names.configuration(name)
    key = values.pop("name")
    values |= given
    missing = [n for n, value in values.items() if value is REQUIRED]
    if missing:
        raise TypeError(
            f"{spec}: {names.title} has no default for {' and '.join(missing)}; "
            f"give {'them' if len(missing) > 1 else 'it'}"
        )
    return key, values


def _refuse(spec: str, names: Table) -> NoReturn:
    name = spec.partition(":")[2]
    reason = names.refused.get(name)
    if reason is None:
        raise LookupError(f"{names.title} has no {name!r}; {nearest(name, [*names.names])}")
    raise LookupError(f"{spec} stands for no activation: {reason}")


def names_of(library: str) -> list[str]:
    """List what `get` accepts of another library's names, in that library's order.

    Parameters
    ----------
    library
        The library, such as "keras", "torch", "jax", "onnx" or "transformers".

    Returns
    -------
    list of str
        Names such as "keras:leaky_relu", which have the library's own defaults.

    Raises
    ------
    LookupError
        If there is no table for the library.

    Examples
    --------
    >>> import multiact
    >>> multiact.names_of("timm")[:3]
    ['timm:silu', 'timm:swish', 'timm:mish']
    >>> multiact.get("keras:leaky_relu")
    <activation leaky_relu(negative_slope=0.2)>
    """
    return [f"{library}:{name}" for name in table(library).names]
