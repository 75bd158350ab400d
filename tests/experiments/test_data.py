"""Images are found where they are said to be, and batches repeat."""

import gzip

import numpy as np
import pytest

from multiact.experiments import batches, load
from multiact.experiments.data import images as data

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
    monkeypatch.delenv(data.VARIABLE, raising=False)
    monkeypatch.setattr(data, "SYSTEM", tmp_path / "system")


@pytest.mark.parametrize("layout", ["", "fashion-mnist", "FashionMNIST/raw"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_folder_is_read(tmp_path, layout, suffix):
    arrays = write_set(tmp_path / layout, suffix)
    images = load(root=tmp_path)
    assert images.name == "fashion-mnist"
    assert images.source == str(tmp_path / layout)
    np.testing.assert_array_equal(images.train.inputs, arrays["train_images"])
    np.testing.assert_array_equal(images.test.targets, arrays["t10k_labels"])
    assert images.describe() == (
        f"fashion-mnist, 20 training and 10 test images, from {tmp_path / layout}"
    )


def test_the_order_is_root_variable_system_subset(tmp_path, monkeypatch):
    for place in ("root", "variable", "system"):
        write_set(tmp_path / place)
    monkeypatch.setenv(data.VARIABLE, str(tmp_path / "variable"))
    assert load(root=tmp_path / "root").source.endswith("root")
    assert load().source.endswith("variable")
    monkeypatch.delenv(data.VARIABLE)
    assert load().source.endswith("system")
    monkeypatch.setattr(data, "SYSTEM", tmp_path / "nowhere")
    assert load().name == "fashion-mnist-subset"


def test_a_wheel_has_no_images(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "SUBSET_FILE", tmp_path / "absent.npz")
    for name in ("fashion-mnist", "fashion-mnist-subset"):
        with pytest.raises(FileNotFoundError, match="run it in a clone, or `apt install"):
            load(name)
    write_set(tmp_path / "system")
    assert load().source.endswith("system")


def test_a_named_folder_without_images_is_an_error(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=f"no Fashion-MNIST in {tmp_path}"):
        load(root=tmp_path)
    monkeypatch.setenv(data.VARIABLE, str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"\(from MULTIACT_DATA\)"):
        load()
    assert len(load("fashion-mnist-subset").train) == 6000


def test_a_missing_file_is_named(tmp_path):
    write_set(tmp_path)
    (tmp_path / f"{STEMS[3]}-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks t10k-labels-idx1-ubyte\.gz"):
        load(root=tmp_path)


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
        load(root=tmp_path)


def test_an_unknown_set_is_an_error():
    with pytest.raises(LookupError, match="did you mean 'fashion-mnist'"):
        load("fashion_mnist")


def test_standardised_pixels(tmp_path):
    images = load()
    x = images.standardise(np.array([0, 255], np.uint8))
    assert x.dtype == np.float32
    np.testing.assert_allclose(x, [-0.2860 / 0.3530, (1 - 0.2860) / 0.3530], rtol=1e-6)


def test_batches_repeat_and_see_every_image_once():
    def order(**given):
        return [batch.tolist() for batch in batches(1000, 128, **given)]

    first = order(seed=3, epoch=1)
    assert first == order(seed=3, epoch=1)
    assert first != order(seed=3, epoch=2)
    assert first != order(seed=4, epoch=1)
    assert [len(batch) for batch in first] == [128] * 7 + [104]
    assert sorted(i for batch in first for i in batch) == list(range(1000))


def test_batches_are_the_same_on_every_machine():
    assert next(batches(60000, 4, seed=0)).tolist() == [4013, 23840, 29603, 43011]


def test_a_batch_needs_an_image():
    with pytest.raises(ValueError, match="got 0"):
        next(batches(10, 0, seed=0))
