"""Models of other packages, built by their own builders with activations of ours.

Trained for a step, saved, loaded: timm, torchvision, transformers and Keras.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multiact
from tests.libraries.installed import torchvision

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the packages at import

Build = Callable[[], Any]


def talu(inplace: bool = False) -> Any:
    """What a builder that passes `inplace` may be given."""
    return mt.TaLU()


LAYERS = pytest.mark.parametrize("layer", [talu, mt.TaLU], ids=["function", "class"])


def activations(model: Any) -> list[Any]:
    """Our modules in a model."""
    return [m for m in model.modules() if isinstance(m, mt.ActivationModule)]


def check_trains(build: Build, x: Any, folder: Path) -> None:
    """A step changes what is learned, and a file holds it."""
    torch.manual_seed(0)
    model = build()
    ours = activations(model)
    assert ours
    before = [p.detach().clone() for m in ours for p in m.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    _output(model(x))[..., 0].mean().backward()  # of one, since norms fix the sum of squares
    optimizer.step()
    after = [p for m in ours for p in m.parameters()]
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in after)
    assert any(not torch.equal(p, q) for p, q in zip(before, after, strict=True))
    torch.save(model.state_dict(), folder / "model.pt")
    torch.manual_seed(1)
    again = build()
    again.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    torch.testing.assert_close(_output(again.eval()(x)), _output(model.eval()(x)))


def _output(result: Any) -> Any:
    return result if isinstance(result, torch.Tensor) else result.last_hidden_state


@pytest.fixture
def timm() -> Any:
    torchvision()
    return pytest.importorskip("timm")


@LAYERS
def test_resnet18_of_timm(timm: Any, tmp_path: Path, layer: Any) -> None:
    build = partial(timm.create_model, "resnet18", act_layer=layer, num_classes=3)
    assert len(activations(build())) == 17
    check_trains(build, torch.randn(2, 3, 32, 32), tmp_path)


def test_vit_tiny_of_timm(timm: Any, tmp_path: Path) -> None:
    build = partial(
        timm.create_model,
        "vit_tiny_patch16_224",
        act_layer=mt.TaLU,
        num_classes=3,
        img_size=32,
        depth=2,
    )
    assert len(activations(build())) == 2
    check_trains(build, torch.randn(2, 3, 32, 32), tmp_path)


def test_a_name_of_ours_in_timm(timm: Any) -> None:
    """`create_act_layer` looks names up in a dictionary, which takes our classes."""
    from timm.layers import create_act

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(create_act._ACT_LAYER_DEFAULT, "talu", mt.TaLU)
        assert isinstance(create_act.create_act_layer("talu", inplace=True), mt.TaLU)
        vit = partial(timm.create_model, "vit_tiny_patch16_224", num_classes=3, depth=2)
        assert len(activations(vit(act_layer="talu"))) == 2


@LAYERS
def test_conv_norm_activation_of_torchvision(tmp_path: Path, layer: Any) -> None:
    build = partial(torchvision().ops.misc.Conv2dNormActivation, 3, 8, activation_layer=layer)
    check_trains(build, torch.randn(2, 3, 8, 8), tmp_path)


def test_conv_norm_activation_that_is_not_in_place(tmp_path: Path) -> None:
    layer = torchvision().ops.misc.Conv2dNormActivation
    build = partial(layer, 3, 8, activation_layer=mt.TaLU, inplace=None)
    check_trains(build, torch.randn(2, 3, 8, 8), tmp_path)


@pytest.fixture
def act2fn() -> Iterator[Any]:
    """transformers' dictionary of activations, restored afterwards."""
    activations = pytest.importorskip("transformers.activations")
    yield activations.ACT2FN
    activations.ACT2FN.clear()
    activations.ACT2FN.update(activations.ACT2CLS)


def bert(activation: str) -> Any:
    from transformers import BertConfig
    from transformers.models.bert.modeling_bert import BertModel

    sizes = {"hidden_size": 16, "intermediate_size": 24, "num_attention_heads": 2}
    config = BertConfig(
        vocab_size=20, num_hidden_layers=2, hidden_act=activation, **sizes, hidden_dropout_prob=0.0
    )
    return BertModel(config, add_pooling_layer=False)


def test_bert_of_transformers(act2fn: Any, tmp_path: Path) -> None:
    act2fn["talu"] = mt.TaLU
    assert len(activations(bert("talu"))) == 2
    check_trains(partial(bert, "talu"), torch.arange(12).reshape(2, 6), tmp_path)


def test_all_of_transformers_by_ours(act2fn: Any) -> None:
    """Every activation of transformers, replaced by ours: the same outputs."""
    tokens = torch.arange(12).reshape(2, 6)
    names = [spec.partition(":")[2] for spec in multiact.names_of("transformers")]
    theirs = {}
    for name in names:
        torch.manual_seed(3)
        theirs[name] = bert(name).eval()(tokens).last_hidden_state
    act2fn.update({name: partial(mt.create, f"transformers:{name}") for name in names})
    for name in names:
        torch.manual_seed(3)
        model = bert(name)
        assert len(activations(model)) == 2
        rounded = {"rtol": 0.02, "atol": 0.02} if name == "xielu" else {}  # to bfloat16
        torch.testing.assert_close(model.eval()(tokens).last_hidden_state, theirs[name], **rounded)


def test_dense_of_keras(tmp_path: Path) -> None:
    """On its backend JAX or PyTorch, with the functions of the same package."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    package = pytest.importorskip(f"multiact_{keras.config.backend()}")

    @keras.saving.register_keras_serializable()
    def talu(x: Any) -> Any:
        return package.talu(x)

    layers = [keras.layers.Dense(4, activation=talu), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((3,)), *layers])
    model.compile("sgd", "mse")
    x = np.linspace(-2, 2, 24, dtype=np.float32).reshape(8, 3)
    before = model.get_weights()
    model.fit(x, np.ones((8, 1)), verbose=0)
    after = model.get_weights()
    assert all((p != q).any() for p, q in zip(before, after, strict=True))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.layers[0].activation is talu
