"""What the package promises about its own source, measured with `ast`: nothing is imported.

Each check takes `{path: source}` and returns one line per fault, so that
`tests/yardsticks/test_yardsticks.py` can plant faults in strings.
`python -m tests.yardsticks` prints the measurements; it needs no installed package.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

Sources = dict[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).parents[2]


def read(*folders: str) -> Sources:
    """Read every Python file below the folders; a folder without any is an error."""
    sources: Sources = {}
    for folder in folders:
        files = sorted((ROOT / folder).rglob("*.py"))
        if not files:  # a check that sees nothing would pass
            raise FileNotFoundError(f"no Python file below {folder}/")
        sources |= {f.relative_to(ROOT).as_posix(): f.read_text("utf-8") for f in files}
    return sources


def parse(sources: Sources) -> Iterator[tuple[str, ast.Module]]:
    """Yield the syntax tree of every file."""
    for path, text in sources.items():
        yield path, ast.parse(text, path)


def last_name(node: ast.AST) -> str:
    """Return `c` for `a.b.c`, for `c` and for a call of either, else nothing."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
