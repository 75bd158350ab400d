"""Measure the installed multiact: `python -m benchmarks.measure OUT [NAME ...]` writes JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import multiact
from benchmarks.catalogue import cases


def main(out: str, *names: str) -> None:
    """Measure all ratios, or those with these names, in this process."""
    ratios: dict[str, float | None] = {}
    for case in cases():
        selected = case.name in names if names else case.suite != "suite_start"
        if case.unit == "ratio" and selected:
            try:
                ratios[case.name] = case.run()
            except NotImplementedError:
                continue
            except Exception as error:  # an older revision may not have it
                print(f"{case.name}: {type(error).__name__}: {error}", file=sys.stderr)
                ratios[case.name] = None
    content = {"multiact": str(Path(multiact.__file__).parent), "ratios": ratios}
    Path(out).write_text(json.dumps(content))


if __name__ == "__main__":
    main(*sys.argv[1:])
