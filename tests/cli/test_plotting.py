"""Pictures show what the record says: curves, kinks at the chosen slopes, limits that fit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multiact
from multiact.analysis.slices import slices
from multiact.cli import main
from tests.helpers.bare_import import HEAVY, heavy_modules
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import representatives

matplotlib = pytest.importorskip("matplotlib")
from multiact import plotting  # noqa: E402

plot = plotting.plot
MINE = """
import multiact

@multiact.activation
def shoots_up(x, /, *, xp):
    "Grows to 22026 on the left."
    return xp.where(x < 0, xp.exp(-2 * x), x)
"""


def curves(axes: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in axes.lines if line.get_label()[0] != "_"}


def dots(axes: Any) -> set[tuple[float, float]]:
    found = [line.get_xydata() for line in axes.lines if line.get_marker() == "o"]
    return {(float(x), float(y)) for x, y in np.concatenate([np.empty((0, 2)), *found])}


def test_the_curves_are_the_function_and_its_derivatives() -> None:
    figure = plot(["mish", {"name": "swish", "beta": 1.5}], derivatives=2, interval=(-3, 4))
    for order, axes in enumerate(figure.axes):
        assert axes.get_xlim() == (-3, 4)
        drawn = curves(axes)
        assert list(drawn) == ["Mish", "Swish(beta=1.5)"]
        for line, (name, given) in zip(
            drawn.values(), [("mish", {}), ("swish", {"beta": 1.5})], strict=True
        ):
            x, y = line.get_data()
            np.testing.assert_array_equal(y, multiact.derivative(name, order=order)(x, **given))
            assert (x[0], x[-1]) == (-3, 4)
    assert [a.get_ylabel() for a in figure.axes] == [
        "$f(x)$", r"$f^{\prime}(x)$", r"$f^{\prime\prime}(x)$",
    ]  # fmt: skip


def test_kinks_are_marked_at_the_chosen_slope_and_no_line_crosses_them() -> None:
    value, slope = plot("hardtanh").axes
    assert dots(value) == {(-1, -1), (1, 1)}
    assert dots(slope) == {(-1, 0), (1, 0)}
    x, y = curves(slope)["Hardtanh"].get_data()
    assert x[np.isnan(y)].tolist() == [-1, 1]
    assert not np.isnan(curves(value)["Hardtanh"].get_ydata()).any()


def test_a_jump_interrupts_the_curve() -> None:
    (axes,) = plot({"name": "hardshrink", "lambd": 2.0}, derivatives=0).axes
    x, y = curves(axes)["Hardshrink(lambd=2)"].get_data()
    assert x[np.isnan(y)].tolist() == [-2, 2]
    assert dots(axes) == {(-2, 0), (2, 0)}


def test_a_smooth_function_has_no_dots() -> None:
    figure = plot("gelu")
    assert all(len(line.get_xdata()) == 0 for a in figure.axes for line in a.lines
               if line.get_marker() == "o")  # fmt: skip
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["GELU"]


def test_a_branch_that_shoots_up_does_not_spoil_the_limits(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    from multiact.testing.loading import resolve

    with temporary_registrations():
        act = resolve(f"{tmp_path}/mine.py:shoots_up")
        value, slope = plot([act, "relu"]).axes
    for axes, most in ((value, 30), (slope, 30)):
        low, high = axes.get_ylim()
        assert -most < low < 0
        assert 1 < high < most
    low, high = plot("relu").axes[0].get_ylim()
    assert low < 0
    assert high > 5


def test_every_curve_looks_different() -> None:
    figure = plot(multiact.names(family="rectified"), derivatives=0)
    looks = [
        (line.get_color(), str(line._unscaled_dash_pattern))
        for line in curves(figure.axes[0]).values()
    ]
    assert len(set(looks)) == len(looks) > 7


@pytest.mark.parametrize("name", representatives())
def test_every_activation_can_be_drawn(name: str) -> None:
    for axes in plot(name, derivatives=1).axes:
        assert list(curves(axes)) == [cut.call for cut in slices(multiact.get(name))]
        for line in curves(axes).values():
            assert np.isfinite(line.get_ydata()).mean() > 0.95, name


def test_the_axis_says_what_is_fixed() -> None:
    fixed = "one element, all others are 0"
    assert plot("softmax").axes[1].get_xlabel() == f"$x$: {fixed}"
    assert plot(["relu", "maxout"]).axes[0].get_xlabel() == f"$x$: of arrays {fixed}"
    assert plot(["relu", "glu"]).axes[0].get_xlabel() == "$x$"
    assert list(curves(plot("glu").axes[0])) == ["GLU(x, 1)", "GLU(1, x)"]


def thin(axes: Any) -> list[Any]:
    return [line for line in axes.lines if line.get_alpha() is not None]


def test_other_random_numbers_are_thin() -> None:
    (axes,) = plot("staf", derivatives=0, seeds=3).axes
    drawn = [line.get_ydata() for line in [*curves(axes).values(), *thin(axes)[:2]]]
    for seed, y in enumerate(drawn):
        (cut,) = slices(multiact.get("staf"), seed)
        np.testing.assert_array_equal(y, cut.values(np.linspace(-5, 5, len(y)), 0))
    words = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert words == ["STAF", "other random numbers"]
    assert not thin(plot("talu").axes[0])


def test_noise_is_drawn_once_for_all_points() -> None:
    (axes,) = plot("rrelu", derivatives=0, seeds=3).axes
    assert list(curves(axes)) == ["RReLU"]
    slopes = [line.get_ydata()[0] / -5 for line in thin(axes)[:3]]
    assert len(set(slopes)) == 3
    assert all(1 / 8 <= slope <= 1 / 3 for slope in slopes)


def test_kinks_of_whole_arrays_are_marked_and_interrupt_differences() -> None:
    value, slope, second = plot("sparsemax", derivatives=2).axes
    assert dots(value) == {(-0.2, 0.0), (1.0, 1.0)}
    for axes in (slope, second):
        x, y = curves(axes)["Sparsemax"].get_data()
        assert x[np.isnan(y)].tolist() == [-0.2, 1.0]
        assert np.nanmax(np.abs(y)) < 1
    assert dots(slope) == set()


def test_labels_tell_a_family_apart() -> None:
    family = [{"name": "elu", "alpha": a} for a in (0.1, 1.0)]
    assert list(curves(plot([*family, "relu"]).axes[0])) == [
        "ELU(alpha=0.1)",
        "ELU(alpha=1)",
        "ReLU",
    ]
    assert list(curves(plot({"name": "swiglu", "beta": 2}).axes[0])) == [
        "SwiGLU(x, 1), beta=2",
        "SwiGLU(1, x), beta=2",
    ]


@pytest.mark.parametrize("count", [1, 20, 60])
def test_the_legend_is_beside_the_axes(count: int) -> None:
    figure = plot(multiact.names(kind="elementwise")[:count], derivatives=1)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    box = legend.get_window_extent()
    assert 0 <= box.y0 < box.y1 <= figure.bbox.y1
    assert box.x1 <= figure.bbox.x1
    for axes in figure.axes:
        assert axes.get_window_extent().x1 <= box.x0
        width, height = axes.get_window_extent().size / figure.dpi
        assert 2.5 < width < 4
        assert 2.5 < height < 4


def test_surfaces_are_sums_and_gradients() -> None:
    """Of relu and tanh, whose derivatives are written out here."""
    figure = plotting.plot_surface(["relu", "tanh"], interval=(-2, 2))
    assert [axes.get_title(loc="left") for axes in figure.axes[::3]] == ["ReLU", "Tanh"]
    maps = [figure.axes[1], figure.axes[4]]
    for axes, slope in zip(maps, (lambda x: (x > 0) + 0.0, lambda x: 1 - np.tanh(x) ** 2),
                           strict=True):  # fmt: skip
        (mesh,) = axes.collections
        drawn = np.asarray(mesh.get_array())
        s = slope(np.linspace(-2, 2, len(drawn)))
        expected = np.sqrt(s[:, None] ** 2 + s**2)
        np.testing.assert_allclose(drawn, expected, rtol=1e-13, atol=1e-15)  # rounding
        assert mesh.get_clim()[0] == 0
    figure.draw_without_rendering()
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1


def test_surfaces_of_steep_branches_and_of_gates(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    from multiact.testing.loading import resolve

    with temporary_registrations():
        steep = plotting.plot_surface(resolve(f"{tmp_path}/mine.py:shoots_up"))
    slopes = 2 * np.exp(10), 2 * np.exp(5)  # the largest, and that of a quarter of all points
    assert steep.axes[1].collections[0].get_clim()[1] < 6 * slopes[1] < slopes[0] / 20
    gate = plotting.plot_surface("glu")
    assert [axes.get_title(loc="left") for axes in gate.axes[::3]] == ["GLU(x, 1)", "GLU(1, x)"]


def test_a_dark_style_turns_black_into_white() -> None:
    from matplotlib.colors import to_hex
    from matplotlib.style import context

    black = [to_hex(plotting.line_style(i)["color"]) for i in range(7)]
    with context("dark_background"):
        white = [to_hex(plotting.line_style(i)["color"]) for i in range(7)]
    assert (black[-1], white[-1]) == ("#000000", "#ffffff")
    assert black[:-1] == white[:-1]


def test_nothing_global_is_touched() -> None:
    assert heavy_modules("import multiact.plotting, multiact.cli", HEAVY) == []
    code = (
        "import sys; from multiact.plotting import plot; plot('relu')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'multiact\[plot\]'"):
        plot("relu")
    assert main(["plot", "relu", "--out", str(tmp_path / "x.png")]) == 2
    assert "pip install 'multiact[plot]'" in capsys.readouterr().err


MISTAKES = {
    "seeds": (("relu",), {"seeds": 0}, ValueError, "seeds must be 1 or more, got 0"),
    "name": (("rellu",), {}, LookupError, "did you mean 'relu'"),
    "order": (("relu",), {"derivatives": -1}, ValueError, "derivatives must be 0 or more, got -1"),
    "interval": (("relu",), {"interval": (3, 3)}, ValueError, "interval must be two finite"),
    "nothing": ((), {}, ValueError, "specs must name one activation or more"),
}


@pytest.mark.parametrize(("specs", "options", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake(specs: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plot(specs, **options)


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_command(tmp_path: Path, capsys: Any, suffix: str, start: bytes) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    out = tmp_path / f"picture.{suffix}"
    argv = [
        "plot",
        "talu",
        f"{tmp_path}/mine.py:shoots_up",
        "--out",
        str(out),
        "--range",
        "-2",
        "3",
    ]
    with temporary_registrations():
        assert main([*argv, "--derivatives", "2"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_bytes().startswith(start)


def test_the_command_for_surfaces(tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "flow.png"
    assert main(["plot", "relu", "gelu", "--surface", "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["legend"], found["panels"]) == (["ReLU", "GELU"], 6)
    assert out.read_bytes().startswith(b"\x89PNG")


WRONG = {
    "no out": (["relu"], "the following arguments are required: --out"),
    "suffix": (["relu", "--out", "x.foo"], "Format 'foo' is not supported"),
    "folder": (["relu", "--out", "/no/such/folder/x.png"], "there is no folder /no/such/fo"),
    "order": (["relu", "--out", "x.png", "--derivatives", "-1"], "derivatives must be 0 or more"),
    "seeds": (["relu", "--out", "x.png", "--seeds", "0"], "seeds must be 1 or more, got 0"),
    "parameter": (["elu", "--out", "x.png", "--alhpa", "1"], "did you mean '--alpha'?"),
    "range": (["relu", "--out", "x.png", "--range", "2", "1"], "interval must be two finite"),
}


@pytest.mark.parametrize(("argv", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_is_one_line(argv: list[str], message: str, capsys: Any) -> None:
    assert main(["plot", *argv]) == 2
    err = capsys.readouterr().err
    assert err.startswith("multiact: ")
    assert message in err
    assert err.count("\n") == 1
