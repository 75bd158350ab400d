"""What `multiact check` does at the command line, as tests."""

import multiact_swirl
import pytest

import multiact
from multiact.testing.backend import backends
from multiact.testing.check import check


@pytest.mark.parametrize("name", multiact_swirl.__all__)
def test_every_backend_agrees_with_the_truth(name):
    rows = list(check([multiact.get(name)], list(backends(("numpy", "torch")))))
    assert rows
    assert [row for row in rows if not row.ok] == []
