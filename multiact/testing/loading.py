"""From words on a command line to what they name: NAME, FILE.py:FUNCTION, MODULE:FUNCTION."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.testing.faults import described, place_of


class LoadingError(Exception):
    """A target that names no activation; the message says why, in one line."""


def resolve(target: str) -> Activation:
    """Find the activation that a target names.

    Parameters
    ----------
    target
        The name of a registered activation, `FILE.py:FUNCTION` or `MODULE:FUNCTION`.

    Returns
    -------
    Activation

    Raises
    ------
    LoadingError
        If there is no such name, file, module or function, it is not declared with
        `@multiact.activation`, importing it fails, or its formula cannot be traced.
    """
    place, colon, name = target.rpartition(":")
    if not colon:
        return _traced(_registered(target))
    return _traced(_member(_imported(place), place, name))


def _traced(act: Activation) -> Activation:
    """The activation, once its formula, if it is a user's, has been seen to be one."""
    if act.is_graph and act.package != "multiact":
        try:
            act.expression(act.example_specialization, raw=True)
        except Exception as error:  # a formula may raise anything
            text = (str(error) or "no message").splitlines()[0]
            raise LoadingError(f"{place_of(act, error)}: {act.key}: {text}") from error
    return act


def attribute(target: str) -> Any:
    """Import whatever a target names: any object of a file or module.

    Parameters
    ----------
    target
        `FILE.py:ATTRIBUTE` or `MODULE:ATTRIBUTE`; dots lead further, as in `torch:nn.GELU`.

    Returns
    -------
    object

    Raises
    ------
    LoadingError
        If there is no such file, module or attribute, or importing it fails.
    """
    place, colon, names = target.rpartition(":")
    if not colon or not names:
        raise LoadingError(f"{target!r} is neither MODULE:ATTRIBUTE nor FILE.py:ATTRIBUTE")
    found: Any = _imported(place)
    for name in names.split("."):
        with _reported(f"{place}:{names}"):
            there = hasattr(found, name)
        if not there:
            known = [n for n in dir(found) if not n.startswith("_")]
            raise LoadingError(f"{place} has no attribute {name!r}; {nearest(name, known)}")
        found = getattr(found, name)
    return found


def _imported(place: str) -> ModuleType:
    return _file(Path(place)) if _is_file(place) else _module(place)


def _registered(name: str) -> Activation:
    if _is_file(name):
        there = _names(_file(Path(name)))
        example = there[0] if there else "FUNCTION"
        raise LoadingError(f"{name}: which function? write {name}:{example}")
    try:
        return get(name)
    except LookupError as error:
        raise LoadingError(str(error)) from None


def _is_file(place: str) -> bool:
    return place.endswith(".py") or os.sep in place


def _file(path: Path) -> ModuleType:
    """A file as a module of its own, whatever other file of the same name is imported."""
    if not path.is_file():
        raise LoadingError(f"there is no file {path}")
    name = f"multiact_file_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LoadingError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    with _reported(str(path)):
        spec.loader.exec_module(module)
    return module


def _module(name: str) -> ModuleType:
    here = str(Path.cwd())
    sys.path.insert(0, here)  # as `python -m` does
    try:
        with _reported(name):
            return import_module(name)
    finally:
        sys.path.remove(here)


@contextlib.contextmanager
def _reported(what: str) -> Iterator[None]:
    try:
        yield
    except (Exception, SystemExit) as error:  # a user's file may raise anything
        raise LoadingError(f"cannot import {what}: {described(error)}") from error


def _member(module: ModuleType, place: str, name: str) -> Activation:
    found: Any = getattr(module, name, None)
    if isinstance(found, Activation):
        return found
    if found is None:
        raise LoadingError(f"{place} has no activation {name!r}; {nearest(name, _names(module))}")
    if inspect.isfunction(found):
        marked = "decorate it with @multiact.activation"
        if "xp" not in inspect.signature(found).parameters:
            marked += " and give it a last keyword argument xp, the array library"
        raise LoadingError(f"{place}:{name} is a plain function; {marked}")
    raise LoadingError(f"{place}:{name} is a {type(found).__name__}, not an activation")


def _names(module: ModuleType) -> list[str]:
    return [n for n, v in vars(module).items() if isinstance(v, Activation)]
