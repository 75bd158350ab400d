"""Programs of the explorer, run by node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from multiact.explorer.page import SCRIPTS, asset

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
#: JSON has no numbers that are not finite
_REPLY = """
const reply = (value) => console.log(JSON.stringify(value,
  (_, v) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v)));
const numbers = (list) => list.map(Number);
"""


def run(folder: Path, programs: str, script: str, scripts: int = len(SCRIPTS) - 1) -> Any:
    """Return what a script passes to `reply`, after the programs and the page's own scripts.

    Parameters
    ----------
    folder
        Where the whole script is written.
    programs
        What `multiact.explorer.page.programs` returns.
    script
        Has `explorer`, `reply` and `numbers`, which reads a list that `listed` made.
    scripts
        How many of the page's scripts it needs.
    """
    first, *others = (asset(name) for name in SCRIPTS[:scripts])
    file = folder / "script.js"
    file.write_text("\n".join([first, programs, *others, _REPLY, script]), "utf-8")
    done = subprocess.run([NODE or "node", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def listed(values: Any) -> str:
    """Return numbers as a list that `numbers` reads in JavaScript."""
    return json.dumps([_text(v) for v in np.ravel(values).tolist()])


def _text(v: float) -> str:
    """Return a number as JavaScript reads it."""
    return repr(v).replace("inf", "Infinity").replace("nan", "NaN")
