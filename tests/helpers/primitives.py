"""The primitives of the package."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from multiact import special
from multiact.calculus.primitive import Primitive
from multiact.special._primitive import Special


@cache
def primitives() -> dict[str, Primitive]:
    """Every primitive by its name, those that formulas do not see too."""
    modules = [
        import_module(m.name) for m in pkgutil.iter_modules(special.__path__, "multiact.special.")
    ]
    values = [v for m in modules for v in vars(m).values()]
    families = [s for v in values if isinstance(v, tuple) for s in v]  # with their derivatives
    found = [s.op for s in (*values, *families) if isinstance(s, Special)]
    return {op: op for op in found if isinstance(op, Primitive)}
