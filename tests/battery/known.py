"""Faults of the package that are known and not yet repaired: rows that do not hold today.

Each has a test in `test_known.py` that fails as soon as it is repaired; then its line goes.
"""

import re

#: what a report must say to be one of them, by activation
KNOWN: dict[str, tuple[str, ...]] = {
    "frac_lrelu": (r"(value|derivative by \w+), frac_lrelu-default in float64: \d+ of",),
    "frac_prelu": (r"derivative by \w+, frac_prelu-default in float64: \d+ of",),
    "finer_gauss": (r"derivative by x, x, x, .* in float32: \[nan nan\] at \[ 1.e\+15 -1.e\+15\]",),
    "frac_softplus": (r"frac_softplus-\w+ in float\d\d: \d+ of",),
    "frac_relu": (r"derivative by (x|alpha), frac_relu-default in float64: \d+ of",),
    "lrelu_plus": (r"derivative by negative_slope, lrelu_plus-\w+ in float32: \d of",),
    "gln": (r"derivative by a at each point, gln-default",),
    "rootsig": (r"derivative by a, rootsig-\w+ in float32: \d of",),
    "rootsig_plus": (r"derivative by a, rootsig_plus-\w+ in float32: \d of",),
    "kdac": (r"derivative by (alpha|beta)( at each point)?, kdac-default",),
    "p_sech_sig": (r"derivative by alpha at each point, p_sech_sig-default in float\d\d: \d of",),
    "psoftplus": (r"jax: derivative by a at each point, psoftplus-default in float64: \d of",),
    "rational_a": (r"derivative by denominator_\d, rational_a-default",),
    "sinc": (r"derivative by x(, x)?, sinc-default in float\d\d: \d+ of",),
    "sech_sig": (r"derivative by x, x, sech_sig-default",),
    "app_relu": (r"torch: derivative by x, x, x, app_relu-default",),
    "iplu": (r"torch: derivative by x, x, x, iplu-default",),
    "plaf": (r"torch: derivative by x, x, x, plaf-default",),
    "repsu": (r"torch(\.native)?: derivative by x, x(, x)?, repsu-default",),
    "sgt": (
        r"torch.*: derivative by x, x(, x)?, sgt-default",
        r"derivative by x, x, x, sgt-(varied|zero)",
        r"(jax|flax).*: (zeros|NaN), sgt-varied",
    ),
    "soft_tanh": (r"derivative by a, soft_tanh-\w+ in float32: \d of",),
    "srs": (r"derivative by alpha, srs-default in float32: 1 of",),
}


def unknown(name: str, found: list[str]) -> list[str]:
    """The lines of a report about an activation that are new."""
    known = KNOWN.get(name, ())
    return [line for line in found if not any(re.search(k, line) for k in known)]
