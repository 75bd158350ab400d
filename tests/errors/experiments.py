"""Wrong calls of experiments."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from tests.errors import Case

CASES: list[Case] = []
