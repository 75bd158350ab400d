"""A fingerprint changes with what a function computes, and with nothing else."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.helpers import caches
from tests.oracle import ORACLE

SOURCE = '''
import functools
from mpmath import mp

LIMIT = 60
TABLE = {"a": abs}

def guarded(depth=0):
    def decorate(formula):
        @functools.wraps(formula)
        def wrapper(*args):
            return inner(formula(*args)) + depth
        return wrapper
    return decorate

def inner(x):
    return x + 1

def helper(x):
    """A helper."""
    return mp.exp(x) if x < LIMIT else deeper(x)

def deeper(x):
    return x * 2

def used_in_a_table(x):
    return x

CHOICES = {"one": used_in_a_table}

@guarded(depth=2)
def formula(x: float) -> float:
    """A formula."""
    return helper(x) + CHOICES["one"](x)  # a comment

def other(x):
    return x
'''
#: what is changed, and whether the formula is another one then
CHANGES = {
    "a comment": ("# a comment", "# another comment", False),
    "a docstring": ('"""A formula."""', '"""The formula."""', False),
    "the docstring of a helper": ('"""A helper."""', '"""Help."""', False),
    "an annotation": ("x: float", "x: int", False),
    "another function": ("def other(x):\n    return x", "def other(x):\n    return x + 1", False),
    "lines between": ("\ndef inner", "\n\n\ndef inner", False),
    "the formula": ("helper(x) +", "helper(x) -", True),
    "a helper": ("mp.exp(x) if", "mp.exp(-x) if", True),
    "a helper's helper": ("return x * 2", "return x * 3", True),
    "a constant": ("LIMIT = 60", "LIMIT = 61", True),
    "a function in a table": (
        "(x):\n    return x\n\nCHOICES",
        "(x):\n    return -x\n\nCHOICES",
        True,
    ),
    "a table": ('"one": used', '"two": used', True),
    "the decorator": ("+ depth", "- depth", True),
    "what the decorator calls": ("return x + 1\n\ndef helper", "return x + 2\n\ndef helper", True),
    "its argument": ("@guarded(depth=2)", "@guarded(depth=3)", True),
}


def loaded(folder: Path, text: str) -> Callable[..., Any]:
    """The formula of a module with this text."""
    (folder / "planted_oracle").mkdir(parents=True)
    file = folder / "planted_oracle/module.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location("planted_oracle.module", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.formula


@pytest.mark.parametrize(("old", "new", "another"), CHANGES.values(), ids=CHANGES)
def test_what_changes_a_fingerprint(tmp_path, old, new, another):
    assert SOURCE.count(old) == 1
    before = caches.fingerprint(loaded(tmp_path / "before", SOURCE))
    after = caches.fingerprint(loaded(tmp_path / "after", SOURCE.replace(old, new)))
    assert (before != after) == another


def test_oracles_have_fingerprints_of_their_own():
    found = {name: caches.fingerprint(formula) for name, formula in ORACLE.items()}
    assert len(set(found.values())) == len(found)
    assert "tests.oracle._tools.expit" in found["silu"]
    assert "tests.oracle._tools.SATURATED" in found["silu"]
    assert "tests.oracle._tools.erfc" not in found["silu"]
    assert "tests.oracle.rectified.relu" in found["lin_comb"]


def test_an_array_is_made_once(tmp_path):
    made = []

    def make() -> np.ndarray:
        made.append(1)
        return np.asarray([1.0, np.nan])

    file = tmp_path / "folder/array.npy"
    for _ in range(2):
        np.testing.assert_array_equal(caches.stored(file, make), [1.0, np.nan])
    assert len(made) == 1
    assert [f.name for f in file.parent.iterdir()] == ["array.npy"]


def test_everything_is_in_one_folder():
    """Of this process, and of those that it starts."""
    code = """
    import os
    from multiact.kernels import cache
    print(cache.cache_folder(), os.environ["JAX_COMPILATION_CACHE_DIR"])
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.split() == [str(caches.FOLDER / "kernels"), str(caches.FOLDER / "jax")]
    if "jax" in sys.modules:
        import jax

        assert jax.config.jax_compilation_cache_dir == str(caches.FOLDER / "jax")
        assert jax.config.jax_persistent_cache_min_compile_time_secs == 0
        assert jax.config.jax_persistent_cache_min_entry_size_bytes == -1
