"""Wrong calls of diagnostics."""

from __future__ import annotations

from tests.errors import Case

CASES: list[Case] = []
