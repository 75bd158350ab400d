"""Every example of the gallery runs, and saves a picture that shows something."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "gallery").glob("*.py"))
FEW = 10  # points that frames and lines behind the curves may have


def run(example, monkeypatch, folder):
    """Run an example as a user does; return its figure."""
    monkeypatch.chdir(folder)
    figure = runpy.run_path(str(example))["figure"]
    assert (folder / f"{example.stem}.png").is_file()
    return figure


def shows_something(axes):
    """Whether axes have a picture of several values, or curves or dots at several points."""
    arrays = [a.get_array() for a in (*axes.images, *axes.collections)]
    if any(array is not None and np.ptp(array[np.isfinite(array)]) > 0 for array in arrays):
        return True
    points = np.concatenate([np.empty((0, 2)), *(line.get_xydata() for line in axes.lines)])
    return len(np.unique(points[np.isfinite(points).all(axis=1)], axis=0)) > FEW


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_the_example(example, monkeypatch, tmp_path):
    for package in ("torch", "matplotlib", "safetensors", "sklearn", "skimage", "mnist1d"):
        pytest.importorskip(package)
    figure = run(example, monkeypatch, tmp_path)
    assert [shows_something(axes) for axes in figure.axes] == [True] * len(figure.axes) != []


def test_there_are_examples():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("plot([], [])", False),
        ("axhline(0)", False),
        ("plot(np.arange(20), np.full(20, np.nan))", False),
        ("imshow(np.zeros((20, 20)))", False),
        ("plot(np.arange(20), np.arange(20))", True),
        ("imshow(np.eye(20))", True),
    ],
)
def test_an_empty_picture_is_noticed(drawing, expected, monkeypatch, tmp_path):
    pytest.importorskip("matplotlib")
    example = tmp_path / "example.py"
    example.write_text(
        "import numpy as np\n"
        "from multiact.plotting import new_figure\n"
        "figure = new_figure(3, 2)\n"
        f"figure.subplots().{drawing}\n"
        "figure.savefig('example.png')\n"
    )
    (axes,) = run(example, monkeypatch, tmp_path).axes
    assert shows_something(axes) is expected
