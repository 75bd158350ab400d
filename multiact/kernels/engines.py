"""Which engine evaluates programs on the CPU.

`native` are fused C kernels, `blocked` runs the program on pieces that stay in the
cache, `reference` runs it on whole arrays.  `auto` takes native kernels where a
compiler is there, else blocks for large arrays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from multiact._suggest import nearest

ENGINES = ("auto", "native", "blocked", "reference")
_chosen: ContextVar[str | None] = ContextVar("multiact_engine", default=None)


def engine() -> str:
    """The engine in force: of the innermost `use_engine`, else of $MULTIACT_ENGINE, else auto."""
    return _chosen.get() or _from_environment()


@cache  # reading the environment takes longer than a small kernel
def _from_environment() -> str:
    return _checked(os.environ.get("MULTIACT_ENGINE") or "auto")


@contextmanager
def use_engine(name: str) -> Iterator[None]:
    """Evaluate with one engine inside the `with` block.

    Parameters
    ----------
    name
        "auto", "native", "blocked" or "reference".

    Raises
    ------
    ValueError
        If there is no such engine.

    Examples
    --------
    >>> import multiact
    >>> with multiact.use_engine("reference"):
    ...     multiact.engine()
    'reference'
    """
    token = _chosen.set(_checked(name))
    try:
        yield
    finally:
        _chosen.reset(token)


def _checked(name: str) -> str:
    if name not in ENGINES:
        raise ValueError(f"no engine {name!r}; {nearest(name, ENGINES)}")
    return name
