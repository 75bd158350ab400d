"""Pictures as functions: a network learns the grey of a pixel from where it is.

The pictures are those that every wheel of scikit-image has.  The central square of each, as large
as 64 divides, is reduced to 64 x 64 means of blocks.  The question is how well a network can fit a
function, not how well it generalises: the test part is the training part.
"""

from __future__ import annotations

import numpy as np

from multiact._adapters import require
from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import Root

PREFIX, SIDE = "image:", 64
_PICTURES = (
    *("astronaut", "brick", "camera", "cat", "clock", "coffee", "coins"),
    *("grass", "gravel", "moon", "page", "rocket", "text"),
)
NAMES = tuple(f"{PREFIX}{picture}" for picture in _PICTURES)

_LUMINANCE = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709


def load(name: str, root: Root = None) -> Dataset:
    """Load a picture, which needs no folder; see `multiact.experiments.load`."""
    require("skimage", f"the set {name!r}", "data")
    from skimage import data

    grey = _reduce(getattr(data, name.removeprefix(PREFIX))())
    x = np.linspace(-1, 1, SIDE, dtype=np.float32)
    places = np.stack(np.meshgrid(x, x), -1).reshape(-1, 2)
    split = Split(places, grey.reshape(-1, 1))
    return Dataset(
        name, "scikit-image; both are the whole picture", split, split, mean=0.0, std=1.0
    )


def _reduce(picture: np.ndarray) -> np.ndarray:
    """Return the grey of 64 x 64 blocks, float32 from 0 to 1."""
    grey = picture @ np.array(_LUMINANCE) if picture.ndim == 3 else picture
    block = min(grey.shape) // SIDE
    top, left = ((length - SIDE * block) // 2 for length in grey.shape)
    square = grey[top : top + SIDE * block, left : left + SIDE * block]
    means: np.ndarray = square.reshape(SIDE, block, SIDE, block).mean((1, 3)) / 255
    return means.astype(np.float32)
