"""Run a model over data and print dead and saturated units, means and deviations of its layers."""

from __future__ import annotations

import argparse
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from multiact.adapters.frameworks import Unavailable
from multiact.cli.console import UsageError, print_json, print_table
from multiact.diagnostics import DeadUnits, Norms, Saturation, observe
from multiact.diagnostics.models import is_model
from multiact.diagnostics.result import Cell, written
from multiact.testing.loading import LoadingError, attribute
from multiact.testing.trust import user_code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "model", metavar="MODEL",
        help="MODULE:NAME or FILE.py:NAME of a torch or nnx module, of a pair (linen module, "
        "variables), or of a function that returns one",
    )  # fmt: skip
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--data", metavar="SET", help="a data set; its training inputs are taken")
    data.add_argument(
        "--inputs", type=Path, metavar="FILE", help="an array of inputs, as numpy.save writes it"
    )
    parser.add_argument(
        "--batch", type=int, default=1000, metavar="N", help="inputs of a batch; 1000 by default"
    )
    parser.add_argument(
        "--layer", action="append", metavar="LAYER", help="instead of all activations; repeatable"
    )


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    if args.batch < 1:
        raise UsageError(f"--batch must be 1 or more, got {args.batch}")
    inputs = _inputs(args.data, args.inputs)
    with suppress(ImportError):  # torch imports it late, and it writes into mpmath's classes,
        import_module("sympy")  # which user code must not
    batches = [inputs[i : i + args.batch] for i in range(0, len(inputs), args.batch)]
    units, slopes, norms = DeadUnits(), Saturation(), Norms()
    try:
        model = attribute(args.model)
        with user_code():
            model = model if is_model(model) or not callable(model) else model()
            if not is_model(model):
                raise UsageError(f"{args.model} is not a model of torch or flax, nor returns one")
            observe(model, batches, units, slopes, norms, layers=args.layer)
    except (LoadingError, LookupError, TypeError, ValueError, Unavailable) as error:
        raise UsageError(str(error).splitlines()[0]) from error
    table: dict[str, dict[str, Cell]] = {}
    for name, ranges in units.result().items():
        moments = norms.result()[name]
        share = slopes.result()[name].share
        row: dict[str, Cell] = {"units": len(ranges.low), "dead": int(ranges.dead.sum())}
        row |= {"constant": int(ranges.constant.sum()), "saturated": share}
        table[name] = {**row, "mean": moments.mean, "std": moments.deviation}
    if args.json:
        print_json({"inputs": len(inputs), "layers": table})
    else:
        rows = [(name, *map(written, row.values())) for name, row in table.items()]
        print_table(("layer", *next(iter(table.values()))), rows)
    return 0


def _inputs(data: str | None, file: Path | None) -> np.ndarray:
    """Return the inputs of a data set, standardised, or the array of a file."""
    try:
        if file is not None:
            array: np.ndarray = np.load(file, allow_pickle=False)
        else:
            sets: Any = import_module("multiact.experiments.data")  # may need other packages
            found = sets.load(data)
            array = found.standardise(found.train.inputs)
    except (OSError, ValueError, LookupError, ImportError) as error:
        raise UsageError(f"{'--data' if file is None else '--inputs'}: {error}") from error
    if array.ndim < 2 or not array.size:
        shape = array.shape
        raise UsageError(
            f"--inputs must be an array of two axes or more, inputs first, got {shape}"
        )
    return array.astype(np.float32) if array.dtype != np.float32 else array
