"""Wrong calls of geometry."""

from __future__ import annotations

from tests.errors import Case

CASES: list[Case] = []
