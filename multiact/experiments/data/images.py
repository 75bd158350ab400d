"""Real images: Fashion-MNIST if it is installed, otherwise the subset in the source tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multiact._suggest import nearest
from multiact.experiments.data.idx import read_idx

FULL, SUBSET = "fashion-mnist", "fashion-mnist-subset"
VARIABLE = "MULTIACT_DATA"
#: where Debian's package dataset-fashion-mnist installs the files
SYSTEM = Path("/usr/share/datasets/fashion-mnist")
#: a part of it, in the source tree alone: wheels do not have it
SUBSET_FILE = Path(__file__).parents[1] / "_data" / "fashion_mnist_subset.npz"
CLASSES = (
    *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)

_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
_LAYOUTS = ("", "fashion-mnist", "FashionMNIST/raw")  # Debian, a folder of sets, torchvision


@dataclass(frozen=True, eq=False)
class Split:
    """Images and their classes.

    Attributes
    ----------
    inputs
        uint8, of shape (count, 28, 28).
    targets
        uint8, of shape (count,): the index of the class in `CLASSES`.
    """

    inputs: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, eq=False)
class Dataset:
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
        Mean and standard deviation of the pixels, divided by 255, of the 60000 training images
        of the full set.
    """

    name: str
    source: str
    train: Split
    test: Split
    mean: float = 0.2860
    std: float = 0.3530

    def standardise(self, images: np.ndarray) -> np.ndarray:
        """Convert pixels to float32 with mean near 0 and standard deviation near 1."""
        scale = np.float32(1 / (255 * self.std))
        return images.astype(np.float32) * scale - np.float32(self.mean / self.std)

    def describe(self) -> str:
        """Describe the images in one line: name, number and source."""
        counts = f"{len(self.train)} training and {len(self.test)} test images"
        return f"{self.name}, {counts}, from {self.source}"


def load(name: str = FULL, root: str | os.PathLike[str] | None = None) -> Dataset:
    """Load labelled images.

    The full set is searched for in `root` if given, otherwise in the folder named by the
    environment variable MULTIACT_DATA, otherwise where Debian's package dataset-fashion-mnist
    installs it.  If no folder was named and the set is not installed, the subset of 7000 images
    is loaded that the source tree has; `name` and `source` of the result say which it is.

    Parameters
    ----------
    name
        "fashion-mnist", or "fashion-mnist-subset" to load the subset in any case.
    root
        A folder that contains the four IDX files, gzipped or not, or a subfolder with them named
        "fashion-mnist" or, as in torchvision, "FashionMNIST/raw".

    Returns
    -------
    Dataset

    Raises
    ------
    LookupError
        If there is no such set of images.
    FileNotFoundError
        If the named folder does not contain the set, or none was named and there are no images.
    ValueError
        If a file is damaged, or images and labels do not match.

    Examples
    --------
    >>> from multiact.experiments import load
    >>> images = load("fashion-mnist-subset")
    >>> images.train.inputs.shape, len(images.test)
    ((6000, 28, 28), 1000)
    """
    if name not in {FULL, SUBSET}:
        raise LookupError(f"no set of images {name!r}; {nearest(name, [FULL, SUBSET])}")
    if name == SUBSET:
        return _load_subset()
    path = root if root is not None else os.environ.get(VARIABLE)
    folder = _find_folder(Path(path or SYSTEM))
    if folder is not None:
        return _load_folder(folder)
    if path:
        whose = "" if root is not None else f" (from {VARIABLE})"
        raise FileNotFoundError(f"no Fashion-MNIST in {path}{whose}: expected {_FILES[0]}-ubyte.gz")
    return _load_subset()


def batches(count: int, size: int, *, seed: int, epoch: int = 0) -> Iterator[np.ndarray]:
    """Yield the indices of each batch of one epoch, in an order set by seed and epoch.

    Parameters
    ----------
    count
        Number of images.
    size
        Images per batch; the last batch of an epoch may be smaller.
    seed, epoch
        Integers of 0 or more.

    Yields
    ------
    numpy.ndarray
        Indices; over the epoch, each number of `range(count)` occurs once.

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


def _find_folder(root: Path) -> Path | None:
    return next((f for layout in _LAYOUTS if _find_file(f := root / layout, _FILES[0])), None)


def _find_file(folder: Path, stem: str) -> Path | None:
    names = (f"{stem}-ubyte", f"{stem}-ubyte.gz")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _load_folder(folder: Path) -> Dataset:
    paths = [_find_file(folder, stem) for stem in _FILES]
    missing = [stem for stem, path in zip(_FILES, paths, strict=True) if path is None]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {missing[0]}-ubyte.gz")
    arrays = [read_idx(path) for path in paths if path is not None]
    train = _make_split(arrays[0], arrays[1], f"{folder}/{_FILES[0]}")
    test = _make_split(arrays[2], arrays[3], f"{folder}/{_FILES[2]}")
    return Dataset(FULL, str(folder), train, test)


def _load_subset() -> Dataset:
    if not SUBSET_FILE.is_file():
        raise FileNotFoundError(
            "no images: this package was installed without them; run it in a clone, or "
            f"`apt install dataset-fashion-mnist`, or name a folder of Fashion-MNIST in {VARIABLE}"
        )
    with np.load(SUBSET_FILE, allow_pickle=False) as file:
        train, test = (
            _make_split(file[f"{split}_images"], file[f"{split}_labels"], f"{SUBSET_FILE}, {split}")
            for split in ("train", "test")
        )
    return Dataset(SUBSET, "the subset in multiact's source tree", train, test)


def _make_split(images: np.ndarray, labels: np.ndarray, where: str) -> Split:
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
