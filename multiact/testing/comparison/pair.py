"""A candidate and the reference it is compared with, ready to run in any dtype."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterable, Iterator, Mapping
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
from multiact.testing.comparison.goal import Goal
from multiact.testing.comparison.probe import Probe
from multiact.testing.comparison.purity import purity
from multiact.testing.comparison.reference import Reference, build, is_elementwise, reference
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.comparison.verdict import Judge
from multiact.testing.expected import Case
from multiact.testing.formats import FORMATS, FloatFormat


@dataclass(frozen=True)
class Pair:
    """A candidate, its framework, and its reference with the framework of that."""

    candidate: Any
    framework: Framework
    reference: Reference
    other: Framework

    @classmethod
    def of(
        cls,
        candidate: Any,
        target: Any,
        *,
        parameters: Mapping[str, Any] | None = None,
        arguments: Mapping[str, Any] | None = None,
        framework: str | None = None,
        name: str | None = None,
    ) -> Pair:
        """Build a pair from the arguments of `crosscheck`; `target` is its reference."""
        resolved = reference(target, parameters or {}, name)
        built = build(candidate, arguments or {}, "candidate")
        example = resolved.example
        runs_in = load(framework) if framework else recognise(built, example)
        other = runs_in
        if resolved.target is not None:
            other = recognise(resolved.target, example, "reference", runs_in)
        return cls(built, runs_in, resolved, other)

    def dtypes(self, requested: Iterable[str] | None) -> list[str]:
        """Return the dtypes to compare in; errors suggest the nearest valid name."""
        if requested is None:
            return [self.framework.own_dtype(self.candidate) or "float32"]
        dtypes = [requested] if isinstance(requested, str) else list(requested)
        for dtype in dtypes:
            if dtype not in FORMATS:
                raise LookupError(f"no dtype {dtype!r}; {nearest(dtype, list(FORMATS))}")
            for framework in (self.framework, self.other):
                if dtype not in framework.dtypes:
                    name, available = framework.framework, ", ".join(framework.dtypes)
                    raise LookupError(f"{name} computes in {available} here, not in {dtype}")
        return dtypes

    @functools.cached_property
    def elementwise(self) -> bool:
        """Whether each element of the result depends on a single element of the input."""
        if self.reference.curve is None or self.reference.case is None:
            return self.reference.curve is not None
        return is_elementwise(self.framework, self.candidate)

    def probe(self, dtype: str, goal: Goal) -> Probe:
        """Return the probe that compares the pair at single numbers."""
        assert self.reference.curve is not None
        curve = self.reference.curve(FORMATS[dtype], self.other)
        return Probe(self.framework, self.call(dtype), curve, goal)

    def case(self, fmt: FloatFormat) -> Case:
        """Return the arrays at which the pair is compared, with the results of the reference."""
        assert self.reference.case is not None
        return self.reference.case(fmt, self.other)

    def call(self, dtype: str) -> Call:
        """Return the candidate, ready to be called on arrays of a dtype."""
        x = self.framework.asarray(self.reference.example, dtype)
        call: Call = guard(self.framework.bind)(self.candidate, x)
        return call

    @contextlib.contextmanager
    def widened(self) -> Iterator[None]:
        """Make float64 available in both frameworks."""
        with self.framework.widened(), self.other.widened():
            yield

    def compare(self, dtype: str, goal: Goal) -> tuple[Figures, list[Difference]]:
        """Compare the pair in one dtype; an error of the candidate is a difference."""
        example, framework = self.reference.example, self.framework
        try:
            if self.elementwise:
                figures, differences = elementwise.compare(self.probe(dtype, goal), self.judge)
            else:
                case, call = self.case(FORMATS[dtype]), self.call(dtype)
                figures, differences = whole.compare(framework, call, case, goal, self.array_judge)
            differences += purity(framework, self.candidate, example, dtype)
        except WrongResult as result:
            return Figures(dtype, 0), [Difference(result.kind, dtype, str(result))]
        return figures, differences

    @functools.cached_property
    def judge(self) -> Judge:
        """What tells weaknesses of an elementwise function from another function."""
        return Judge(lambda dtype: self.probe(dtype, Goal(math.inf)), self.widened)

    @functools.cached_property
    def array_judge(self) -> whole.Judge:
        """What tells weaknesses of a function of whole arrays from another function."""
        return whole.Judge(self.framework, self.call, self.case, self.widened)
