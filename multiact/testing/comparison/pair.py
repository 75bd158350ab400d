"""A candidate and the reference it is compared with, ready to run in any dtype."""

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
    guard,
    load,
    recognise,
)
from multiact.testing.comparison.probe import Probe
from multiact.testing.comparison.purity import purity
from multiact.testing.comparison.reference import Reference, build, is_elementwise, reference
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.formats import FORMATS


@dataclass(frozen=True)
class Pair:
    """A candidate, its framework, and its reference."""

    candidate: Any
    framework: Framework
    reference: Reference

    @classmethod
    def of(
        cls,
        candidate: Any,
        target: Any,
        *,
        parameters: Mapping[str, Any] | None = None,
        arguments: Mapping[str, Any] | None = None,
        framework: str | None = None,
    ) -> Pair:
        """Build a pair from the arguments of `crosscheck`; `target` is its reference."""
        resolved = reference(target, parameters or {})
        built = build(candidate, arguments or {}, "candidate")
        runs_in = load(framework) if framework else recognise(built, resolved.example)
        return cls(built, runs_in, resolved)

    def dtypes(self, requested: Iterable[str] | None) -> list[str]:
        """Return the dtypes to compare in; errors suggest the nearest valid name."""
        if requested is None:
            return [self.framework.own_dtype(self.candidate) or "float32"]
        dtypes = [requested] if isinstance(requested, str) else list(requested)
        available = self.framework.dtypes
        for dtype in dtypes:
            if dtype not in FORMATS:
                raise LookupError(f"no dtype {dtype!r}; {nearest(dtype, list(FORMATS))}")
            if dtype not in available:
                name = self.framework.framework
                raise LookupError(f"{name} computes in {', '.join(available)} here, not in {dtype}")
        return dtypes

    @functools.cached_property
    def elementwise(self) -> bool:
        """Whether each element of the result depends on a single element of the input."""
        if self.reference.curve is None or self.reference.case is None:
            return self.reference.curve is not None
        return is_elementwise(self.framework, self.candidate)

    def probe(self, dtype: str, tolerance: float) -> Probe:
        """Return the probe that compares the pair at single numbers."""
        assert self.reference.curve is not None
        curve = self.reference.curve(FORMATS[dtype], self.framework)
        return Probe(self.framework, self.call(dtype), curve, tolerance)

    def call(self, dtype: str) -> Call:
        """Return the candidate, ready to be called on arrays of a dtype."""
        x = self.framework.asarray(self.reference.example, dtype)
        call: Call = guard(self.framework.bind)(self.candidate, x)
        return call

    def compare(self, dtype: str, tolerance: float) -> tuple[Figures, list[Difference]]:
        """Compare the pair in one dtype; an error of the candidate is a difference."""
        example, framework = self.reference.example, self.framework
        try:
            if self.elementwise:
                figures, differences = elementwise.compare(self.probe(dtype, tolerance))
            else:
                assert self.reference.case is not None
                case = self.reference.case(FORMATS[dtype], framework)
                figures, differences = whole.compare(framework, self.call(dtype), case, tolerance)
            differences += purity(framework, self.candidate, example, dtype)
        except WrongResult as result:
            return Figures(dtype, 0), [Difference(result.kind, dtype, str(result))]
        return figures, differences
