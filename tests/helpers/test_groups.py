"""Groups are told by the names of tests."""

import pytest

from tests.helpers.caches import ROOT

groups = pytest.importorskip("tests.helpers.groups")


def test_what_shares_a_group():
    one = groups.group("tests/battery/test_battery.py::test_jax[talu]")
    assert one == groups.group("tests/battery/test_battery.py::test_flax[talu]")
    assert one == groups.group("tests/accuracy/test_accuracy.py::test_goals[talu]") == "talu"
    assert one != groups.group("tests/battery/test_battery.py::test_jax[gelu]")
    alone = "tests/battery/test_meta.py::test_wrong_formula"
    assert groups.group(alone) == alone
    file = "tests/onnx/test_onnx.py"
    assert groups.group(f"{file}::test_any_number_of_rows[1]") == file
    properties = groups.group("tests/analysis/test_properties.py::test_a_band[0.1]")
    assert properties == groups.group("tests/analysis/test_selection.py::test_names")


def test_the_files_are_there():
    assert all((ROOT / file).is_file() for file in groups.WHOLE)
    assert all((ROOT / folder).is_dir() for folder in (*groups.BY_PARAMETER, groups.MEASURED))
