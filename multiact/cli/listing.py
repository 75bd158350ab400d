"""List the activations, or some of them."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterator

import multiact
from multiact.analysis import Properties, properties
from multiact.cli.console import (
    UsageError,
    parse_choices,
    print_json,
    print_table,
    progress,
    width,
)
from multiact.cli.record import fields, measured, year
from multiact.declare.activation import Activation

#: what `--property` asks of the measured properties
PROPERTIES: dict[str, Callable[[Properties], bool]] = {
    "monotonic": lambda p: bool(p.monotone),
    "increasing": lambda p: p.monotone == "increasing",
    "decreasing": lambda p: p.monotone == "decreasing",
    "bounded": lambda p: math.isfinite(p.low) and math.isfinite(p.high),
    "bounded-below": lambda p: math.isfinite(p.low),
    "bounded-above": lambda p: math.isfinite(p.high),
    "odd": lambda p: p.parity == "odd",
    "even": lambda p: p.parity == "even",
    "continuous": lambda p: p.smoothness != "jumps",
    "differentiable": lambda p: p.smoothness not in ("jumps", "C0"),
    "smooth": lambda p: p.smoothness == "smooth",
    "lipschitz": lambda p: math.isfinite(p.lipschitz),
    "zero-at-zero": lambda p: p.zero_at_zero,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "words", metavar="WORD", nargs="*",
        help="only those with all these words in the name, an alias, the summary or the reference",
    )  # fmt: skip
    parser.add_argument("--kind", help="only this kind, such as elementwise or gated")
    parser.add_argument("--family", help="only this catalogue file, such as piecewise")
    parser.add_argument("--alias", metavar="WORD", help="only those with an alias that has it")
    parser.add_argument(
        "--property", action="append", default=[], help=f"at the defaults: {', '.join(PROPERTIES)}"
    )
    parser.add_argument(
        "--learnable", action="store_true", help="only those with trained parameters"
    )
    parser.add_argument(
        "--year", metavar="YEAR[-YEAR]", help="only those whose reference is of these years"
    )


def run(args: argparse.Namespace) -> int:
    """Print a row for each activation."""
    wanted = parse_choices("property", args.property, list(PROPERTIES))
    years = _years(args.year)
    try:
        names = multiact.names(kind=args.kind, family=args.family, learnable=args.learnable or None)
    except ValueError as error:
        raise UsageError(error) from error
    records = [
        act
        for act in map(multiact.get, names)
        if all(_mentions(act, word) for word in args.words)
        and (args.alias is None or _has(act.aliases, args.alias))
        and (years is None or (year(act) or -1) in years)
    ]
    found = [*_with_properties(records, wanted)] if wanted else [(act, None) for act in records]
    if args.json:
        print_json(
            [{**fields(act), **({"properties": measured(p)} if p else {})} for act, p in found]
        )
        return 0
    foreign = any(act.package != "multiact" for act, _ in found)
    head = ("name", "kind", *(["from"] if foreign else []), "what it is")
    rows = [
        (act.key, act.kind, *([act.package] if foreign else []), act.summary) for act, _ in found
    ]
    print_table(head, rows, fit=width())
    return 0


def _mentions(act: Activation, word: str) -> bool:
    return _has((act.key, act.name, *act.aliases, act.summary, act.reference), word)


def _has(texts: tuple[str, ...], word: str) -> bool:
    return any(word.casefold() in text.casefold() for text in texts)


def _years(text: str | None) -> range | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if match is None:
        raise UsageError(f"--year must be a year or two, such as 2017 or 2017-2020, got {text!r}")
    return range(int(match[1]), int(match[2] or match[1]) + 1)


def _with_properties(
    acts: list[Activation], wanted: list[str]
) -> Iterator[tuple[Activation, Properties]]:
    with progress("measuring", len(acts)) as advance:
        for act in acts:
            found = properties(act)
            advance(act.key)
            if found is not None and all(PROPERTIES[name](found) for name in wanted):
                yield act, found
