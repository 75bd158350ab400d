"""One folder for all that tests make once: kernels, true values, compiled programs of JAX.

It is `.pytest_cache/multiact`, or what `MULTIACT_TEST_CACHE` names. Everything in it has a
digest for its name of all that it was made from, so nothing in it can be out of date, and it
may be thrown away at any time.
"""

from __future__ import annotations

import ast
import inspect
import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
FOLDER = Path(
    os.environ.get("MULTIACT_TEST_CACHE") or ROOT / ".pytest_cache" / "multiact"
).absolute()


def use_folder() -> None:
    """Let this process, and those that it starts, keep everything in the folder.

    JAX reads its settings when it is imported; it shall keep small and quick programs too.
    """
    os.environ["MULTIACT_TEST_CACHE"] = str(FOLDER)
    os.environ["MULTIACT_CACHE"] = str(FOLDER / "kernels")
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(FOLDER / "jax")
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"


def stored(file: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """The array of a file, made and written if there is none."""
    if file.exists():
        return np.load(file)
    found = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.npy")
    np.save(part, found)
    part.replace(file)  # other workers see the whole file or none
    return found


def fingerprint(function: Callable[..., Any]) -> str:
    """What a function computes, as text: its source, and that of all that it uses.

    That is every name of its source that is a function or a constant of the same package, and
    so on. Comments, docstrings and annotations are no part of it.
    """
    parts: dict[str, str] = {}
    _collect(inspect.unwrap(function), parts)
    return "\n".join(f"{name} {parts[name]}" for name in sorted(parts))


def _collect(function: Any, parts: dict[str, str]) -> None:
    name = f"{function.__module__}.{function.__qualname__}"
    if name in parts:
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    _strip(tree)
    parts[name] = ast.dump(tree)
    package = function.__module__.rpartition(".")[0]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for word in sorted(used & function.__globals__.keys()):
        value = function.__globals__[word]
        for part in _functions(value):
            if part.__module__.startswith(package):
                _collect(inspect.unwrap(part), parts)
        if not callable(value) and not isinstance(value, ModuleType):
            parts[f"{function.__module__}.{word}"] = _constant(value)


def _functions(value: Any) -> Iterator[Any]:
    """A function, or those of a table."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _functions(part)
    elif inspect.isfunction(value):
        yield value


def _constant(value: Any) -> str:
    """A constant, functions by their names; an object such as mpmath's context by its type."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{k!r}: {_constant(v)}' for k, v in value.items())}}}"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_constant, value))}]"
    if inspect.isfunction(value):
        return f"{value.__module__}.{value.__qualname__}"
    plain = isinstance(value, (str, int, float)) or type(value).__name__ == "mpf"
    return repr(value) if plain else type(value).__name__


def _strip(tree: ast.AST) -> None:
    """Take away docstrings and annotations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)


def forget_graphs() -> None:
    """Empty all caches of graphs: in these a fault would outlive its test."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("multiact.calculus", "multiact.special", "multiact.de")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
