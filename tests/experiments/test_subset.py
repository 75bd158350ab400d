"""The subset in the source tree is what it says."""

import hashlib

import numpy as np
import pytest

from multiact.experiments import load
from multiact.experiments.data import folders
from multiact.experiments.data import images as data
from tools import subset

FILE = "b3a5ef00123a6fcb94b9de321db87656eb8fb8f8a3ae1a4a4b2175975aec0fce"
ARRAYS = "4cec190dfbd5d34f09343a7cdc14a8a6a010ac7c10cb4b3f3034763c667ba353"


@pytest.fixture(scope="module")
def images():
    return load("fashion-mnist-subset")


def test_the_file_is_unchanged_and_small():
    content = data.SUBSET_FILE.read_bytes()
    assert hashlib.sha256(content).hexdigest() == FILE
    assert len(content) < 4e6


def test_the_arrays_are_unchanged():
    with np.load(data.SUBSET_FILE) as file:
        assert subset.digest(dict(file)) == ARRAYS


def test_classes_are_balanced(images):
    assert np.bincount(images.train.targets).tolist() == [600] * 10
    assert np.bincount(images.test.targets).tolist() == [100] * 10


def test_pixels_are_like_those_of_the_full_set(images):
    pixels = images.train.inputs / 255
    assert pixels.mean() == pytest.approx(images.mean, abs=0.002)
    assert pixels.std() == pytest.approx(images.std, abs=0.002)


def test_no_test_image_is_trained_on(images):
    trained = {image.tobytes() for image in images.train.inputs}
    assert len(trained) > 5990  # the full set has some images twice
    assert not any(image.tobytes() in trained for image in images.test.inputs)


def test_the_licence_comes_along():
    text = (data.SUBSET_FILE.parent / "LICENSE").read_text("utf-8")
    assert "MIT" in text
    assert "Zalando SE" in text


def test_the_script_makes_it_from_the_full_set():
    if not (folders.SYSTEM / "fashion-mnist").is_dir():
        pytest.skip("needs Debian's dataset-fashion-mnist")
    assert subset.digest(subset.make(folders.SYSTEM)) == ARRAYS


def test_the_script_needs_the_full_set(tmp_path, monkeypatch):
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    monkeypatch.setattr(folders, "SYSTEM", tmp_path)
    with pytest.raises(FileNotFoundError, match="apt install dataset-fashion-mnist"):
        subset.make()


def test_a_class_with_too_few_images_is_an_error(images):
    with pytest.raises(ValueError, match="not every class has 101 images"):
        subset.balanced(images.test, 101)
