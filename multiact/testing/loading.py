"""Loading of the targets of a command line: NAME, FILE.py:FUNCTION, MODULE:FUNCTION."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.testing.faults import describe, locate
from multiact.testing.trust import FILES, user_code


class LoadingError(Exception):
    """The target does not name an activation; the message says why, in one line."""


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
        If there is no such name, file, module or function; if it is not declared with
        `@multiact.activation`; if importing it fails, or its formula cannot be traced.
    """
    place, colon, name = target.rpartition(":")
    if not colon:
        return _check_traceable(_get_registered(target))
    return _check_traceable(_get_member(_import(place), place, name))


def _check_traceable(act: Activation) -> Activation:
    """Return the activation; if it is a user's, check first that its formula can be traced."""
    if act.is_graph and act.package != "multiact":
        try:
            with user_code():
                act.expression(act.example_specialization, raw=True)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a formula may raise anything
            raise LoadingError(f"{locate(act, error)}: {act.key}: {describe(error)}") from error
    return act


def attribute(target: str) -> Any:
    """Import the object that a target names in a file or module.

    Parameters
    ----------
    target
        `FILE.py:ATTRIBUTE` or `MODULE:ATTRIBUTE`, with dots for nested names: `torch:nn.GELU`.

    Returns
    -------
    object

    Raises
    ------
    LoadingError
        If there is no such file, module or attribute, or importing it fails.
    """
    place, colon, path = target.rpartition(":")
    if not colon or not path:
        raise LoadingError(f"{target!r} is neither MODULE:ATTRIBUTE nor FILE.py:ATTRIBUTE")
    value: Any = _import(place)
    for name in path.split("."):
        with _report_errors(f"{place}:{path}"):
            exists = hasattr(value, name)
        if not exists:
            choices = [n for n in dir(value) if not n.startswith("_")]
            raise LoadingError(f"{place} has no attribute {name!r}; {nearest(name, choices)}")
        with _report_errors(f"{place}:{path}"):
            value = getattr(value, name)
    return value


def _import(place: str) -> ModuleType:
    return _import_file(Path(place)) if _is_file(place) else _import_module(place)


def _get_registered(name: str) -> Activation:
    if _is_file(name):
        functions = _activation_names(_import_file(Path(name)))
        example = functions[0] if functions else "FUNCTION"
        raise LoadingError(f"{name}: which function? write {name}:{example}")
    try:
        return get(name)
    except LookupError as error:
        raise LoadingError(str(error)) from None


def _is_file(place: str) -> bool:
    return place.endswith(".py") or os.sep in place


def _import_file(path: Path) -> ModuleType:
    """Import a file as a separate module, even if another file of the same name is imported."""
    if not path.is_file():
        raise LoadingError(f"there is no file {path}")
    name = f"{FILES}{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    loader = _AsItIs(name, str(path.absolute())) if path.suffix == ".py" else None
    spec = spec_from_file_location(name, path, loader=loader)
    if spec is None or spec.loader is None:
        raise LoadingError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    with _report_errors(str(path)):
        spec.loader.exec_module(module)
    return module


class _AsItIs(SourceFileLoader):
    """Compiles a file as it is now.

    Python tells whether what it has compiled is current by the file's size and the second of its
    change; a number that is changed twice in a second would be missed.
    """

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """Say that nothing is known of the file, so that nothing compiled is read or written."""
        raise OSError(path)


def _import_module(name: str) -> ModuleType:
    folder = str(Path.cwd())
    sys.path.insert(0, folder)  # as `python -m` does
    try:
        with _report_errors(name):
            return import_module(name)
    finally:
        sys.path.remove(folder)


@contextlib.contextmanager
def _report_errors(what: str) -> Iterator[None]:
    try:
        with user_code():
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a user's file may raise anything, SystemExit too
        raise LoadingError(f"cannot import {what}: {describe(error)}") from error


def _get_member(module: ModuleType, place: str, name: str) -> Activation:
    value: Any = getattr(module, name, None)
    if isinstance(value, Activation):
        return value
    if value is None:
        raise LoadingError(
            f"{place} has no activation {name!r}; {nearest(name, _activation_names(module))}"
        )
    if inspect.isfunction(value):
        advice = "decorate it with @multiact.activation"
        if "xp" not in inspect.signature(value).parameters:
            advice += " and give it a last keyword argument xp, the array library"
        raise LoadingError(f"{place}:{name} is a plain function; {advice}")
    raise LoadingError(f"{place}:{name} is a {type(value).__name__}, not an activation")


def _activation_names(module: ModuleType) -> list[str]:
    return [n for n, v in vars(module).items() if isinstance(v, Activation)]
