"""Files with anything in them: weights, images, kernels of the cache."""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiact.experiments import Dense
from multiact.experiments.data.idx import IdxError, read_idx
from multiact.experiments.network import Act, read_state, shapes
from multiact.kernels import compiler
from tests.helpers.loops import TALU, X, apply, loop, needs_compiler
from tests.properties import examples

NETWORK = (Dense("dense1", 3, 2), Act("act1", "prelu"))


@st.composite
def damages(draw: Any, content: bytes) -> bytes:
    """The content with bytes changed, cut off, put in or put behind."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["change", "cut", "insert", "append"])):
            case "change" if data:
                data[place] ^= draw(st.integers(1, 255))
            case "cut":
                del data[place:]
            case "insert":
                data[place:place] = draw(st.binary(max_size=8))
            case _:
                data += draw(st.binary(max_size=8))
    return bytes(data)


def attempt(read: Any, error: type[ValueError], *arguments: Any) -> Any:
    """What is read from the file, the last argument; None if the error names it."""
    try:
        return read(*arguments)
    except error as refused:
        message = str(refused)
    file = str(arguments[-1])
    assert message.startswith((f"{file}: ", f"{file} does not fit the model:"))
    return None


def weights() -> bytes:
    """A right file of weights."""
    safetensors = pytest.importorskip("safetensors.numpy")
    return safetensors.save({n: np.ones(s, np.float32) for n, s in shapes(NETWORK).items()})


@st.composite
def headers(draw: Any) -> bytes:
    """A file of weights that is well formed, with a header of anything."""
    dtype = st.sampled_from(["F32", "F16", "BF16", "I8", "BOOL", "F8_E4M3", "F99", 3])
    entry = st.fixed_dictionaries(
        {},
        optional={
            "dtype": dtype,
            "shape": st.lists(st.integers(-1, 4), max_size=3),
            "data_offsets": st.lists(st.integers(0, 40), max_size=3),
        },
    )
    name = st.sampled_from([*shapes(NETWORK), "", "a", "a.b", "__metadata__"])
    text = json.dumps(draw(st.dictionaries(name, entry, max_size=4))).encode()
    return len(text).to_bytes(8, "little") + text + bytes(draw(st.integers(0, 40)))


@examples(150)
@given(st.data())
def test_weights_of_another_or_no_network(tmp_path, data):
    right = weights()
    content = data.draw(st.one_of(damages(right), headers(), st.binary(max_size=40)))
    file = tmp_path / "weights"
    file.write_bytes(content)
    state = attempt(read_state, ValueError, NETWORK, file)
    if state is not None:
        shapes = {"dense1.weight": (2, 3), "dense1.bias": (2,), "act1.weight": ()}
        assert {n: a.shape for n, a in state.items()} == shapes


IDX = b"\0\0\x08\x02\0\0\0\x02\0\0\0\x03" + bytes(range(6))


@examples(150)
@given(st.one_of(damages(IDX), damages(gzip.compress(IDX)), st.binary(max_size=40)))
def test_images_of_anything(tmp_path, content):
    file = tmp_path / "images"
    file.write_bytes(content)
    found = attempt(read_idx, IdxError, file)
    assert found is None or found.dtype.isnative


@needs_compiler
@examples(20)
@given(data=st.data())
def test_kernels_of_anything_are_built_again(cache, data):
    source = loop(power=9.0).source()
    np.testing.assert_allclose(apply(source, X), 9 * TALU, rtol=1e-6)
    (entry,) = cache.glob("*.so")
    whole = entry.read_bytes()
    entry.unlink()  # the old file stays mapped
    entry.write_bytes(data.draw(damages(whole)))
    entry.chmod(0o700)
    np.testing.assert_allclose(apply(source, X), 9 * TALU, rtol=1e-6)
    assert compiler._cached(entry) is not None
    assert [f.name for f in cache.iterdir()] == [entry.name]
