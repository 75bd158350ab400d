"""Arrays that are refused: the same error in every framework."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pytest

import multiact
from tests.battery.subject import Subject, subjects
from tests.battery.variants import VARIANTS, backend
from tests.helpers.representatives import representatives


def installed() -> list[Any]:
    """The backends of the frameworks that are there."""
    found = []
    for variant in ("numpy", "torch", "jax"):
        with contextlib.suppress(pytest.skip.Exception):
            found.append(backend(variant))
    return found


def refusal(run: Any, subject: Subject, dtype: str) -> str:
    """What a backend says to an array of this dtype."""
    x = run.asarray(np.ones(subject.x.shape), dtype)
    with pytest.raises(TypeError) as refused:
        run.value(subject.act, x, subject.arguments(run))
    return str(refused.value).replace("torch.", "")


@pytest.mark.parametrize("name", representatives())
def test_integers_booleans_and_complex_numbers(name):
    (subject,) = subjects(name, "float32")
    for dtype in ("int32", "bool", "complex64"):
        (message,) = {refusal(run, subject, dtype) for run in installed()}
        assert "real floating-point dtype" in message
        assert name in message


N = 4
#: arrays that are no real numbers, as anything but x
NO_NUMBERS = {
    "complex": (np.ones(N) + 1j, "must hold real numbers, got an array of complex"),
    "dates": (
        np.asarray(["2020"] * N, "M8[s]"),
        "must hold real numbers, got an array of datetime",
    ),
    "masked": (
        np.ma.masked_array(np.ones(N), [1] + [0] * (N - 1)),
        "is a masked array, whose mask",
    ),
    "structured": (np.zeros(N, [("a", "f4")]), "must hold real numbers, got an array of [('a'"),
    "text": (np.asarray(["1"] * N), "must hold real numbers, got an array of <U1"),
    "objects": (np.ones(N).astype(object), "must hold real numbers, got an array of object"),
}
PLACES = {"weight": "prelu", "numerator": "rational", "noise": "rrelu"}


def applied(run: Any, name: str, **arguments: Any) -> Any:
    """Apply an activation of a backend to ones."""
    x = run.asarray(np.ones(N), "float32")
    given = {"denominator": [1.0], **arguments} if name == "rational" else arguments
    return run.value(multiact.get(name), x, given)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", NO_NUMBERS)
def test_every_array_argument_is_checked(what, place):
    array, message = NO_NUMBERS[what]
    for run in installed():
        with pytest.raises(TypeError) as refused:
            applied(run, PLACES[place], **{place: array})
        assert f"{PLACES[place]}: {place} {message}" in str(refused.value), run.name


def test_a_complex_tensor_is_refused_as_a_parameter_too():
    torch = pytest.importorskip("torch")
    (run,) = (b for b in installed() if b.framework == "torch")
    with pytest.raises(TypeError, match="weight must hold real numbers, got an array of"):
        applied(run, "prelu", weight=torch.ones(N, dtype=torch.complex64))


def test_noise_has_the_shape_of_x():
    for run in installed():
        with pytest.raises(TypeError, match="rrelu: noise must be an array like x, got"):
            applied(run, "rrelu", noise=0.5)
        for shape in ((3, N), (1, N), (3,)):
            noise = run.asarray(np.full(shape, 0.5), "float32")
            with pytest.raises(ValueError, match="rrelu: noise of shape"):
                applied(run, "rrelu", noise=noise)
        noise = run.asarray(np.full(N, 0.5), "float32")
        assert run.to_numpy(applied(run, "rrelu", noise=noise)).shape == (N,)


def test_nested_lists_are_no_coefficients():
    for run in installed():
        for wrong in ([[0.0, 1.0], [2.0, 3.0]], [[0.0, 1.0], 2.0], [], "01", [None]):
            with pytest.raises(TypeError, match="numerator must be an array or a list of its coef"):
                applied(run, "rational", numerator=wrong)


SETTINGS = [
    ({"name": "lin_comb", "functions": ["relu", "tanh"]}, {"functions": ("relu", "tanh")}),
    ({"name": "leaky_relu", "negative_slope": 1}, {"negative_slope": 1}),
    ({"name": "softmax", "axis": 0}, {"axis": 0}),
    ({"name": "rational", "numerator": [0, 1.5], "denominator": [1]}, {}),
]


@pytest.mark.parametrize(("configuration", "expected"), SETTINGS, ids=lambda c: c.get("name"))
def test_settings_from_json(configuration, expected):
    given = json.loads(json.dumps(configuration))
    act = multiact.get(given)
    for name, value in expected.items():
        assert act.changed_defaults.get(name, value) == value
    arrays = {"weights": [0.5, 0.25]} if given["name"] == "lin_comb" else {}
    values = []
    for run in installed():
        x = run.asarray(np.linspace(-1, 1, 6).reshape(2, 3), "float32")
        values.append(run.to_numpy(run.value(act, x, arrays)))
        options = {n: v for n, v in given.items() if n != "name"}
        other = run.value(multiact.get(given["name"]), x, {**arrays, **options})
        np.testing.assert_array_equal(run.to_numpy(other), values[-1])
        np.testing.assert_allclose(values[-1], values[0], rtol=1e-6)


def test_a_backend_that_takes_integers_is_seen():
    class Taking:
        def __getattr__(self, name: str) -> Any:
            return getattr(backend("numpy"), name)

        def value(self, act: Any, x: Any, arguments: Any) -> Any:
            return backend("numpy").value(act, x.astype(np.float32), arguments)

    assert "numpy" in VARIANTS
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        refusal(Taking(), subjects("mish", "float32")[0], "int32")
