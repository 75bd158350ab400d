"""The results of runs: a folder for each, with plain files alone.

OUT/<activation>-<digest>/seed-0003/run.json            what determines the run
                                   epochs.jsonl         a line for each epoch
                                   learned.jsonl        what activations learned, from the start on
                                   times.jsonl          what differs from run to run: seconds
                                   checkpoint.safetensors   while it is unfinished
                                   weights.safetensors
                                   done.json            the last numbers, written last
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multiact._files import replaced
from multiact.checkpoints import read, write
from multiact.experiments.result import replace_nonfinite
from multiact.experiments.run import Run

Arrays = dict[str, np.ndarray]
_RUN, _EPOCHS, _TIMES, _DONE = "run.json", "epochs.jsonl", "times.jsonl", "done.json"
_LEARNED = "learned.jsonl"
_CHECKPOINT, _WEIGHTS = "checkpoint.safetensors", "weights.safetensors"
_EPOCH = "epoch"


@dataclass(frozen=True)
class Record:
    """A finished run.

    Attributes
    ----------
    run
        What determined it.
    final
        The numbers after the last epoch: "test_loss", "test_accuracy" (of the held out part in
        the stage "tune"; absent for regressions), "train_loss", "finite", "seconds".
    epochs
        One mapping for each epoch.
    folder
        Where its files are.
    """

    run: Run
    final: Mapping[str, Any]
    epochs: tuple[Mapping[str, Any], ...]
    folder: Path

    def weights(self) -> Arrays:
        """Read the trained weights, by PyTorch's names."""
        return read(self.folder / _WEIGHTS)

    def learned(self) -> tuple[Mapping[str, Any], ...]:
        """Read what activations learned: by names, after each "epoch", 0 being the start."""
        file = self.folder / _LEARNED
        return tuple(_lines(file)) if file.is_file() else ()


def results(folder: str | os.PathLike[str]) -> list[Record]:
    """Read all finished runs in a folder, in the order of their names.

    Parameters
    ----------
    folder
        The folder that `multiact train --out` named.

    Raises
    ------
    FileNotFoundError
        If it has no finished run.
    """
    done = sorted(Path(folder).glob(f"*/*/{_DONE}"))
    if not done:
        raise FileNotFoundError(f"there is no finished run in {folder}")
    return [_record(path.parent) for path in done]


def records_of(runs: Iterable[Run], out: str | os.PathLike[str]) -> list[Record]:
    """Read those of some runs that are finished in a folder, in their order."""
    places = (Place(out, run) for run in runs)
    return [_record(place.folder) for place in places if place.finished]


def _record(place: Path) -> Record:
    run = Run.from_dict(json.loads((place / _RUN).read_text("utf-8")))
    final = json.loads((place / _DONE).read_text("utf-8"))
    return Record(run, final, tuple(_lines(place / _EPOCHS)), place)


class Place:
    """The files of one run, finished or not."""

    def __init__(self, out: str | os.PathLike[str], run: Run) -> None:
        self.run, self.folder = run, Path(out) / run.folder

    @property
    def finished(self) -> bool:
        """Whether the run is finished."""
        return (self.folder / _DONE).is_file()

    def open(self) -> tuple[int, Arrays | None]:
        """Make the folder; return the number of finished epochs, and the state after them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        checkpoint = self.folder / _CHECKPOINT
        if not checkpoint.is_file():
            _write_text(self.folder / _RUN, _json(self.run.as_dict(), indent=1))
            for name in (_EPOCHS, _TIMES, _LEARNED):
                (self.folder / name).unlink(missing_ok=True)
            return 0, None
        arrays = read(checkpoint)
        epoch = int(arrays.pop(_EPOCH))
        for name in (_EPOCHS, _TIMES):  # lines of epochs after the checkpoint are written again
            self._rewrite(name, epoch)
        if (self.folder / _LEARNED).is_file():
            self._rewrite(_LEARNED, epoch + 1)
        return epoch, arrays

    def _rewrite(self, name: str, count: int) -> None:
        lines = (self.folder / name).read_text("utf-8").splitlines(keepends=True)
        _write_text(self.folder / name, "".join(lines[:count]))

    def append(self, epoch: Mapping[str, Any], seconds: float) -> None:
        """Add the line of an epoch."""
        for name, line in ((_EPOCHS, epoch), (_TIMES, {"seconds": round(seconds, 4)})):
            self._add(name, line)

    def learn(self, line: Mapping[str, Any]) -> None:
        """Add what activations have learned after an epoch."""
        self._add(_LEARNED, line)

    def _add(self, name: str, line: Mapping[str, Any]) -> None:
        with open(self.folder / name, "a", encoding="utf-8") as file:
            file.write(_json(line) + "\n")

    def checkpoint(self, epoch: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Store the state after so many epochs."""
        write({**arrays, _EPOCH: np.asarray(epoch)}, self.folder / _CHECKPOINT)

    def finish(self, final: Mapping[str, Any], weights: Mapping[str, np.ndarray]) -> None:
        """Store the weights and the last numbers, and remove the checkpoint."""
        write(weights, self.folder / _WEIGHTS)
        _write_text(self.folder / _DONE, _json(final, indent=1))
        (self.folder / _CHECKPOINT).unlink(missing_ok=True)

    def seconds(self) -> float:
        """Return the sum of the seconds of all epochs."""
        return float(sum(line["seconds"] for line in _lines(self.folder / _TIMES)))


def missing(runs: Iterable[Run], out: str | os.PathLike[str]) -> list[Run]:
    """Return the runs that are not finished in a folder."""
    return [run for run in runs if not Place(out, run).finished]


def _write_text(path: Path, text: str) -> None:
    with replaced(path) as new:
        new.write_text(text, "utf-8")


def _json(value: Mapping[str, Any], indent: int | None = None) -> str:
    """Convert to JSON, which has no NaN: numbers that are not finite become null."""
    return json.dumps(replace_nonfinite(dict(value)), indent=indent, allow_nan=False)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())
