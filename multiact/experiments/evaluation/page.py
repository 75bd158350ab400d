"""The page of an evaluation: one HTML file without any other."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiact.experiments.evaluation import Evaluation


def rendered(evaluation: Evaluation, version: str) -> str:
    """Return the page; names and docstrings in it are text, whatever they contain."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files(__package__).joinpath("page.html").read_text("utf-8")
    return environment.from_string(template).render(e=evaluation, version=version)
