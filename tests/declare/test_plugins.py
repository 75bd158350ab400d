"""Activations of other packages: found when they are asked for, never in our way."""

from __future__ import annotations

import importlib
import pickle
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import multiact_numpy
import numpy as np
import pytest

import multiact
from multiact.cli import main
from multiact.declare import plugins
from tests.helpers.bare_import import run
from tests.helpers.registered import temporary_registrations

EXAMPLE = Path(__file__).parents[2] / "docs/example-package"
GOOD = """
import multiact

@multiact.activation(name="Plugged")
def plugged(x, /, *, xp):
    return xp.tanh(3 * x)
"""
CLASH = GOOD.replace("plugged", "first").replace("Plugged", "First") + (
    GOOD.replace("plugged", "talu").replace("Plugged", "TaLU")
)
#: asks for activations while it is imported itself
ASKS = GOOD.replace("\n@", "\nmultiact.names()\nassert 'relu' in multiact.names()\n@", 1)
Install = Callable[..., str]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a new process: nothing looked for, nothing found."""
    monkeypatch.setattr(plugins, "_complete", False)
    monkeypatch.setattr(plugins, "_FAILED", {})
    with temporary_registrations():
        yield
    for name in [n for n in sys.modules if n.startswith(("plugin_", "multiact_swirl"))]:
        del sys.modules[name]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a module, or a folder that holds one, where an installer puts it, with its metadata."""

    def installed(module: str, text: str = "", folder: Path = tmp_path) -> str:
        if text:
            (tmp_path / f"{module}.py").write_text(text)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{plugins.GROUP}]\nmine = {module}\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.syspath_prepend(folder)
        importlib.invalidate_caches()
        return module

    return installed


def test_an_unknown_name_loads_the_plugins(install: Install) -> None:
    name = install("plugin_good", GOOD)
    multiact.get("talu")
    assert multiact.talu is multiact.get("talu")
    assert name not in sys.modules  # nothing was unknown so far
    act = multiact.get("plugged")
    assert name in sys.modules
    assert multiact.plugged is act
    assert (act.package, act.family) == (name, name)
    assert pickle.loads(pickle.dumps(act)) is act


def test_names_and_dir_have_them(install: Install) -> None:
    install("plugin_good", GOOD)
    assert "plugged" in multiact.names()
    assert "plugged" in dir(multiact)
    assert "plugged" in dir(multiact_numpy)


@pytest.mark.parametrize(
    ("package", "names"),
    [
        ("multiact_numpy", ["plugged"]),
        ("multiact_torch", ["plugged", "Plugged"]),
        ("multiact_jax", ["plugged"]),
        ("multiact_flax", ["Plugged"]),
        ("multiact_flax.linen", ["Plugged"]),
    ],
)
def test_adapters_find_them(install: Install, package: str, names: list[str]) -> None:
    pytest.importorskip(package.removeprefix("multiact_").partition(".")[0])
    adapter = importlib.import_module(package)
    install("plugin_good", GOOD)
    for name in names:
        assert getattr(adapter, name).__name__ == name


def test_the_command_line_says_where_one_comes_from(install: Install, capsys) -> None:
    install("plugin_good", GOOD)
    assert main(["list"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert rows["name"][:3] == ["name", "kind", "from"]
    assert rows["plugged"][2] == "plugin_good"
    assert rows["relu"][2] == "multiact"
    assert main(["show", "plugged"]) == 0
    assert re.search(r"^from +.*plugin_good.py$", capsys.readouterr().out, re.MULTILINE)


FAULTS = {
    "does not import": ("import no_such_module", "ModuleNotFoundError: No module named 'no_such"),
    "exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "clash": (CLASH, "ValueError: the name 'talu' of plugin_bad.talu is taken by multiact.cata"),
    "no xp": (
        "import multiact\n@multiact.activation\ndef f(x, /): ...\n",
        "TypeError: the formula",
    ),
}


@pytest.mark.parametrize(("text", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_broken_plugin_is_one_warning(install: Install, text: str, reason: str) -> None:
    ours = multiact.get("talu")
    install("plugin_bad", text)
    install("plugin_good", GOOD)
    start = "multiact leaves out the plugin 'mine = plugin_bad' of plugin_bad: "
    with pytest.warns(RuntimeWarning, match=re.escape(start + reason)) as seen:
        assert multiact.get("plugged").package == "plugin_good"
    assert len(seen) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(LookupError, match="no activation 'nowhere'"):
            multiact.get("nowhere")  # told once
    assert multiact.get("talu") is ours
    assert list(plugins.failures()) == ["mine = plugin_bad"]


def test_a_clash_between_plugins_leaves_the_first(install: Install) -> None:
    install("plugin_a", GOOD)
    install("plugin_b", GOOD)
    with pytest.warns(
        RuntimeWarning, match=r"plugin_b: ValueError: the name 'plugged' of plugin_b"
    ):
        assert multiact.get("plugged").package == "plugin_a"


def test_a_plugin_may_ask_while_it_is_imported(install: Install) -> None:
    install("plugin_asks", ASKS)
    install("plugin_bad", "raise RuntimeError")
    with pytest.warns(RuntimeWarning) as seen:
        assert "plugged" in multiact.names()
    assert len(seen) == 1


def test_doctor_names_a_broken_plugin(install: Install, capsys) -> None:
    install("plugin_bad", "raise OSError('no library')")
    install("plugin_good", GOOD)
    with pytest.warns(RuntimeWarning):
        assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "mine = plugin_good" in out
    assert "broken: OSError: no library" in out


def test_a_bare_import_loads_no_plugin(install: Install, tmp_path: Path) -> None:
    name = install("plugin_good", GOOD)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import multiact; multiact.talu"
    printed = f"{code}; print([m in sys.modules for m in ({name!r}, 'importlib.metadata')])"
    assert run(printed) == "[False, False]\n"
    assert run(f"{code}; multiact.plugged; print({name!r} in sys.modules)") == "True\n"


def test_the_example_package_works_from_its_sources(install: Install) -> None:
    install("multiact_swirl", folder=EXAMPLE / "src")
    x = np.asarray([-1.0, 0.0, 2.0])
    np.testing.assert_array_equal(multiact_numpy.soft_floor(x), [-0.5, 0, 2])
    expected = x / (1 + np.exp(-3 * x)) + np.tanh(x)
    np.testing.assert_allclose(multiact_numpy.swirl(x, rate=3.0), expected, rtol=1e-15)


@pytest.mark.slow
def test_the_example_package_builds_installs_and_passes_its_own_tests(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    target = str(tmp_path / "site")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += ["--no-build-isolation", "--no-deps", "--no-index", "--target", target, str(EXAMPLE)]
    subprocess.run(pip, check=True, capture_output=True)
    code = f"import sys; sys.path.insert(0, {target!r}); import multiact; print(multiact.swirl)"
    assert run(code) == "<activation swirl(rate=1.0)>\n"
    own = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "pythonpath=" + target,
    ]
    own += ["-c", str(EXAMPLE / "pyproject.toml"), f"--rootdir={tmp_path}", str(EXAMPLE / "tests")]
    done = subprocess.run(own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
