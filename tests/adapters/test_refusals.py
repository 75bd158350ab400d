"""Arrays that are refused: the same error in every framework."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

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


def test_a_backend_that_takes_integers_is_seen():
    class Taking:
        def __getattr__(self, name: str) -> Any:
            return getattr(backend("numpy"), name)

        def value(self, act: Any, x: Any, arguments: Any) -> Any:
            return backend("numpy").value(act, x.astype(np.float32), arguments)

    assert "numpy" in VARIANTS
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        refusal(Taking(), subjects("mish", "float32")[0], "int32")
