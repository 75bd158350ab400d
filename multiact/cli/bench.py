"""Measure the time of activations as a ratio to the framework's own, or to composed operations."""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np

from multiact._arrays import namespace_of
from multiact.adapters.frameworks import Unavailable, part
from multiact.analysis import defaults
from multiact.cli.console import UsageError, find_activation, print_json, print_table, progress
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.kernels import use_engine
from multiact.libraries import libraries, names_of, table
from multiact.testing.backend import operands
from multiact.testing.timing import compare
from multiact.testing.trust import user_code

FRAMEWORKS = ("numpy", "torch", "jax")  # Flax computes what JAX does
_EDGE = 6  # of every axis but the first, as long as the parameters in `defaults`
OPERATIONS = "the formula, operation by operation"
Call = Callable[[Any], Any]


@dataclass(frozen=True)
class Row:
    """Times of one activation in one framework, in seconds, and their ratios to the reference's.

    Attributes
    ----------
    activation, framework, reference
        What is measured, and what with.
    pass_
        "forward", or "forward+backward".
    ours, theirs
        Medians of the times of one call.
    ratio
        The median of the ratios of pairs that were measured in turn.
    """

    activation: str
    framework: str
    reference: str
    pass_: str
    ours: float
    theirs: float
    ratio: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument(
        "--elements", type=int, default=100_000, metavar="N", help="of the input, default 100000"
    )
    parser.add_argument(
        "--seconds", type=float, default=0.5, metavar="S", help="for each ratio, default 0.5"
    )


def run(args: argparse.Namespace) -> int:
    """Print the ratios of the times."""
    if args.elements < 1:
        raise UsageError(f"--elements must be 1 or more, got {args.elements}")
    if not 0 <= args.seconds < float("inf"):
        raise UsageError(f"--seconds must be 0 or more, got {args.seconds:g}")
    rows: list[Row] = []
    with _one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the frameworks' warnings would garble the output
        frameworks, missing = _installed()  # before a user's code is loaded, and watched
        acts = [find_activation(target) for target in args.targets]
        with progress("measuring", len(acts) * len(frameworks)) as advance:
            for act, framework in product(acts, frameworks):
                with user_code():
                    rows += _measure(act, framework, args.elements, args.seconds)
                advance(f"{act.key} in {framework}")
    if args.json:
        found = [{"pass": (d := asdict(row)).pop("pass_"), **d} for row in rows]
        print_json({"elements": args.elements, "rows": found, "missing": missing})
        return 0
    _print(rows, missing, args.elements)
    return 0


def _installed() -> tuple[list[str], dict[str, str]]:
    """Import the frameworks; for each that is missing return the reason."""
    missing: dict[str, str] = {}
    for framework in FRAMEWORKS:
        try:
            kit = part(framework, "_testing").FRAMEWORK
        except Unavailable as error:
            missing[framework] = str(error)
            continue
        # what frameworks import late must not look like the doing of that code
        for ready in filter(None, kit.runs(abs, kit.asarray(np.ones(1), "float32"))):
            ready()
    return [f for f in FRAMEWORKS if f not in missing], missing


def _print(rows: list[Row], missing: dict[str, str], elements: int) -> None:
    head = ("activation", "framework", "pass", "time", "ratio", "to")
    print_table(
        head,
        [
            (r.activation, r.framework, r.pass_, _time(r.ours), f"{r.ratio:.2f}", r.reference)
            for r in rows
        ],
    )
    for reason in missing.values():
        print(f"missing: {reason}")
    print(f"CPU time for about {elements} float32 numbers on one thread; a ratio below 1: quicker")


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:.3g} us" if seconds < 1e-3 else f"{seconds * 1e3:.3g} ms"


def _measure(act: Activation, framework: str, elements: int, seconds: float) -> Iterator[Row]:
    """Measure an activation with the reference in turn, forward and with the backward pass."""
    kit = part(framework, "_testing").FRAMEWORK
    x = kit.asarray(_input(act, elements), "float32")
    arguments = {
        name: kit.asarray(v, "float32") if isinstance(v, np.ndarray) else v
        for name, v in defaults.arguments(act).items()
    }
    ours = _ours(act, framework, arguments)
    own = _own(act, framework)
    name, theirs = own or (OPERATIONS, _composed(act, framework, ours, arguments, x))
    theirs = kit.bind(theirs, x) if own else theirs
    runs = zip(kit.runs(ours, x), kit.runs(theirs, x), strict=True)
    for what, (first, second) in zip(("forward", "forward+backward"), runs, strict=True):
        if first and second:
            times = compare(first, second, time.process_time, seconds)
            medians = statistics.median(times.ours), statistics.median(times.theirs)
            yield Row(act.key, framework, name, what, *medians, times.ratio)


def _input(act: Activation, elements: int) -> np.ndarray:
    """Return normal numbers: a vector, or an array all of whose axes suit gates and layers."""
    block = 1 if act.kind == "elementwise" else _EDGE**3
    count = max(1, elements // block)
    shape = (count,) if block == 1 else (count, _EDGE, _EDGE, _EDGE)
    return 2 * np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _ours(act: Activation, framework: str, arguments: dict[str, Any]) -> Call:
    function = part(framework, "_functions").function(act)

    def call(x: Any) -> Any:
        return function(*operands(act, x), **arguments)

    if framework == "numpy" and act.is_graph and len(act.data) == 1:
        slope = function.derivative()
        call.derivative = lambda x: slope(x, **arguments)  # type: ignore[attr-defined]
    return call


def _own(act: Activation, framework: str) -> tuple[str, Call] | None:
    """Return the framework's own function or module for an activation, and its name."""
    if framework not in libraries():
        return None
    for name in names_of(framework):
        try:
            record = get(name)
        except TypeError:  # it has no default for a parameter
            continue
        chosen = {"axis": act.by_name["axis"].default} if "axis" in act.by_name else {}
        if record.key != act.key or record.with_defaults(**chosen) != act:
            continue
        place, word = table(framework).title, name.partition(":")[2]
        found = getattr(import_module(place), word, None)
        if found is not None:
            dim = {"dim": chosen["axis"]} if record != act else {}
            return f"{place}.{word}", found(**dim) if isinstance(found, type) else found
    return None


def _composed(
    act: Activation, framework: str, ours: Call, arguments: dict[str, Any], x: Any
) -> Call:
    """Return the formula, composed of operations of the framework, which differentiates them."""
    if framework == "numpy":
        return _with_whole_arrays(ours)
    xp = namespace_of(x)
    return lambda x: act(*operands(act, x), **arguments, xp=xp)


def _with_whole_arrays(call: Call) -> Call:
    """Return a NumPy function that computes operation by operation, as its derivative does."""

    def composed(x: Any) -> Any:
        with use_engine("reference"):
            return call(x)

    derivative = getattr(call, "derivative", None)
    if derivative is not None:
        composed.derivative = _with_whole_arrays(derivative)  # type: ignore[attr-defined]
    return composed


@contextmanager
def _one_thread() -> Iterator[None]:
    """Use one core, so that frameworks that are imported now start one thread."""
    before = os.environ.get("MULTIACT_NUM_THREADS")
    os.environ["MULTIACT_NUM_THREADS"] = "1"
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if cores:
        os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
        if before is None:
            del os.environ["MULTIACT_NUM_THREADS"]
        else:
            os.environ["MULTIACT_NUM_THREADS"] = before
