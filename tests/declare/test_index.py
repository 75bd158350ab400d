"""The index of the catalogue, made while formulas that name others are declared."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.helpers.caches import ROOT

#: imported first, and refers to a family that is imported last
SOURCE = '''
from typing import Any
from multiact.declare.decorator import activation
from multiact.parameters import Name


@activation
def chosen(x: Any, /, *, function: Name = "tanhshrink", xp: Any) -> Any:
    """Whatever is named."""
    return x


@activation
def afterwards(x: Any, /, *, xp: Any) -> Any:
    """Declared after one that names another."""
    return 2 * x
'''


def test_a_declaration_may_name_another_while_the_index_is_made(tmp_path: Path) -> None:
    package = tmp_path / "multiact"
    shutil.copytree(ROOT / "multiact", package, ignore=shutil.ignore_patterns("*.json", "*.pyc"))
    (package / "catalogue" / "a_file.py").write_text(SOURCE, "utf-8")
    program = "import multiact; print(multiact.get('afterwards'), len(multiact.names()) > 80)"
    for _ in range(2):  # with the index made, and with the stored one
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.split() == ["<activation", "afterwards()>", "True"], done.stderr
