"""Draw a map of all activations: near each other are those that are alike."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

from multiact._files import replaced
from multiact.cli.console import UsageError, print_json, progress, width
from multiact.relations.atlas import Atlas, atlas
from multiact.relations.curves import catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="such as map.png, .svg, .pdf or .json"
    )


def run(args: argparse.Namespace) -> int:
    """Save the map, or print its families and relations."""
    curves = [*catalogue()]
    with progress("comparing", len(curves)) as advance:
        found = atlas(curves, advance)
    if args.out is not None:
        try:
            with replaced(args.out) as new:
                if args.out.suffix == ".json":
                    new.write_text(json.dumps(found.as_dict(), indent=1, allow_nan=False))
                else:
                    _draw(found, new)
        except (ImportError, ValueError, OSError) as error:
            raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        print_json({"file": args.out and str(args.out), **found.as_dict()})
    elif args.out is not None:
        print(args.out)
    else:
        print("\n".join(_lines(found)))
    return 0


def _draw(found: Atlas, file: Path) -> None:
    try:
        from multiact.relations.drawing import draw

        figure = draw(found)
    except ImportError as error:
        command = "pip install 'multiact[plot]'"
        raise ImportError(f"matplotlib is not installed; the map needs it: {command}") from error
    figure.savefig(file, dpi=150)


def _lines(found: Atlas) -> Iterator[str]:
    """Yield the families and the relations."""
    for k, centre in enumerate(found.centres):
        yield f"like {centre}:" if centre else "like few others:"
        members = [n for n, f in zip(found.names, found.families, strict=True) if f == k]
        yield from textwrap.wrap(
            ", ".join(members), width(), initial_indent="  ", subsequent_indent="  "
        )
    yield ""
    yield from (f"{r.kind + ':':<14}{r}  ({r.confirmed})" for r in found.relations)
