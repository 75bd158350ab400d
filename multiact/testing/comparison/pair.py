"""A candidate and what it is compared with, ready to run in any dtype."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from multiact._suggest import nearest
from multiact.testing.comparison import elementwise, whole
from multiact.testing.comparison.framework import (
    Call,
    Framework,
    WrongResult,
    guarded,
    load,
    recognise,
)
from multiact.testing.comparison.probe import Probe
from multiact.testing.comparison.purity import purity
from multiact.testing.comparison.reference import Reference, built, is_elementwise, reference
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.formats import FORMATS


@dataclass(frozen=True)
class Pair:
    """A candidate, which has been built, its framework, and the reference."""

    candidate: Any
    framework: Framework
    reference: Reference

    @classmethod
    def of(
        cls,
        candidate: Any,
        given: Any,
        *,
        parameters: Mapping[str, Any] | None = None,
        arguments: Mapping[str, Any] | None = None,
        framework: str | None = None,
    ) -> Pair:
        """As `crosscheck` takes them."""
        believed = reference(given, parameters or {})
        made = built(candidate, arguments or {}, "candidate")
        runs_in = load(framework) if framework else recognise(made, believed.example)
        return cls(made, runs_in, believed)

    def dtypes(self, wanted: Iterable[str] | None) -> list[str]:
        """The dtypes to compare in; errors name the nearest right one."""
        if wanted is None:
            return [self.framework.own_dtype(self.candidate) or "float32"]
        chosen, there = [wanted] if isinstance(wanted, str) else list(wanted), self.framework.dtypes
        for dtype in chosen:
            if dtype not in FORMATS:
                raise LookupError(f"no dtype {dtype!r}; {nearest(dtype, list(FORMATS))}")
            if dtype not in there:
                name = self.framework.framework
                raise LookupError(f"{name} computes in {', '.join(there)} here, not in {dtype}")
        return chosen

    @functools.cached_property
    def elementwise(self) -> bool:
        """Whether each element of the result depends on one of the input."""
        if self.reference.curve is None or self.reference.case is None:
            return self.reference.curve is not None
        return is_elementwise(self.framework, self.candidate)

    def probe(self, dtype: str, tolerance: float) -> Probe:
        """To look at single numbers."""
        assert self.reference.curve is not None
        curve = self.reference.curve(FORMATS[dtype], self.framework)
        return Probe(self.framework, self.call(dtype), curve, tolerance)

    def call(self, dtype: str) -> Call:
        """The candidate, bound."""
        x = self.framework.asarray(self.reference.example, dtype)
        bound: Call = guarded(self.framework.bound)(self.candidate, x)
        return bound

    def compared(self, dtype: str, tolerance: float) -> tuple[Figures, list[Difference]]:
        """Figures and differences in one dtype; what the candidate raises is a difference."""
        example, framework = self.reference.example, self.framework
        try:
            if self.elementwise:
                figures, found = elementwise.compare(self.probe(dtype, tolerance))
            else:
                assert self.reference.case is not None
                case = self.reference.case(FORMATS[dtype], framework)
                figures, found = whole.compare(framework, self.call(dtype), case, tolerance)
            found += purity(framework, self.candidate, example, dtype)
        except WrongResult as wrong:
            return Figures(dtype, 0), [Difference(wrong.kind, dtype, str(wrong))]
        return figures, found
