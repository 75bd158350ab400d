"""The page of achieved errors: all activations, and the worst error in each cell."""

from __future__ import annotations

import multiact
from tests.accuracy import page

TABLE = """\
swish-default   float32 value  ulp   2 norm   2 abs 0.5
swish-other     float32 value  ulp  90 norm   3 abs 0.5 2 of 9: 1.0 not 2.0 at (1.0,)
swish-default   float64 value  ulp   1 norm   1 abs 0.5
swish-default   float32 x/x    ulp   4 norm   4 abs 0.5
swish-default   float64 x/x    ulp   5 norm   5 abs 0.5
swish-default   float32 beta   ulp   6 norm   6 abs 0.5
swish-default   float64 beta   ulp   7 norm   7 abs 0.5
bilinear-default float32 a/b   ulp   8 norm   8 abs 0.5
bilinear-default float64 a/b   ulp   9 norm   9 abs 0.5
"""


def test_the_worst_error_is_told() -> None:
    rows = [line for line in page._text(TABLE.splitlines(), 9).splitlines() if line[:2] == "| "]
    assert rows[1:] == [
        "| bilinear |  |  | 8 / 9 |  |  |",
        "| swish | 3* / 1 |  | 4 / 5 |  | 6 / 7 |",
    ]


def test_all_activations_are_on_it() -> None:
    lines = page.PAGE.read_text("utf-8").splitlines()
    named = [line.split()[1] for line in lines if line[:2] == "| "][1:]
    assert named == [n for n in multiact.names() if multiact.get(n).is_graph]
