"""The whole of torch-activation beside the catalogue: which function each of its classes is."""

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.declare.registry import get
from multiact.errata import of_activation, of_name
from multiact.testing.comparison.reference import SEEDED
from multiact.testing.comparison.search import grid
from multiact.testing.formats import FORMATS
from multiact.testing.loading import attribute
from tests.peers.rows import Row

NEAR = 30.0  # beyond it, and at NaN and the infinities, a difference is one of a tail
BOUND = 2**10 * FORMATS["float32"].eps  # as crosscheck's, for what float32 may lose on the way
#: from the best to the worst; the last ones are other functions
VERDICTS = {
    "same": "the same function",
    "far": f"the same function from -{NEAR:g} to {NEAR:g}, but not at all others or NaN",
    "slope": "the same values, another gradient",
    "other": "another function",
    "failed": "an exception, or a result of another shape",
}


@dataclass(frozen=True)
class Verdict:
    """One of `VERDICTS`, and an input that shows it."""

    kind: str
    text: str = ""


def judge(row: Row) -> Verdict:
    """Compare values and gradients of a class with those of ours in float64, on a fixed grid."""
    import multiact_torch as mt
    import torch

    elementwise = get(row.reference).kind == "elementwise"
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")  # theirs
        try:
            theirs = built(row).eval()
            ours = mt.create({"name": row.reference, "learnable": [], **row.parameters})
            x = torch.tensor(_points(row), dtype=torch.float32)
            got = _run(theirs, x)
            again = _run(theirs, x)
        except Exception as error:  # a class may raise anything
            return Verdict("failed", f"{type(error).__name__}: {error}".split("\n")[0])
        truth = _run(ours.double().eval(), x.double())
    if got[0].shape != truth[0].shape:
        return Verdict("failed", f"the result has the shape {got[0].shape}, not {truth[0].shape}")
    known = np.isfinite(x.numpy()) if elementwise else ...  # of NaN some give what memory held
    if not np.array_equal(got[0][known], again[0][known], equal_nan=True):
        return Verdict("other", "it draws at random in evaluation, too")
    return _judged(x.double().numpy(), got, truth, elementwise)


def built(row: Row) -> Any:
    """Build the module of a row with the numbers that it is to start with."""
    import torch

    module = attribute(row.candidate)(**row.arguments)
    for name, numbers in row.attributes.items():
        getattr(module, name).data = torch.tensor(numbers)
    return module


def _points(row: Row) -> np.ndarray:
    activation = get(row.reference)
    if activation.kind != "elementwise":
        return SEEDED
    numbers = np.array(grid((), FORMATS["float32"], 1e4))
    bound = activation.bind((), row.parameters)
    values = {p.name: v for p, v in zip(activation.parameters, bound.parameters, strict=True)}
    corners = [float(k) for k in activation.kink_slopes({**values, **dict(bound.settings)})]
    away = np.abs(numbers[:, None] - [*corners, 0.0]).min(1) > 1e-5  # slopes there: crosscheck's
    return np.concatenate([numbers[away], [np.nan, -np.inf, np.inf]])


def _run(module: Callable[[Any], Any], x: Any) -> tuple[np.ndarray, np.ndarray]:
    """Values, and the gradient of their weighted sum."""
    import torch

    x = x.detach().clone().requires_grad_()
    y = module(x * 1.0)  # not a leaf: a class may write to its input
    weights = torch.linspace(0.5, 2.0, y.numel(), dtype=torch.float64).reshape(y.shape)
    if len(x.shape) == 1:
        weights = torch.ones_like(weights)
    slope = torch.zeros_like(x)
    if y.requires_grad:
        (slope,) = torch.autograd.grad((y * weights.to(y.dtype)).sum(), x, materialize_grads=True)
    return y.detach().double().numpy(), slope.double().numpy()


def _judged(x: np.ndarray, got: Any, truth: Any, elementwise: bool) -> Verdict:
    with np.errstate(invalid="ignore", over="ignore"):
        truth = [t.astype(np.float32).astype(float) for t in truth]  # it may overflow
        scale = np.fmax(np.abs(x), np.abs(x * truth[1])) if elementwise else 4.0
    near = np.abs(x) <= NEAR if elementwise else True
    wrong = [_off(g, t, scale) for g, t in zip(got, truth, strict=True)]
    for i, name, kind in ((0, "f", "other"), (1, "f'", "slope")):
        if (wrong[i] & near).any():
            shown = _shown(name, x, got[i], truth[i], wrong[i] & near, elementwise)
            return Verdict(kind, shown)
    if wrong[0].any():
        return Verdict("far", _shown("f", x, got[0], truth[0], wrong[0], elementwise))
    return Verdict("same")


def _off(got: np.ndarray, truth: np.ndarray, scale: Any) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(got - truth) <= BOUND * np.fmax(np.fmax(1.0, np.abs(truth)), scale)
    wrong: np.ndarray = ~(close | (got == truth) | (np.isnan(got) & np.isnan(truth)))
    return wrong


def _shown(name: str, x: Any, got: Any, truth: Any, off: Any, elementwise: bool) -> str:
    if not elementwise:
        at = np.flatnonzero(off)[0]
        return f"{got.flat[at]:.5g} for {truth.flat[at]:.5g}"
    places = np.flatnonzero(off)
    at = min(places, key=lambda i: abs(abs(x[i]) - 1) if np.isfinite(x[i]) else np.inf)
    return f"{name}({x[at]:.4g}) = {got[at]:.5g}, ours {truth[at]:.5g}"


def page(rows: list[Row], done: Callable[[str], None]) -> str:
    """The counts, and a table of what differs and of what there is no reference for."""
    verdicts = []
    for row in rows:
        verdicts.append((row, judge(row) if row.reference else None))
        done(row.label)
    counts = Counter(v.kind for _, v in verdicts if v)
    lines = [f"Of {len(rows)} classes, {len(rows) - sum(counts.values())} are none of ours.", ""]
    lines += ["| of the others | are |", "|-|-|"]
    lines += [f"| {counts[kind]} | {meaning} |" for kind, meaning in VERDICTS.items()]
    lines += ["", "| theirs | ours | an example | who is right, and why |", "|-|-|-|-|"]
    lines += [_line(r, v) for r, v in verdicts if v and v.kind not in ("same", "far")]
    far = [
        f"`{r.label}` ({v.text.split(', ours')[0]})" for r, v in verdicts if v and v.kind == "far"
    ]
    lines += ["", f"The same from -{NEAR:g} to {NEAR:g}, and not beyond: " + ", ".join(far) + "."]
    lines += ["", "| none of ours | why |", "|-|-|"]
    lines += [f"| `{row.label}` | {reason(row)} |" for row, v in verdicts if not v]
    return "\n".join(lines)


def _line(row: Row, verdict: Verdict) -> str:
    shown = verdict.text.replace("|", "\\|")
    return f"| `{row.label}` | `{row.reference}` | {shown} | {reason(row)} |"


def reason(row: Row) -> str:
    """Why theirs and ours differ: what the row says, or the erratum of either name."""
    spelling = row.candidate.partition(":")[2].lower().replace("_", "")
    found = [e for e in [of_name(spelling), *of_activation(row.reference)] if e]
    text = row.why or (f"{found[0].reason} {found[0].decision}" if found else "")
    return text.replace("|", "\\|")
