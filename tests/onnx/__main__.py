"""Write docs/onnx.md: python -m tests.onnx [FILE]; 1 if an activation misses its goal."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

os.environ["MULTIACT_EVERYTHING"] = "1"  # before the model with all of them is thought of

from multiact.cli.console import progress
from tests.helpers.points import COUNT
from tests.onnx.exported import NAMES
from tests.onnx.measure import Row, row

_PAGE = Path(__file__).parents[2] / "docs" / "onnx.md"
_TEXT = """\
# ONNX

`torch.onnx.export` can export every module, with a dynamic number of rows:

```python
import torch
import multiact_torch

model = torch.nn.Sequential(torch.nn.Linear(8, 16), multiact_torch.TaLU(channels=16)).eval()
rows = torch.export.Dim("rows")
program = torch.onnx.export(
    model, (torch.zeros(2, 8),), dynamo=True, dynamic_shapes=({{0: rows}},), input_names=["x"]
)
program.save("model.onnx")

import onnxruntime

session = onnxruntime.InferenceSession("model.onnx")
session.run(None, {{"x": torch.ones(5, 8).numpy()}})[0].shape  # (5, 16)
```

The exported graph is the stable form of the formula, so it is accurate in the tails too. ONNX has
no `log1p`; PyTorch replaces it by `log(1 + x)`, which is 0 for all small x, and so is softplus
below -17. We export a series instead. RReLU is exported as in evaluation, with its mean slope. The
older exporter, `dynamo=False`, is not supported.

## Errors in onnxruntime

Written by `python -m tests.onnx` with onnxruntime {onnxruntime}, onnxscript {onnxscript} and
PyTorch {torch}; do not edit. The exported model runs in float32 on the CPU, at {points} points from
-1e30 to 1e30 with the neighbours of kinks. The errors are the largest: in units in the last place
(ULP) of the true value, which mpmath knows to 50 digits; in ULP over 1 + condition, that is, less
what the rounding of x and of the parameters does by itself (a wave's phase at 1e27); and in units
of eps * max(1, |value|). Kinds that mix elements (softmax, layers ...) are compared with float64
for inputs up to 1e4. Functions of two arrays, and those that are random in evaluation too, are left
out. {verdict}

What misses its goal is one of these: exp multiplies the rounding of its argument by the argument,
for which NumPy's functions and the kernels make up, but not a framework's operations (the values
are below 3e-6, all but `scalable_softmax`'s); `ab_relu`, `gelu_top_k` and `statistical_top_k`
subtract from each element what is computed of all.

| activation | kind | ULP | conditioned | eps | worst at |
|---|---|---|---|---|---|
{rows}
"""


def main(arguments: list[str]) -> int:
    """Measure all activations and write the page."""
    found: list[Row] = []
    with progress("exporting, then", len(NAMES)) as done:
        for name in NAMES:
            found.append(row(name))
            done(name)
    missed = [r for r in found if r.missed]
    verdict = f"All {len(found)} activations meet their goals." if not missed else ""
    page = Path(arguments[0]) if arguments else _PAGE
    page.write_text(
        _TEXT.format(
            rows="\n".join(map(_line, found)),
            verdict=verdict or f"{len(missed)} of {len(found)} activations miss their goals.",
            points=COUNT,
            **{name: version(name) for name in ("onnxruntime", "onnxscript", "torch")},
        ),
        "utf-8",
    )
    print(f"written: {page}, {len(found)} activations, {len(missed)} miss their goals")
    for r in missed:
        print(f"{r.name}: {r.missed}")
    return 1 if missed else 0


def _line(r: Row) -> str:
    mark = " (misses its goal)" if r.missed else ""
    conditioned = "" if r.conditioned is None else f"{r.conditioned:.3g}"
    errors = f"{r.ulps:.3g} | {conditioned} | {r.absolute:.3g}"
    return f"| {r.name} | {r.kind} | {errors} | {r.at}{mark} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
