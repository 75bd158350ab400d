"""Test files of other projects, run with functions of ours in the place of theirs."""

from __future__ import annotations

import ast
import re
import types
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest


class Replaced:
    """A module of theirs in which some functions are ours."""

    def __init__(self, theirs: types.ModuleType, ours: Mapping[str, Any]) -> None:
        self._theirs = theirs
        self.__dict__.update(ours)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._theirs, name)


def about(path: Path, case: str, module: str, names: set[str]) -> Iterator[str]:
    """The tests of a class that use nothing of a module but these names."""
    tree = ast.parse(path.read_text("utf-8"))
    (owner,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == case)
    for function in owner.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test"):
            used = {
                n.attr
                for n in ast.walk(function)
                if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
                if n.value.id == module
            }
            if used and used <= names:
                yield function.name


def load(path: Path) -> types.ModuleType:
    """Execute a test file, which imports what stands in the modules now."""
    module = types.ModuleType(path.stem)
    exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
    return module


def failures(case: type[unittest.TestCase], name: str) -> dict[str, str]:
    """Run a test, one for each of its parameters: those that fail, and how."""
    suite = [
        test
        for test in unittest.defaultTestLoader.loadTestsFromTestCase(case)
        if re.fullmatch(rf"{name}\d*", test._testMethodName)
    ]
    result = unittest.TestResult()
    for test in suite:
        test.run(result)
    assert suite
    assert result.testsRun == len(suite)
    if len(result.skipped) == len(suite):
        pytest.skip(result.skipped[0][1])
    return {test._testMethodName: trace for test, trace in (*result.failures, *result.errors)}
