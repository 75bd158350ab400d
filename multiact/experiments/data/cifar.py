"""CIFAR-10 and CIFAR-100 from the files of their binary version.

A file is a sequence of records: one label, or two in CIFAR-100 (coarse, fine), then the red, the
green and the blue pixels of 32 rows.  The Python version of the sets is pickled, and is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import VARIABLE, Place, Root

_IMAGE = (3, 32, 32)
_PIXELS = 3 * 32 * 32


@dataclass(frozen=True)
class _Kind:
    """Where a set is, its files, and the number of labels of an image, of which the last counts."""

    place: Place
    train: tuple[str, ...]
    test: str
    labels: int
    classes: tuple[str, ...]


def _place(title: str, first: str, *layouts: str) -> Place:
    archive = f"{title.lower()}-binary.tar.gz"
    ways = f"unpack {archive} in a folder and name that in {VARIABLE}"
    return Place(title, (first,), layouts, ways)


_KINDS = {
    "cifar-10": _Kind(
        _place("CIFAR-10", "data_batch_1.bin", "cifar-10-batches-bin", "cifar-10", ""),
        tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
        "test_batch.bin",
        1,
        tuple("airplane automobile bird cat deer dog frog horse ship truck".split()),
    ),
    "cifar-100": _Kind(
        _place("CIFAR-100", "train.bin", "cifar-100-binary", "cifar-100", ""),
        ("train.bin",),
        "test.bin",
        2,
        tuple(
            """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge
            bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach
            couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster
            house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
            motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
            pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket
            rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
            sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip
            turtle wardrobe whale willow_tree wolf woman worm""".split()
        ),
    ),
}
NAMES = tuple(_KINDS)


def load(name: str, root: Root = None) -> Dataset:
    """Load CIFAR-10, or CIFAR-100 with its fine labels; see `multiact.experiments.load`."""
    kind = _KINDS[name]
    folder = kind.place.find(root)
    parts = [_read(folder / file, kind) for file in kind.train]
    train = Split(*map(np.concatenate, zip(*parts, strict=True)))
    mean, std = _statistics(train.inputs)
    test = Split(*_read(folder / kind.test, kind))
    return Dataset(name, str(folder), train, test, mean, std, kind.classes)


def _read(path: Path, kind: _Kind) -> tuple[np.ndarray, np.ndarray]:
    if not path.is_file():
        raise FileNotFoundError(f"{path.parent} lacks {path.name}")
    content = np.fromfile(path, np.uint8)
    record = kind.labels + _PIXELS
    if not len(content) or len(content) % record:
        raise ValueError(
            f"{path}: damaged, or not {kind.place.title}: its {len(content)} bytes are not a "
            f"number of records of {record}"
        )
    records = content.reshape(-1, record)
    labels = records[:, kind.labels - 1].copy()
    if int(labels.max()) >= len(kind.classes):
        raise ValueError(
            f"{path}: damaged, or not {kind.place.title}: a label is {labels.max()}, but there "
            f"are {len(kind.classes)} classes"
        )
    return records[:, kind.labels :].reshape(-1, *_IMAGE), labels


def _statistics(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel, exactly, from how often a value occurs."""
    values = np.arange(256) / 255
    counts = np.zeros((3, 256))
    for some in np.array_split(images, max(1, len(images) // 1000)):  # bincount copies to int64
        counts += [np.bincount(some[:, c].ravel(), minlength=256) for c in range(3)]
    counts /= counts.sum(1, keepdims=True)
    mean = counts @ values
    std = np.sqrt(counts @ values**2 - mean**2)
    return mean.reshape(3, 1, 1), std.reshape(3, 1, 1)
