"""The report of a cross-check: figures, differences, and an example of the most severe one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from multiact._suggest import nearest

#: from the best to the worst
VERDICTS = ("same", "weak", "different")

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
    weakness
        What is weak about the same function: "tail", "limit", "dtype", ...; "" if the difference
        shows another function.
    """

    kind: str
    dtype: str
    text: str
    x: float | None = None
    candidate: float | None = None
    truth: float | None = None
    weakness: str = ""

    @property
    def verdict(self) -> str:
        """The verdict that the difference leads to: "weak" or "different"."""
        return "weak" if self.weakness else "different"

    def __str__(self) -> str:
        return f"{self.kind}{f', {self.dtype}' if self.dtype else ''}: {self.text}"


@dataclass(frozen=True)
class Errors:
    """The largest finite errors of values or gradients, and where they are.

    Attributes
    ----------
    absolute, absolute_at
        The largest absolute error, and its input.
    relative, relative_at
        The largest error relative to the truth, and its input; 1: no digit is right.
    ulp, ulp_at
        The largest error in units in the last place (ULP), and its input; for gradients it is
        divided by 1 + |x f'' / f'|.
    ulp_most
        The 99.9 % quantile of the errors in ULP at the fixed points.
    """

    absolute: float
    absolute_at: float | None
    relative: float
    relative_at: float | None
    ulp: float
    ulp_at: float | None
    ulp_most: float

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, float, float]], most: float) -> Errors | None:
        """Summarise rows of input, absolute, relative and ULP error; None if there are none."""
        if not rows:
            return None
        largest = [max(rows, key=lambda row: row[k]) for k in (1, 2, 3)]
        found = [
            (row[k], None if math.isnan(row[0]) else row[0]) for k, row in enumerate(largest, 1)
        ]
        return cls(*found[0], *found[1], *found[2], most)

    def cells(self) -> list[str]:
        """Write the errors with their inputs."""
        sizes = (self.absolute, self.absolute_at), (self.relative, self.relative_at)
        texts = [f"{error:.2g}{_at(x)}" for error, x in sizes]
        return [*texts, f"{_ulps(self.ulp)}{_at(self.ulp_at)}", _ulps(self.ulp_most)]


@dataclass(frozen=True)
class Figures:
    """Errors in one dtype.

    Attributes
    ----------
    dtype, points
        The dtype, and the number of inputs compared.
    values, gradients
        The errors; None where nothing was compared, as gradients without differentiation.
    worst
        The input where the error is largest in proportion to the tolerance.
    """

    dtype: str
    points: int
    values: Errors | None = None
    gradients: Errors | None = None
    worst: float | None = None

    def __str__(self) -> str:
        head = ["", "absolute, |x| <= 30", "relative", "ULP", "99.9 % within"]
        table = [head]
        for name, errors in (("values", self.values), ("gradients", self.gradients)):
            table.append([name, *(errors.cells() if errors else ["not compared", "", "", ""])])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        rows = ("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in table)
        first, *rest = (row.rstrip() for row in rows)
        return "\n".join([f"{self.dtype}, largest errors at {self.points} inputs:", first, *rest])


@dataclass(frozen=True)
class Report:
    """The outcome of a cross-check; `ok` if nothing differs, `str(report)` to read it.

    Attributes
    ----------
    candidate, reference, framework
        The names of the candidate, its reference, and the framework in which it ran.
    goal
        The accepted errors, such as "tolerance 8" in ULP; for gradients it is doubled.
    figures
        The errors, per dtype.
    differences
        All differences, the most severe first.
    accepted
        Differences of the kinds that the caller allowed.
    identity
        If it is another function: the registered activations that it is; "" if there is none.
    reason
        Why this is the verdict, in one line; "" if nothing differs.
    example
        A program that shows the most severe difference; "" if there is none.
    """

    candidate: str
    reference: str
    framework: str
    goal: str
    figures: tuple[Figures, ...]
    differences: tuple[Difference, ...] = ()
    accepted: tuple[Difference, ...] = ()
    identity: str = ""
    reason: str = ""
    example: str = ""

    @property
    def ok(self) -> bool:
        """Whether there are no differences other than accepted ones."""
        return not self.differences

    @property
    def verdict(self) -> str:
        """The verdict: "same", "weak" or "different", whatever is accepted."""
        return worst(d.verdict for d in (*self.differences, *self.accepted))

    def fails(self, fail_on: str) -> bool:
        """Whether the differences that are not accepted are as bad as a verdict, or worse.

        Parameters
        ----------
        fail_on
            "different", or "weak" for every difference.

        Raises
        ------
        LookupError
            If there is no such verdict.
        """
        if fail_on not in VERDICTS[1:]:
            raise LookupError(f"no verdict {fail_on!r}; {nearest(fail_on, VERDICTS[1:])}")
        found = worst(d.verdict for d in self.differences)
        return found != "same" and VERDICTS.index(found) >= VERDICTS.index(fail_on)

    @property
    def words(self) -> str:
        """The verdict in words, such as "the same function with a weak tail and limit"."""
        if self.verdict == "different":
            unable = next((d for d in self.differences if d.kind in ("error", "shape")), None)
            if unable is not None:
                return f"not comparable ({unable.kind})"
            return f"ANOTHER FUNCTION{f': it is {self.identity}' if self.identity else ''}"
        weak = list(dict.fromkeys(d.weakness for d in (*self.differences, *self.accepted)))
        listed = " and ".join([", ".join(weak[:-1]), weak[-1]] if len(weak) > 1 else weak)
        return f"the same function{f' with a weak {listed}' if weak else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; infinities and NaN become text."""
        derived = {"ok": self.ok, "verdict": self.verdict, "words": self.words}
        plain: dict[str, Any] = _plain(asdict(self) | derived)
        return plain

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.candidate} ({self.framework}) against {self.reference}: {self.words}"
        if self.reason:
            yield f"  {self.reason}"
        for figures in self.figures:
            yield from (f"  {line}" for line in str(figures).splitlines())
        yield (
            "  relative 1: no digit is right; ULP: units in the last place, of gradients divided by"
            f" 1 + |x f''/f'|; accepted: {self.goal}, twice that for gradients"
        )
        yield from (f"  {d}" for d in self.differences)
        yield from (f"  allowed: {d}" for d in self.accepted)
        if self.example:
            yield "the smallest example:"
            yield from (f"    {line}" for line in self.example.splitlines())


def worst(verdicts: Iterable[str]) -> str:
    """Return the worst of some verdicts, "same" for none."""
    return max(verdicts, key=VERDICTS.index, default="same")


def _at(x: float | None) -> str:
    return "" if x is None else f" at {x:.6g}"


def _ulps(error: float) -> str:
    return f"{error if error >= 1e-3 else 0:.3g}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
