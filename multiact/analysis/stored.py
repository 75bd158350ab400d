"""The properties of the catalogue, stored: to measure hundreds of activations takes a while.

They are a file beside the formulas, like the index of their names.  It is written when a wheel is
built, and again when formulas, or the code that measures them, have changed since: then those
formulas alone are measured.  Where it cannot be written, every process measures anew.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.fixed_points import FixedPoint
from multiact.analysis.measured import Kink, Properties, properties
from multiact.calculus.graph import topological
from multiact.declare import index
from multiact.declare.activation import Activation
from multiact.declare.registry import catalogue, get

#: from what is done and how often, what is told when one of it has been done
Progress = Callable[[str, int], AbstractContextManager[Callable[[str], Any]]]
Known = dict[str, Properties | None]
_COMPUTING = ("analysis", "calculus", "special")  # packages that the numbers depend on
_known: Known = {}  # of the catalogue, once it has been asked for


def silent(_what: str, _total: int) -> AbstractContextManager[Callable[[str], Any]]:
    """Show no progress."""
    return nullcontext(lambda _name: None)


def stored(names: Iterable[str], progress: Progress = silent) -> dict[str, Properties]:
    """Return the properties of activations by name, of those that are functions of one element.

    Those of the catalogue are read; others are measured, once in a process.

    Parameters
    ----------
    names
        Keys of activations, as `multiact.names` returns them.
    progress
        What shows progress where many have to be measured.

    Returns
    -------
    dict
    """
    names = list(names)
    if not _known:
        _known.update(load(progress))
    own = [name for name in names if name not in _known]
    with progress("measuring", len(own)) as advance:
        measured = {}
        for name in own:
            measured[name] = _measured(get(name))
            advance(name)
    found = {name: measured[name] if name in measured else _known[name] for name in names}
    return {name: p for name, p in found.items() if p is not None}


_measured = lru_cache(maxsize=256)(properties)


def load(progress: Progress = silent) -> Known:
    """Return the properties of the whole catalogue, by key; None where there are none.

    What is missing in the stored file, or out of date, is measured, and the file is written.
    """
    digests = {"formulas": index.digest(), "code": _code_digest()}
    document = _read()
    entries: dict[str, Any] = document["entries"] if document["code"] == digests["code"] else {}
    if document["formulas"] != digests["formulas"] or not entries:
        entries = _updated(entries, progress)
        with contextlib.suppress(OSError):  # a folder that we may not write to
            index.write(file(), json.dumps({**digests, "entries": entries}))
    return {key: _properties(entry["properties"]) for key, entry in entries.items()}


def file() -> Path:
    """Return where the properties are stored."""
    return index.file().with_name("_properties.json")


def _read() -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(file().read_text("utf-8"))
        for entry in document["entries"].values():
            _properties(entry["properties"])
        return {name: document[name] for name in ("formulas", "code", "entries")}
    # missing, or of another kind
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"formulas": "", "code": "", "entries": {}}


def _updated(entries: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Return the entries of the catalogue, of which only the changed ones are measured."""
    stamps = {act: _stamp(act) for act in catalogue()}
    found = {
        act.key: entries[act.key]
        for act, stamp in stamps.items()
        if entries.get(act.key, {}).get("stamp") == stamp
    }
    changed = {act: stamp for act, stamp in stamps.items() if act.key not in found}
    with progress("measuring", len(changed)) as advance:
        for act, stamp in changed.items():
            measured = properties(act)
            fields = None if measured is None else asdict(measured)
            found[act.key] = {"stamp": stamp, "properties": fields}
            advance(act.key)
    return dict(sorted(found.items()))


def _stamp(act: Activation) -> str:
    """Return a digest of all that the properties of an activation depend on: formula and facts."""
    if act.kind != "elementwise":
        return act.kind
    arguments = defaults.arguments(act)
    bound = act.bind((), arguments)
    facts: list[Any] = [act.kink_slopes(arguments), act.limits_at(arguments), dict(act.noise)]
    facts += [np.asarray(v).tolist() for v in bound.parameters]
    for noisy in (False, True) if act.noise else (False,):
        specialization = act.specialize(act.lengths(bound), bound.settings, noisy)
        graph = topological([act.expression(specialization, raw=True)])
        places = {e: i for i, e in enumerate(graph)}
        facts += [(str(e.op), [places[a] for a in e.args], e.value) for e in graph]
    return sha256(repr(facts).encode()).hexdigest()[:16]


def _properties(fields: Mapping[str, Any] | None) -> Properties | None:
    """Return the properties that were stored as JSON."""
    if fields is None:
        return None
    values = dict(fields)
    values["kinks"] = tuple(Kink(**k) for k in fields["kinks"])
    values["fixed_points"] = tuple(FixedPoint(**p) for p in fields["fixed_points"])
    values["limits"] = tuple(fields["limits"])
    values["minimum"] = fields["minimum"] and tuple(fields["minimum"])
    return Properties(**values)


def _code_digest() -> str:
    folder, total = Path(__file__).parents[1], sha256()
    for package in _COMPUTING:
        total.update(index.digest(folder / package).encode())
    return total.hexdigest()
