"""The whole protocol on one activation, against baselines, with one page as the result."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import multiact
from multiact._adapters import require
from multiact._files import replaced
from multiact.analysis import text
from multiact.declare.activation import Activation
from multiact.experiments.choice import Choice
from multiact.experiments.evaluation import formula, page, tasks
from multiact.experiments.evaluation.conclusion import Conclusion, concluded
from multiact.experiments.evaluation.part import Part, attempt
from multiact.experiments.recipe import Recipe
from multiact.testing.trust import user_code

#: called with what comes next, and with how many percent of the work are done since the last call
Report = Callable[[str, float], None]
_FORMULA = 40.0  # percent of the work; most of it finds relatives
_SEEDS = 10


@dataclass(frozen=True)
class Evaluation:
    """What was found about an activation.

    Attributes
    ----------
    activation, against, backend
        What was evaluated against what, in which framework.
    summary, formula
        The first line of its docstring, and its formula as text, or "" if it has none.
    conclusion
        The verdict.
    parts
        All that was looked at.
    seconds
        How long it took.
    """

    activation: str
    against: tuple[str, ...]
    backend: str
    summary: str
    formula: str
    conclusion: Conclusion
    parts: tuple[Part, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON, without pictures; what is not finite becomes null."""
        return {
            "activation": self.activation, "against": list(self.against), "backend": self.backend,
            "version": multiact.__version__, "seconds": self.seconds, "formula": self.formula,
            "verdict": self.conclusion.kind, "sentences": list(self.conclusion.sentences),
            "parts": [part.as_dict() for part in self.parts],
        }  # fmt: skip

    def html(self) -> str:
        """Return all of it as one page, which needs no other file."""
        return page.rendered(self, multiact.__version__)

    def write(self, folder: str | os.PathLike[str]) -> None:
        """Write `index.html` and `evaluation.json` to a folder, which is made."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        document = json.dumps(self.as_dict(), indent=1, allow_nan=False)
        for name, content in (("index.html", self.html()), ("evaluation.json", document)):
            with replaced(place / name) as new:
                new.write_text(content, "utf-8")


def evaluate(
    activation: str,
    against: Sequence[str] = ("relu", "gelu", "identity"),
    *,
    recipes: Sequence[str | Recipe] = ("digits",),
    seeds: int = _SEEDS,
    backend: str = "torch",
    out: str | os.PathLike[str],
    workers: int = 1,
    report: Report = lambda what, percent: None,
) -> Evaluation:
    """Check, measure, place, train and compare one activation, and write a page about it.

    What a part cannot find out about an activation, it says; the others go on.

    Parameters
    ----------
    activation
        A name, or `FILE.py:NAME`, and what else a choice of `multiact train` may be.
    against
        The baselines, the most important first.  The activation itself is left out.
    recipes
        On what is trained, and how: names, files, or recipes.  Where a recipe has several rates,
        each activation's is tuned with three seeds that are not used again.
    seeds
        How many final runs each activation has.
    backend
        "torch" or "flax".
    out
        The folder of `index.html`, `evaluation.json` and `runs`.  Runs that are there are not
        trained again.
    workers
        The number of processes that train.
    report
        Called with what comes next, and with the percentage that is done since the last call.

    Returns
    -------
    Evaluation

    Raises
    ------
    LoadingError
        If an activation does not exist, or cannot be loaded.
    LookupError
        If there is no such recipe.
    ModuleNotFoundError
        If jinja2, matplotlib or scipy is not installed.
    ValueError
        If there is no baseline, recipe or seed, or the backend is not one of the two.
    Unavailable
        If the framework is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from multiact.experiments import Recipe
    >>> from multiact.experiments.evaluation import evaluate
    >>> quick = Recipe.read("digits").changed({"epochs": 1, "rates": ()})
    >>> with tempfile.TemporaryDirectory() as out:  # doctest: +SKIP
    ...     evaluate("mish", ["relu"], recipes=[quick], seeds=2, out=out).conclusion.kind
    'undecided'
    """
    for package, extra in (("jinja2", "experiments"), ("scipy", "experiments"),
                           ("matplotlib", "plot")):  # fmt: skip
        require(package, "an evaluation", extra)
    began = time.perf_counter()
    choices = (activation, *(name for name in against if name != activation))
    if len(choices) == 1:
        raise ValueError(f"against must have another activation than {activation}")
    if seeds < 1 or not recipes:
        raise ValueError(f"seeds and recipes must be 1 or more, got {seeds} and {len(recipes)}")
    tasks.check_backend(backend)
    plans = [r if isinstance(r, Recipe) else Recipe.read(r) for r in recipes]
    acts = {tasks.shown(name): _subject(name) for name in choices}
    act = next(iter(acts.values()))
    found = _of_formula(acts, backend, report)
    total = sum(tasks.epochs(choices, plan, seeds) for plan in plans)
    trained = [
        tasks.attempted(
            choices, plan, seeds, backend, Path(out) / "runs", workers,
            lambda made: report("training", made * (100 - _FORMULA) / total),
        )
        for plan in plans
    ]  # fmt: skip
    evaluation = Evaluation(
        next(iter(acts)), tuple([*acts][1:]), backend, act.summary,
        text(act) if act.is_graph else "", concluded(found, trained),
        (*found.values(), *(task.part for task in trained)),
        round(time.perf_counter() - began, 1),
    )  # fmt: skip
    evaluation.write(out)
    return evaluation


def _subject(name: str) -> Activation:
    """Return the activation of a choice, with the options that are parameters as defaults."""
    choice = Choice.parse(name)
    act = choice.activation
    return act.with_defaults(**{n: v for n, v in choice.options.items() if n in act.by_name})


def _of_formula(acts: Mapping[str, Activation], backend: str, report: Report) -> dict[str, Part]:
    """Make the parts that need the formula alone."""
    act = next(iter(acts.values()))
    others = len(multiact.names(kind="elementwise"))
    most = 0.8 * _FORMULA

    def compared(_: str) -> None:
        report("relatives", most / others)

    steps: dict[str, tuple[str, Callable[[], Part]]] = {
        "check": ("Check", lambda: formula.checked(act, backend)),
        "properties": ("Properties", lambda: formula.measured(act)),
        "kin": ("Relatives", lambda: formula.kin(act, compared)),
        "signals": ("Gain and gradient flow", lambda: formula.signals(acts)),
        "cost": ("Cost", lambda: formula.costs(acts)),
    }  # fmt: skip
    found = {}
    for name, (title, make) in steps.items():
        with user_code():
            found[name] = attempt(title, make)
        report(title.lower(), (_FORMULA - most) / len(steps))
    return found
