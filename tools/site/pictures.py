"""The pictures of an activation: it and its slopes, what its parameters do, a gate from above."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import multiact
from multiact._drawing import draw_heat_map, new_figure
from multiact.analysis import defaults
from multiact.analysis.slices import visible_range
from multiact.calculus.graph import topological
from multiact.declare import index
from multiact.declare.activation import Activation
from multiact.declare.parameters import Parameter
from multiact.kernels import use_engine
from multiact.plotting import plot
from tools.site.svg import STYLE, svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)  # of a parameter's default
_SHORT = 4  # labels of a legend that is one line
_MOST = 3  # parameters that have a picture
_WIDTH, _HEIGHT = 8.6, 2.9  # inches: a picture is as wide as the text of a page
_POINTS = np.linspace(-5.0, 5.0, 81)  # of a gate's halves
_COMPUTING = ("analysis", "calculus", "special")  # what the curves depend on, beside the formula


@dataclass(frozen=True)
class Picture:
    """A picture: the name of its file, what it shows, how it is drawn, and of which parameter."""

    file: str
    title: str
    draw: Callable[[], Figure]
    parameter: str = ""

    def make(self, folder: Path) -> None:
        """Draw it, unless the folder has it."""
        target = folder / self.file
        if target.exists():
            return
        import matplotlib as mpl

        # single operations of NumPy: a kernel for each of a few curves would take longer
        with mpl.rc_context(STYLE), use_engine("reference"), np.errstate(all="ignore"):
            text = svg(self.draw(), self.title)
        index.write(target, text)


def pictures(act: Activation) -> list[Picture]:
    """Return the pictures of an activation, that of its slopes first."""
    stem = f"{act.key}-{digest(act)}"
    order = 2 if act.kind == "elementwise" else 1
    primes = ", ".join(["f", "f'", "f''"][: order + 1])
    title = f"{act.name}: {primes}" if act.is_graph else f"{act.name}: one element of an array"
    found = [Picture(f"{stem}.svg", title, partial(_curves, act, order))]
    if len(act.data) == 2 and act.is_graph:
        a, b = act.data
        found.append(
            Picture(f"{stem}-plane.svg", f"{act.name} of {a} and {b}", partial(_gate, act))
        )
    return [*found, *_families(act, stem)]


def home() -> Picture:
    """Return the picture of the site's first page."""
    names = ["relu", "gelu", "silu", "golu", "talu"]
    title = "ReLU, GELU, SiLU, GoLU and TaLU, and their slopes"
    return Picture("home.svg", title, partial(_curves, names, 1))


def digest(act: Activation) -> str:
    """Return a digest of what the pictures of an activation depend on."""
    facts: list[Any] = [repr(act), act.noise, _code()]
    if act.is_graph:
        graph = topological([act.expression(act.example_specialization, raw=True)])
        places = {e: i for i, e in enumerate(graph)}
        facts += [(str(e.op), [places[a] for a in e.args], e.value) for e in graph]
        facts += [sorted(act.kink_slopes(defaults.arguments(act)).items())]
    else:
        facts += [inspect.getsource(sys.modules[act.function.__module__])]
    return sha256(repr(facts).encode()).hexdigest()[:12]


@cache
def _code() -> str:
    """Return a digest of the code that computes and draws."""
    import matplotlib as mpl

    root, total = Path(multiact.__file__).parent, sha256(mpl.__version__.encode())
    for package in _COMPUTING:
        total.update(index.digest(root / package).encode())
    here = Path(__file__)
    for file in (root / "plotting.py", root / "_drawing.py", here, here.with_name("svg.py")):
        total.update(file.read_bytes())
    return total.hexdigest()


def _families(act: Activation, stem: str) -> Iterator[Picture]:
    """Yield a picture for each of the first parameters that are numbers."""
    numbers = [
        p for p in act.parameters if p.shaped is None and isinstance(p.default, (int, float))
    ]
    for p in numbers[:_MOST]:
        acts = family(act, p)
        if len(acts) > 1:
            title = f"{act.name} with other values of {p.name}"
            yield Picture(f"{stem}-{p.name}.svg", title, partial(_curves, acts, 1, seeds=1), p.name)


def family(act: Activation, p: Parameter) -> list[Activation]:
    """Return an activation with some values of a parameter, of which its constraint is true."""
    default = float(p.default)
    values = [default * f for f in _FACTORS] if default else [-1.0, -0.5, 0.0, 0.5, 1.0]
    if len(act.data) > 1:  # two curves for each
        values = values[::2]
    found = []
    for value in values:
        with suppress(ValueError, TypeError):  # outside of what the activation allows
            found.append(act.with_defaults(**{p.name: value}))
    return found


def _curves(specs: Any, derivatives: int, seeds: int = 4) -> Figure:
    """Draw curves; a short legend goes below them, and one of the only curve is left out."""
    figure = new_figure(_WIDTH, _HEIGHT)
    plot(specs, derivatives=derivatives, seeds=seeds, figure=figure)
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    if len(labels) <= _SHORT:
        legend.remove()
    if 1 < len(labels) <= _SHORT:
        handles = [handle for handle in legend.legend_handles if handle is not None]
        look: Any = {"loc": "outside lower left", "ncols": _SHORT, "frameon": False}
        figure.legend(handles, labels, fontsize="small", **look)
    return figure


def _gate(act: Activation) -> Figure:
    """Draw a gate, or a pair, above the plane of its two inputs."""
    first, second = np.meshgrid(_POINTS, _POINTS, indexing="ij")
    arguments = defaults.arguments(act)
    if act.kind == "gated":
        x = np.stack([first, second], axis=-1)
        values = np.asarray(act(x, **{**arguments, "axis": -1}))[..., 0]
    else:
        values = np.asarray(act(first, second, **arguments))
    finite = values[np.isfinite(values)]
    figure = new_figure(4.6, 3.6)
    axes = figure.subplots()
    shown = np.clip(values, *visible_range(finite, math.inf))
    draw_heat_map(axes, _POINTS, _POINTS, shown, f"{act.name}")
    a, b = act.data
    axes.set_xlabel(f"${a}$")
    axes.set_ylabel(f"${b}$")
    return figure
