"""What `python -m tests.naive` prints: shares, kinds of failure, and the worst of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tests.naive.judge import CONDITIONED, HEADLINE, KINDS, RAISES, SECOND, Failure
from tests.naive.rows import Row

#: per cent of the rows: right, and right with second derivatives
TARGET, TARGET_SECOND = 95.0, 90.0


@dataclass(frozen=True)
class Report:
    """The rows that were judged, and what is wrong with each of them."""

    found: Mapping[Row, list[Failure]]

    def share(self, *kinds: str) -> float:
        """Per cent of the rows without a failure of these kinds."""
        right = [not {f.kind for f in fs} & {*kinds} for fs in self.found.values()]
        return 100 * sum(right) / len(right)

    @property
    def headline(self) -> float:
        """Value, slopes, infinities and NaN are right."""
        return self.share(*HEADLINE)

    @property
    def with_second(self) -> float:
        """And the second derivative."""
        return self.share(*HEADLINE, SECOND)

    @property
    def passes(self) -> bool:
        """Whether both targets are reached."""
        return self.headline >= TARGET and self.with_second >= TARGET_SECOND

    def lines(self) -> Iterable[str]:
        """The text."""
        for row, fs in self.found.items():
            if fs:
                author = f"  (the author's: {row.author})" if row.author else ""
                yield f"{row.name}{author}"
                yield from (f"    {_shown(f)}" for f in fs)
        yield ""
        yield "rows with a failure of each kind, and with no other kind in the first share:"
        for kind in KINDS:
            of_kind = [fs for fs in self.found.values() if kind in {f.kind for f in fs}]
            alone = [fs for fs in of_kind if {f.kind for f in fs} & {*HEADLINE} == {kind}]
            yield f"  {kind:28} {len(of_kind):4} {len(alone):4}"
        rest = [kind for kind in HEADLINE if kind != CONDITIONED]
        yield f"{len(self.found)} rows"
        yield f"  right                          {self.headline:5.1f} %  (target {TARGET} %)"
        second = f"{self.with_second:5.1f} %  (target {TARGET_SECOND} %)"
        yield f"  and the second derivative      {second}"
        yield f"  were values conditioned by x   {self.share(*rest):5.1f} %"

    def json(self) -> dict[str, Any]:
        """The same as data."""
        rows = {
            row.name: {"author": row.author, "failures": [_plain(f) for f in fs]}
            for row, fs in self.found.items()
        }
        return {"right": self.headline, "right with second": self.with_second, "rows": rows}


def _shown(f: Failure) -> str:
    about = f"{f.kind}{f' by {f.path}' if f.path not in ('', 'x', 'xx') else ''}: {f.dtype}"
    values = "".join(f", {n} = {v:.6g}" for n, v in f.values.items())
    if f.kind == RAISES:
        return f"{about}{values}: {f.message}"
    wrong = f"{f.got:.9g}, right {f.truth:.9g}"
    return f"{about}, x = {f.x:.9g}{values}: {wrong} (error {f.error:.3g}, {f.count} points)"


def _plain(f: Failure) -> dict[str, Any]:
    """Without what JSON has no number for."""
    return {
        k: v if k == "count" or not isinstance(v, float) else repr(v) for k, v in asdict(f).items()
    }
