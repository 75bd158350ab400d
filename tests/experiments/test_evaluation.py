"""Evaluations: the right verdicts on good, weak and broken formulas, and a page for each."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser

import pytest

import multiact
from multiact.cli import main
from multiact.experiments import Recipe, evaluation
from multiact.experiments.evaluation import evaluate, tasks
from multiact.experiments.evaluation.conclusion import concluded
from multiact.experiments.evaluation.part import Part
from multiact.experiments.evaluation.tasks import Duel, Task
from multiact.experiments.statistics import paired, verdict
from multiact.relations.curves import Curve
from tests.helpers.registered import temporary_registrations

for package in ("torch", "safetensors", "scipy", "jinja2", "matplotlib", "sklearn"):
    pytest.importorskip(package)

FORMULAS = """
import multiact

@multiact.activation
def gate_in_disguise(x, /, *, xp):
    "A gate <script>alert(1)</script> & \\"more\\"."
    return x / (1 + xp.exp(-1.5 * x))

@multiact.activation
def saturating(x, /, *, xp):
    "Its slope is below 1e-4 nearly everywhere."
    return xp.tanh(x / 1e4)

@multiact.activation
def rooted(x, /, *, xp):
    "Not a number for negative inputs."
    return xp.sqrt(x)
"""
QUICK = Recipe.read("digits").changed({"epochs": 3, "network": "mlp-16", "rates": "0.03,0.1"})
UNTUNED = QUICK.changed({"epochs": 1, "network": "mlp-4", "rates": ()})


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Compare with a few others alone; all of them would take 20 s."""
    curves = [Curve(multiact.get(name)) for name in ("relu", "tanh", "swish", "softplus")]
    monkeypatch.setattr("multiact.relations.answer.catalogue", lambda: iter(curves))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluations")
    (folder / "theirs.py").write_text(FORMULAS)
    with temporary_registrations():
        yield folder


@pytest.fixture
def unchecked(monkeypatch):
    """Leave out the check, which takes seconds."""
    part = Part("Check", ("ok",), data={"failed": 0})
    monkeypatch.setattr(evaluation.formula, "checked", lambda *_: part)


class Page(HTMLParser):
    """The elements of a page, and its text; every element is closed in its turn."""

    VOID = ("meta", "img")

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page_and_document(found, out):
    """What was written, which has the same verdict."""
    page = Page((out / "index.html").read_text("utf-8"))
    # NaN is no JSON
    document = json.loads((out / "evaluation.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert document["verdict"] == found.conclusion.kind
    assert document["sentences"] == [*found.conclusion.sentences]
    return page, document


@pytest.fixture(scope="module")
def evaluated(place):
    """Evaluate with seven seeds: fewer show nothing against two baselines."""

    @cache
    def once(name, first="relu"):
        out = place / name
        against = [first.format(place), "identity"]
        found = evaluate(f"{place}/theirs.py:{name}", against, recipes=[QUICK], seeds=7, out=out)
        return found, *page_and_document(found, out)

    return once


def test_a_known_function_is_found_out_and_wins_against_a_weak_one(evaluated):
    found, page, document = evaluated("gate_in_disguise", "{}/theirs.py:saturating")
    # x sigmoid(1.5 x) is swish with beta = 1.5, by definition
    assert "it is not new: gate_in_disguise(x) = swish(x, beta=1.5)" in found.conclusion.sentences
    assert found.conclusion.kind == "better"
    assert found.conclusion.sentences[0].startswith("better than saturating on digits, by ")
    assert document["parts"][0]["failed"] == 0
    assert [part["problem"] for part in document["parts"]] == [""] * 6
    assert document["parts"][3]["gains"][0]["forward"] == f"{multiact.gain('swish', beta=1.5):.4g}"
    headings = [t for t in page.texts if t.startswith(("Check", "Properties", "Training on"))]
    assert headings == ["Check", "Properties", "Training on digits"]


def test_a_weak_one_is_worse(evaluated):
    """Nothing gets through a factor of 1e-4, so it learns nothing in a few epochs."""
    found, _, document = evaluated("saturating")
    assert found.conclusion.kind == "worse"
    assert found.conclusion.sentences[0].startswith("worse than relu on digits, by ")
    rows = document["parts"][-1]["comparison"]["tables"][0]["rows"]
    accuracy = {row["activation"]: row["mean"] for row in rows}
    assert accuracy["saturating"] < 50
    assert accuracy["relu"] > 85


def test_a_broken_one_is_broken_and_the_page_goes_on(evaluated):
    found, page, document = evaluated("rooted")
    assert found.conclusion.kind == "broken"
    first, second, *_ = found.conclusion.sentences
    assert first.startswith("broken: 6 of 6 checks failed")
    assert "NaN at x = -" in first
    assert second == "broken: training on digits: all 7 runs became infinite or NaN"
    problems = {part["title"]: part["problem"] for part in document["parts"]}
    assert "not finite" in problems["Relatives"]
    assert "not finite" in problems["Gain and gradient flow"]
    assert not problems["Training on digits"]
    assert len(page.all("img")) == 2  # the function, and the training


def test_the_page_needs_nothing_else_and_escapes_what_it_quotes(evaluated):
    _, page, _ = evaluated("gate_in_disguise", "{}/theirs.py:saturating")
    assert not page.all("script")
    assert 'A gate <script>alert(1)</script> & "more".' in page.texts
    assert len(page.all("h1")) == 1
    for image in page.all("img"):
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert len(image["alt"]) > 20
    addresses = [a for _, attributes in page.elements for a in attributes if a in ("href", "src")]
    assert len(addresses) == len(page.all("img")) == 3


def test_finished_runs_are_not_trained_again(evaluated, place, monkeypatch):
    first, *_ = evaluated("rooted")
    monkeypatch.setattr("multiact.experiments.sweep.train_group", pytest.fail)
    percents = []
    again = evaluate(
        f"{place}/theirs.py:rooted", ["relu", "identity"], recipes=[QUICK], seeds=7,
        out=place / "rooted", report=lambda _, percent: percents.append(percent),
    )  # fmt: skip
    assert again.conclusion == first.conclusion
    assert 0 < sum(percents) <= 100


def test_options_are_part_of_what_is_evaluated(tmp_path, unchecked):
    found = evaluate("celu(alpha=0.2)", ["relu"], recipes=[UNTUNED], seeds=2, out=tmp_path)
    assert (found.activation, found.against) == ("celu(alpha=0.2)", ("relu",))
    (signals,) = (part for part in found.parts if part.title == "Gain and gradient flow")
    assert signals.data["gains"][0]["forward"] == f"{multiact.gain('celu', alpha=0.2):.4g}"
    # two seeds show nothing: p is 1/2 or more
    assert found.conclusion.kind == "undecided"


def test_a_gate_has_no_properties_but_is_trained(tmp_path, unchecked):
    found = evaluate("geglu", ["relu"], recipes=[UNTUNED], seeds=2, out=tmp_path)
    parts = {part.title: part for part in found.parts}
    assert "no function of one element" in parts["Properties"].sentences[0]
    assert parts["Relatives"].problem
    assert len(parts["Training on digits"].pictures) == 1


def test_a_task_that_cannot_be_done_says_why(tmp_path, unchecked):
    nowhere = UNTUNED.changed({"data": "digits", "network": "lstm"})
    found = evaluate("tanh", ["relu"], recipes=[nowhere], seeds=1, out=tmp_path)
    page_and_document(found, tmp_path)
    assert found.parts[-1].problem.startswith("no network 'lstm'")
    assert found.conclusion.kind == "undecided"


@pytest.mark.slow
def test_flax(tmp_path):
    pytest.importorskip("flax")
    found = evaluate("tanh", ["identity"], recipes=[UNTUNED], seeds=2, out=tmp_path, backend="flax")
    assert found.backend == "flax"
    assert "flax" in {row["backend"].partition(".")[0] for row in found.parts[0].data["rows"]}
    assert not found.parts[-1].problem


def duelled(*kinds):
    """Tasks on which the activation does so against its first baseline."""
    shifts = {"better": 2.0, "worse": -2.0, "same": 0.0, "undecided": 0.4}
    for i, kind in enumerate(kinds):
        difference = paired([shifts[kind] + (0.2 if kind != "undecided" else 3.0) * (-1) ** k
                             for k in range(8)])  # fmt: skip
        decided = verdict(difference, corrected=difference.p, margin=0.5)
        assert decided.kind == kind
        yield Task(Part(f"Training on set{i}"), (Duel(f"set{i}", "relu", "points", 0.5, difference, decided),), count=8)  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("better", "same"), "better"), (("worse", "undecided"), "worse"),
        (("better", "worse"), "mixed"), (("same", "same"), "same"),
        (("same", "undecided"), "undecided"), ((), "undecided"),
    ],
)  # fmt: skip
def test_several_tasks_make_one_verdict(kinds, expected):
    parts = {"check": Part("Check", data={"failed": 0}), "kin": Part("Relatives", problem="none")}
    found = concluded({**parts, "signals": Part("Gain", ("kept",))}, [*duelled(*kinds)])
    assert found.kind == expected
    assert found.sentences[-2:] == ("relatives: none", "kept")
    words = {"better": "better than relu on set", "worse": "worse than relu on set",
             "same": "no difference larger than 0.5 points from relu on set",
             "undecided": "undecided against relu on set"}  # fmt: skip
    for sentence, kind in zip(found.sentences, kinds, strict=False):
        assert sentence.startswith(words[kind])


def test_baselines_are_corrected_for_their_number():
    """Holm: the smallest of three p-values of 2/2^6 is multiplied by 3, and is above 0.05."""
    assert tasks.holm([2 / 2**6] * 3)[0] == pytest.approx(6 / 2**6)


def test_the_command_prints_the_verdict(place, capsys, monkeypatch):
    monkeypatch.setattr(evaluation.Recipe, "read", lambda name: UNTUNED)
    out = place / "command"
    argv = ["evaluate", f"{place}/theirs.py:rooted", "--against", "relu", "--seeds", "2"]
    assert main([*argv, "--out", str(out)]) == 1  # as for a check that failed
    captured = capsys.readouterr()
    assert captured.out.startswith("rooted: broken\n- broken: 6 of 6 checks failed")
    assert captured.err == ""
    assert (out / "index.html").is_file()
