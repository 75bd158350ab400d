"""Where ours differs from the frameworks on purpose: the one list, which must stay minimal."""

from __future__ import annotations

import numpy as np

from tests.upstream import Deviation

LIMIT = "a limit is better than the NaN of inf * 0 or inf / inf"
MISSING = "NaN in, NaN out, or the slope of the branch that it falls in: no slope is right there"
INTEGERS = (
    "integers are refused, and complex numbers: what float they mean is for the caller to say"
)
EXACT = "ours is right to 8 ULP, theirs is not (tests/accuracy)"


def between(low: float, high: float):
    """The elements of an interval."""
    return lambda x: (low <= x) & (x <= high)


TORCH = (
    *(
        Deviation(n, "slope", np.isnan, "NaN, the slope above 0", MISSING)
        for n in ("elu", "celu", "selu")
    ),
    Deviation("hardsigmoid", "slope", np.isnan, "1/6, 0", MISSING),
    Deviation("hardshrink", "slope", np.isnan, "1, 0", MISSING),
    Deviation("softshrink", "slope", np.isnan, "1, 0", MISSING),
    *(Deviation(n, "value", np.isneginf, "0, NaN", LIMIT) for n in ("silu", "mish")),
    *(Deviation(n, "slope", np.isinf, "the limit, NaN", LIMIT) for n in ("silu", "mish")),
    Deviation("softsign", "value", np.isinf, "+-1, NaN", LIMIT),
    Deviation("softsign", "slope", np.isinf, "0, NaN", LIMIT),
    *(
        Deviation(n, "refused", np.isnan, "TypeError, an integer or float32", INTEGERS)
        for n in (
            "relu",
            "relu6",
            "hardtanh",
            "threshold",
            "tanhshrink",
            "softsign",
            "sigmoid",
            "tanh",
            "error_function",
            "exponential",
        )
    ),
    Deviation("softmin", "cast", np.isnan, "-x of a float, of uint8, where it wraps", EXACT),
    Deviation("celu", "slope", between(-9, 0), "float64, 1/alpha in float32", EXACT),
    Deviation("hardsigmoid", "slope", between(-3, 3), "float64, 1/6 in float32", EXACT),
    Deviation("tanhshrink", "value", between(-0.6, 0.6), "a series, x - tanh(x) cancels", EXACT),
    Deviation("gelu", "value", between(-3, -1.5), "erfc, 1 + erf(x) cancels", EXACT),
    Deviation("gelu_tanh", "value", between(-3, -2), "a sigmoid, 1 + tanh(x) cancels", EXACT),
)

TORCHS = "the slope that torch has there"
JAX = (
    Deviation("relu", "slope", np.isnan, "1, 0", MISSING),
    Deviation("relu6", "slope", np.isnan, "1, 0", MISSING),
    Deviation("hardsigmoid", "slope", np.isnan, "1/6, 0", MISSING),
    Deviation("leaky_relu", "slope", between(0, 0), "negative_slope, 1", TORCHS),
    Deviation("hardtanh", "slope", lambda x: np.abs(x) == 1, "0, 1", TORCHS),
    *(
        Deviation(n, "value", np.isneginf, "0, NaN", LIMIT)
        for n in ("silu", "mish", "hardswish", "gelu", "gelu_tanh")
    ),
    Deviation("softsign", "value", np.isinf, "+-1, NaN", LIMIT),
    *(
        Deviation(n, "slope", np.isinf, "the limit, NaN", LIMIT)
        for n in ("silu", "mish", "softsign", "squareplus", "gelu", "gelu_tanh")
    ),
    Deviation("gelu_tanh", "slope", between(-6, -6), "a sigmoid, 1 + tanh(x) cancels", EXACT),
    Deviation("squareplus", "value", lambda x: x < -1e3, "a quotient, x + sqrt cancels", EXACT),
)

BOUND = "one bound alone is no hardtanh, whose parameters are finite"
SELU = "the scales of SELU are those of its fixed point"
#: ONNX's node tests that fail on ours, by name, of one package or of all
NODES = {
    **dict.fromkeys(("test_selu_example", "test_selu"), SELU),
    **{
        f"test_clip_default{form}_{side}": BOUND
        for form in ("", "_int8")
        for side in ("min", "max", "inbounds")
    },
    "numpy:test_clip_min_greater_than_max": "bounds that are numbers have an order",
    "torch:test_prelu_broadcast": "as in torch, a weight belongs to axis 1, not to the last one",
}

RELUS = "one function per name: leaky_relu, relu6, relun, threshold"
#: tests of Keras's activations_test.py that fail on ours
KERASS_SUITE = {
    **{
        f"test_relu_{what}": RELUS
        for what in (
            "negative_slope",
            "max_value",
            "threshold",
            "combined_threshold_and_max_value",
            "combined_all_parameters",
            "to_trigger_relu6",
            "to_trigger_leaky",
        )
    },
    "test_linear": INTEGERS,
}
#: tests of JAX's nn_test.py that fail on ours
JAXS_SUITE = {
    "testSoftplusZero0": INTEGERS,
    "testSoftplusZero3": INTEGERS,
    "testGeluIntType0": INTEGERS,
    "testGeluIntType1": INTEGERS,
    "testSoftmaxGradFlag": "a flag of JAX's own softmax, which saves less for its derivative",
}
