"""Every reference of the catalogue can be found: authors, year, title, and where it appeared."""

import re

import pytest

import multiact

PAPER = re.compile(
    r"(?P<authors>[^\d,;]+) (?P<year>1[89]\d\d|20[0-2]\d), "
    r"(?P<title>[^;]{8,}), (?P<where>[^,;]{3,})"
)
IDENTIFIER = re.compile(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,}/\S+|https://\S+")
#: what the documentation of a library defines
SOFTWARE = re.compile(
    r"(torch|keras|paddle|jax)(\.\w+)+|ONNX operator \w+|torch-activation, https://\S+"
)
#: no publisher, or not even the year, is known
UNDATED = (
    "Park 2025, Deep Learning DNA, ",
    "Gil, PyTorch activation functions notebook",
    "Misra, H-Mish, ",
)
#: where papers without an identifier appeared
VENUES = {
    "ECCV",
    "Electronic Imaging",
    "IEEE Access 11",
    "Advances in Artificial Intelligence and Applied Cognitive Computing",
    "Applied Intelligence 45",
    "Biometrika 68",
    "Bitlis Eren Üniversitesi Fen Bilimleri Dergisi 11",
    "Computers Materials & Continua 75",
    "Corr. Math. et Physique 10",
    "Expert Systems with Applications 164",
    "ICALIP",
    "ICECE",
    "ICML",
    "ICNC-FSKD",
    "IEEE Access 7",
    "IEEE Access",
    "IEEE Transactions on Industrial Electronics 66",
    "IJCNN",
    "Journal of Applied Physics 124",
    "NAACL HLT",
    "NIPS 13",
    "Neural Networks 14",
    "Neural Networks and Soft Computing",
    "Neural Networks: Tricks of the Trade",
    "Neural Processing Letters 28",
    "Neurocomputing",
    "PIMRC",
    "PMLR 119",
    "SMC",
    "WACV",
    "University of Maryland TR 93-8",
    "Université Paris VI",
    "unpublished manuscript",
}
CATALOGUE = [name for name in multiact.names() if multiact.get(name).package == "multiact"]


def first(name: str) -> str:
    """The reference itself: relatives may follow."""
    return multiact.get(name).reference.partition("; ")[0]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_reference_can_be_found(name: str) -> None:
    text = first(name)
    if SOFTWARE.fullmatch(text) or text.startswith(UNDATED):
        return
    paper = PAPER.fullmatch(text)
    assert paper, text
    assert IDENTIFIER.fullmatch(paper["where"]) or paper["where"] in VENUES, text


def test_one_paper_is_always_cited_alike() -> None:
    cited = {text for text in map(first, CATALOGUE) if PAPER.fullmatch(text)}
    where = [IDENTIFIER.search(text) for text in sorted(cited)]
    identifiers = [found.group() for found in where if found]
    assert len(identifiers) == len(set(identifiers)) > 40


@pytest.mark.parametrize(
    "text", ["Hughes 2025", "Hughes 2025, TaLU", "Hughes, TaLU in short, ICML"]
)
def test_less_is_not_enough(text: str) -> None:
    assert not PAPER.fullmatch(text)
