"""The registry of all declared activations; catalogue modules are imported on demand."""

from __future__ import annotations

import copyreg
from collections.abc import Container, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from multiact import errata, libraries
from multiact._suggest import nearest
from multiact.declare import index
from multiact.declare.activation import Activation
from multiact.declare.plugins import load_plugins

_RECORDS: dict[str, Activation] = {}
_LOOKUP: dict[str, str] = {}  # any spelling, normalised -> key
_importing = False  # whether all families are being imported


def _normalise(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def register(record: Activation) -> None:
    """Add a record; a function that is declared again (a reload) replaces its old record."""
    spellings = {_normalise(n) for n in (record.key, record.name, *record.aliases)}
    for spelling in sorted(spellings):
        # a record of the catalogue must not consult the index, which may be under construction
        consult = spelling in _LOOKUP or not _in_catalogue(record)
        owner = _find(spelling) if consult else None
        if owner is not None and not _same_source(owner, record):
            raise ValueError(
                f"the name {spelling!r} of {'.'.join(_source(record))} is taken by "
                f"{'.'.join(_source(owner))}; give the activation another name"
            )
    for spelling in [s for s, key in _LOOKUP.items() if key == record.key]:
        del _LOOKUP[spelling]
    _RECORDS[record.key] = record
    _LOOKUP.update(dict.fromkeys(spellings, record.key))


def _same_source(owner: Activation, record: Activation) -> bool:
    """Whether both come from the same module, or from one file loaded under two names."""
    codes = [getattr(r.function, "__code__", None) for r in (owner, record)]
    files = [code and code.co_filename for code in codes]
    same_name = _source(owner)[1] == _source(record)[1]
    return _source(owner) == _source(record) or (same_name and files[0] == files[1] is not None)


def _source(record: Activation) -> tuple[str, str]:
    return record.function.__module__, record.function.__qualname__


def _find(spelling: str) -> Activation | None:
    """Find a record by its normalised spelling, importing its catalogue family if necessary."""
    if spelling not in _LOOKUP:
        if _importing:  # a formula that is being declared names another one
            _import_until(spelling)
        elif spelling in _families():
            import_module(_families()[spelling])
    key = _LOOKUP.get(spelling)
    return None if key is None else _RECORDS[key]


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, index.Entry]:
    """The index of the catalogue, by key."""
    return index.load(_import_catalogue)


def _import_catalogue() -> list[Activation]:
    """Import all families, to build the index; until they are imported, there is none."""
    global _importing  # noqa: PLW0603
    _importing = True
    try:
        _import_until(None)
    finally:
        _importing = False
    return [r for r in _RECORDS.values() if _in_catalogue(r)]


def _import_until(spelling: str | None) -> None:
    """Import the families one by one until a name is known; None: all."""
    for family in index.families():
        if spelling in _LOOKUP:
            return
        import_module(family)


def catalogue() -> list[Activation]:
    """Import the catalogue and return its records, by key."""
    return sorted(_import_catalogue(), key=lambda r: r.key)


def _in_catalogue(record: Activation) -> bool:
    return record.function.__module__.startswith(f"{index.CATALOGUE}.")


@lru_cache(maxsize=1)
def _families() -> Mapping[str, str]:
    """The module that declares each normalised spelling of the catalogue."""
    return {
        _normalise(word): f"{index.CATALOGUE}.{entry.family}"
        for key, entry in _catalogue().items()
        for word in (key, entry.name, *entry.aliases)
    }


def get(spec: str | Mapping[str, Any] | Activation, /, **parameters: Any) -> Activation:
    """Find an activation by name, alias or configuration.

    Parameters
    ----------
    spec
        A name in any common spelling ("talu", "LeakyReLU", "leaky-relu"), another library's
        name for it ("keras:leaky_relu", see `names_of`), a mapping with "name" and new defaults
        of parameters, or a record.
    **parameters
        New defaults of parameters.

    Returns
    -------
    Activation
        The record, with the values of the mapping and the parameters as defaults.

    Raises
    ------
    LookupError
        If there is no such activation; the message suggests the nearest name.
    TypeError
        If `spec` is something else, or names a parameter that does not exist.

    See Also
    --------
    names_of : The names that other libraries have.

    Examples
    --------
    >>> import multiact
    >>> multiact.get("LeakyReLU")
    <activation leaky_relu(negative_slope=0.01)>
    >>> multiact.get({"name": "swish", "beta": 1.5})
    <activation swish(beta=1.5)>
    >>> multiact.get("swish", beta=1.5) == multiact.get({"name": "swish", "beta": 1.5})
    True
    """
    record, values = resolve(spec, parameters)
    return record.with_defaults(**values)


def resolve(
    spec: str | Mapping[str, Any] | Activation, given: Mapping[str, Any]
) -> tuple[Activation, dict[str, Any]]:
    """Find the record of a name or configuration, and all values that are given with it.

    Those of `given` count; where it is another library's name, then that library's defaults.
    """
    if isinstance(spec, str):
        if ":" not in spec:
            return _by_name(spec), dict(given)
        key, values = libraries.expanded(spec, given)
        return _by_name(key), values
    if isinstance(spec, Activation):
        return spec, dict(given)
    if isinstance(spec, Mapping):
        options: dict[Any, Any] = dict(spec)
        if not isinstance(options.get("name"), str):
            raise TypeError(f"a configuration needs a 'name', got {dict(spec)!r}")
        wrong = next((key for key in options if not isinstance(key, str)), None)
        if wrong is not None:
            raise TypeError(f"a configuration's keys must be parameter names, got {wrong!r}")
        return resolve(options.pop("name"), {**options, **given})
    raise TypeError(f"expected a name, a mapping or an activation, got {type(spec).__name__}")


def _by_name(name: str) -> Activation:
    record = _find(_normalise(name))
    if record is None:  # it may belong to another package
        load_plugins()
        record = _find(_normalise(name))
    if record is None:
        refused = errata.of_name(_normalise(name))
        if refused is not None:
            instead = " or ".join(map(repr, refused.canonical))
            hint = f" See {instead}: {refused.decision}" if instead else ""
            raise LookupError(f"{refused.name} stands for no activation: {refused.reason}{hint}")
        elsewhere = ", ".join(map(repr, libraries.with_name(name)[:3]))
        hint = f"of other libraries: {elsewhere}" if elsewhere else nearest(name, known_words())
        raise LookupError(f"no activation {name!r}; {hint}")
    return record


def is_registered(record: Activation) -> bool:
    """Whether it is this record that its name stands for, and none declared again since."""
    return _RECORDS.get(record.key) is record


def known_words() -> list[str]:
    """List every key and alias, sorted."""
    registered = {*_RECORDS, *(a for r in _RECORDS.values() for a in r.aliases)}
    return sorted(registered | {w for key, e in _catalogue().items() for w in (key, *e.aliases)})


def class_names() -> list[str]:
    """List the names of all module classes, sorted."""
    entries = _catalogue()
    others = {r.name for key, r in _RECORDS.items() if key not in entries}
    return sorted(others | {e.name for e in entries.values()})


def names(
    *,
    kind: str | None = None,
    family: str | None = None,
    learnable: bool | None = None,
    years: Container[int] | None = None,
) -> list[str]:
    """List the keys of the registered activations, sorted, optionally only some of them.

    `multiact.names`, on top of this, has more filters.  Activations of other packages are
    included.

    Raises
    ------
    ValueError
        If there is no such kind or family.
    """
    load_plugins()
    others = {k: index.Entry.of(r) for k, r in _RECORDS.items() if not _in_catalogue(r)}
    entries = {**_catalogue(), **others}
    for what, value in (("kind", kind), ("family", family)):
        choices = sorted({getattr(e, what) for e in entries.values()})
        if value is not None and value not in choices:
            raise ValueError(f"no activation has the {what} {value!r}; {nearest(value, choices)}")
    return sorted(
        key
        for key, e in entries.items()
        if (kind is None or e.kind == kind)
        and (family is None or e.family == family)
        and (learnable is None or e.learnable == learnable)
        and (years is None or (e.year is not None and e.year in years))
    )


def _restore(key: str, module: str, changed: Mapping[str, Any]) -> Activation:
    """Restore a pickled record: the formula comes from the code, never from the file."""
    try:
        record = get(key)
    except LookupError:
        import_module(module)  # which declares it
        record = get(key)
    return record.with_defaults(**changed)


copyreg.pickle(
    Activation,
    lambda r: (_restore, (r.key, r.function.__module__, r.changed_defaults)),
)
