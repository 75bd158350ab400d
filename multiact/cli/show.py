"""Show one activation: its formula, parameters, properties and availability."""

from __future__ import annotations

import argparse
import inspect
import math
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from multiact.adapters.configuration import signature
from multiact.adapters.frameworks import KNOWN
from multiact.adapters.functions import function_signature
from multiact.analysis import defaults
from multiact.analysis.formula import latex, text
from multiact.analysis.measured import INTERVAL, properties
from multiact.calculus.lower import Target
from multiact.calculus.program import program
from multiact.calculus.rewriting import Equation
from multiact.calculus.surrogate import surrogates
from multiact.cli.console import UsageError, find_activation
from multiact.declare.activation import Activation
from multiact.declare.noise import TEXTS
from multiact.derivatives import expressions
from multiact.notation.text import text as text_of
from multiact.special.stable import stable
from multiact.testing.rewriting import worst_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("target", metavar="NAME", help="or FILE.py:FUNCTION, MODULE:FUNCTION")
    parser.add_argument("--order", type=int, default=0, help="also the derivative of this order")
    parser.add_argument("--code", action="store_true", help="also the formula and its program")


def run(args: argparse.Namespace) -> int:
    """Print everything that is known about the activation."""
    act = find_activation(args.target)
    if args.order < 0:
        raise UsageError(f"--order must be 0 or more, got {args.order}")
    if args.order and not act.is_graph:
        raise UsageError(f"{act.key} mixes the elements of an array: it has no derivative to show")
    print(f"{act.name} ({act.key}): {act.summary}\n")
    for name, lines in _sections(act, args.order):
        for i, line in enumerate(lines):
            print(f"{name if i == 0 else '':<12}{line}".rstrip())
    if args.code:
        print("\n" + "\n".join(_code(act, args.order)).rstrip())
    return 0


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
    ours = act.package == "multiact"
    yield "kind", [f"{act.kind}, in the family {act.family}" if ours else act.kind]
    if not ours:
        yield "from", [inspect.getsourcefile(act.function) or act.function.__module__]
    yield "function", [f"{act.key}{function_signature(act)}"]
    yield "module", [f"{act.name}{signature(act)}"]
    yield "available", [line for framework in KNOWN for line in _available(act, framework)]


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
    lines.append(f"(measured on [{INTERVAL[0]:g}, {INTERVAL[1]:g}] at the default parameters)")
    yield "properties", lines


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
    module = f"multiact_{framework}"
    if find_spec(framework) is None or find_spec(module) is None:
        return [f"{framework}: not installed, {KNOWN[framework]}"]
    names: Mapping[str, tuple[str, ...]] = {
        "torch": (act.key, act.name),
        "flax": (act.name, f"linen.{act.name}"),
    }
    return [", ".join(f"{module}.{name}" for name in names.get(framework, (act.key,)))]


def _code(act: Activation, order: int) -> Iterator[str]:
    yield inspect.getsource(act.function)
    if act.is_graph:
        specialization = act.example_specialization
        graphs = expressions(act, specialization, (act.data[0],) * order)
        name = f"{act.key}_{order}" if order else act.key
        yield program(graphs, specialization.inputs, Target(32), name).source
