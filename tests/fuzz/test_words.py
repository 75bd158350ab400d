"""Configurations and command lines of any shape."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import multiact
from multiact.adapters.configuration import configure, options
from multiact.cli import COMMANDS, main
from multiact.declare.activation import Activation
from tests.properties import examples

NAMES = multiact.names()
atoms = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just(10**400)
)
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
#: what configurations really have for keys, a slip of the pen away
KEYS = sorted({k for n in NAMES for k in options(multiact.get(n))})
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=8), st.integers())


@st.composite
def configurations(draw: Any) -> Any:
    """Mappings that may well be right, and anything else."""
    name = draw(st.one_of(st.sampled_from(NAMES), values))
    own = sorted(options(multiact.get(name))) if name in NAMES else KEYS
    word = st.one_of(st.sampled_from(own), keys) if own else keys
    return {"name": name, **draw(st.dictionaries(word, values, max_size=3))}


def attempt(call: Any) -> Any:
    """The result, or the message of one of the three errors that may be."""
    try:
        return call()
    except (LookupError, TypeError, ValueError) as error:
        return str(error) or None


@examples(120)
@given(st.one_of(configurations(), values))
def test_a_configuration_is_right_or_refused(spec):
    found = attempt(lambda: multiact.get(spec))
    assert isinstance(found, Activation | str)
    assert 0 < len(repr(found)) < 1000 + 2 * len(repr(spec))


@examples(120)
@given(configurations())
def test_a_module_is_right_or_refused(spec):
    if not isinstance(spec["name"], str) or spec["name"] not in NAMES:
        return
    given = {k: v for k, v in spec.items() if k != "name" and isinstance(k, str)}
    found = attempt(lambda: configure(multiact.get(spec["name"]), (), given).describe())
    assert isinstance(found, str)


option_names = "--json --kind --family --learnable --order --code --backend --dtype --data --help"
words = st.one_of(
    st.sampled_from(
        [*option_names.split(), "--seed", "--version", "--output", "--", "-", "-x", "="]
    ),
    st.sampled_from([*COMMANDS, "talu", "relu", "softmax", "float32", "numpy", "gated", "smooth"]),
    st.sampled_from(
        ["0", "-1", "2", "1e9", "nan", "/no/file.py:f", "no.module:f", "a.py", ":", "a:"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


def runs_long(argv: list[str]) -> bool:
    """Whether it would check everything, compile, train or write: that is tested elsewhere."""
    long = {"check", "demo", "bench"}
    return bool(long & {*argv}) or any("." in a and ":" in a for a in argv)


@examples(60)
@given(st.lists(words, max_size=5))
def test_a_command_line_gives_no_traceback(argv):
    if runs_long(argv):
        argv = [a for a in argv if a not in ("demo", "bench") and ":" not in a]
        argv = [a for a in argv if a != "check"] if "relu" not in argv else argv
    if "check" in argv:
        argv = [*argv, "--dtype", "float31"]  # all that is before it is read
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(argv)
        except SystemExit as stopped:  # --help and --version
            code = stopped.code
            assert code == 0
    assert code in (0, 1, 2)
    assert "Traceback" not in err.getvalue()
    if code == 2:
        assert err.getvalue().startswith("multiact: ")
        assert out.getvalue() == ""
