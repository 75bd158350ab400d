"""Show activations: their formulas, parameters, properties and availability."""

from __future__ import annotations

import argparse
import inspect
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from multiact.adapters.configuration import signature
from multiact.adapters.frameworks import KNOWN
from multiact.adapters.functions import function_signature
from multiact.analysis import defaults
from multiact.analysis.fixed_points import FixedPoint
from multiact.analysis.formula import latex, text
from multiact.analysis.measured import INTERVAL, Properties, properties
from multiact.analysis.normal_input import FLAT
from multiact.analysis.slices import slices
from multiact.calculus.lower import Target
from multiact.calculus.program import program
from multiact.calculus.rewriting import Equation
from multiact.calculus.surrogate import surrogates
from multiact.cli import kinship
from multiact.cli.console import UsageError, find_activation, print_json
from multiact.cli.curve import curve
from multiact.cli.parameters import accept_parameters, with_parameters
from multiact.cli.record import fields, measured, parameters
from multiact.cli.relatives import compared
from multiact.declare.activation import Activation
from multiact.declare.noise import TEXTS
from multiact.derivatives import expressions
from multiact.errata import of_activation
from multiact.notation.text import text as text_of
from multiact.special.stable import stable
from multiact.testing.rewriting import worst_errors
from multiact.testing.trust import user_code

_MOST = 4  # fixed points that are printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument("--order", type=int, default=0, help="also the derivative of this order")
    parser.add_argument("--code", action="store_true", help="also the formula and its program")
    parser.add_argument(
        "--curve", action="store_true", help="draw it, which is done on terminals in any case"
    )
    parser.add_argument(
        "--relatives", action="store_true", help="also which others it coincides with or is like"
    )
    accept_parameters(parser)


def run(args: argparse.Namespace) -> int:
    """Print everything that is known about the activations."""
    if args.order < 0:
        raise UsageError(f"--order must be 0 or more, got {args.order}")
    targets = [find_activation(target) for target in args.targets]
    acts = with_parameters(targets, args.parameters, args.options)
    for act in acts:
        if args.order and not act.is_graph:
            what = "mixes the elements of an array: it has no derivative to show"
            raise UsageError(f"{act.key} {what}")
    drawn = args.curve or sys.stdout.isatty()
    with user_code():
        if args.json:
            print_json([_fields(act, args) for act in acts])
            return 0
        texts = ["\n".join(_lines(act, args, drawn)).rstrip() for act in acts]
    print("\n\n".join(texts))
    return 0


def _lines(act: Activation, args: argparse.Namespace, drawn: bool) -> list[str]:
    """Return what is known, in lines."""
    lines = [f"{act.name} ({act.key}): {act.summary}", ""]
    for name, texts in _sections(act, args.order):
        lines += [f"{name if i == 0 else '':<12}{t}".rstrip() for i, t in enumerate(texts)]
    for cut in slices(act) if drawn else ():
        lines += ["", cut.call, *curve(cut)]
    if args.relatives:
        lines += ["", *kinship.lines(compared(act))]
    return [*lines, *(["", *_code(act, args.order)] if args.code else [])]


def _fields(act: Activation, args: argparse.Namespace) -> dict[str, Any]:
    """Return what is known, for JSON."""
    wrt = act.data[0]
    orders = range(1, args.order + 1)
    return {
        **fields(act),
        "formula": text(act),
        "latex": latex(act),
        "derivatives": [
            {
                "order": n,
                "formula": text(act, order=n, wrt=wrt),
                "latex": latex(act, order=n, wrt=wrt),
            }
            for n in orders
        ],
        "parameters": parameters(act),
        "noise": dict(act.noise),
        "properties": measured(properties(act)),
        "rewritten": [*_rewritten(act)] if act.is_graph else [],
        "disputed": [asdict(erratum) for erratum in of_activation(act.key)],
        "function": f"{act.key}{function_signature(act)}",
        "module": f"{act.name}{signature(act)}",
        "available": {framework: _available(act, framework) for framework in KNOWN},
        "code": [*_code(act, args.order)] if args.code else None,
        "relatives": compared(act).as_dict() if args.relatives else None,
    }


def _sections(act: Activation, order: int) -> Iterator[tuple[str, list[str]]]:
    yield "formula", [text(act)]
    if act.is_graph:
        yield "LaTeX", [latex(act)]
    for n in range(1, order + 1):
        wrt = act.data[0]
        yield (
            f"d^{n}/d{wrt}^{n}" if n > 1 else f"d/d{wrt}",
            [
                text(act, order=n, wrt=wrt),
                latex(act, order=n, wrt=wrt),
            ],
        )
    yield from _mechanisms(act)
    yield "parameters", [*map(str, _parameters(act))] or ["none"]
    yield from _properties(act)
    if act.is_graph:
        yield "rewritten", [*_rewritten(act)]
    yield "reference", [act.reference or "none given"]
    yield "aliases", [", ".join(act.aliases) or "none"]
    yield from _disputed(act)
    ours = act.package == "multiact"
    yield "kind", [f"{act.kind}, in the family {act.family}" if ours else act.kind]
    if not ours:
        yield "from", [inspect.getsourcefile(act.function) or act.function.__module__]
    yield "function", [f"{act.key}{function_signature(act)}"]
    yield "module", [f"{act.name}{signature(act)}"]
    yield (
        "available",
        [
            ", ".join(_available(act, framework)) or f"{framework}: not installed, {command}"
            for framework, command in KNOWN.items()
        ],
    )


def _disputed(act: Activation) -> Iterator[tuple[str, list[str]]]:
    for erratum in of_activation(act.key):
        definitions = [f"{d.formula} ({d.source})" for d in erratum.definitions]
        yield "disputed", [erratum.reason, *definitions, f"here: {erratum.decision}"]


def _mechanisms(act: Activation) -> Iterator[tuple[str, list[str]]]:
    if act.surrogate is not None and act.is_graph:
        (*_, node) = surrogates(act.expression(act.example_specialization, raw=True))
        yield "surrogate", [f"its derivatives are those of {text_of(node.args[1])}"]
    if act.noise:
        when = "always" if act.always_noisy else "in training"
        drawn = [f"{name}, {TEXTS[kind]}" for name, kind in act.noise.items()]
        yield "noise", [f"{'; '.join(drawn)}; modules draw it {when}"]


def _parameters(act: Activation) -> Iterator[str]:
    for p in act.parameters:
        sizes = f", an array of ({', '.join(p.shaped.sizes)})" if p.shaped else ""
        limit = f", {p.constraint.text}" if p.constraint else ""
        default = "" if p.default is None else f" = {p.default}"
        yield f"{p.name}{default}{sizes}{limit}{', learned' if p.learnable else ''}"
    for p in act.settings:
        yield f"{p.name} = {p.default}, fixed at construction"


def _properties(act: Activation) -> Iterator[tuple[str, list[str]]]:
    kinks = act.kink_slopes(defaults.arguments(act)) if act.is_graph else {}
    if kinks:
        slopes = ", ".join(f"{float(s):.6g} at {float(x):.6g}" for x, s in kinks.items())
        yield "kinks", [f"slope {slopes} (declared)"]
    p = properties(act)
    if p is None:
        return
    yield "limits", [f"{_number(p.limits[0])} at -inf, {_number(p.limits[1])} at inf"]
    words = [p.monotone or "not monotone", *([p.parity] if p.parity else []), p.smoothness]
    low, high = (f"{v:.6g}" for v in (p.low, p.high))
    lines = [", ".join(words), f"range {low} to {high}"]
    if p.minimum is not None:
        lines.append(f"lowest {p.minimum[1]:.6g} at x = {p.minimum[0]:.6g}")
    steepest = "unbounded" if math.isinf(p.lipschitz) else f"at most {p.lipschitz:.6g}"
    lines.append(f"slope {steepest}; f(0) {'is' if p.zero_at_zero else 'is not'} 0")
    lines += [f"slope jumps from {k.left:.4g} to {k.right:.4g} at {k.x:.6g}" for k in p.kinks]
    lines.append(_fixed_points(p.fixed_points))
    changed = ", ".join(f"{n} = {v}" for n, v in act.changed_defaults.items())
    where = f"[{INTERVAL[0]:g}, {INTERVAL[1]:g}] at {changed or 'the default parameters'}"
    lines.append(f"(measured on {where})")
    yield "properties", lines
    yield "at N(0, 1)", [*_normal_input(p)]
    yield "cost", [f"{p.cost:.3g} (weighted operations of the float32 kernel; relu is 1)"]


def _fixed_points(points: Sequence[FixedPoint]) -> str:
    """Return where f(x) = x, the nearest to 0 first, and what attracts."""
    if not points:
        return "no fixed points"
    nearest = sorted(points, key=lambda p: max(p.low, -p.high, 0.0))
    more = f", and {len(points) - _MOST} more" if len(points) > _MOST else ""
    texts = [
        (f"{p.low:.6g}" if p.low == p.high else f"{p.low:.6g} to {p.high:.6g}")
        + (", attracting" if p.attracting else f", slope {p.slope:.4g}")
        for p in nearest[:_MOST]
    ]
    return f"f(x) = x at {'; '.join(texts)}{more}"


def _normal_input(p: Properties) -> Iterator[str]:
    """Yield what becomes of standard normal input."""
    moments = (("mean", p.mean), ("E[f^2]", p.mean_square), ("E[f'^2]", p.mean_square_slope))
    yield ", ".join(f"{name} {_finite(value)}" for name, value in moments)
    yield f"gain {_number(p.gain_forward)} forward, {_number(p.gain_backward)} backward"
    yield f"f = 0 for {100 * p.sparsity:.3g} %, |f'| < {FLAT:g} for {100 * p.dead:.3g} %"


def _finite(value: float | None) -> str:
    return "infinite" if value is None else f"{value:.6g}"


def _number(limit: float | None) -> str:
    return "none" if limit is None else f"{limit:.6g}"


def _rewritten(act: Activation) -> Iterator[str]:
    """The equations that are used, and what they save."""
    used: list[Equation] = []
    stable(act.expression(act.example_specialization, raw=True), used)
    if not used:
        yield "nothing: it is computed as it is written"
        return
    yield from dict.fromkeys(f"{text_of(q.left)} as {text_of(q.right)}" for q in used)
    values = defaults.arguments(act)
    numbers = {p.name: values[p.name] for p in act.parameters if p.shaped is None}
    if len(numbers) == len(act.parameters):
        written, computed = worst_errors(act, numbers)
        yield f"(the error in float32 on [-80, 80]: {computed:.3g} ULP; as written {written:.3g})"


def _available(act: Activation, framework: str) -> list[str]:
    """Return where a framework's adapter has it; nothing if the framework is not installed."""
    module = f"multiact_{framework}"
    if find_spec(framework) is None or find_spec(module) is None:
        return []
    names: Mapping[str, tuple[str, ...]] = {
        "torch": (act.key, act.name),
        "flax": (act.name, f"linen.{act.name}"),
    }
    return [f"{module}.{name}" for name in names.get(framework, (act.key,))]


def _code(act: Activation, order: int) -> Iterator[str]:
    yield inspect.getsource(act.function)
    if act.is_graph:
        specialization = act.example_specialization
        graphs = expressions(act, specialization, (act.data[0],) * order)
        name = f"{act.key}_{order}" if order else act.key
        yield program(graphs, specialization.inputs, Target(32), name).source
