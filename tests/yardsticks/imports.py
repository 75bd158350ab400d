"""The core knows no framework, and the arrows between the layers point one way."""

import ast
from collections.abc import Iterator

from tests.yardsticks import Sources, last_name, parse

FRAMEWORKS = {"torch", "jax", "jaxlib", "flax"}
BACKENDS = {"multiact_numpy", "multiact_torch", "multiact_jax", "multiact_flax"}
BACKENDS |= {"multiact_pytest"}

# Who may import whom. A module that is not named here fails the check: decide where it
# stands, then give it a row. The order is the order of the layers: only upwards in this list.
ARROWS: dict[str, set[str]] = {
    "_suggest": set(),
    "_arrays": set(),
    "_drawing": set(),
    "_adapters": set(),
    "_files": set(),
    "calculus": {"_arrays"},
    "notation": {"calculus"},
    "special": {"_suggest", "calculus", "_arrays", "_adapters"},
    "libraries": {"_suggest"},
    "errata": set(),
    "declare": {"_suggest", "_arrays", "_adapters", "libraries", "errata", "calculus", "special"},
    "parameters": {"declare"},
    "derivatives": {"_suggest", "_arrays", "_adapters", "calculus", "special", "declare"},
    "catalogue": {"special", "declare", "parameters", "derivatives"},
    "kernels": {"_suggest", "calculus", "special"},
    "adapters": {"_suggest", "_arrays", "_adapters", "calculus", "notation", "declare"},
    "_matching": {"_suggest"},
    "checkpoints": {"_suggest", "_adapters", "_files", "_matching"},
    "analysis": {
        "calculus",
        "special",
        "notation",
        "declare",
        "derivatives",
        "adapters",
        "kernels",
    },
    "multiact_numpy": {"multiact"},
    "multiact_torch": {"multiact"},
    "multiact_jax": {"multiact"},
    "multiact_flax": {"multiact", "multiact_jax"},
    "multiact_pytest": {"multiact"},
}
# These stand on top and may import the core, each other and, late, the backends.
TOP = {"multiact", "__main__", "cli", "display", "experiments", "explorer", "plotting"}
TOP |= {"diagnostics", "geometry", "relations", "selection", "testing"}


def imported(path: str, tree: ast.AST, types: bool = True) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, at any depth, and of `import_module("...")`.

    With `types=False`, what stands under `if TYPE_CHECKING:` is left out.
    """
    package = path.removeprefix("backends/").split("/")[:-1]
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and last_name(node) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value
        typing_only = isinstance(node, ast.If) and last_name(node.test) == "TYPE_CHECKING"
        skip = typing_only and not types
        yield from imported(path, ast.Module(node.orelse, []) if skip else node, types)


def check_no_framework(sources: Sources) -> list[str]:
    """Nothing below multiact/ imports a framework, not even for a type or inside a function."""
    return [
        f"{path}:{line} imports {name}"
        for path, tree in parse(sources)
        if path.startswith("multiact/")
        for line, name in imported(path, tree)
        if name.split(".")[0] in FRAMEWORKS
    ]


def module(path: str) -> str:
    """Return the dotted name that a file is imported by."""
    return path.removeprefix("backends/").removesuffix(".py").replace("/", ".")


def layer(dotted: str) -> str:
    """Return the row of ARROWS or the member of TOP that a module belongs to."""
    first, _, rest = dotted.partition(".")
    below = rest.split(".")[0]
    if first != "multiact" or below in {"", "__init__"}:
        return first
    return below


def check_arrows(sources: Sources) -> list[str]:
    """Every import inside the project follows ARROWS."""
    faults = []
    layers = {layer(module(path)) for path in sources}
    for path, tree in parse(sources):
        here = layer(module(path))
        if here not in ARROWS and here not in TOP:
            faults.append(f"{path}: {here} has no row in tests/yardsticks/imports.py")
            continue
        for line, name in imported(path, tree, types=False):
            there = layer(name) if layer(name) in layers else name.split(".")[0]
            if not _allowed(here, there):
                faults.append(f"{path}:{line}: {here} may not import {name}")
    return faults


def _allowed(here: str, there: str) -> bool:
    core = {"multiact", *ARROWS, *TOP} - BACKENDS
    if there not in core | BACKENDS or here == there or here in TOP:
        return True
    allowed = ARROWS[here]
    return there in allowed or ("multiact" in allowed and there in core)
