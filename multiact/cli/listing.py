"""List the activations, or some of them."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Mapping
from typing import Any

import multiact
from multiact.analysis import Properties
from multiact.analysis.vocabulary import NUMBERS, PROPERTIES
from multiact.cli.console import UsageError, parse_choices, print_json, print_table, width
from multiact.cli.record import fields, measured, year
from multiact.declare.activation import Activation
from multiact.selection import properties_of

_WORDS = [word.replace("_", "-") for word in PROPERTIES]
_ORDERS = ["name", "year", *NUMBERS]


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
        "--property", action="append", default=[], help=f"at the defaults: {', '.join(_WORDS)}"
    )
    parser.add_argument(
        "--learnable", action="store_true", help="only those with trained parameters"
    )
    parser.add_argument(
        "--year", metavar="YEAR[-[YEAR]]", help="only those whose reference is of these years"
    )
    parser.add_argument("--library", help="only those that a library has a name for, such as torch")
    parser.add_argument(
        "--max-cost", type=float, metavar="N", help="only kernels of at most N times relu's work"
    )
    parser.add_argument("--sort", default="name", help=f"by {', '.join(_ORDERS)}, least first")


def run(args: argparse.Namespace) -> int:
    """Print a row for each activation."""
    # "monotonic" was the word before `multiact.names` had it
    given = [text.replace("monotonic", "monotone") for text in args.property]
    wanted = [word.replace("-", "_") for word in parse_choices("property", given, _WORDS)]
    (order,) = parse_choices("order", [args.sort], _ORDERS) or ["name"]
    try:
        names = multiact.names(
            kind=args.kind,
            family=args.family,
            learnable=args.learnable or None,
            year=_years(args.year),
            library=args.library,
            max_cost=args.max_cost,
            **dict.fromkeys(wanted, True),
        )
    except ValueError as error:
        raise UsageError(error) from error
    acts = [
        act
        for act in map(multiact.get, names)
        if all(_mentions(act, word) for word in args.words)
        and (args.alias is None or _has(act.aliases, args.alias))
    ]
    asked = bool(wanted) or args.max_cost is not None or order in NUMBERS
    known = properties_of([act.key for act in acts]) if asked else {}
    values = {act: _value(act, known, order) for act in acts}
    # those without a value are last
    acts.sort(key=lambda act: (math.inf if values[act] is None else values[act], act.key))
    if args.json:
        print_json([_row(act, known) for act in acts])
    elif not acts:
        print("no activation has all of that; multiact list shows all of them", file=sys.stderr)
    else:
        _print(acts, order, values)
    return 0


def _value(act: Activation, known: Mapping[str, Properties], order: str) -> float | None:
    """Return what an activation is sorted by, before its name."""
    if order == "year":
        return year(act)
    return NUMBERS[order](known[act.key]) if order in NUMBERS and act.key in known else None


def _row(act: Activation, known: Mapping[str, Properties]) -> dict[str, Any]:
    p = known.get(act.key)
    return {**fields(act), **({"properties": measured(p)} if p else {})}


def _print(acts: list[Activation], order: str, values: Mapping[Activation, float | None]) -> None:
    foreign = any(act.package != "multiact" for act in acts)
    columns = [("name", [act.key for act in acts]), ("kind", [act.kind for act in acts])]
    if foreign:
        columns.append(("from", [act.package for act in acts]))
    if order != "name":
        columns.append((order, [_number(values[act]) for act in acts]))
    columns.append(("what it is", [act.summary for act in acts]))
    rows = zip(*(cells for _, cells in columns), strict=True)
    print_table([head for head, _ in columns], rows, fit=width())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _mentions(act: Activation, word: str) -> bool:
    return _has((act.key, act.name, *act.aliases, act.summary, act.reference), word)


def _has(texts: tuple[str, ...], word: str) -> bool:
    return any(word.casefold() in text.casefold() for text in texts)


def _years(text: str | None) -> tuple[int, int | None] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{4})(-(\d{4})?)?", text)
    if match is None:
        wanted = "a year or years, such as 2017, 2017-2020 or 2017-"
        raise UsageError(f"--year must be {wanted}, got {text!r}")
    first = int(match[1])
    last = int(match[3]) if match[3] else None if match[2] else first
    return first, last
