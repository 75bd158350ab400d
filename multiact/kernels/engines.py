"""Selection of the engine that evaluates programs.

`native` runs fused kernels, in C on the CPU and by Triton on CUDA devices; `blocked` runs the
program on blocks that stay in the cache, `reference` on whole arrays.  On the CPU, `auto` uses
native kernels if there is a compiler, otherwise blocks for large arrays; on CUDA devices, it uses
kernels if there is Triton.
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
    """Return the current engine: the innermost `use_engine`, else $MULTIACT_ENGINE, else auto."""
    return _chosen.get() or _from_environment()


@cache  # reading the environment takes longer than a small kernel
def _from_environment() -> str:
    return _check(os.environ.get("MULTIACT_ENGINE") or "auto")


@contextmanager
def use_engine(name: str) -> Iterator[None]:
    """Use one engine inside the `with` block.

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
    token = _chosen.set(_check(name))
    try:
        yield
    finally:
        _chosen.reset(token)


def _check(name: str) -> str:
    if name not in ENGINES:
        raise ValueError(f"no engine {name!r}; {nearest(name, ENGINES)}")
    return name
