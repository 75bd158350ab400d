"""Draw a map of all activations: near each other are those that are alike."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

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
    save = _format(args.out) if args.out is not None else None
    curves = [*catalogue()]
    with progress("comparing", len(curves)) as advance:
        found = atlas(curves, advance)
    if save is not None:
        try:
            with replaced(args.out) as new:
                save(found, new)
        except (ValueError, OSError) as error:
            raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        print_json({"file": args.out and str(args.out), **found.as_dict()})
    elif args.out is not None:
        print(args.out)
    else:
        print("\n".join(_lines(found)))
    return 0


def _format(file: Path) -> Callable[[Atlas, Path], Any]:
    """Return what writes such a file; what is missing is said before the long comparison."""
    if file.suffix == ".json":
        return lambda found, new: new.write_text(
            json.dumps(found.as_dict(), indent=1, allow_nan=False)
        )
    try:
        import_module("matplotlib.figure")
    except ImportError as error:
        command = "pip install 'multiact[plot]'"
        raise UsageError(f"matplotlib is not installed; the map needs it: {command}") from error
    from multiact.relations.drawing import draw

    return lambda found, new: draw(found).savefig(new, dpi=150)


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
