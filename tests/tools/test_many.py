"""The copy with more activations: they are declared, traced, and their oracles agree."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.caches import ROOT
from tools import many

CHECK = """
import numpy as np, multiact
from mpmath import mp
from tests.oracle import ORACLE
names = multiact.names(family="many")
x = np.asarray([-2.5, -0.3, 0.7, 4.0])
for name in names:
    act = multiact.get(name)
    given = np.stack([x, x[::-1]], axis=-1) if len(act.data) == 2 else x
    y = act(given).reshape(-1)
    rows = given.tolist() if len(act.data) == 2 else [[v] for v in x.tolist()]
    true = [float(ORACLE[name](*row)) for row in rows]
    np.testing.assert_allclose(y, true, rtol=1e-14, err_msg=name)
print(len(names))
"""


@pytest.mark.skipif((ROOT / "multiact/catalogue/many").exists(), reason="this is such a copy")
def test_the_copy_works(tmp_path):
    folder, number = tmp_path / "copy", len(many.TEMPLATES) + 1
    assert many.main([str(folder), str(number)]) == 0
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=folder, env={"PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == [str(number)], done.stderr
    assert not (ROOT / "multiact/catalogue/many").exists()


def test_mistakes(tmp_path, capsys):
    with pytest.raises(FileExistsError, match="is there already"):
        many.copy(tmp_path)
    for wrong in ([], ["a", "b"], ["a", "1", "2"]):
        assert many.main(wrong) == 2
        assert "python -m tools.many FOLDER" in capsys.readouterr().out


def test_no_constant_serves_two():
    """Else a compiled program would."""
    formulas, _ = many.sources(3 * len(many.TEMPLATES))
    bodies = [part.partition('."""\n')[2] for part in formulas]
    assert len(set(bodies)) == len(bodies)
