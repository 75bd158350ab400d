"""How records show themselves: to `help` and `inspect`, and in notebooks."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from functools import lru_cache

from multiact.declare.activation import Activation

_SIZE = (5.6, 2.0)  # of a picture, in inches
_LONG = 600  # of a formula, in LaTeX


def signature(act: Activation) -> inspect.Signature:
    """Return the signature of a record's call."""
    from multiact.adapters.functions import function_signature

    Param = inspect.Parameter
    return function_signature(act, Param("xp", Param.KEYWORD_ONLY, default=None))


@lru_cache(maxsize=256)
def documentation(act: Activation) -> str:
    """Write the docstring of a record."""
    from multiact.adapters.documentation import Library, function_doc

    xp = ("array namespace or None", "What computes; None: the library of x.")
    library = Library("array", "multiact", "import numpy as np, multiact", "np", {"xp": xp})
    return function_doc(act, library, signature(act))


def latex(act: Activation) -> str | None:
    """Write the formula as displayed LaTeX; None if it has none, or a very long one."""
    from multiact.analysis import latex as formula

    with suppress(Exception):  # a notebook shows a record also while its formula is wrong
        text = formula(act) if act.is_graph else ""
        return f"$$ {text} $$" if 0 < len(text) <= _LONG else None
    return None


def markdown(act: Activation) -> str:
    """Write name, summary and formula, with a picture if matplotlib is installed.

    Markdown, because it is the one form that all notebooks show with formulas and pictures.
    """
    summary = re.sub(r"([\\`*_{}\[\]<>#|$])", r"\\\1", act.summary)
    parts = [f"**{act.name}** {summary}", latex(act), _picture(act)]
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=32)
def _picture(act: Activation) -> str | None:
    """Draw the activation and its slope, where numbers say how; None if that is not possible."""
    if act.kind != "elementwise" or act.default is None:
        return None
    with suppress(Exception):  # matplotlib is missing, or as above
        from base64 import b64encode
        from io import BytesIO

        from matplotlib.figure import Figure

        from multiact.plotting import plot

        figure, file = Figure(figsize=_SIZE, layout="constrained", dpi=100), BytesIO()
        plot(act, figure=figure).savefig(file, format="png")
        data = b64encode(file.getvalue()).decode()
        return f"![{act.name} and its slope](data:image/png;base64,{data})"
    return None
