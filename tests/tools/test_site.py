"""The pages of activations say what the records and the stores say, without Sphinx."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

import multiact
from multiact.notation.bibtex import bibtex
from tools.site import atlas, explorer, facts, kin, sources, studies
from tools.site.build import names
from tools.site.markdown import linked, prose
from tools.site.pages import page
from tools.site.table import index

DOCS = Path(__file__).parents[2] / "docs"
ALL = multiact.names()


@pytest.fixture(autouse=True)
def _whole_site(monkeypatch):
    monkeypatch.delenv("MULTIACT_SITE_ONLY", raising=False)


def written(key):
    pytest.importorskip("matplotlib")
    from tools.site.pictures import pictures

    act = multiact.get(key)
    return page(act, pictures(act), ALL)


def sections(text):
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_a_function_of_one_element():
    text = written("talu")
    assert text.startswith(
        "```{eval-rst}\n.. index::\n   !single: talu\n   !single: TaLU\n   !single: TReLU2\n```\n"
    )
    assert sections(text) == [
        "Use", "Parameters", "Properties", "Relatives", "Training", "Accuracy", "Speed", "Names",
        "Reference", "Disputed",
    ]  # fmt: skip
    formula, slope = re.findall(r"\$\$\n(.+)\n\$\$", text)
    assert formula == rf"\operatorname{{TaLU}}(x) = {multiact.latex('talu')}"
    assert slope == rf"\operatorname{{TaLU}}'(x) = {multiact.latex('talu', order=1)}"
    assert "| `alpha` | `1.0` | greater than 0 | yes |" in text
    assert "| slope at kinks, declared | 1 at x = 0 |" in text
    assert "| limits | -1 at -∞, ∞ at ∞ |" in text.replace("\N{MINUS SIGN}", "-")
    assert "[`ptelu`](ptelu.md): `talu(x, alpha) = ptelu(x, alpha, beta=1)` (symbolic)" in text
    assert "Aliases: `TReLU2`." in text
    assert bibtex(multiact.get("talu").reference) in text
    assert "**Here:** TaLU is the former, HasanTaLU the latter." in text
    drawn = re.findall(r"_pictures/talu-\w+(.*)\.svg", text)
    assert drawn == ["", "-alpha"]


def test_a_gate():
    text = written("swiglu")
    assert "Properties" in sections(text)
    assert "Only functions of one element are measured." in text
    for variable in "ab":
        slope = multiact.latex("swiglu", order=1, wrt=variable)
        assert rf"\partial {variable}}} = {slope}" in text
    assert "| `gate` | `second` | one of these words: `{'first', 'second'}` | fixed |" in text
    assert "| `vllm:mul_and_silu` | vLLM |  |" in text
    assert re.findall(r"_pictures/swiglu-\w+(.*)\.svg", text) == ["", "-plane", "-beta"]


def test_a_function_of_whole_arrays():
    text = written("softmax")
    assert "$$" not in text
    assert inspect.getsource(multiact.get("softmax").function) in text
    assert "Relatives" not in sections(text)
    assert "| `where` |  | booleans: the elements that take part | fixed |" in text
    assert "| `torch:Softmax` | torch.nn |" in text


def test_the_examples_are_those_of_the_docstrings():
    pytest.importorskip("torch")
    assert "**PyTorch**\n\n```pycon\n>>> import torch, multiact_torch\n" in written("talu")


def test_code_in_a_summary_is_code_on_the_page():
    assert prose("a `b_c` of x_1 |x|") == r"a `b_c` of x\_1 \|x\|"
    assert prose("5` * 3") == r"5\` \* 3"


def test_a_page_that_does_not_exist_is_not_linked():
    assert "`ptelu`: `talu(x" in page(multiact.get("talu"), [], ["talu"])


def test_long_formulas_are_left_out():
    text = page(multiact.get("pwlu"), [], ALL)
    assert "is long: `multiact show pwlu --order 1` prints it." in text
    assert inspect.getsource(multiact.get("pwlu").function) in text
    assert "$$" not in text


def test_the_index_names_every_activation_once():
    text = index([*map(multiact.get, names())])
    catalogue = [n for n in ALL if multiact.get(n).package == "multiact"]
    rows = re.findall(r"^\| \[.+?\]\((\w+)\.md\)", text, re.MULTILINE)
    assert Counter(rows) == Counter(catalogue)
    entries = text.partition(":hidden:\n")[2].split("```")[0].split()
    assert entries == catalogue
    (row,) = re.findall(r"^\| \[GELU\]\(gelu\.md\).*$", text, re.MULTILINE)
    assert "| elementwise | normal | 2016 |" in row
    assert "bounded\\_below" in row
    assert "monotone" not in row
    assert "torch, transformers" in row


def test_some_activations_are_enough_for_whoever_works_on_the_pages(monkeypatch):
    monkeypatch.setenv("MULTIACT_SITE_ONLY", "gelu,TaLU")
    assert names() == ["gelu", "talu"]


def test_relations_are_those_of_the_map():
    found = kin.relations()
    assert [*found] == [*kin.KINDS]
    counts = re.findall(r"^### .+: (\d+)$", kin.MAP.read_text("utf-8"), re.MULTILINE)
    assert [len(some) for some in found.values()] == [*map(int, counts)]
    everywhere = [r for some in found.values() for r in some]
    for r in everywhere:
        assert r.left != r.right
        assert {r.left, r.right} <= {*ALL}
    (ssaf,) = (r for r in everywhere if r.text == "ssaf(x, a=1) = sqrt(2) sqrt(x)")
    assert ssaf[:2] == ("ssaf", "sqrt")
    (cosine,) = (r for r in everywhere if r.text.endswith("-sqrt(2) cosine(x - pi/4) + sqrt(2)"))
    assert cosine[:2] == ("sincos", "cosine")


def test_what_coincides_by_way_of_others_is_known():
    assert "swish" in kin.same("silu")
    assert "silu" in kin.same("swish")
    assert "gelu" not in kin.same("silu")


def test_what_was_trained_is_told():
    found = {(s.heading, s.label): s for s in studies.of("prelu")}
    tied = found["The book's comparison, ten seeds", "prelu, tied"]
    assert tied.accuracy == "85.69"
    assert tied.difference == "+4.16"
    assert tied.verdict == "better"
    assert {s.label for s in studies.of("relu")} == {"relu"}
    assert not [*studies.of("rel")]
    assert len({heading for heading, _ in found}) >= 4


def test_the_map_has_every_activation_once():
    drawn = atlas.picture(["gelu"])
    names = [name for name, *_ in atlas.stored()["points"]]
    assert Counter(re.findall(r'<a id="on-map-(\w+)"', drawn)) == Counter(names)
    assert re.findall(r'href="(.+?)"', drawn) == ["activations/gelu.html"]
    assert {*names} == {*atlas.stored()["nearest"]} == {n for n in names if kin.group(n)}
    width, height = atlas.stored()["size"]
    assert all(0 <= x < width and 0 <= y < height for _, x, y, _ in atlas.stored()["points"])


def test_the_nearest_are_not_those_that_coincide():
    assert not {name for name, _ in atlas.nearest("gelu")} & {"gelu", *kin.same("gelu")}
    distances = [unlike for _, unlike in atlas.nearest("relu")]
    assert distances == sorted(distances)
    assert len(distances) == 5


def test_the_errors_are_those_of_the_page():
    row = re.search(
        r"^\| gelu \| (\S+) / (\S+) \|",
        (facts.DOCS / "accuracy.md").read_text("utf-8"),
        re.MULTILINE,
    )
    table = facts.accuracy(multiact.get("gelu"))
    assert f"| NumPy, float32 | {row[1]} |" in table
    assert f"| NumPy, float64 | {row[2]} |" in table
    assert "| JAX, float64 | " in table
    assert facts.accuracy(multiact.get("softmax")) == ""


def test_the_times_are_those_of_the_page():
    text = (DOCS / "speed.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| (\S+) / (\S+) \|", text, re.MULTILINE)
    assert [name for name, _, _ in rows] == multiact.names()
    values = {name: row for name, *row in rows}["softmax"]
    assert values[0] == "-"  # softmax is no formula of single elements
    table = facts.speed(multiact.get("softmax"))
    assert f"| NumPy, values | - | {values[1]} |" in table
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == [
        "| NumPy, values", "| PyTorch, forward and backward", "| JAX, forward and backward",
    ]  # fmt: skip


def test_names_elsewhere_have_the_other_defaults():
    assert ("keras", "leaky_relu", "negative_slope=0.2") in sources.elsewhere("leaky_relu")


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("A 2020, T, arXiv:2002.05202v2", "https://arxiv.org/abs/2002.05202v2"),
        ("A 2020, T, doi:10.1007/978-3-642-76153-9_28", "https://doi.org/10.1007/978-3-642-76153-9_28"),
        ("A 2020, T, https://a.org/b_c, a note", "https://a.org/b_c"),
    ],
)  # fmt: skip
def test_identifiers_are_links(reference, target):
    assert f"](<{target}>)" in linked(reference)
    assert "A 2020, T, [" in linked(reference)


def test_pictures_take_the_colours_of_the_page(tmp_path):
    pytest.importorskip("matplotlib")
    from tools.site.pictures import pictures

    picture = pictures(multiact.get("step"))[0]
    picture.make(tmp_path)
    text = (tmp_path / picture.file).read_text("utf-8")
    assert text.startswith('<div class="picture"><svg class="curves" viewBox="')
    assert 'aria-label="Step: f, f&#x27;, f&#x27;&#x27;"' in text
    assert "var(--curve-1, #0072b2)" in text
    assert "currentColor" in text
    assert not re.search(r"#000000|#010203|#ffffff", text)
    (tmp_path / picture.file).write_text("kept", "utf-8")
    picture.make(tmp_path)
    assert (tmp_path / picture.file).read_text("utf-8") == "kept"


def test_values_of_a_family_are_allowed():
    pytest.importorskip("matplotlib")
    from tools.site.pictures import family

    act = multiact.get("talu")
    assert [a.by_name["alpha"].default for a in family(act, act.by_name["alpha"])] == [
        0.25, 0.5, 1.0, 2.0, 4.0,
    ]  # fmt: skip


def test_a_digest_tells_records_apart():
    pytest.importorskip("matplotlib")
    from tools.site.pictures import digest

    act = multiact.get("talu")
    assert digest(act) == digest(multiact.get("talu"))
    assert (
        len({digest(act), digest(act.with_defaults(alpha=2.0)), digest(multiact.get("elu"))}) == 3
    )


def test_the_explorer_has_all_scripts_in_order(tmp_path):
    files = explorer.files(["explorer.omitted.softmax = 'mixes';\n"])
    fragment = files["explorer.html"]
    loaded = re.findall(r'src="_static/explorer/(.+?)"', fragment)
    assert loaded[:3] == ["base.js", "catalogue.js", "formula.js"]
    assert loaded[-1] == "explorer.js"
    assert {f"static/explorer/{name}" for name in [*loaded, "explorer.css"]} == {*files} - {
        "explorer.html"
    }
    assert "explorer.omitted.softmax" in files["static/explorer/catalogue.js"]
    assert 'data-pages="activations/"' in fragment
    assert "{{" not in fragment


def test_pages_lead_to_the_explorer():
    link = '<a href="../explorer.html#a=talu">'
    assert link in page(multiact.get("talu"), [], ALL)
    assert "explorer.html" not in page(multiact.get("softmax"), [], ALL)
