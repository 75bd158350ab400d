"""The results of the demonstration."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from multiact.testing.check import Row

#: largest accepted difference from PyTorch's logits; float32 numbers near 6 are 5e-7 apart
LOGITS_GOAL = 1e-5


@dataclass(frozen=True)
class Score:
    """The performance of the saved network on the test images, on one backend.

    Attributes
    ----------
    backend
        The backend, such as "flax.nnx".
    accuracy
        Share of the test images that are classified correctly.
    difference
        Largest difference between a logit and PyTorch's.
    rounding
        Largest difference between a logit and that of the same network in float64.
    seconds
        Time for loading the file, compiling, and evaluating all test images.
    """

    backend: str
    accuracy: float
    difference: float
    rounding: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """The results of a demonstration.

    Attributes
    ----------
    data
        Description of the images: name, number and source.
    parameters
        Number of parameters of the network.
    losses
        Mean training loss of every epoch.
    file
        File with the weights, or None if they were removed after the demonstration.
    scores
        One score for each backend that ran the saved network.
    learned
        Every learned parameter of an activation, such as "act1.alpha", and its initial value.
    checks
        Results of the cross-backend check of the activations used.
    skipped
        One line for each framework that is not installed.
    seconds
        Total time.
    """

    data: str
    parameters: int
    losses: tuple[float, ...]
    file: str | None
    scores: tuple[Score, ...]
    learned: dict[str, tuple[np.ndarray, float]]
    checks: tuple[Row, ...]
    skipped: tuple[str, ...]
    seconds: float

    @property
    def faults(self) -> list[str]:
        """The faults, one line each; empty if all backends agree."""
        differing = [
            f"{s.backend}: logits differ by {s.difference:.2g}, allowed is {LOGITS_GOAL:g}"
            for s in self.scores
            if not s.difference < LOGITS_GOAL  # NaN is a fault
        ]
        return differing + [
            f"{r.activation} on {r.backend}, {r.dtype}: {r.reason}" for r in self.checks if not r.ok
        ]

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; numbers that are not finite become null."""
        learned = {n: {"start": s, "values": v.tolist()} for n, (v, s) in self.learned.items()}
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        converted = {
            "scores": [asdict(score) for score in self.scores],
            "learned": learned,
            "checks": [row.as_dict() for row in self.checks],
        }
        document: dict[str, Any] = replace_nonfinite({**values, **converted, "faults": self.faults})
        return document


def replace_nonfinite(value: Any) -> Any:
    """Return a value for JSON: numbers that are not finite become None, at any depth."""
    if isinstance(value, dict):
        return {name: replace_nonfinite(v) for name, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [replace_nonfinite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
