"""The names against the libraries themselves, as far as they are installed."""

from __future__ import annotations

import multiact_numpy as mn
import numpy as np
import pytest

from multiact.libraries import table
from tests.libraries.installed import CALLS, GONE, RANDOM
from tests.libraries.test_names import points, required

#: faults of the libraries
FAULTS = {("keras", "sparsemax"): "the threshold is made of the sum of all partial sums"}
NAMES = [
    pytest.param(
        library,
        name,
        id=f"{library}:{name}",
        marks=[pytest.mark.xfail(reason=reason)] if reason else [],
    )
    for library in CALLS
    for name in table(library).names
    if (library, name) not in {*GONE, *RANDOM}
    for reason in [FAULTS.get((library, name))]
]

#: an approximation of the library's, absolute
ROUGH = {("tinygrad", "erf"): 3e-7}
#: the library's own parameters are bfloat16, which has 8 bits
ROUNDED = {("transformers", "xielu"): 1e-2}


@pytest.mark.parametrize(("library", "name"), NAMES)
@pytest.mark.filterwarnings("ignore")  # the libraries' own
def test_the_library_agrees(library, name):
    given = required(library, name)
    function = mn.create(f"{library}:{name}", **given)
    x = points(function.activation.kind).astype(np.float32)
    result = np.asarray(CALLS[library](name, x, given))
    assert result.dtype == np.float32
    expected = function(x.astype(float))
    atol = ROUGH.get((library, name), 1e-6)
    rtol = ROUNDED.get((library, name), 1e-5)
    np.testing.assert_allclose(result, expected, rtol=rtol, atol=atol)


def test_transformers_has_no_other_names():
    activations = pytest.importorskip("transformers.activations")
    names = table("transformers")
    assert {*activations.ACT2FN} == {*names.names, *names.refused}


def test_keras_has_no_other_names():
    keras = pytest.importorskip("keras")
    found = {n for n in dir(keras.activations) if n[0] != "_"}
    tools = {"deserialize", "get", "serialize"}
    assert found - tools == {*table("keras").names}
