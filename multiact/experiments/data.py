"""Real images: the full Fashion-MNIST where it is installed, else the subset that comes along."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multiact._suggest import nearest
from multiact.experiments.idx import read_idx

FULL, SUBSET = "fashion-mnist", "fashion-mnist-subset"
VARIABLE = "MULTIACT_DATA"
#: where Debian's package dataset-fashion-mnist puts the files
SYSTEM = Path("/usr/share/datasets/fashion-mnist")
BUNDLED = Path(__file__).parent / "_data" / "fashion_mnist_subset.npz"
CLASSES = (
    *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)

_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
_LAYOUTS = ("", "fashion-mnist", "FashionMNIST/raw")  # Debian's, a folder of sets, torchvision's


@dataclass(frozen=True, eq=False)
class Split:
    """Images and their classes.

    Attributes
    ----------
    images
        uint8, of shape (count, 28, 28).
    labels
        uint8, of shape (count,), the position of the class in `CLASSES`.
    """

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Images:
    """A set of labelled images.

    Attributes
    ----------
    name
        "fashion-mnist" or "fashion-mnist-subset".
    source
        The folder or file that was read.
    train, test
        The two splits.
    mean, std
        Of the pixels of the 60000 training images of the full set, divided by 255.
    """

    name: str
    source: str
    train: Split
    test: Split
    mean: float = 0.2860
    std: float = 0.3530

    def standardise(self, images: np.ndarray) -> np.ndarray:
        """Pixels as float32 with mean near 0 and standard deviation near 1."""
        scale = np.float32(1 / (255 * self.std))
        return images.astype(np.float32) * scale - np.float32(self.mean / self.std)

    def describe(self) -> str:
        """One line: what it is, how many, where from."""
        counts = f"{len(self.train)} training and {len(self.test)} test images"
        return f"{self.name}, {counts}, from {self.source}"


def load_images(name: str = FULL, root: str | os.PathLike[str] | None = None) -> Images:
    """Load labelled images.

    The full set is looked for in `root` if given, else in the folder that the environment
    variable MULTIACT_DATA names, else where Debian's package dataset-fashion-mnist puts
    it.  Only when it is in none of them, and no folder was named, the bundled subset of 7000
    images is taken: `name` and `source` of the result say which it was.

    Parameters
    ----------
    name
        "fashion-mnist", or "fashion-mnist-subset" for the bundled subset in any case.
    root
        A folder with the four IDX files, gzipped or not, or with such a folder in it named
        "fashion-mnist" or, as torchvision does it, "FashionMNIST/raw".

    Returns
    -------
    Images

    Raises
    ------
    LookupError
        If there is no such set of images.
    FileNotFoundError
        If a folder was named that does not hold the set.
    ValueError
        If a file is damaged, or images and labels do not fit.

    Examples
    --------
    >>> from multiact.experiments import load_images
    >>> images = load_images("fashion-mnist-subset")
    >>> images.train.images.shape, len(images.test)
    ((6000, 28, 28), 1000)
    """
    if name not in {FULL, SUBSET}:
        raise LookupError(f"no set of images {name!r}; {nearest(name, [FULL, SUBSET])}")
    if name == SUBSET:
        return _bundled()
    named = root if root is not None else os.environ.get(VARIABLE)
    folder = _folder(Path(named or SYSTEM))
    if folder is not None:
        return _from_folder(folder)
    if named:
        whose = "" if root is not None else f" (from {VARIABLE})"
        raise FileNotFoundError(
            f"no Fashion-MNIST in {named}{whose}: expected {_FILES[0]}-ubyte.gz"
        )
    return _bundled()


def batches(count: int, size: int, *, seed: int, epoch: int = 0) -> Iterator[np.ndarray]:
    """Indices of the batches of one epoch, in an order that seed and epoch determine.

    Parameters
    ----------
    count
        Number of images.
    size
        Images a batch; the last batch of an epoch may be smaller.
    seed, epoch
        Whole numbers of 0 or more.

    Yields
    ------
    numpy.ndarray
        Indices; together each of `range(count)` once.

    Examples
    --------
    >>> from multiact.experiments import batches
    >>> [len(batch) for batch in batches(10, 4, seed=0)]
    [4, 4, 2]
    """
    if size < 1:
        raise ValueError(f"a batch needs 1 image or more, got {size}")
    order = np.random.default_rng((seed, epoch)).permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def _folder(root: Path) -> Path | None:
    return next((f for layout in _LAYOUTS if _file(f := root / layout, _FILES[0])), None)


def _file(folder: Path, stem: str) -> Path | None:
    names = (f"{stem}-ubyte", f"{stem}-ubyte.gz")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _from_folder(folder: Path) -> Images:
    paths = [_file(folder, stem) for stem in _FILES]
    missing = [stem for stem, path in zip(_FILES, paths, strict=True) if path is None]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {missing[0]}-ubyte.gz")
    arrays = [read_idx(path) for path in paths if path is not None]
    train = _checked(arrays[0], arrays[1], f"{folder}/{_FILES[0]}")
    test = _checked(arrays[2], arrays[3], f"{folder}/{_FILES[2]}")
    return Images(FULL, str(folder), train, test)


def _bundled() -> Images:
    with np.load(BUNDLED, allow_pickle=False) as file:
        train, test = (
            _checked(file[f"{split}_images"], file[f"{split}_labels"], f"{BUNDLED}, {split}")
            for split in ("train", "test")
        )
    return Images(SUBSET, "multiact's bundled subset", train, test)


def _checked(images: np.ndarray, labels: np.ndarray, where: str) -> Split:
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or not len(images):
        raise ValueError(
            f"{where}: expected uint8 images of 28 x 28 pixels, got {images.dtype} {images.shape}"
        )
    if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{where}: expected {len(images)} uint8 labels, got {labels.dtype} {labels.shape}"
        )
    if int(labels.max()) >= len(CLASSES):
        raise ValueError(
            f"{where}: a label is {labels.max()}, but there are {len(CLASSES)} classes"
        )
    return Split(images, labels)
