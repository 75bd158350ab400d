"""The parts of an evaluation that need the formula alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from multiact.analysis import defaults, gain, properties
from multiact.analysis.cost import cost
from multiact.analysis.dual_kernel import of_one_element, scaled_square
from multiact.analysis.quadrature import NotIntegrableError
from multiact.analysis.variance import integrand
from multiact.declare.activation import Activation
from multiact.experiments.evaluation.part import Part, drawn
from multiact.experiments.report import Section
from multiact.plotting import line_style, new_figure, plot
from multiact.relations import relatives
from multiact.testing.backend import load

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Named = Mapping[str, Activation]
_NEAREST = 5
_DEPTH = 30
_HE = 2.0  # the variance of weights times their number, by He's rule
_FAR = 1e30  # variances that go beyond are not drawn


def checked(act: Activation, backend: str) -> Part:
    """Compare values and slopes with the truth, in float32."""
    from multiact.testing.check import check  # imports mpmath

    found = [b for name in ("numpy", backend) for b in load(name)]
    eager = [b for b in found if not b.name.endswith((".compile", ".jit"))]
    rows = [*check([act], eager)]
    failing = [row for row in rows if not row.ok]
    cells = tuple(
        (row.backend, *(_digits(e) for e in (row.value_error, row.slope_error)),
         "ok" if row.ok else row.reason)
        for row in rows
    )  # fmt: skip
    title = "Errors in float32, in units in the last place"
    if failing:
        said = f"{len(failing)} of {len(rows)} checks failed; the first: {failing[0].reason}"
    else:
        said = f"values and slopes agree with the truth on all {len(rows)} ways to compute them"
    return Part(
        "Check", (said,), (Section(title, ("backend", "value", "slope", "verdict"), cells),),
        data={"rows": [row.as_dict() for row in rows], "failed": len(failing)},
    )  # fmt: skip


def measured(act: Activation) -> Part:
    """Measure the properties, and draw the function and its slope."""
    found = properties(act)
    picture = drawn(
        f"{act.key} on the left and its derivative on the right, from -5 to 5",
        lambda: plot(act),
    )  # fmt: skip
    if found is None:
        said = f"{act.key} is {act.kind}, and no function of one element: it has none of these"
        return Part("Properties", (said,), pictures=(picture,))
    kinks = ", ".join(f"{k.x:.4g} ({k.left:.3g} to {k.right:.3g})" for k in found.kinks)
    rows = (
        ("range", f"{found.low:.4g} to {found.high:.4g}"),
        ("limits", " and ".join("none" if v is None else f"{v:.4g}" for v in found.limits)),
        ("shape", ", ".join(w for w in (found.monotone or "not monotone", found.parity) if w)),
        ("smoothness", found.smoothness),
        ("largest slope", f"{found.lipschitz:.4g}"),
        ("kinks, slopes beside them", kinks or "none"),
        ("mean of standard normal inputs", _digits(found.mean)),
        ("share of zeros", f"{100 * found.sparsity:.3g} %"),
        ("share of slopes below 0.001", f"{100 * found.dead:.3g} %"),
    )
    table = Section("Measured on [-50, 50]", ("property", "value"), rows)
    return Part("Properties", (), (table,), (picture,), {"properties": asdict(found)})


def kin(act: Activation, advance: Callable[[str], None] = lambda name: None) -> Part:
    """Compare with all published activations."""
    found = relatives(act, advance=advance)
    if found.is_new:
        nearest = found.neighbours[0]
        rest = f"{nearest.unlike:.2g} of its spread remains unlike"
        said = f"it is new: the nearest is {nearest.name}, where {rest}"
    else:
        said = f"it is not new: {found.relations[0]}"
    rows = tuple(
        (n.name, *(f"{v:.3g}" for v in (n.plain.l2, n.plain.sup, n.fitted.l2)))
        for n in found.neighbours[:_NEAREST]
    )
    head = ("activation", "L2", "largest", "L2 with fitted factors")
    tables = [Section("Nearest others, and their distances", head, rows)]
    if found.relations:
        equal = tuple((str(r), r.confirmed) for r in found.relations[:_NEAREST])
        title = f"Equalities, {len(equal)} of {len(found.relations)}"
        tables.insert(0, Section(title, ("equality", "confirmed"), equal))
    return Part("Relatives", (said,), tuple(tables), data=found.as_dict(_NEAREST))


def signals(acts: Named) -> Part:
    """Compute gains, and what becomes of variances in deep networks; the first is the subject."""
    subject = next(iter(acts))
    rows: list[tuple[str, ...]] = []
    for name, act in acts.items():
        gains = [_gain(act, mode) for mode in ("forward", "backward")]
        # weights that keep the values multiply the variance of gradients by this in each layer
        factor = (gains[0] / gains[1]) ** 2 if None not in gains else None  # type: ignore[operator]
        rows.append((name, *(_digits(v) for v in (*gains, factor)), _phase(factor)))
    courses = {subject: [*_course(acts[subject])]}  # if there is none, the error says why
    for name in [*acts][1:]:
        with suppress(TypeError, ValueError, NotIntegrableError):
            courses[name] = [*_course(acts[name])]
    picture = drawn(
        f"Variance of pre-activations and of gradients over {_DEPTH} layers, for "
        f"{', '.join(courses)}, with weights by He's rule",
        lambda: _draw(courses),
    )
    head = ("activation", "gain", "gain of gradients", "factor per layer", "gradients")
    title = (
        "Gains for standard normal inputs; the factor by which a layer multiplies the variance of "
        "gradients, if its weights keep that of values"
    )
    data = [dict(zip(("activation", "forward", "backward", "factor", "gradients"), r, strict=True))
            for r in rows]  # fmt: skip
    said = (
        f"with the gain {rows[0][1]}, which keeps the variance of values, gradients {rows[0][4]} "
        f"({rows[0][3]} times their variance in a layer)"
    )
    return Part(
        "Gain and gradient flow", (said,), (Section(title, head, tuple(rows)),), (picture,),
        {"gains": data},
    )  # fmt: skip


def costs(acts: Named) -> Part:
    """Count the operations of the kernels."""
    found = {n: cost(a, defaults.arguments(a)) for n, a in acts.items() if a.is_graph}
    subject = next(iter(acts))
    if subject not in found:
        raise TypeError(f"{subject} has no graph of one element, of which operations are counted")
    rows = tuple((name, f"{value:.3g}") for name, value in found.items())
    said = f"{found[subject]:.3g} times the weighted operations of relu"
    title = "Weighted operations of the float32 kernel, relative to those of relu; not timed"
    return Part(
        "Cost", (said,), (Section(title, ("activation", "cost"), rows),), data={"costs": found}
    )


def _gain(act: Activation, mode: str) -> float | None:
    try:
        return gain(act, mode=mode)
    except (TypeError, ValueError):
        return None


def _phase(factor: float | None) -> str:
    """Say what becomes of gradients that each layer multiplies by a factor."""
    if factor is None:
        return "unknown"
    if abs(math.log(factor)) < 1e-6:
        return "keep their variance"
    return "vanish with depth" if factor < 1 else "explode with depth"


def _course(act: Activation) -> Iterator[tuple[float, float]]:
    """Yield the variances of pre-activations and of gradients after each layer, while finite."""
    checked, arguments = of_one_element(act, {}, "mean field")
    value, slope = (integrand(checked, path, arguments) for path in ((), checked.data))
    length = gradient = 1.0
    for _ in range(_DEPTH + 1):
        yield length, gradient
        deviation = math.sqrt(length)
        length = _HE * scaled_square(*value, deviation)
        gradient *= _HE * scaled_square(*slope, deviation)
        if not (1 / _FAR < length < _FAR and 1 / _FAR < gradient < _FAR):
            return


def _draw(courses: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    figure = new_figure(8.0, 3.2)
    panels = figure.subplots(1, 2)
    for k, (axes, what) in enumerate(zip(panels, ("pre-activations", "gradients"), strict=True)):
        for i, (name, course) in enumerate(courses.items()):
            axes.plot([layer[k] for layer in course], label=name, **line_style(i))
        axes.set_yscale("log")
        axes.set_xlabel("layer")
        axes.set_ylabel(f"variance of {what}")
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize="small")
    return figure


def _digits(value: Any) -> str:
    return "-" if value is None else f"{value:.4g}"
