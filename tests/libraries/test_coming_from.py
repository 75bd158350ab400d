"""The sections of docs/coming-from.md on jax.nn, Keras, timm and transformers."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from multiact.libraries import table
from tests.helpers.pages import blocks, run_examples
from tests.libraries.definitions import DEFINITIONS
from tests.libraries.installed import torchvision
from tests.libraries.test_names import points

PAGE = Path(__file__).parents[2] / "docs" / "coming-from.md"
#: by the module that heads a table: the library, and ours
MODULES = {
    "jax.nn": "jax",
    "keras.activations": "keras",
    "timm.layers": "timm",
    "transformers.activations": "transformers",
}
HEADER = re.compile(r"^\| ([\w.]+) \| (multiact_\w+) \| why \|$")
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|")


class Row(NamedTuple):
    """What one call in a library is here."""

    module: str
    package: str
    theirs: str
    ours: str

    @property
    def name(self) -> str:
        """The name in the library: the function, or the word that it is looked up by."""
        found = re.search(r'"(\w+)"', self.theirs) or re.match(r"(\w+)", self.theirs)
        assert found
        return found[1]


def rows() -> list[Row]:
    found, head = [], None
    for line in PAGE.read_text("utf-8").splitlines():
        header, row = HEADER.match(line), ROW.match(line)
        if header and header[1] in MODULES:
            head = header.groups()
        elif not line:
            head = None
        elif head and row:
            found.append(Row(*head, *row.groups()))
    return found


ROWS = [pytest.param(row, id=f"{row.module}-{row.theirs}") for row in rows()]
X = points("elementwise").astype(np.float32)


def result(expression: str, package: str) -> np.ndarray:
    """Evaluate an expression with a package's names, and call it with x if it is a module."""
    module = importlib.import_module(package)
    if "torch" in package or package.startswith(("timm", "transformers")):
        torch = pytest.importorskip("torch")
        found: Any = eval(expression, {}, _Names(module))(torch.from_numpy(X))
        return np.asarray(found.detach())
    jnp = pytest.importorskip("jax.numpy")
    return np.asarray(eval(expression, {"x": jnp.asarray(X)}, _Names(module)))


class _Names(Mapping[str, Any]):
    """The attributes of a module, those that are made on demand included."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise KeyError(name) from None

    def __iter__(self) -> Any:
        return iter(dir(self._module))

    def __len__(self) -> int:
        return len(dir(self._module))


def test_there_are_tables_of_all() -> None:
    assert {row.module for row in rows()} == {*MODULES}
    assert len(rows()) == 25


@pytest.mark.parametrize("row", [p for p in ROWS if "=" not in str(p.id)])  # its defaults
def test_a_row_is_what_the_library_documents(row: Row) -> None:
    pytest.importorskip(row.package.partition("_")[2])
    expected = DEFINITIONS[MODULES[row.module]][row.name](X.astype(float))
    np.testing.assert_allclose(result(row.ours, row.package), expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.filterwarnings("ignore")  # the libraries' own
def test_a_row_is_what_the_library_does(row: Row) -> None:
    pytest.importorskip(row.package.partition("_")[2])
    ready(MODULES[row.module])
    theirs = result(row.theirs, row.module)
    np.testing.assert_allclose(result(row.ours, row.package), theirs, rtol=2e-5, atol=1e-6)


def ready(library: str) -> None:
    """Import a library, or skip."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    if library == "timm":
        torchvision()
    pytest.importorskip(library)


@pytest.mark.parametrize("library", ["jax", "keras"])
def test_the_other_names_are_the_same(library: str) -> None:
    mj = pytest.importorskip("multiact_jax")
    named = {row.name for row in rows() if MODULES[row.module] == library}
    for name in table(library).names:
        if name not in named:
            assert (
                mj.create(f"{library}:{name}", **given(name)).__name__ == getattr(mj, name).__name__
            )


def given(name: str) -> dict[str, float]:
    return {"threshold": 1.0, "value": 0.0} if name == "threshold" else {}


@pytest.mark.parametrize(
    ("library", "block"),
    [
        pytest.param(block.language.partition(" ")[2], block, id=f"{block.language}-{i}")
        for i, block in enumerate(blocks(PAGE))
        if " " in block.language
    ],
)
@pytest.mark.filterwarnings("ignore")  # the libraries' own
def test_examples_with_the_library(library: str, block: Any, capsys: Any) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    ready(library)
    if library == "keras" and os.environ["KERAS_BACKEND"] != "jax":
        pytest.skip("the examples are those of Keras's backend JAX")
    assert run_examples(block, {}) == 0, capsys.readouterr().out
