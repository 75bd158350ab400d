"""What `help`, `inspect` and notebooks say of functions, modules and records."""

from __future__ import annotations

import base64
import doctest
import importlib
import inspect
import io
import pydoc
import re
import sys
from typing import Any

import numpy as np
import pytest

import multiact
from multiact.declare.activation import Activation
from tests.adapters.test_packages import FACES
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import is_special, representatives

#: those with representatives of all mechanisms, and those that have tests of their own elsewhere
NAMES = sorted(
    {*representatives(), *filter(lambda n: is_special(multiact.get(n)), multiact.names())}
)
NAMES += [name for name in ("talu", "selu", "softmax2d") if name not in NAMES]


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> str:
    framework = request.param.split(".")[0].partition("_")[2]
    if framework:
        pytest.importorskip(framework)
    return str(request.param)


def documented(face: str, name: str) -> list[Any]:
    """Return the function and the class of an activation in a package."""
    package, act = importlib.import_module(face), multiact.get(name)
    words = [word for word, has in zip((act.key, act.name), FACES[face], strict=True) if has]
    return [getattr(package, word) for word in words]


def section(doc: str, title: str) -> str:
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\S+\n---|\Z)", doc, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def test_help_begins_with_what_is_asked(face: str) -> None:
    for shown in documented(face, "talu"):
        text = pydoc.render_doc(shown, renderer=pydoc.plaintext)
        # without the frame of classes, whose inherited methods follow
        lines = [line.removeprefix(" |").strip() for line in text.splitlines()[:60]]
        for part in (
            "Tanh-ified linear unit: the identity above zero, a scaled tanh below.",
            "Formula: ``alpha*tanh(x) if x < 0 else x``.",
            "Slope at kinks: 1 at x = 0, with alpha=1.",
            "Limits: -1 at -inf, inf at inf, with alpha=1.",
            "[-0.964, 0.0, 1.5]",
        ):
            assert part in lines, (shown, part)
        assert any("Hughes" in line for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_documented_in_its_place(face: str, name: str) -> None:
    for shown in documented(face, name):
        listed = re.findall(
            r"^(\w+) : .*\n    \S.*[.)]$", section(shown.__doc__, "Parameters"), re.MULTILINE
        )
        assert listed == list(inspect.signature(shown).parameters), shown
        assert max(map(len, shown.__doc__.split("Examples")[0].splitlines())) < 330


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(face: str, name: str) -> None:
    for shown in documented(face, name):
        test = doctest.DocTestParser().get_doctest(shown.__doc__, {}, name, None, 0)
        assert test.examples
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_which_parameters_are_trained(face: str) -> None:
    for shown in documented(face, "talu") + documented(face, "rrelu") + documented(face, "staf"):
        parameters = section(shown.__doc__, "Parameters")
        if not inspect.isclass(shown):
            assert "trained" not in parameters
        elif shown.__name__ == "TaLU":
            assert "Greater than 0; trained, from this start." in parameters
            assert "One value per channel" in parameters or "one value per channel" in parameters
        elif shown.__name__ == "RReLU":
            assert "A finite number; fixed unless `learnable` names it." in parameters
            assert "otherwise its mean, 0.5" in section(shown.__doc__, "Notes")
        else:
            assert (
                "terms : int, default 5\n    The size `terms` in the shape of amplitude,"
                in parameters
            )
            assert "of shape (terms,), default None" in parameters


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("selu", "Limits: -1.7581 at -inf, inf at inf."),
        ("hardtanh", "Slope at kinks: 0 at x = -1, 0 at x = 1, with min_val=-1, max_val=1."),
        ("sine", ""),  # no limit
        ("staf", ""),  # it depends on the coefficients
        ("sugar", "Derivatives, of every order, are those of ``(x + 1.67)*expit(x) - 0.835``."),
    ],
)
def test_kinks_and_limits(name: str, note: str) -> None:
    notes = section(multiact.get(name).__doc__ or "", "Notes")
    assert note in notes.splitlines() if note else not notes


def test_long_formulas_are_left_to_show() -> None:
    assert "\nFormula: see `multiact show bspline`.\n" in str(multiact.get("bspline").__doc__)


def test_signatures() -> None:
    assert str(inspect.signature(multiact.get("talu"))) == "(x, /, alpha=1.0, *, xp=None)"
    assert "key" in inspect.signature(Activation).parameters
    assert str(Activation.__doc__).startswith("An activation: its formula")
    torch = pytest.importorskip("torch")
    assert torch
    mt = pytest.importorskip("multiact_torch")
    assert list(inspect.signature(mt.TaLU).parameters)[-2:] == ["device", "dtype"]
    assert list(inspect.signature(mt.TaLU()).parameters) != list(
        inspect.signature(mt.TaLU).parameters
    )


def test_a_users_own_docstring_is_kept(face: str) -> None:
    with temporary_registrations():

        @multiact.activation(name="Planted")
        def planted(x, /, *, xp):
            """Summary of mine.

            A second paragraph, which says more.
            """
            return xp.tanh(x)

        for shown in documented(face, "planted"):
            start = "Summary of mine.\n\nA second paragraph, which says more.\n"
            assert shown.__doc__.startswith(start)


def picture(markdown: str) -> np.ndarray | None:
    """Read the picture in what a notebook shows."""
    from matplotlib.image import imread

    found = re.search(r"!\[[^]]*\]\(data:image/png;base64,([^)]*)\)", markdown)
    return None if found is None else np.asarray(imread(io.BytesIO(base64.b64decode(found[1]))))


def test_notebooks_show_name_formula_and_picture(face: str) -> None:
    pytest.importorskip("matplotlib")
    if not FACES[face][0]:
        return
    talu = importlib.import_module(face).talu
    text = talu._repr_markdown_()
    assert text.startswith("**TaLU** Tanh-ified linear unit")
    formula = r"$$ \begin{cases} \alpha \, \tanh\!\left(x\right) & x < 0 \\ x & \text{otherwise} "
    assert formula in text
    assert talu._repr_latex_() in text
    pixels = picture(text)
    assert pixels is not None
    height, width, _ = pixels.shape
    assert width > 2 * height > 300
    blue = (pixels[..., 2] > 0.5) & (pixels[..., 0] < 0.2)
    assert blue[:, : width // 2].any(axis=0).mean() > 0.6  # a curve in each of the two panels
    assert blue[:, width // 2 :].any(axis=0).mean() > 0.6


@pytest.mark.parametrize(
    ("name", "formula", "drawn"),
    [
        ("glu", True, False),
        ("softmax", False, False),
        ("staf", True, False),
        ("bspline", False, False),
    ],
)
def test_notebooks_without_a_picture(name: str, formula: bool, drawn: bool) -> None:
    text = multiact.get(name)._repr_markdown_()
    assert ("$$" in text) == formula
    assert ("![" in text) == drawn


def test_without_matplotlib_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    multiact.display._picture.cache_clear()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    text = multiact.get("talu")._repr_markdown_()
    multiact.display._picture.cache_clear()
    assert "$$" in text
    assert "![" not in text


def test_a_notebook_shows_a_record_whose_formula_is_wrong() -> None:
    with temporary_registrations():

        @multiact.activation
        def wrong(x, /, *, xp):
            """Counts * with <b>stars</b>."""
            return xp.no_such_function(x)

        assert wrong._repr_markdown_() == r"**Wrong** Counts \* with \<b\>stars\</b\>."
        assert wrong._repr_latex_() is None


def test_a_derivative_is_not_shown_as_its_activation() -> None:
    mn = pytest.importorskip("multiact_numpy")
    slope = mn.talu.derivative()
    assert slope._repr_latex_() is slope._repr_markdown_() is None
    assert slope.__doc__ == "Derivative of talu by x; it takes the same arguments."
