"""All declared activations, by name; the catalogue's are imported when they are asked for."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from multiact._suggest import nearest
from multiact.declare import index
from multiact.declare.activation import Activation
from multiact.declare.plugins import load_plugins

_RECORDS: dict[str, Activation] = {}
_LOOKUP: dict[str, str] = {}  # any spelling, folded -> key


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def register(record: Activation) -> None:
    """Add a record; the same function declared again (a reload) replaces itself."""
    spellings = {_folded(n) for n in (record.key, record.name, *record.aliases)}
    for spelling in sorted(spellings):
        # the catalogue itself is being imported, perhaps to find out what it holds
        known = spelling in _LOOKUP or not _in_catalogue(record)
        owner = _find(spelling) if known else None
        if owner is not None and not _same(owner, record):
            raise ValueError(
                f"the name {spelling!r} of {'.'.join(_place(record))} is taken by "
                f"{'.'.join(_place(owner))}; give the activation another name"
            )
    for spelling in [s for s, key in _LOOKUP.items() if key == record.key]:
        del _LOOKUP[spelling]
    _RECORDS[record.key] = record
    _LOOKUP.update(dict.fromkeys(spellings, record.key))


def _same(owner: Activation, record: Activation) -> bool:
    """Whether both come from one place: a module, or a file that is loaded under two names."""
    codes = [getattr(r.function, "__code__", None) for r in (owner, record)]
    files = [code and code.co_filename for code in codes]
    same_name = _place(owner)[1] == _place(record)[1]
    return _place(owner) == _place(record) or (same_name and files[0] == files[1] is not None)


def _place(record: Activation) -> tuple[str, str]:
    return str(record.function.__module__), record.function.__qualname__


def _find(spelling: str) -> Activation | None:
    """The record of a folded spelling, its family imported if it is the catalogue's."""
    if spelling not in _LOOKUP and spelling in _families():
        import_module(_families()[spelling])
    key = _LOOKUP.get(spelling)
    return None if key is None else _RECORDS[key]


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, index.Entry]:
    """What the catalogue holds, by key."""
    return index.load(_import_catalogue)


def _import_catalogue() -> list[Activation]:
    for family in index.families():
        import_module(family)
    return [r for r in _RECORDS.values() if _in_catalogue(r)]


def _in_catalogue(record: Activation) -> bool:
    return record.function.__module__.startswith(f"{index.CATALOGUE}.")


@lru_cache(maxsize=1)
def _families() -> Mapping[str, str]:
    """The module to import for every folded spelling of the catalogue."""
    return {
        _folded(word): f"{index.CATALOGUE}.{entry.family}"
        for key, entry in _catalogue().items()
        for word in (key, entry.name, *entry.aliases)
    }


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
        record = _find(_folded(spec))
        if record is None:  # then it may be another package's
            load_plugins()
            record = _find(_folded(spec))
        if record is None:
            raise LookupError(f"no activation {spec!r}; {nearest(spec, known_words())}")
        return record
    if isinstance(spec, Mapping):
        values: dict[Any, Any] = dict(spec)
        if not isinstance(values.get("name"), str):
            raise TypeError(f"a configuration needs a 'name', got {dict(spec)!r}")
        wrong = next((key for key in values if not isinstance(key, str)), None)
        if wrong is not None:
            raise TypeError(f"a configuration's keys must be parameter names, got {wrong!r}")
        return get(values.pop("name")).with_defaults(**values)
    if isinstance(spec, Activation):
        return spec
    raise TypeError(f"expected a name, a mapping or an activation, got {type(spec).__name__}")


def known_words() -> list[str]:
    """Every key and alias, sorted."""
    own = {*_RECORDS, *(a for r in _RECORDS.values() for a in r.aliases)}
    return sorted(own | {w for key, e in _catalogue().items() for w in (key, *e.aliases)})


def class_names() -> list[str]:
    """The names of all module classes, sorted."""
    entries = _catalogue()
    own = {r.name for key, r in _RECORDS.items() if key not in entries}
    return sorted(own | {e.name for e in entries.values()})


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
    known = {**_catalogue(), **{k: index.Entry.of(r) for k, r in _RECORDS.items()}}
    for what, wanted in (("kind", kind), ("family", family)):
        there = sorted({getattr(e, what) for e in known.values()})
        if wanted is not None and wanted not in there:
            raise ValueError(f"no activation has the {what} {wanted!r}; {nearest(wanted, there)}")
    return sorted(
        key
        for key, e in known.items()
        if (kind is None or e.kind == kind)
        and (family is None or e.family == family)
        and (learnable is None or e.learnable == learnable)
    )


def _restore(key: str, module: str, changed: Mapping[str, Any]) -> Activation:
    """The record that was pickled: the formula comes from the code, never from the file."""
    try:
        record = get(key)
    except LookupError:
        import_module(module)  # which declares it
        record = get(key)
    return record.with_defaults(**changed) if changed else record


copyreg.pickle(
    Activation,
    lambda r: (_restore, (r.key, r.function.__module__, r.changed_defaults)),
)
