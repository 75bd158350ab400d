"""Sets that come with libraries: the same everywhere, and standardised by their training part."""

import random
import sys

import numpy as np
import pytest

from multiact.experiments import load

TABLES = {
    # name: shape, training, test, classes
    "digits": ((8, 8), 1438, 359, 10),
    "wine": ((13,), 142, 36, 3),
    "breast-cancer": ((30,), 455, 114, 2),
    "diabetes": ((10,), 354, 88, 0),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name):
    pytest.importorskip("sklearn")
    found = load(name)
    sizes = found.shape, len(found.train), len(found.test), len(found.classes)
    assert sizes == TABLES[name]
    x = found.standardise(found.train.inputs).astype(float)
    axis = None if name == "digits" else 0
    # float32 numbers up to about 10, minus up to about 20
    np.testing.assert_allclose(x.mean(axis), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis), 1, atol=1e-5)


def test_the_text_is_cut_into_windows():
    found = load("text")
    sizes = found.shape, len(found.train), len(found.test), len(found.symbols)
    assert sizes == ((64,), 1380, 153, 61)
    assert found.symbols == found.classes
    said, follows = (
        "".join(found.symbols[k] for k in part[:2].ravel())
        for part in (found.train.inputs, found.train.targets)
    )
    assert said.startswith("First Citizen:\nBefore we proceed any further, hear me speak.")
    assert follows[:-1] == said[1:]
    following = found.train.inputs[1:, 0]
    np.testing.assert_array_equal(found.train.targets[:-1, -1], following)


def test_the_division_is_the_same_on_every_machine():
    pytest.importorskip("sklearn")
    found = load("digits")
    assert found.train.targets[:8].tolist() == [0, 1, 3, 4, 5, 6, 7, 8]
    assert found.test.targets[:8].tolist() == [2, 2, 3, 0, 8, 8, 7, 8]


@pytest.mark.parametrize("name", ["digits", "wine"])
def test_the_parts_are_the_whole_with_its_labels(name):
    datasets = pytest.importorskip("sklearn.datasets")
    whole = getattr(datasets, f"load_{name}")()
    found = load(name)
    factor = 16 if name == "digits" else 1
    parts = [
        (*(factor * x).ravel().tolist(), int(k))
        for split in (found.train, found.test)
        for x, k in zip(split.inputs, split.targets, strict=True)
    ]
    rows = zip(whole.data.tolist(), whole.target.tolist(), strict=True)
    assert sorted(parts) == sorted((*x, k) for x, k in rows)


def test_a_number_to_learn_has_unit_variance():
    datasets = pytest.importorskip("sklearn.datasets")
    found = load("diabetes")
    assert found.task == "regression"
    assert found.train.targets.shape == (354, 1)
    assert found.train.targets.mean() == pytest.approx(0, abs=1e-12)
    assert found.train.targets.std() == pytest.approx(1, abs=1e-12)
    whole = datasets.load_diabetes().target
    both = np.concatenate([found.train.targets, found.test.targets])[:, 0]
    # a shift and a scale are all that changed
    np.testing.assert_allclose(
        np.sort(both - both.min()) / np.ptp(both),
        np.sort(whole - whole.min()) / np.ptp(whole),
        atol=1e-12,
    )


def test_mnist1d_is_the_same_everywhere_and_leaves_the_generators_alone():
    package = pytest.importorskip("mnist1d.data")
    before, numpys = random.getstate(), np.random.get_state()  # noqa: NPY002
    found = load("mnist1d")
    assert random.getstate() == before
    np.testing.assert_equal(np.random.get_state(), numpys)  # noqa: NPY002
    assert (found.shape, len(found.train), len(found.test)) == ((40,), 4000, 1000)
    assert package.get_dataset_args().seed == 42
    assert found.train.targets[:10].tolist() == [2, 6, 4, 5, 6, 6, 6, 0, 3, 1]
    # from float64 numbers near 1 to float32
    np.testing.assert_allclose(
        found.train.inputs[0, :3], [-0.3320057, -0.4719104, -0.7786971], atol=1e-6
    )
    x = found.standardise(found.train.inputs).astype(float)
    assert x.mean() == pytest.approx(0, abs=1e-6)
    assert x.std() == pytest.approx(1, abs=1e-6)


def test_a_picture_is_a_function_of_two_coordinates():
    data = pytest.importorskip("skimage.data")
    found = load("image:camera")
    assert (found.task, found.shape) == ("regression", (2,))
    assert found.train is found.test
    places, grey = found.train.inputs, found.train.targets
    assert (places.shape, grey.shape) == ((4096, 2), (4096, 1))
    assert places[[0, 63, -1]].tolist() == [[-1, -1], [1, -1], [1, 1]]
    np.testing.assert_array_equal(found.standardise(places), places)
    # row 10, column 3: the block of 8 x 8 pixels there
    block = data.camera()[80:88, 24:32]
    assert grey[10 * 64 + 3, 0] == pytest.approx(block.mean() / 255, rel=1e-6)


def test_a_colour_picture_is_cut_to_its_central_square():
    data = pytest.importorskip("skimage.data")
    grey = load("image:cat").train.targets.reshape(64, 64)  # 300 x 451 pixels: blocks of 4
    block = data.cat()[22 + 4 * 5 : 22 + 4 * 6, 97 + 4 * 7 : 97 + 4 * 8].mean((0, 1))
    luminance = 0.2126 * block[0] + 0.7152 * block[1] + 0.0722 * block[2]
    assert grey[5, 7] == pytest.approx(luminance / 255, rel=1e-6)


def test_every_picture_is_there():
    pytest.importorskip("skimage")
    from multiact.experiments.data.pictures import NAMES

    for name in NAMES:
        grey = load(name).train.targets
        assert 0 <= grey.min() < grey.max() <= 1, name
        assert grey.std() > 0.02, name


@pytest.mark.parametrize(
    ("name", "package"),
    [("digits", "sklearn"), ("mnist1d", "mnist1d"), ("image:moon", "skimage")],
)
def test_a_library_that_is_missing_is_named(monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)
    message = rf"the set '{name}' needs {package}: pip install 'multiact\[data\]'"
    with pytest.raises(ModuleNotFoundError, match=message):
        load(name)
