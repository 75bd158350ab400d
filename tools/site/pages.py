"""The page of an activation, as MyST Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Sequence

from multiact.analysis.formula import latex
from multiact.cli.record import year
from multiact.declare.activation import Activation
from multiact.notation.latex import latex_name
from tools.site import atlas, facts, kin, sources, studies
from tools.site.explorer import link
from tools.site.markdown import code, escape, fence, prose, table
from tools.site.pictures import Picture
from tools.site.usage import usage

FOLDER = "_pictures"  # of docs/
_LONG = 1500  # of a formula: longer ones fill the page and say nothing
_ERRORS = (
    "Largest errors against mpmath, in units in the last place; a star is a missed goal, "
    "for a known reason ([how they are measured](../accuracy.md), and "
    "[in the frameworks](../accuracy-frameworks.md))."
)
_TIMES = (
    "Times on a CPU, as ratios: to the formula, applied to whole arrays and differentiated "
    "by the framework, and to the same framework's ReLU "
    "([how they are measured](../speed.md))."
)


def page(act: Activation, pictures: Sequence[Picture], linked: Collection[str]) -> str:
    """Return the page of an activation.

    Parameters
    ----------
    act
        The activation.
    pictures
        Its pictures, which are only named.
    linked
        The activations that have a page, too.
    """
    parts = [
        _index(act),
        f"# {escape(act.name)}",
        prose(act.summary),
        f"{{.facts}}\n{_kind(act)}",
        *_formulas(act),
        *(_figure(p) for p in pictures if not p.parameter),
        *([link(act)] if act.is_graph else []),
        *facts.mechanisms(act),
        *_section("Use", _usage(act)),
        *_section("Parameters", _parameters(act, pictures)),
        *_section("Properties", _properties(act)),
        *_section("Relatives", _relatives(act, linked)),
        *_section("Training", _training(act)),
        *_section("Accuracy", _noted(facts.accuracy(act), _ERRORS)),
        *_section("Speed", _noted(facts.speed(act), _TIMES)),
        *_section("Names", sources.names(act)),
        *_section("Reference", sources.reference(act)),
        *_section("Disputed", sources.disputed(act)),
    ]
    return "\n\n".join(parts) + "\n"


def _index(act: Activation) -> str:
    """Return entries of the index: the search puts the main ones first, our own names."""
    own = dict.fromkeys([act.key, act.name, *act.aliases])
    others = dict.fromkeys(name for _, name, _ in sources.elsewhere(act.key) if name not in own)
    entries = [*(f"!single: {name}" for name in own), *(f"single: {name}" for name in others)]
    lines = "".join(f"\n   {entry}" for entry in entries if not set(entry) & set(",;"))
    return f"```{{eval-rst}}\n.. index::{lines}\n```"


def _kind(act: Activation) -> str:
    """Return one line: the name as a function, kind, family, year."""
    words = [code(act.key), act.kind, f"family {code(act.family)}"]
    published = year(act)
    return " · ".join([*words, *([str(published)] if published else [])])


def _formulas(act: Activation) -> Iterator[str]:
    """Yield the formula, as mathematics unless it is very long, and the first derivatives."""
    formula = latex(act) if act.is_graph else ""
    if not 0 < len(formula) <= _LONG:
        yield "The formula, as it is declared:"
        yield fence("python", inspect.getsource(act.function))
    if not act.is_graph:
        return
    name = rf"\operatorname{{{act.name}}}"
    arguments = ", ".join(map(latex_name, act.data))
    if len(formula) <= _LONG:
        yield f"$$\n{name}({arguments}) = {formula}\n$$"
    for variable in act.data:
        left = rf"\frac{{\partial {name}}}{{\partial {latex_name(variable)}}}"
        slope = latex(act, order=1, wrt=variable)
        yield _slope(left if len(act.data) > 1 else f"{name}'({arguments})", slope, act)


def _slope(left: str, right: str, act: Activation) -> str:
    if len(right) <= _LONG:
        return f"$$\n{left} = {right}\n$$"
    command = code(f"multiact show {act.key} --order 1")
    return f"${left}$ is long: {command} prints it."


def _figure(picture: Picture) -> str:
    return f"```{{raw}} html\n:file: ../{FOLDER}/{picture.file}\n```"


def _section(title: str, parts: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """Yield a section, unless nothing is in it."""
    body = [part for part in parts if part]
    if body:
        yield f"## {title}"
        yield from body


def _usage(act: Activation) -> Iterator[str]:
    examples = [f"**{title}**\n\n{fence('pycon', text)}" for title, text in usage(act)]
    if examples:
        yield "::::{container} examples"
        yield from (f":::{{container}}\n{text}\n:::" for text in examples)
        yield "::::"
    yield f"By its name, as in a configuration: `create({act.key!r})`, see [names](../names.md)."


def _parameters(act: Activation, pictures: Sequence[Picture]) -> Iterator[str]:
    yield facts.parameters(act)
    for picture in pictures:
        if picture.parameter:
            yield f"Other values of {code(picture.parameter)}:"
            yield _figure(picture)


def _properties(act: Activation) -> Iterator[str]:
    table = facts.measured(act)
    yield table
    if facts.properties(act) is not None:
        yield facts.note(act)
    elif not table:
        yield "Only functions of one element are measured."


def _relatives(act: Activation, linked: Collection[str]) -> Iterator[str]:
    def link(key: str) -> str:
        return f"[{code(key)}]({key}.md)" if key in linked else code(key)

    for heading, words in kin.KINDS.items():
        found = [*kin.of(act.key, heading)]
        others = kin.same(act.key) if heading == kin.SAME else ()
        if found:
            yield f"{' '.join([words, ', '.join(map(link, others))]).strip()}:"
            yield "\n".join(
                f"- {link(r.other(act.key))}: {code(r.text)} ({r.confirmed})" for r in found
            )
    group = kin.group(act.key)
    if group:
        place = group[0].lower() + group[1:]
        near = ", ".join(f"{link(name)} ({unlike:.3f})" for name, unlike in atlas.nearest(act.key))
        yield (
            f'On <a href="../map.html#{act.key}">the map</a> it stands among those {place}. '
            f"Nearest to it but for these, and how unlike from 0 to 1: {near}. Relations were "
            "found by least squares and confirmed as one expression (symbolic) or by mpmath in 60 "
            "digits; those that follow from others are left out ([how](../relatives.md))."
        )


def _training(act: Activation) -> Iterator[str]:
    rows = [
        (
            f"[{escape(s.heading)}](../experiments.md#{studies.anchor(s.heading)})",
            *map(escape, (s.label, s.accuracy, s.difference or "baseline", s.verdict)),
        )
        for s in studies.of(act.key)
    ]
    if rows:
        yield table(("comparison", "trained", "accuracy, %", "minus relu, points", "verdict"), rows)


def _noted(stored: str, note: str) -> list[str]:
    """Return a table and what it shows; nothing if nothing is stored."""
    return [stored, note] if stored else []
