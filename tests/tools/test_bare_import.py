"""A bare import loads no framework and nothing slow, and the check would notice."""

import pytest

from tests.helpers.bare_import import heavy_modules


def test_no_framework_is_loaded():
    assert heavy_modules() == []


@pytest.mark.parametrize("name", ["scipy", "torch", "jax", "json"])
def test_a_framework_is_noticed(name):
    planted = f"import multiact, sys, types; sys.modules[{name!r}] = types.ModuleType({name!r})"
    assert heavy_modules(planted) == [name]
