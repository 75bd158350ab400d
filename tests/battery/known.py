"""Faults of the package that are known and not yet repaired: rows that do not hold today.

Each has a test in `test_known.py` that fails as soon as it is repaired; then its line goes.
"""

import re

#: what a report must say to be one of them, by activation
KNOWN: dict[str, tuple[str, ...]] = {
    "frac_relu": (r"derivative by (x|alpha), frac_relu-default in float64: \d+ of",),
    "sgt": (
        r"derivative by x, x, x,",
        r"torch.*derivative by x, x,",
        r"(jax|flax).*: (zeros|NaN), sgt-varied",
    ),
}


def unknown(name: str, found: list[str]) -> list[str]:
    """The lines of a report about an activation that are new."""
    known = KNOWN.get(name, ())
    return [line for line in found if not any(re.search(k, line) for k in known)]
