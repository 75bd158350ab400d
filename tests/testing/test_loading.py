"""From a word on the command line to an activation, and what is said if there is none."""

import os
import re

import pytest

from multiact.testing.loading import LoadingError, attribute, resolve
from tests.helpers.registered import temporary_registrations

MINE = """
import multiact

@multiact.activation(name="Planted")
def planted(x, /, *, xp):
    return xp.tanh(2 * x)
"""


@pytest.fixture(autouse=True)
def _forget():
    """Activations of one test are no activations of the next."""
    with temporary_registrations():
        yield


WRONG = {
    "talluu": "no activation 'talluu'; did you mean 'talu'?",
    "nowhere.py:f": "there is no file nowhere.py",
    "no.module:f": "cannot import no.module: ModuleNotFoundError: No module named 'no'",
    "multiact.catalogue.rectified:rellu": "has no activation 'rellu'; did you mean 'relu'?",
    "math:sin": "math:sin is a builtin_function_or_method, not an activation",
}


@pytest.mark.parametrize(("target", "message"), WRONG.items(), ids=WRONG)
def test_a_wrong_target(target, message):
    with pytest.raises(LoadingError) as error:
        resolve(target)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_function_without_the_decorator(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def f(x, /, *, xp):\n    return x\ndef g(x):\n    return x\n")
    with pytest.raises(LoadingError, match="plain function; decorate it with @multiact"):
        resolve(f"{file}:f")
    with pytest.raises(LoadingError, match="give it a last keyword argument xp"):
        resolve(f"{file}:g")


def test_a_file_that_cannot_be_imported(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(LoadingError, match=r"cannot import .*mine.py: SystemExit: 3"):
        resolve(f"{file}:f")


def test_a_file_without_a_function_is_told_which(tmp_path):
    target = tmp_path / "mine.py"
    target.write_text(MINE)
    with pytest.raises(LoadingError, match=r"which function\? write .*mine.py:planted"):
        resolve(str(target))


def test_two_files_of_one_name(tmp_path):
    for i, folder in enumerate(("a", "b")):
        (tmp_path / folder).mkdir()
        text = MINE.replace("planted", f"planted{i}").replace("Pl", f"P{i}l")
        (tmp_path / folder / "mine.py").write_text(text)
    found = [resolve(f"{tmp_path}/{f}/mine.py:planted{i}") for i, f in enumerate("ab")]
    assert [act.key for act in found] == ["planted0", "planted1"]


def test_a_module_and_a_name():
    assert resolve("multiact.catalogue.rectified:relu") is resolve("ReLU")


def test_a_file_that_is_imported_too_is_the_same_activation(tmp_path, monkeypatch):
    file = tmp_path / "planted_module.py"
    file.write_text(MINE)
    monkeypatch.syspath_prepend(tmp_path)
    first = resolve("planted_module:planted")
    assert resolve(f"{file}:planted").function is not first.function  # replaced, not refused
    monkeypatch.chdir(tmp_path)
    assert resolve("planted_module.py:planted").key == first.key
    (tmp_path / "other.py").write_text(MINE)
    with pytest.raises(LoadingError, match=r"the name 'planted' .* is taken"):
        resolve(f"{tmp_path}/other.py:planted")


def test_any_attribute(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("class C:\n    n = 3\ndef f(x):\n    return x\n")
    assert attribute(f"{file}:C.n") == 3
    assert attribute(f"{file}:f")(2) == 2
    assert attribute("os:path.join") is os.path.join
    for target, message in (
        (f"{file}:C.m", "has no attribute 'm'; choose from 'n'"),
        ("os:path.joins", "os has no attribute 'joins'; did you mean 'join'"),
        ("relu", "'relu' is neither MODULE:ATTRIBUTE nor FILE.py:ATTRIBUTE"),
        ("os:", "'os:' is neither"),
    ):
        with pytest.raises(LoadingError, match=re.escape(message)):
            attribute(target)
