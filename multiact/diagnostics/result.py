"""Results of all diagnostics: a record for each layer, and a table of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

Cell = int | float | str | None


class Record(Protocol):
    """What is known about one layer or parameter."""

    def summary(self) -> dict[str, Cell]:
        """Return numbers and words by the names of their columns; None: not known."""
        ...


R_co = TypeVar("R_co", bound=Record, covariant=True)


class Result(Mapping[str, R_co]):
    """Records by the names of layers, in the order of their first calls.

    Parameters
    ----------
    records
        The record of each layer.
    """

    def __init__(self, records: Mapping[str, R_co]) -> None:
        self._records = dict(records)

    def __getitem__(self, layer: str) -> R_co:
        return self._records[layer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def as_dict(self) -> dict[str, dict[str, Cell]]:
        """Return the columns of each layer, which JSON can hold."""
        return {layer: record.summary() for layer, record in self._records.items()}

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return the head and the rows of the table, as texts."""
        summaries = self.as_dict()
        head = tuple(next(iter(summaries.values()), {}))
        rows = [(layer, *map(written, s.values())) for layer, s in summaries.items()]
        return ("layer", *head), rows

    def __str__(self) -> str:
        head, rows = self.table()
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in (head, *rows))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._records!r})"


def written(cell: Cell) -> str:
    """Return the text of a cell: numbers to four digits."""
    if cell is None:
        return "-"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
