"""The description of networks, and what is read for them."""

import numpy as np
import pytest

from multiact.experiments import Act, Conv, Dense, Residual, mlp
from multiact.experiments.architectures import residual, transformer
from multiact.experiments.network import acts, count, learned, read_state, shapes, start

safetensors = pytest.importorskip("safetensors.numpy")

SMALL = (Dense("dense1", 3, 2), Act("act1", "prelu"), Act("act2", "talu", {"channels": 2}))


def arrays():
    rng = np.random.default_rng(0)
    return {n: rng.random(shape, dtype=np.float32) for n, shape in shapes(SMALL).items()}


def test_residual_layers_within_others_have_full_names():
    inner = Residual("inner", (Dense("dense", 3, 3), Act("act", "prelu")))
    network = (Residual("outer", (Dense("dense", 3, 3), inner)),)
    assert [act.name for act in acts(network)] == ["outer.inner.act"]
    names = ["outer.dense.weight", "outer.dense.bias"]
    names += ["outer.inner.dense.weight", "outer.inner.dense.bias", "outer.inner.act.weight"]
    assert list(start(network, 0)) == names


def test_shapes_are_those_of_torch():
    assert shapes(SMALL) == {
        "dense1.weight": (2, 3),
        "dense1.bias": (2,),
        "act1.weight": (),
        "act2.alpha": (2,),
    }
    assert count(SMALL) == 6 + 2 + 1 + 2
    learned = mlp([784, 256, 128, 10], "talu", ({}, {"channels": 128}))
    assert count(learned) == 784 * 256 + 256 + 1 + 256 * 128 + 128 + 128 + 128 * 10 + 10


def test_a_description_of_the_usual_small_transformer():
    network = transformer(80, 64, (64, 2, 4), "prelu", tie=True)
    assert count(network) == 114_512 + 1  # and one slope
    names = [*shapes(network)]
    assert names[:2] == ["embed.tokens.weight", "embed.positions.weight"]
    assert names[2:5] == [
        "attend1.norm.weight",
        "attend1.norm.bias",
        "attend1.attention.qkv.weight",
    ]
    assert [act.name for act in acts(network)] == ["mlp1.act", "mlp2.act"]
    assert learned(network) == ["mlp1.act.weight"]
    gated = shapes(transformer(80, 64, (64, 2, 4), "swiglu"))
    assert gated["mlp1.dense1.weight"] == (512, 64)
    assert gated["mlp1.dense2.weight"] == (64, 256)


def test_weights_at_the_start():
    """Those of a layer do not depend on normalisations and activations among the layers."""
    plain, other = (
        transformer(9, 5, (16, 1, 2), "gelu"), residual((4, 4, 1), (3,), 2, "prelu"),
    )  # fmt: skip
    state = start(plain, 1)
    assert 0.01 < state["embed.tokens.weight"].std() < 0.03
    bound = np.abs(state["attend1.attention.qkv.weight"]).max()
    assert 0.9 / 4 < bound <= 1 / 4
    assert state["norm.weight"].tolist() == [1] * 16
    assert not state["norm.bias"].any()
    state = start(other, 1)
    only = start((Conv("a", 1, 3, 3), Conv("b", 3, 3, 3)), 1)
    np.testing.assert_array_equal(state["conv1.weight"], only["a.weight"])
    np.testing.assert_array_equal(state["block1.conv1.weight"], only["b.weight"])


FAULTS = {
    "missing": (lambda s: s.pop("act2.alpha"), "act2.alpha is missing"),
    "unknown": (lambda s: s.update(extra=s["dense1.bias"]), "extra is no parameter"),
    "shape": (
        lambda s: s.update({"dense1.weight": np.ones((3, 2), np.float32)}),
        r"dense1.weight has, for this model, shape \(3, 2\), not \(2, 3\)",
    ),
}


@pytest.mark.parametrize(("damage", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_file_of_another_network_is_refused(tmp_path, damage, fault):
    saved = arrays()
    damage(saved)
    safetensors.save_file(saved, tmp_path / "file")
    with pytest.raises(ValueError, match=fault):
        read_state(SMALL, tmp_path / "file")


def test_a_dtype_that_numpy_lacks_is_refused(tmp_path):
    """Found by fuzzing: safetensors raises an AttributeError."""
    text = b'{"a":{"dtype":"F8_E4M3","shape":[0],"data_offsets":[0,0]}}'
    (tmp_path / "file").write_bytes(len(text).to_bytes(8, "little") + text)
    with pytest.raises(ValueError, match="not a safetensors file that NumPy can read"):
        read_state(SMALL, tmp_path / "file")


def test_options_must_match_the_activations():
    with pytest.raises(ValueError, match="2 activations need as many options, got 1"):
        mlp([4, 3, 3, 2], "relu", options=({},))
