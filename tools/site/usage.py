"""How an activation is used in each framework: the examples of the docstrings, which tests run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from multiact.declare.activation import Activation

#: what is shown, where it is, and whether it is a class
PLACES = {
    "PyTorch": ("torch", "multiact_torch", True),
    "Flax": ("flax", "multiact_flax", True),
    "JAX": ("jax", "multiact_jax", False),
    "NumPy": ("numpy", "multiact_numpy", False),
}


def usage(act: Activation) -> Iterator[tuple[str, str]]:
    """Yield the examples of the frameworks that are installed, by their titles."""
    for title, (framework, package, is_class) in PLACES.items():
        if find_spec(framework) is None:
            continue
        name = act.name if is_class else act.key
        yield title, _example(getattr(import_module(package), name).__doc__)


def _example(doc: str) -> str:
    """Return the example of a docstring."""
    found = re.search(r"^Examples\n-+\n(.*?)(?:\n\n|\Z)", doc, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"no example in {doc[:60]!r}")
    return found[1]
