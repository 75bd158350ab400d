"""Create the subset in the source tree from the full set: `python -m tools.subset`.

It has the first 600 training and the first 100 test images of each class, in the order of the
files.  The same input gives the same arrays; `_data/README.md` names the source.
"""

from __future__ import annotations

import argparse
import hashlib
import os

import numpy as np

from multiact.experiments.data import Split, load
from multiact.experiments.data.images import FULL, SUBSET_FILE

CLASSES, TRAIN, TEST = 10, 600, 100  # images per class


def balanced(split: Split, each: int) -> Split:
    """Select the first `each` images of every class, in their order."""
    positions = [np.flatnonzero(split.targets == label)[:each] for label in range(CLASSES)]
    selected = np.sort(np.concatenate(positions))
    if len(selected) != each * CLASSES:
        raise ValueError(f"not every class has {each} images")
    return split.take(selected)


def make(root: str | os.PathLike[str] | None = None) -> dict[str, np.ndarray]:
    """Return the arrays of the subset, by their names in the file."""
    full = load(FULL, root)
    if full.name != FULL:
        raise FileNotFoundError(
            "the full Fashion-MNIST is needed: apt install dataset-fashion-mnist"
        )
    train, test = balanced(full.train, TRAIN), balanced(full.test, TEST)
    return {
        "train_images": train.inputs,
        "train_labels": train.targets,
        "test_images": test.inputs,
        "test_labels": test.targets,
    }


def digest(arrays: dict[str, np.ndarray]) -> str:
    """Return the SHA-256 of the arrays' names and elements, regardless of compression."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        total.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return total.hexdigest()


def main() -> None:
    """Write the file and print its size and digest."""
    parser = argparse.ArgumentParser(prog="python -m tools.subset")
    parser.add_argument("--data", metavar="FOLDER", help="folder of the full Fashion-MNIST")
    parser.add_argument("--output", metavar="FILE", default=str(SUBSET_FILE))
    args = parser.parse_args()
    arrays = make(args.data)
    np.savez_compressed(args.output, **arrays)  # type: ignore[arg-type]
    print(f"{args.output}: {os.path.getsize(args.output)} bytes, sha256 of arrays {digest(arrays)}")


if __name__ == "__main__":
    main()
