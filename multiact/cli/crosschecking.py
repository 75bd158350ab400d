"""Compare any implementation with an activation or another; exit with status 1 if they differ."""

from __future__ import annotations

import argparse
import json
import warnings
from typing import TYPE_CHECKING, Any

from multiact.adapters.frameworks import KNOWN, Unavailable
from multiact.cli.console import UsageError, parse_choices, print_json, progress
from multiact.declare.registry import get
from multiact.testing.loading import LoadingError, attribute
from multiact.testing.trust import user_code

if TYPE_CHECKING:
    from multiact.testing.comparison.goal import Goal

DTYPES = ("float32", "float64", "bfloat16", "float16")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("candidate", metavar="CANDIDATE", help="MODULE:ATTRIBUTE, FILE.py:FUNCTION")
    parser.add_argument(
        "reference", metavar="REFERENCE",
        help="NAME of an activation; MODULE:ATTRIBUTE or FILE.py:FUNCTION, also for mpmath",
    )  # fmt: skip
    parser.add_argument("--candidate-args", metavar="JSON", help="such as '{\"alpha\": 0.5}'")
    parser.add_argument("--reference-args", metavar="JSON", help="parameters of the reference")
    parser.add_argument("--dtype", action="append", default=[], help=", ".join(DTYPES))
    parser.add_argument("--tolerance", type=float, help="in units in the last place; default 8")
    parser.add_argument(
        "--rtol", type=float, help="accepted relative error, instead of --tolerance"
    )
    parser.add_argument("--atol", type=float, help="accepted absolute error, beside --rtol")
    parser.add_argument(
        "--fail-on", metavar="VERDICT", default="weak",
        help="exit with status 1 from this verdict on: weak (default), different",
    )  # fmt: skip
    parser.add_argument(
        "--allow", action="append", default=[], help="kinds to accept: limit, kink, move ..."
    )
    parser.add_argument("--framework", help=", ".join(KNOWN))
    parser.add_argument("--picture", metavar="FILE", help="draw the error over x: .png, .svg, .pdf")


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    from multiact.testing import comparison  # imports mpmath, which only the checks need

    options: dict[str, Any] = {
        "arguments": _parse_object("--candidate-args", args.candidate_args),
        "parameters": _parse_object("--reference-args", args.reference_args),
        "framework": args.framework,
    }
    dtypes = parse_choices("dtype", args.dtype, DTYPES) or None
    goals = {"tolerance": args.tolerance, "rtol": args.rtol, "atol": args.atol}
    allow = parse_choices("kind of difference", args.allow, list(comparison.KINDS))
    (fail_on,) = parse_choices("verdict", [args.fail_on], comparison.VERDICTS[1:]) or ["weak"]
    if ":" not in args.candidate:
        what = "CANDIDATE must be MODULE:ATTRIBUTE or FILE.py:FUNCTION"
        raise UsageError(f"{what}, got {args.candidate!r}")
    with warnings.catch_warnings(), progress("comparing", 1 + bool(args.picture)) as advance:
        warnings.simplefilter("ignore")  # the frameworks' warnings would garble the output
        reference, candidate = _load(args.reference), _load(args.candidate)
        try:
            with user_code():
                report = comparison.crosscheck(
                    candidate, reference, **options, **goals, dtypes=dtypes, allow=allow,
                    name=args.candidate, reference_name=args.reference,
                )  # fmt: skip
                advance(args.candidate)
                if args.picture:
                    _draw(args, candidate, reference, options, dtypes, comparison.Goal.of(**goals))
        except (LookupError, TypeError, ValueError, OSError, Unavailable) as error:
            raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        print_json(report.as_dict())
    else:
        print(report)
    return int(report.fails(fail_on))


def _load(target: str) -> Any:
    """Load what a target names; a target without a colon is the name of an activation."""
    try:
        return attribute(target) if ":" in target else get(target)
    except (LoadingError, LookupError) as error:
        raise UsageError(error) from error


def _parse_object(option: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{option} is no JSON: {error}; got {text[:80]!r}") from error
    if not isinstance(value, dict):
        raise UsageError(f'{option} must be a JSON object such as {{"alpha": 0.5}}, got {text}')
    return value


def _draw(
    args: argparse.Namespace,
    candidate: Any,
    reference: Any,
    options: dict[str, Any],
    dtypes: list[str] | None,
    goal: Goal,
) -> None:
    try:
        from multiact.testing.comparison.picture import draw
    except ImportError as error:
        raise UsageError(
            f"--picture needs matplotlib: pip install 'multiact[plot]' ({error})"
        ) from error
    from multiact.testing.comparison.pair import Pair

    pair = Pair.of(candidate, reference, **options)
    for dtype in pair.dtypes(dtypes)[:1]:
        draw(pair, args.picture, dtype=dtype, goal=goal, title=args.candidate)
