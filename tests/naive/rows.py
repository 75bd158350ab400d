"""What a row of the corpus is: a formula as its paper writes it, and where it is looked at."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

Values = dict[str, float]


@dataclass(frozen=True, eq=False)
class Row:
    """One activation.

    Attributes
    ----------
    formula
        A declaration's formula: `def f(x, /, a=1.0, *, xp)`.
    others
        Further values by parameter; all parameters take their first, then their second.
    author
        Why only the author could write it better, None of most.
    """

    formula: FunctionType
    others: dict[str, tuple[float, ...]] = field(default_factory=dict)
    author: str | None = None

    @property
    def name(self) -> str:
        """That of the function."""
        return self.formula.__name__

    @property
    def defaults(self) -> Values:
        """The parameters, which are positional, with their defaults."""
        found = inspect.signature(self.formula).parameters.values()
        return {p.name: float(p.default) for p in found if p.kind is p.POSITIONAL_OR_KEYWORD}

    @property
    def samples(self) -> list[Values]:
        """The parameters at their defaults, then at two other places."""
        start = self.defaults
        moved = [{n: self._other(n, v, i) for n, v in start.items()} for i in (0, 1)]
        return [start, *moved] if start else [start]

    def _other(self, name: str, default: float, i: int) -> float:
        if name in self.others:
            return self.others[name][i % len(self.others[name])]
        return default * (0.7, 1.4)[i] if default else (0.3, -0.2)[i]

    @property
    def source(self) -> str:
        """The text of the formula and of the helpers beside it that it calls."""
        seen: dict[str, str] = {}
        waiting = [self.formula]
        while waiting:
            function = waiting.pop()
            seen[function.__name__] = inspect.getsource(function)
            found = [function.__globals__.get(n) for n in function.__code__.co_names]
            helpers = [v for v in found if isinstance(v, FunctionType)]
            near = [h for h in helpers if h.__module__ == function.__module__]
            waiting += [h for h in near if h.__name__ not in seen]
        return "\n".join(text for _, text in sorted(seen.items()))


ROWS: dict[str, Row] = {}


def row(
    function: Callable[..., Any] | None = None,
    /,
    *,
    author: str | None = None,
    **others: tuple[float, ...],
) -> Any:
    """Put a formula into the corpus, with other values of its parameters.

    Raises
    ------
    ValueError
        If a name is taken, or no parameter's.
    """
    if function is None:
        return lambda f: row(f, author=author, **others)
    assert isinstance(function, FunctionType)
    found = Row(function, others, author)
    if found.name in ROWS or not others.keys() <= found.defaults.keys():
        raise ValueError(f"{found.name}: a name is taken, or no parameter is called so: {others}")
    ROWS[found.name] = found
    return function
