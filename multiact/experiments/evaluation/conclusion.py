"""What an evaluation shows altogether, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from multiact.experiments.evaluation.part import Part
from multiact.experiments.evaluation.tasks import Task


@dataclass(frozen=True)
class Conclusion:
    """The verdict on an activation.

    Attributes
    ----------
    kind
        "broken": it fails the check, or all its runs on a task became NaN; otherwise how it does
        against the first baseline: "better", "worse", "mixed" (the one here, the other there),
        "same" (no difference that matters), or "undecided".
    sentences
        Why, the most important first.
    """

    kind: str
    sentences: tuple[str, ...]


def concluded(parts: Mapping[str, Part], tasks: Sequence[Task]) -> Conclusion:
    """Draw the conclusion.

    Parameters
    ----------
    parts
        Those of the formula: "check", "kin" and "signals".
    tasks
        What training showed.

    Returns
    -------
    Conclusion
    """
    faults = [*_faults(parts["check"], tasks)]
    firsts = {task.duels[0].verdict.kind for task in tasks if task.duels}
    sentences = [f"broken: {fault}" for fault in faults]
    sentences += [str(duel) for task in tasks for duel in task.duels]
    sentences += [doubt for task in tasks for doubt in task.doubts]
    sentences += [f"{t.part.title}: {t.part.problem}" for t in tasks if t.part.problem]
    sentences += [
        sentence
        for part in (parts["kin"], parts["signals"])
        for sentence in part.sentences or (f"{part.title.lower()}: {part.problem}",)
    ]
    return Conclusion("broken" if faults else _kind(firsts), tuple(sentences))


def _faults(check: Part, tasks: Sequence[Task]) -> Iterator[str]:
    if check.data.get("failed"):
        yield from check.sentences
    elif check.problem:
        yield f"the check could not be made: {check.problem}"
    for task in tasks:
        if task.failed == task.count > 0:
            yield f"{task.part.title.lower()}: all {task.count} runs became infinite or NaN"


def _kind(firsts: set[str]) -> str:
    if {"better", "worse"} <= firsts:
        return "mixed"
    for kind in ("better", "worse"):
        if kind in firsts:
            return kind
    return "same" if firsts == {"same"} else "undecided"
