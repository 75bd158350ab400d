"""The report of a cross-check: figures, differences, and an example of the most severe one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

#: every kind of difference, the most severe first, and its meaning
KINDS = {
    "error": "the candidate raises an exception",
    "shape": "its result has another shape",
    "dtype": "its result has another dtype than its input",
    "value-finite": "a value is NaN or infinite where the truth is finite, or the reverse",
    "value": "a value is off by more than the tolerance",
    "gradient-finite": "a gradient is NaN or infinite where the truth is finite",
    "gradient": "a gradient is off by more than twice the tolerance",
    "nan": "NaN in, but not NaN out",
    "limit": "another result at an infinity than the limit",
    "kink": "another slope than the declared one at a kink, or at a number beside it",
    "repeat": "called twice with one input, two results",
    "input": "the input array was written to",
    "move": "something is left behind when the module is moved to another dtype",
}


@dataclass(frozen=True)
class Difference:
    """One way in which the candidate differs.

    Attributes
    ----------
    kind
        One of `KINDS`.
    dtype
        The dtype in which it was found, such as "float32"; "" if it does not matter.
    text
        The difference, described in one line.
    x, candidate, truth
        The simplest input that shows it, and both results there; None if there is no input.
    """

    kind: str
    dtype: str
    text: str
    x: float | None = None
    candidate: float | None = None
    truth: float | None = None

    def __str__(self) -> str:
        return f"{self.kind}{f', {self.dtype}' if self.dtype else ''}: {self.text}"


@dataclass(frozen=True)
class Figures:
    """Errors in one dtype.

    Attributes
    ----------
    dtype, points
        The dtype, and the number of inputs compared.
    value_max, value_most
        The largest finite error of a value in units in the last place (ULP), and the 99.9 %
        quantile of the errors at the fixed points.
    gradient_max, gradient_most
        The same for gradients, divided by 1 + |x f'' / f'|; None without differentiation.
    worst
        The input where the error is largest in proportion to the tolerance.
    """

    dtype: str
    points: int
    value_max: float | None = None
    value_most: float | None = None
    gradient_max: float | None = None
    gradient_most: float | None = None
    worst: float | None = None

    def __str__(self) -> str:
        parts = [f"{self.dtype:<9}{self.points} points"]
        for what, top, most in (
            ("values", self.value_max, self.value_most),
            ("gradients", self.gradient_max, self.gradient_most),
        ):
            errors = f"{_ulps(top)} ULP (99.9 %: {_ulps(most)})"
            parts.append(f"{what} {'not compared' if top is None else errors}")
        if self.worst is not None:
            parts.append(f"worst at {self.worst:.9g}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Report:
    """The outcome of a cross-check; `ok` if nothing differs, `str(report)` to read it.

    Attributes
    ----------
    candidate, reference, framework
        The names of the candidate, its reference, and the framework in which it ran.
    tolerance
        The tolerance of values in ULP; for gradients it is doubled.
    figures
        The errors, per dtype.
    differences
        All differences, the most severe first.
    accepted
        Differences of the kinds that the caller allowed.
    example
        A program that shows the most severe difference; "" if there is none.
    """

    candidate: str
    reference: str
    framework: str
    tolerance: float
    figures: tuple[Figures, ...]
    differences: tuple[Difference, ...] = ()
    accepted: tuple[Difference, ...] = ()
    example: str = ""

    @property
    def ok(self) -> bool:
        """Whether there are no differences other than accepted ones."""
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; infinities and NaN become text."""
        plain: dict[str, Any] = _plain(asdict(self) | {"ok": self.ok})
        return plain

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        verdict = "they agree" if self.ok else "they DIFFER"
        yield f"{self.candidate} ({self.framework}) against {self.reference}: {verdict}"
        yield from (f"  {f}" for f in self.figures)
        yield from (f"  {d}" for d in self.differences)
        yield from (f"  allowed: {d}" for d in self.accepted)
        if self.example:
            yield "the smallest example:"
            yield from (f"    {line}" for line in self.example.splitlines())


def _ulps(error: float | None) -> str:
    return "" if error is None else f"{error if error >= 1e-3 else 0:.3g}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
