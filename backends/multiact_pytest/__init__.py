"""A pytest plugin: `def test_mine(crosscheck): crosscheck(my_gelu, "gelu")`.

It is a package of its own that imports `multiact` only when a test uses the fixture, so that
it does not slow down the start of pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from multiact.testing import Report


@pytest.fixture(scope="session")
def crosscheck() -> Callable[..., Report]:
    """Return `multiact.testing.crosscheck`, but failing the test if the two do not agree."""
    return checked


def checked(candidate: Any, reference: Any, *, fail_on: str = "weak", **options: Any) -> Report:
    """Run `multiact.testing.crosscheck`; raise an AssertionError with the report on failure.

    It fails from the verdict `fail_on` on: "weak", or "different".
    """
    __tracebackhide__ = True
    from multiact.testing import crosscheck

    report = crosscheck(candidate, reference, **options)
    if report.fails(fail_on):
        raise AssertionError(str(report))
    return report
