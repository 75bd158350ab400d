"""Every error message is reached by a test that reads it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.errors import (
    analysis,
    comparison,
    core,
    diagnostics,
    experiments,
    files,
    geometry,
    names,
    outside,
    raising,
    sites,
)
from tests.yardsticks import read

THEMES = (core, analysis, files, comparison, names, outside, experiments, diagnostics, geometry)
CASES = [case for theme in THEMES for case in theme.CASES]
OPTIONAL = {"torch", "jax", "flax", "safetensors", "matplotlib", "scipy", "joblib", "jinja2"}
OPTIONAL |= {"sklearn", "skimage", "mnist1d"}
INSTALLED = {name for name in ("numpy", *OPTIONAL) if find_spec(name)}
#: raises that no case reaches: (file, function: text), and why
UNREACHED: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_a_wrong_call(case, tmp_path):
    if case.needs and case.needs not in INSTALLED:
        pytest.skip(f"{case.needs} is not installed")
    case(tmp_path)


def test_every_raise_is_reached(tmp_path):
    with raising() as reached:
        for k, case in enumerate(CASES):
            if case.needs is None or case.needs in INSTALLED:
                folder = tmp_path / str(k)
                folder.mkdir()
                reached.update(case(folder))
    expected = sites(read("multiact", "backends"), OPTIONAL - INSTALLED)
    missed = {(s[0], text) for s, text in expected.items() if s not in reached}
    assert missed == set(UNREACHED)


def test_a_raise_without_a_case_is_found():
    source = "def f():\n    def g():\n        raise ValueError('no')\n    raise g() from None\n"
    assert sites({"multiact/a.py": source}) == {
        ("multiact/a.py", 3): "g: ValueError('no')",
        ("multiact/a.py", 4): "f: g()",
    }


def test_what_imports_an_absent_package_needs_no_case():
    inside = "def f():\n    import torch\n    raise ValueError\ndef g():\n    raise TypeError\n"
    sources = {
        "multiact/a.py": inside,
        "multiact/b.py": "from torch import nn\n" + inside,
        "backends/multiact_torch/c.py": inside,
    }
    assert sites(sources, {"torch"}) == {("multiact/a.py", 5): "g: TypeError"}
    assert len(sites(sources, {"jax"})) == 6
