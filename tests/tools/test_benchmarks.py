"""The benchmarks run, at tiny sizes; no time decides anything."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import multiact
from benchmarks import (
    catalogue,
    compare,
    comparisons,
    each,
    elsewhere,
    everyday,
    frameworks,
    rivals,
    selection,
)
from benchmarks.rows import Options, Row, rows
from benchmarks.workloads import BACKENDS
from multiact.declare.activation import Activation
from multiact.testing import timing
from tests.helpers.nested import flat
from tests.helpers.registered import temporary_registrations

TINY = 256
CLASSES = {kind.__name__: (suite, kind) for suite, kind in catalogue.classes()}
BY_BACKEND = [n for n, (_, kind) in CLASSES.items() if kind.param_names[0] == "backend"]


@pytest.fixture(autouse=True, scope="module")
def _quick_collections() -> Iterator[None]:
    """Benchmarks collect garbage before they measure; that of other tests would take seconds."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIACT_BENCH_SECONDS", "0")
    monkeypatch.setenv("MULTIACT_NUM_THREADS", "1")  # as the benchmarks set it, and put back
    monkeypatch.setattr(timing, "SAMPLE", 0.0)


def ran(kind: type, method: str, *arguments: str) -> float | None:
    """The result of one benchmark; a skip where asv would skip."""
    try:
        return catalogue.Case("", kind, method, arguments).run()
    except NotImplementedError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("backend", [b for b in BACKENDS if b != "torch.compile"])
@pytest.mark.parametrize("name", BY_BACKEND)
def test_each_class_on_each_backend(
    name: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = CLASSES[name][1]
    monkeypatch.setattr(kind, "elements", TINY)
    for method in catalogue.methods(kind):
        result = ran(kind, method, backend, "talu")
        assert result is None if method.startswith("time_") else result >= 0


@pytest.mark.parametrize("activation", ["staf", "swiglu", "softmax", "crelu", "rrelu", "moe"])
def test_each_kind_of_activation(activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = CLASSES["Gradient"][1]
    monkeypatch.setattr(kind, "elements", TINY)
    assert ran(kind, "track_gradient_to_copy", "torch", activation) > 0


@pytest.mark.parametrize("comparison", [c for c in comparisons.COMPARISONS if not c.compiles])
def test_each_comparison(comparison: comparisons.Comparison) -> None:
    try:
        assert comparison.ratio(next(iter(comparison.goals)), TINY) > 0
    except NotImplementedError as error:
        pytest.skip(str(error))


def test_both_sides_of_a_comparison_in_numpy_compute_the_same() -> None:
    pytest.importorskip("scipy")
    row = comparisons.BY_KEY["numpy-naive"]
    for activation in row.goals:
        ours, theirs, _ = row.make(activation, TINY)
        np.testing.assert_allclose(ours(), theirs(), rtol=2e-4, atol=2e-6, err_msg=activation)


def test_both_sides_of_a_comparison_in_torch_compute_the_same() -> None:
    torch = pytest.importorskip("torch")
    for key in ("torch-native", "torch-theirs", "torch-composed"):
        row = comparisons.BY_KEY[key]
        for activation in row.goals:
            ours, theirs, _ = row.make(activation, TINY)
            for mine, other in zip(ours(), theirs(), strict=True):
                torch.testing.assert_close(mine, other, rtol=1e-3, atol=1e-3)


#: compilation takes too long here
PLACES = {name: p for name, p in everyday.places().items() if "compiled" not in name}


@pytest.mark.parametrize("name", PLACES)
def test_both_sides_of_an_everyday_place_compute_the_same(name: str) -> None:
    try:
        ours, theirs, _ = PLACES[name].make()
    except NotImplementedError as error:
        pytest.skip(str(error))
    if "construction" in name:
        mine, other = (len([*side.parameters()]) for side in (ours(), theirs()))
        assert mine == other
        return
    loose = 2e-2 if "float16" in name else 2e-4
    for mine, other in zip(flat(ours()), flat(theirs()), strict=True):
        a, b = (np.asarray(v.detach() if hasattr(v, "detach") else v) for v in (mine, other))
        scale = max(1.0, float(np.abs(b).max()))
        np.testing.assert_allclose(a, b.reshape(a.shape), rtol=loose, atol=loose * scale)


@pytest.mark.parametrize("name", ["Import", "FirstUse", "Against", "Everyday"])
def test_the_other_classes(name: str) -> None:
    kind = CLASSES[name][1]
    for method in catalogue.methods(kind):
        result = ran(kind, method, kind.params[0][0])
        assert result


@pytest.mark.parametrize("target", ["{folder}/{stem}.py:{stem}", "{stem}:{stem}"])
def test_activations_of_users_are_measured(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stem = "benchmarked_by_a_user"
    (tmp_path / f"{stem}.py").write_text(
        "from multiact import activation\n"
        "@activation\n"
        f"def {stem}(x, /, *, xp):\n"
        "    return xp.tanh(x)\n"
    )
    chosen = f"talu,{target.format(folder=tmp_path, stem=stem)}"
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("MULTIACT_BENCH_ACTIVATIONS", chosen)
    kind = CLASSES["Gradient"][1]
    monkeypatch.setattr(kind, "elements", TINY)
    with temporary_registrations():
        assert selection.activations() == ["talu", stem]
        assert ran(kind, "track_gradient_to_copy", "numpy", stem) > 0
    monkeypatch.delitem(sys.modules, stem, raising=False)


def test_a_slowdown_beyond_noise_is_seen_and_noise_is_not() -> None:
    steady, noisy = [1.0, 1.01, 0.99, 1.0, 1.0], [1.0, 1.6, 0.7, 1.3, 0.8]
    assert compare.judged("a", steady, [1.2 * v for v in steady]).slower
    assert not compare.judged("a", steady, [1.05 * v for v in steady]).slower
    assert not compare.judged("a", noisy, [1.2 * v for v in noisy]).slower
    assert compare.judged("a", [1.2 * v for v in steady], steady).faster


@pytest.mark.parametrize("slow", [1.0, 1.5])
def test_the_comparison_of_revisions_prints_a_table_and_writes_json(
    slow: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(_folders: object, rounds: int, _names: object = ()) -> list[compare.Rounds]:
        return [
            {"a": [0.5] * rounds, "b": [2.0] * rounds},
            {"a": [slow * 0.5] * rounds, "c": [1.0]},
        ]

    monkeypatch.setattr(compare, "measured", measured)
    argv = ["compare", "old", "new", "--rounds", "2", "--json", str(tmp_path / "table.json")]
    monkeypatch.setattr(sys, "argv", argv)
    assert compare.main() == (slow > 1)
    head, row, *rest = capsys.readouterr().out.splitlines()
    assert head.split() == ["old", "new", "change", "noise", "ratio"]
    assert row.split() == ["0.500", f"{slow * 0.5:.3f}", f"{slow:.2f}x", "1.00x", "a"]
    assert rest[0] == "2 of one revision only, such as b"
    assert rest[1:-1] == (["SLOWER a"] if slow > 1 else [])
    assert rest[-1] == f"1 ratios compared, 2 rounds: {int(slow > 1)} slower beyond noise"
    written = json.loads((tmp_path / "table.json").read_text())
    assert [(v["name"], round(v["change"], 6)) for v in written["verdicts"]] == [("a", slow)]
    assert written["slower"] == (["a"] if slow > 1 else [])


class Session:
    """What nox gives to a session; it notes what would be run."""

    def __init__(self, *posargs: str) -> None:
        self.posargs, self.commands, self.logged = [*posargs], [], ""

    def install(self, *_: object, **__: object) -> None:
        self.commands.append(("install",))

    def run(self, *argv: str, **_: object) -> str | None:
        self.commands.append(argv)
        return "abc123\n" if argv[:2] == ("git", "rev-parse") else None

    def log(self, text: str) -> None:
        self.logged = text

    def error(self, text: str) -> None:
        raise SystemExit(text)


def test_results_are_stored_for_the_revision() -> None:
    pytest.importorskip("nox")
    import noxfile

    session = Session("--quick")
    noxfile.bench.func(session)
    stored = session.commands[-1]
    assert stored[:2] == ("asv", "run")
    assert {"--python=same", "--set-commit-hash=abc123", "--quick"} <= {*stored}


def test_help_and_options_are_no_revisions() -> None:
    pytest.importorskip("nox")
    import noxfile

    for posargs in (["--help"], ["-h"], ["main", "--help"]):
        session = Session(*posargs)
        noxfile.bench_compare.func(session)
        assert session.logged.startswith("nox -s bench-compare -- REV")
        assert session.commands == []
    for posargs in ([], ["--rounds", "3"]):
        with pytest.raises(SystemExit, match="name a revision: nox -s bench-compare -- REV"):
            noxfile.bench_compare.func(Session(*posargs))


@pytest.mark.parametrize("there", elsewhere.all_surroundings(), ids=lambda there: there.title)
def test_a_comparison_elsewhere(there: elsewhere.Surroundings) -> None:
    key = there.keys[0]
    name = next(iter(comparisons.BY_KEY[key].goals))
    try:
        (ratio,) = elsewhere.ratios(there, key, [name], TINY, 0.0)
    except RuntimeError as error:
        if not str(error).startswith("NotImplementedError"):
            raise
        pytest.skip(str(error))
    assert ratio > 0


def test_numpy_is_limited_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = [s for s in elsewhere.all_surroundings() if "NPY_DISABLE_CPU_FEATURES" in s.variables]
    if not narrow:
        pytest.skip("this processor has no AVX-512")
    program = "from benchmarks.elsewhere import all_surroundings as a; print(len(a()))"
    for name, value in narrow[0].variables.items():
        monkeypatch.setenv(name, str(value))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"1"]  # it finds no AVX-512 any more


def test_the_page_has_a_line_per_row() -> None:
    from benchmarks.report import page

    options = Options(comparisons.SIZES, 0.0, compiles=False, quick=True)
    row = Row("what", "at most 1", {100_000: "a 0.5", 1_000_000: "a **2.0**"}, 1)
    place = rivals.Place("torch", "silu of rows", lambda: None)
    slow = timing.Comparison((3e-6,), (2e-6,))
    text = page([("processor", "any")], [row], [(place, slow)], options)
    assert "| torch | silu of rows | **1.50** | 2 us |" in text
    assert "(1 of 1)" in text
    assert "| what | at most 1 | a 0.5 | a **2.0** |  |" in text
    assert "| processor | any |" in text


@pytest.mark.filterwarnings("ignore:torch.asarray. unspecified requires_grad")  # as each.main does
@pytest.mark.parametrize(
    "name", ["talu", "swiglu", "silu_mul", "probact", "softmax", "staf", "frac_prelu"]
)
@pytest.mark.parametrize("make", each.BACKENDS, ids=lambda make: make.__name__)
def test_an_activation_and_its_formula_do_the_same(
    make: Callable[[Activation], each.Runs], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(each, "ELEMENTS", TINY)
    try:
        runs = make(multiact.get(name))
    except (NotImplementedError, ImportError) as error:
        pytest.skip(str(error))
    speed = each.measure(runs, 0.0)
    assert speed.relu > 0
    if name in ("probact", "softmax"):
        assert speed.formula is None
        return
    assert speed.formula > 0
    ours, theirs = ([np.asarray(a) for a in flat(run())] for run in (runs.ours, runs.formula))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * np.abs(b).max())


def test_the_page_of_each_activation() -> None:
    measured = {"talu": [each.Speed(0.123, 1.5)] * 3, "softmax": [each.Speed(None, 34)] * 3}
    text = each.page(measured)
    assert "| talu | 0.12 / 1.5 | 0.12 / 1.5 | 0.12 / 1.5 |" in text
    assert "| softmax | - / 34 | - / 34 | - / 34 |" in text
    assert "| slower than the formula | 0 of 1 | 0 of 1 | 0 of 1 |" in text


def test_the_page_is_made_without_frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise NotImplementedError("missing")

    monkeypatch.setattr(frameworks, "torch", missing)
    monkeypatch.setattr(frameworks, "jax", missing)
    options = Options((TINY,), 0.0, compiles=False, quick=True)
    made = {row.title: " ".join(row.cells.values()) for row in rows(options, lambda _text: None)}
    assert "talu" in made["NumPy, fused vs naive NumPy"]
    for title in ("torch forward+backward vs torch's native", "… the same of torch's `x * 2`"):
        assert made[title].startswith("not measured: missing")
