"""Every error message is reached by a test that reads it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.errors import core, outside, raising, sites
from tests.yardsticks import read

CASES = [*core.CASES, *outside.CASES]
INSTALLED = {name for name in ("numpy", "torch", "jax", "flax", "safetensors") if find_spec(name)}
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
            if not case.needs or case.needs in INSTALLED:
                folder = tmp_path / str(k)
                folder.mkdir()
                case(folder)
    found = sites(read("multiact", "backends"))
    absent = {"torch", "jax", "flax", "safetensors"} - INSTALLED
    expected = {s: text for s, text in found.items() if not any(a in s[0] for a in absent)}
    missed = {(s[0], text) for s, text in expected.items() if s not in reached}
    assert missed == set(UNREACHED)


def test_a_raise_without_a_case_is_found():
    source = "def f():\n    def g():\n        raise ValueError('no')\n    raise g() from None\n"
    assert sites({"multiact/a.py": source}) == {
        ("multiact/a.py", 3): "g: ValueError('no')",
        ("multiact/a.py", 4): "f: g()",
    }
