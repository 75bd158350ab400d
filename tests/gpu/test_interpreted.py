"""Every activation by Triton's interpreter, on the rows and with the limits of the battery."""

from __future__ import annotations

import os
import random
import re

import pytest

import multiact
from tests.battery.programs import checked, with_autograd
from tests.battery.rows import all_rows, modules_rows, some_rows
from tests.battery.subject import subjects
from tests.battery.test_battery import report
from tests.battery.variants import backend
from tests.gpu.watched import require_interpreter, watching
from tests.helpers.representatives import is_representative

require_interpreter()

#: `MULTIACT_GPU_SAMPLE=20` takes as many of them
SAMPLE = int(os.environ.get("MULTIACT_GPU_SAMPLE", "0"))
GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
NAMES = sorted(random.Random(SAMPLE).sample(GRAPHS, SAMPLE)) if SAMPLE else GRAPHS
#: what is computed without a kernel, and why
WITHOUT: dict[str, str] = {}
#: where two lines meet in all points at its defaults, the rounding of one of them that a fused
#: product leaves decides how much of the slope is whose
FUSED = {"kdac": "derivative by (alpha|beta), kdac-default"}


@pytest.mark.parametrize("name", NAMES)
def test_every_activation(name):
    """Values, slopes, kinks, special numbers and sums for parameters in float32."""
    (single,) = subjects(name, "float32")
    with watching() as watch:
        found = checked(backend("torch.native"), modules_rows(single), with_autograd)
    report(name, [line for line in found if not re.search(FUSED.get(name, "$^"), line)])
    assert watch.launched
    assert bool(watch.refused) == (name in WITHOUT), watch.refused[0].outputs


@pytest.mark.parametrize("name", [n for n in NAMES if is_representative(n)])
def test_representatives(name):
    """Everything in float32 and float64, higher derivatives and channels too; 16 bits."""
    rows = []
    for dtype in ("float32", "float64"):
        default, *varied = subjects(name, dtype, "default", "varied")
        rows += [row for row in all_rows(default) if len(row.call.wrt) < 3]
        rows += [row for s in varied for row in some_rows(s)]
    for dtype in ("float16", "bfloat16"):
        rows += some_rows(subjects(name, dtype)[0])
    with watching() as watch:
        report(name, checked(backend("torch.native"), rows, with_autograd))
    assert {loop.dtype for loop in watch.launched} == {"float64", "float32", "float16", "bfloat16"}
