"""A pytest plugin: `def test_mine(crosscheck): crosscheck(my_gelu, "gelu")`.

It stands outside `multiact`, and imports it when a test calls the fixture, so that it costs
the start of pytest nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from multiact.testing import Report


@pytest.fixture(scope="session")
def crosscheck() -> Callable[..., Report]:
    """`multiact.testing.crosscheck`, which fails the test if the two do not agree."""
    return checked


def checked(candidate: Any, reference: Any, **options: Any) -> Report:
    """The report of `multiact.testing.crosscheck`, or an AssertionError with its text."""
    __tracebackhide__ = True
    from multiact.testing import crosscheck

    report = crosscheck(candidate, reference, **options)
    if not report.ok:
        raise AssertionError(str(report))
    return report
