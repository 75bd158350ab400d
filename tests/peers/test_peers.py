"""Other packages: known faults are found, what is right passes, the tables are complete."""

import warnings
from functools import cache

import pytest

from multiact.libraries import table
from multiact.testing.comparison.goal import Goal
from multiact.testing.comparison.pair import Pair
from tests.peers.overview import judge, reason
from tests.peers.rows import CLASSES, JAX, TORCH, TORCH_ACTIVATION, Row
from tests.peers.table import PAGE, checked, hidden, written

PEER = {row.label: row for row in TORCH_ACTIVATION}


@pytest.fixture
def peer():
    """torch-activation, which warns while it is imported."""
    pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("torch_activation")


@cache
def report_of(name):
    return checked(PEER[name])


def kinds(report):
    return {d.kind for d in report.differences}


#: classes there without plotly -> what must be found, beyond slopes at kinks and moves
KNOWN = {
    "CELU": {"gradient-finite"},
    "HardExponentialLinearSigmoidSquashing": {"value"},
    "PolynomialLinearUnit": {"value", "limit"},
    "TanhSoft": {"value", "limit"},
    "TeLU": {"value"},
    "SGT": {"value", "nan"},
    "TaLU": {"nan"},
    "PAU": {"value-finite"},
    "SineReLU": {"value"},
    "Swish": set(),
    "ShiLU": set(),
    "GCU": set(),
    "TanhLU": set(),
    "ReLU": set(),
    "VLReLU": set(),
    "CReLU(dim=1)": set(),
    "HardSigmoid": set(),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_class_of_torch_activation(name, peer):
    report = report_of(name)
    found = kinds(report) - {"move", "kink"}
    assert KNOWN[name] <= found
    assert KNOWN[name] or not found, report


def test_the_faults_stand_where_they_are_known(peer):
    def found(name, kind):
        return next(d for d in report_of(name).differences if d.kind == kind)

    celu = found("CELU", "gradient-finite")
    assert 88 < celu.x <= 100
    assert (str(celu.candidate), celu.truth) == ("nan", 1)
    elish = found("HardExponentialLinearSigmoidSquashing", "value")
    assert -1 < elish.x < 0
    assert elish.candidate > 0 > elish.truth
    hard = Pair.of(peer.HardExponentialLinearSigmoidSquashing, "hard_elish")
    (look,) = hard.probe("float32", Goal(8.0)).samples([-0.01])
    assert look.value == pytest.approx(0.994975, rel=1e-5)
    assert float(look.truth.value) == pytest.approx(-0.00492533, rel=1e-6)
    assert "value" in look.kinds
    poly = found("PolynomialLinearUnit", "limit")
    assert (poly.candidate, poly.truth) == (pytest.approx(-0.49975, rel=1e-4), -1)
    soft = found("TanhSoft", "value")
    assert soft.x > 88
    assert (soft.candidate, soft.truth) == (88, pytest.approx(soft.x))
    assert "still holds a (float32), b (float32)" in found("TanhSoft", "move").text


def test_what_swiglu_leaves_behind(peer):
    if not hasattr(peer, "SwiGLU"):
        pytest.skip("torch-activation hides SwiGLU where plotly is not installed")
    report = checked(PEER["SwiGLU"])
    assert {"value", "move"} <= kinds(report)  # the gate is on the other half, too
    assert any("bfloat16 tensor is float32" in d.text for d in report.differences)


def test_classes_that_need_plotly(peer):
    missing = hidden(TORCH_ACTIVATION)
    assert {"Mish", "GELU", "SwiGLU"} <= {*missing}
    assert not {"CELU", "GCU", "ReLU"} & {*missing}


@pytest.mark.slow
@pytest.mark.parametrize("row", TORCH_ACTIVATION, ids=lambda row: row.label)
def test_every_verdict_stands_in_the_table(row, peer):
    pytest.importorskip("plotly", reason="without it torch-activation hides or swaps classes")
    if row.candidate.endswith(":SquaredReLU"):
        pytest.skip("for NaN it gives what its memory held before: each time another verdict")
    (line,) = lines_of(row)
    report = checked(row)
    assert report.ok == line.endswith("| agrees |")
    for kind in kinds(report):
        assert f"**{kind}**" in line


INCUMBENTS = [
    (TORCH, "hardsigmoid", {"gradient", "kink"}),
    (TORCH, "tanhshrink", {"value", "gradient"}),
    (TORCH, "gelu(approximate='tanh')", {"value", "gradient", "limit", "gradient-finite"}),
    (TORCH, "celu", set()),
    (TORCH, "log_softmax(dim=-1)", set()),
    (JAX, "elu", {"gradient"}),
    (JAX, "mish", {"gradient", "limit"}),
    (JAX, "log_sigmoid", set()),
]


@pytest.mark.parametrize(("rows", "label", "expected"), INCUMBENTS, ids=[i[1] for i in INCUMBENTS])
def test_what_the_frameworks_are_known_for(rows, label, expected):
    pytest.importorskip("torch" if rows is TORCH else "jax")
    (row,) = (r for r in rows if r.label == label)
    assert kinds(checked(row)) == expected


def lines_of(row: Row) -> list[str]:
    texts = PAGE.read_text("utf-8").splitlines()
    return [t for t in texts if t.startswith(f"| `{row.label}` | `{row.reference}` | float")]


def test_the_page_has_every_row():
    for row in (*TORCH_ACTIVATION, *TORCH, *JAX):
        assert len(lines_of(row)) >= len(row.dtypes), row.label


#: of classes there without plotly -> the verdict on the whole page
WHOLE = {
    "PDELU": "other",  # it jumps at 0 for alpha = 1.25
    "SGT": "other",
    "SoftExponential": "same",
    "FPAF": "same",
    "APLU": "far",  # at -infinity it is a difference of infinities
    "NCReLU": "same",
    "SPOCU": "other",
}
NAMED = {row.candidate.partition(":")[2]: row for row in CLASSES}


@pytest.mark.parametrize("name", WHOLE)
def test_a_class_on_the_whole_page(name, peer):
    if not hasattr(peer, name):
        pytest.skip("torch-activation hides it where plotly is not installed")
    assert judge(NAMED[name]).kind == WHOLE[name]


def test_every_class_has_a_row(peer):
    pytest.importorskip("plotly", reason="without it torch-activation hides classes")
    import torch

    classes = {n: c for n, c in vars(peer).items() if isinstance(c, type)}
    modules = {n for n, c in classes.items() if issubclass(c, torch.nn.Module)}
    assert modules == {*NAMED}


def test_what_is_none_of_ours_has_a_reason():
    page = PAGE.read_text("utf-8")
    for row in CLASSES:
        if not row.reference:
            assert reason(row), row.label
            assert f"| `{row.label}` | {reason(row)} |" in page


@pytest.mark.parametrize("library", ["torch", "jax", "flax", "keras", "transformers", "timm"])
def test_the_page_counts_the_names_of_libraries(library):
    count = len(table(library).names)
    assert f"| {library} | {count} |" in PAGE.read_text("utf-8")


def test_a_page_without_marks_is_refused():
    page = "a\n<!-- t -->\nold\n<!-- end t -->\nb\n"
    assert written(page, "t", "new") == "a\n<!-- t -->\nnew\n<!-- end t -->\nb\n"
    with pytest.raises(ValueError, match="no marks <!-- u -->"):
        written(page, "u", "new")
