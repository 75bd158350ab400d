"""All declared activations, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from multiact._suggest import nearest
from multiact.declare.plugins import load_plugins

if TYPE_CHECKING:
    from multiact.declare.activation import Activation

_RECORDS: dict[str, Activation] = {}
_LOOKUP: dict[str, str] = {}  # any spelling, folded -> key


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def register(record: Activation) -> None:
    """Add a record; the same function declared again (a reload) replaces itself."""
    spellings = {_folded(n) for n in (record.key, record.name, *record.aliases)}
    for spelling in sorted(spellings & _LOOKUP.keys()):
        owner = _RECORDS[_LOOKUP[spelling]]
        if not _same(owner, record):
            raise ValueError(
                f"the name {spelling!r} of {'.'.join(_origin(record))} is taken by "
                f"{'.'.join(_origin(owner))}; give the activation another name"
            )
    for spelling in [s for s, key in _LOOKUP.items() if key == record.key]:
        del _LOOKUP[spelling]
    _RECORDS[record.key] = record
    _LOOKUP.update(dict.fromkeys(spellings, record.key))


def _same(owner: Activation, record: Activation) -> bool:
    """Whether both come from one place: a module, or a file that is loaded under two names."""
    files = [r.function.__code__.co_filename for r in (owner, record)]
    same_name = owner.function.__qualname__ == record.function.__qualname__
    return _origin(owner) == _origin(record) or (same_name and files[0] == files[1])


def _origin(record: Activation) -> tuple[str, str]:
    return str(record.function.__module__), record.function.__qualname__


def get(spec: str | Mapping[str, Any] | Activation) -> Activation:
    """Find an activation by name, alias or configuration.

    Parameters
    ----------
    spec
        A name in any common spelling ("talu", "LeakyReLU", "leaky-relu"), a mapping
        with "name" and new defaults of parameters, or a record, returned as it is.

    Returns
    -------
    Activation
        The record; with the mapping's values as defaults if one was given.

    Raises
    ------
    LookupError
        If there is no such activation; the message names the nearest.
    TypeError
        If `spec` is something else, or names a parameter that does not exist.

    Examples
    --------
    >>> import multiact
    >>> multiact.get("LeakyReLU")
    <activation leaky_relu(negative_slope=0.01)>
    >>> multiact.get({"name": "swish", "beta": 1.5})
    <activation swish(beta=1.5)>
    """
    if isinstance(spec, str):
        key = _LOOKUP.get(_folded(spec))
        if key is None:  # then it may be another package's
            load_plugins()
            key = _LOOKUP.get(_folded(spec))
        if key is None:
            raise LookupError(f"no activation {spec!r}; {nearest(spec, known_words())}")
        return _RECORDS[key]
    if isinstance(spec, Mapping):
        values: dict[Any, Any] = dict(spec)
        if not isinstance(values.get("name"), str):
            raise TypeError(f"a configuration needs a 'name', got {dict(spec)!r}")
        wrong = next((key for key in values if not isinstance(key, str)), None)
        if wrong is not None:
            raise TypeError(f"a configuration's keys must be parameter names, got {wrong!r}")
        return get(values.pop("name")).with_defaults(**values)
    if hasattr(spec, "is_graph"):
        return spec
    raise TypeError(f"expected a name, a mapping or an activation, got {type(spec).__name__}")


def known_words() -> list[str]:
    """Every key and alias, sorted."""
    return sorted({*_RECORDS, *(a for r in _RECORDS.values() for a in r.aliases)})


def names(
    *, kind: str | None = None, family: str | None = None, learnable: bool | None = None
) -> list[str]:
    """Names of the registered activations, sorted, optionally only some of them.

    Those of other packages (entry point group `multiact.activations`) are among them.

    Parameters
    ----------
    kind
        Such as "elementwise" or "gated".
    family
        The catalogue file, such as "piecewise".
    learnable
        True: only those with parameters that modules train by default; False: the others.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If there is no such kind or family.

    Examples
    --------
    >>> import multiact
    >>> multiact.names(kind="gated")[:3]
    ['bilinear', 'geglu', 'glu']
    """
    load_plugins()
    for what, given in (("kind", kind), ("family", family)):
        there = sorted({getattr(r, what) for r in _RECORDS.values()})
        if given is not None and given not in there:
            raise ValueError(f"no activation has the {what} {given!r}; {nearest(given, there)}")
    return sorted(
        key
        for key, r in _RECORDS.items()
        if (kind is None or r.kind == kind)
        and (family is None or r.family == family)
        and (learnable is None or bool(r.learnable) == learnable)
    )
