"""CIFAR is read from its binary files, made here by hand."""

import numpy as np
import pytest

from multiact.experiments import load
from multiact.experiments.data import folders

TRAIN = {"cifar-10": [f"data_batch_{i}.bin" for i in range(1, 6)], "cifar-100": ["train.bin"]}
TEST = {"cifar-10": "test_batch.bin", "cifar-100": "test.bin"}
FOLDER = {"cifar-10": "cifar-10-batches-bin", "cifar-100": "cifar-100-binary"}


def write(folder, name, images=4, label=None):
    """Write files of a few records each; return the images and labels of each file."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    made = {}
    for file in [*TRAIN[name], TEST[name]]:
        pixels = rng.integers(0, 256, (images, 3, 32, 32), np.uint8)
        fine = rng.integers(0, int(name.partition("-")[2]), images, np.uint8)
        if label is not None:
            fine[-1] = label
        coarse = b"" if name == "cifar-10" else b"\x13"
        records = [
            coarse + bytes([k]) + image.tobytes() for k, image in zip(fine, pixels, strict=True)
        ]
        (folder / file).write_bytes(b"".join(records))
        made[file] = pixels, fine
    return made


@pytest.fixture(params=["cifar-10", "cifar-100"])
def name(request, monkeypatch, tmp_path):
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    monkeypatch.setattr(folders, "SYSTEM", tmp_path / "system")
    return request.param


@pytest.mark.parametrize("below", [True, False])
def test_it_is_read(tmp_path, name, below):
    folder = tmp_path / FOLDER[name] if below else tmp_path
    made = write(folder, name)
    found = load(name, tmp_path)
    images, labels = map(np.concatenate, zip(*(made[file] for file in TRAIN[name]), strict=True))
    np.testing.assert_array_equal(found.train.inputs, images)
    np.testing.assert_array_equal(found.train.targets, labels)
    np.testing.assert_array_equal(found.test.inputs, made[TEST[name]][0])
    np.testing.assert_array_equal(found.test.targets, made[TEST[name]][1])
    assert (found.shape, found.source, found.task) == ((3, 32, 32), str(folder), "classification")


def test_channels_have_their_own_statistics(tmp_path, name):
    write(tmp_path, name)
    found = load(name, tmp_path)
    pixels = found.train.inputs / 255
    # sums in another order: some roundings of numbers near 1
    np.testing.assert_allclose(found.mean.ravel(), pixels.mean((0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(found.std.ravel(), pixels.std((0, 2, 3)), rtol=1e-12)
    x = found.standardise(found.train.inputs).astype(float)
    np.testing.assert_allclose(x.mean((0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(x.std((0, 2, 3)), 1, atol=1e-6)


def test_classes_are_in_the_order_of_their_labels():
    from multiact.experiments.data.cifar import _KINDS

    # the published labels are alphabetical; some, from the published lists of names
    ten, hundred = _KINDS["cifar-10"].classes, _KINDS["cifar-100"].classes
    assert (len(ten), len(set(hundred))) == (10, 100)
    assert ten == tuple(sorted(ten))
    assert hundred == tuple(sorted(hundred))
    assert (ten[0], ten[9], hundred[0], hundred[99]) == ("airplane", "truck", "apple", "worm")


def test_damage_is_noticed(tmp_path, name):
    write(tmp_path, name)
    path = tmp_path / TEST[name]
    content = path.read_bytes()
    for wrong in (content[:-1], content + b"!", b""):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"damaged, or not CIFAR.*not a number of records"):
            load(name, tmp_path)
    write(tmp_path, name, label=int(name.partition("-")[2]))
    with pytest.raises(ValueError, match="a label is 10"):
        load(name, tmp_path)


def test_what_is_missing_is_named(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=rf"unpack {name}-binary\.tar\.gz in a folder"):
        load(name)
    with pytest.raises(FileNotFoundError, match=f"no CIFAR.* in {tmp_path}: expected"):
        load(name, tmp_path)
    write(tmp_path, name)
    (tmp_path / TEST[name]).unlink()
    with pytest.raises(FileNotFoundError, match=f"lacks {TEST[name]}"):
        load(name, tmp_path)
