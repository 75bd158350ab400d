"""A small curve in the terminal, of braille dots: 2 x 4 of them in each character."""

from __future__ import annotations

import numpy as np

from multiact.analysis.slices import Slice, visible_range

_WIDTH, _HEIGHT = 48, 10  # characters
_INTERVAL = (-5.0, 5.0)
_BITS = np.asarray([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def curve(cut: Slice) -> list[str]:
    """Return the lines that draw a slice, with the ranges of x and y."""
    steps = 4 * 2 * _WIDTH
    x = np.linspace(*_INTERVAL, steps)
    y = cut.values(x, 0)
    finite = np.isfinite(y)
    if not finite.any():
        return []
    low, high = visible_range(y[finite], max(_INTERVAL))
    rows = np.full(steps, -1)
    scaled = (high - y[finite]) / ((high - low) or 1) * (4 * _HEIGHT - 1)
    rows[finite] = np.round(np.clip(scaled, -1, 4 * _HEIGHT))
    dots = np.zeros((4 * _HEIGHT, 2 * _WIDTH), int)
    columns = np.arange(steps) * 2 * _WIDTH // steps
    inside = (rows >= 0) & (rows < 4 * _HEIGHT)
    dots[rows[inside], columns[inside]] = 1
    cells = dots.reshape(_HEIGHT, 4, _WIDTH, 2) * _BITS[:, None, :]
    drawn = ["".join(chr(0x2800 + c) for c in row) for row in cells.sum(axis=(1, 3))]
    labels = [f"{v:.3g}" for v in (high, low)]
    margin = max(map(len, labels))
    sides = [labels[0], *[""] * (_HEIGHT - 2), labels[1]]
    ends = "".join(f"{v:<{_WIDTH - 1}g}" for v in _INTERVAL).rstrip()
    return [
        f"{side:>{margin}} {row}".rstrip(" \u2800") for side, row in zip(sides, drawn, strict=True)
    ] + [f"{'':>{margin}} {ends}"]
