"""A copy of the repository with many more activations: `python -m tools.many FOLDER [NUMBER]`.

To see what tests, tools and imports take for a catalogue of several hundred. The formulas are
varied (none, one or two parameters, kinks, gates) and each has constants of its own, so that no
compiled program serves two of them; their oracles are written beside them. Then, in the copy,

    PYTHONPATH=.:backends pytest -n 2 --durations=20
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
NUMBER = 350

HEAD = '''"""Made by tools/many.py: activations that stand for many more."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real
from multiact.special import erf, expit
'''
ORACLES = '''"""Made by tools/many.py: the oracles of its activations."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, conditioned, erf, expit, guarded, log1p_exp
'''
INNER = "C x has a rounding of its own, which exp multiplies by C x"


@dataclass(frozen=True)
class Template:
    """An activation with constants `C` and `D` to be put in.

    Attributes
    ----------
    formula, oracle
        What is returned, in the array API and in mpmath.
    facts
        Of the declaration: kinks, limits.
    parameters
        Names, types and defaults, as in the formula's signature.
    gated
        Whether it takes the halves of a gate.
    depth
        The order of cancellation in the oracle.
    conditioned
        Whether values cannot be right to 8 units in the last place.
    """

    formula: str
    oracle: str
    facts: str = ""
    parameters: str = ""
    gated: bool = False
    depth: int = 0
    conditioned: bool = False

    @property
    def arrays(self) -> tuple[str, ...]:
        """What the formula takes."""
        return ("a", "b") if self.gated else ("x",)

    def declaration(self, name: str, c: str, d: str) -> str:
        """The source of the activation."""
        facts = [
            f'name="{_class(name)}"',
            'reference="Nobody 2026, Made by tools/many.py, unpublished manuscript"',
        ]
        facts += ['kind="gated"'] if self.gated else []
        facts += [_with(self.facts, c, d)] if self.facts else []
        given = "".join(f"{p}, " for p in self.parameters.split("; ") if p)
        taken = ", ".join(f"{a}: Any" for a in self.arrays)
        return (
            f"@activation({', '.join(facts)})\n"
            f"def {name}({taken}, /, {given}*, xp: Any) -> Any:\n"
            f'    """{name}."""\n'
            f"    return {_with(self.formula, c, d)}\n"
        )

    def truth(self, name: str, c: str, d: str) -> str:
        """The source of its oracle."""
        marks = [f'@conditioned("{INNER}")'] if self.conditioned else []
        marks += [f"@guarded({f'depth={self.depth}' if self.depth else ''})"]
        words = [p.partition(":")[0] for p in self.parameters.split("; ") if p]
        defaults = [p.rpartition("= ")[2] for p in self.parameters.split("; ") if p]
        given = "".join(
            f", {word}: Real = {default}" for word, default in zip(words, defaults, strict=True)
        )
        taken = ", ".join(f"{a}: mpf" for a in self.arrays)
        lines = [*marks, f"def {name}({taken}{given}) -> mpf:", f'    """{name}: tools/many.py."""']
        return "\n".join([*lines, f"    return {_with(self.oracle, c, d)}\n"])


TEMPLATES = (
    Template("x / (1 + xp.exp(-C * x))", "x * expit(C * x)", "limits=(0, None)", conditioned=True),
    Template("D * xp.tanh(C * x)", "D * mp.tanh(C * x)", "limits=(-D, D)"),
    Template("D * x * xp.tanh(xp.log(1 + xp.exp(x)))", "D * x * mp.tanh(log1p_exp(x))"),
    Template(
        "xp.where(x > 0, x, C * (xp.exp(x) - 1))",
        "x if x > 0 else C * mp.expm1(x)",
        "kinks=lambda: {0: C}",
    ),
    Template(
        "xp.where(x > 0, D * x, slope * C * x)",
        "D * x if x > 0 else slope * C * x",
        "kinks=lambda slope: {0: slope * C}",
        "slope: Learnable[Real] = 0.25",
    ),
    Template("C * x / (D + xp.abs(x))", "C * x / (D + abs(x))", "limits=(-C, C)"),
    Template(
        "height * xp.tanh(x) + C * x",
        "height * mp.tanh(x) + C * x",
        parameters="height: Learnable[Positive] = 1.0",
        depth=2,
    ),
    Template(
        "xp.where(x < 0, alpha * xp.tanh(C * x), D * x)",
        "alpha * mp.tanh(C * x) if x < 0 else D * x",
        "kinks=lambda: {0: D}",
        "alpha: Learnable[Positive] = 1.0",
    ),
    Template(
        "xp.log(1 + xp.exp(beta * x)) / beta * D",
        "log1p_exp(beta * x) / beta * D",
        "limits=(0, None)",
        "beta: Positive = 1.0",
    ),
    Template("xp.clip(x, -C, D)", "clip(x, mpf(-C), mpf(D))", "kinks=lambda: {-C: 0, D: 0}"),
    Template(
        "scale * (x + xp.sqrt(x * x + C)) / 2",
        "scale * (C / (2 * (mp.sqrt(x * x + C) - x)) if x < 0 else (x + mp.sqrt(x * x + C)) / 2)",
        parameters="scale: Learnable[Real] = 1.0",
    ),
    Template("a * expit(C * b, xp=xp)", "a * expit(C * b)", gated=True, conditioned=True),
    Template("C * a * xp.maximum(b, 0)", "C * a * max(b, mpf(0))", gated=True),
    Template(
        "xp.where(xp.abs(x) <= C, 0.0, x)",
        "mpf(0) if abs(x) <= C else x",
        "kinks=lambda: {-C: 0, C: 0}",
    ),
    Template("C * xp.square(xp.maximum(x, 0))", "C * max(x, mpf(0)) ** 2"),
    Template("D * xp.atan(x)", "D * mp.atan(x)"),
    Template(
        "xp.where(x < 0, alpha * C * erf(x), x)",
        "alpha * C * erf(x) if x < 0 else x",
        "kinks=lambda: {0: 1}",
        "alpha: Learnable[Real] = 0.75",
    ),
    Template(
        "xp.where(x > 0, C * x, alpha * (xp.exp(x / alpha) - 1))",
        "C * x if x > 0 else alpha * mp.expm1(x / alpha)",
        "kinks=lambda: {0: 1}",
        "alpha: NonZero = 1.0",
    ),
    Template("C * x * xp.log(1 + 1 / (1 + xp.exp(-x)))", "C * x * mp.log1p(expit(x))"),
    Template(
        "a * x / (b + xp.abs(x)) * C",
        "a * x / (b + abs(x)) * C",
        parameters="a: Learnable[Real] = 1.0; b: Learnable[Positive] = 1.0",
    ),
    Template(
        "xp.where(x <= -1, 0.0, xp.where(x >= 1, C * x, C * (x + 1) ** 2 / 4))",
        "mpf(0) if x <= -1 else C * x if x >= 1 else C * (x + 1) ** 2 / 4",
    ),
)


def _with(text: str, c: str, d: str) -> str:
    """The constants, which are the only capital letters of their own in a template."""
    return re.sub(r"\bC\b", c, re.sub(r"\bD\b", d, text))


def _class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def sources(number: int) -> tuple[list[str], str]:
    """The family's declarations, and its oracles, which take constants exactly, short in binary."""
    formulas, truths = [], [ORACLES]
    for i in range(number):
        template, turn = TEMPLATES[i % len(TEMPLATES)], i // len(TEMPLATES)
        c, d = repr(1 + (2 * turn + 1) / 64), repr(1 + (2 * turn + 1) / 32)
        name = f"many_{i:03d}"
        formulas.append(template.declaration(name, c, d))
        truths.append(template.truth(name, c, d))
    return formulas, "\n\n".join(truths)


def _write_family(folder: Path, formulas: list[str]) -> None:
    """A package, each file with as many activations as there are templates."""
    folder.mkdir()
    starts = range(0, len(formulas), len(TEMPLATES))
    for i in starts:
        part = [HEAD, *formulas[i : i + len(TEMPLATES)]]
        (folder / f"from_{i:03d}.py").write_text("\n\n".join(part), "utf-8")
    names = ", ".join(f"from_{i:03d}" for i in starts)
    text = f"from multiact.catalogue.many import {names}\n"
    (folder / "__init__.py").write_text(f'"""Made by tools/many.py."""\n\n{text}', "utf-8")


def copy(folder: Path, number: int = NUMBER) -> None:
    """Copy what git knows, or would, and add the family."""
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; name a folder to be made")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    formulas, truths = sources(number)
    # what the tests of the copy look for
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    _write_family(folder / "multiact/catalogue/many", formulas)
    (folder / "tests/oracle/many.py").write_text(truths, "utf-8")
    _add_rows(folder / "docs/accuracy.md", [f"many_{i:03d}" for i in range(number)])


def _add_rows(page: Path, names: list[str]) -> None:
    """Name them on the page of accuracy, which is sorted."""
    lines = page.read_text("utf-8").splitlines()
    rows = [i for i, line in enumerate(lines) if line.startswith("| ")]
    place = next(i for i in rows[1:] if lines[i].split()[1] > names[0])
    lines[place:place] = [f"| {name} | not measured |  |  |  |  |" for name in names]
    page.write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Make the copy; wrong arguments print how to call it."""
    if not 1 <= len(arguments) <= 2 or not all(a.isdecimal() for a in arguments[1:]):
        print(__doc__)
        return 2
    folder, number = Path(arguments[0]), int(arguments[1]) if arguments[1:] else NUMBER
    copy(folder, number)
    print(f"{number} more activations in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
