"""The examples in the docstrings of the core print what they say."""

import sys
from pathlib import Path
from subprocess import PIPE, run

import pytest

ROOT = Path(__file__).parents[2]


def test_examples_in_docstrings():
    for extra in ("torch", "jax", "flax", "matplotlib"):
        pytest.importorskip(extra)
    options = "-q --doctest-modules multiact --ignore=multiact/catalogue -p no:cacheprovider"
    command = [sys.executable, "-m", "pytest", *options.split()]
    done = run(command, cwd=ROOT, stdout=PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout
