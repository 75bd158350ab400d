"""Words for properties: what `multiact.names` and `multiact list` can ask for, and sort by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from multiact.analysis.measured import Properties

#: what an activation has or has not
PROPERTIES: Mapping[str, Callable[[Properties], bool]] = {
    "monotone": lambda p: bool(p.monotone),
    "increasing": lambda p: p.monotone == "increasing",
    "decreasing": lambda p: p.monotone == "decreasing",
    "bounded": lambda p: math.isfinite(p.low) and math.isfinite(p.high),
    "bounded_below": lambda p: math.isfinite(p.low),
    "bounded_above": lambda p: math.isfinite(p.high),
    "odd": lambda p: p.parity == "odd",
    "even": lambda p: p.parity == "even",
    "continuous": lambda p: p.smoothness != "jumps",
    "differentiable": lambda p: p.smoothness not in ("jumps", "C0"),
    "smooth": lambda p: p.smoothness == "smooth",
    "lipschitz": lambda p: math.isfinite(p.lipschitz),
    "zero_at_zero": lambda p: p.zero_at_zero,
    "zero_centred": lambda p: p.zero_centred,
    "sparse": lambda p: p.sparsity > 0,
}
#: numbers of an activation; None where there is none
NUMBERS: Mapping[str, Callable[[Properties], float | None]] = {
    "cost": lambda p: p.cost,
    "gain": lambda p: p.gain_forward,
    "mean": lambda p: p.mean,
    "lipschitz": lambda p: p.lipschitz,
    "sparsity": lambda p: p.sparsity,
    "dead": lambda p: p.dead,
}
