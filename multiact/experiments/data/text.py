"""A small text, of which each next character is to be predicted.

It is the beginning of Shakespeare's Coriolanus, 98,127 characters, in the public domain.  It comes
with multiact, since texts that are on every machine, such as Python's licence, are too short or
differ between versions: a result could not be repeated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import Root

NAMES = ("text",)
#: characters in an example
POSITIONS = 64

_FILE = Path(__file__).parent / "coriolanus.txt"
_TEST = 0.1


def load(name: str, root: Root = None) -> Dataset:
    """Load the text, which needs no folder; see `multiact.experiments.load`."""
    text = _FILE.read_text("utf-8")
    symbols = tuple(sorted(set(text)))
    numbers = np.searchsorted(np.asarray(symbols), np.asarray([*text])).astype(np.uint8)
    count = (len(numbers) - 1) // POSITIONS
    inputs, targets = (
        numbers[shift : shift + count * POSITIONS].reshape(count, POSITIONS) for shift in (0, 1)
    )
    cut = count - round(_TEST * count)
    train, test = Split(inputs[:cut], targets[:cut]), Split(inputs[cut:], targets[cut:])
    return Dataset(name, "multiact", train, test, 0.0, 1.0, symbols, symbols)
