"""Parameters carried from PyTorch to nnx and linen, and back: layers, activations, errors."""

import numpy as np
import pytest

import multiact
from tests.helpers.examples import SIZE, configuration
from tests.helpers.representatives import representatives

torch = pytest.importorskip("torch")
nnx = pytest.importorskip("flax.nnx")
stored = pytest.importorskip("safetensors.torch")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import multiact_flax as mf  # noqa: E402
import multiact_torch as mt  # noqa: E402
from flax import linen as nn  # noqa: E402

KEY = jax.random.key(0)
IMAGES = (2, 5, 6, 4)  # channels last, as Flax has them


def randomised(model):
    """The model with all its arrays random, so that each of them is seen to matter."""
    generator = torch.Generator().manual_seed(1)
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
    return model.eval()


def same_bits(state, other):
    assert state.keys() == other.keys()
    for name, value in state.items():
        assert value.dtype is other[name].dtype, name
        assert torch.equal(value, other[name]), name


# PyTorch's layer, nnx's, linen's, shape of the input
LAYERS = {
    "linear": (
        lambda: torch.nn.Linear(4, 3),
        lambda: nnx.Linear(4, 3, rngs=nnx.Rngs(0)),
        lambda: nn.Dense(3),
        (2, 4),
    ),
    "square": (
        lambda: torch.nn.Linear(4, 4, bias=False),
        lambda: nnx.Linear(4, 4, use_bias=False, rngs=nnx.Rngs(0)),
        lambda: nn.Dense(4, use_bias=False),
        (2, 4),
    ),
    "conv1d": (
        lambda: torch.nn.Conv1d(4, 3, 3),
        lambda: nnx.Conv(4, 3, (3,), padding="VALID", rngs=nnx.Rngs(0)),
        lambda: nn.Conv(3, (3,), padding="VALID"),
        (2, 5, 4),
    ),
    "conv2d": (
        lambda: torch.nn.Conv2d(4, 6, (3, 2), groups=2),
        lambda: nnx.Conv(4, 6, (3, 2), padding="VALID", feature_group_count=2, rngs=nnx.Rngs(0)),
        lambda: nn.Conv(6, (3, 2), padding="VALID", feature_group_count=2),
        IMAGES,
    ),
    "conv3d": (
        lambda: torch.nn.Conv3d(4, 3, (3, 2, 1)),
        lambda: nnx.Conv(4, 3, (3, 2, 1), padding="VALID", rngs=nnx.Rngs(0)),
        lambda: nn.Conv(3, (3, 2, 1), padding="VALID"),
        (2, 3, 4, 5, 4),
    ),
    "transposed": (
        lambda: torch.nn.ConvTranspose2d(4, 3, (3, 2)),
        lambda: nnx.ConvTranspose(
            4, 3, (3, 2), padding="VALID", transpose_kernel=True, rngs=nnx.Rngs(0)
        ),
        lambda: nn.ConvTranspose(3, (3, 2), padding="VALID", transpose_kernel=True),
        IMAGES,
    ),
    "batchnorm": (
        lambda: torch.nn.BatchNorm2d(4, eps=1e-3),
        lambda: nnx.BatchNorm(4, epsilon=1e-3, use_running_average=True, rngs=nnx.Rngs(0)),
        lambda: nn.BatchNorm(epsilon=1e-3, use_running_average=True),
        IMAGES,
    ),
    "layernorm": (
        lambda: torch.nn.LayerNorm(4),
        lambda: nnx.LayerNorm(4, epsilon=1e-5, rngs=nnx.Rngs(0)),
        lambda: nn.LayerNorm(epsilon=1e-5),
        (2, 4),
    ),
    "rmsnorm": (
        lambda: torch.nn.RMSNorm(4, eps=1e-6),
        lambda: nnx.RMSNorm(4, rngs=nnx.Rngs(0)),
        nn.RMSNorm,
        (2, 4),
    ),
    "groupnorm": (
        lambda: torch.nn.GroupNorm(2, 4),
        lambda: nnx.GroupNorm(4, num_groups=2, epsilon=1e-5, rngs=nnx.Rngs(0)),
        lambda: nn.GroupNorm(2, epsilon=1e-5),
        IMAGES,
    ),
    "prelu": (torch.nn.PReLU, nnx.PReLU, nn.PReLU, (2, 4)),
    "ours": (mt.PReLU, mf.PReLU, mf.linen.PReLU, (2, 4)),
    "theirs to ours": (torch.nn.PReLU, mf.PReLU, mf.linen.PReLU, (2, 4)),
    "ours to theirs": (mt.PReLU, nnx.PReLU, nn.PReLU, (2, 4)),
    "per channel": (
        lambda: torch.nn.PReLU(4),
        lambda: mf.PReLU(channels=4),
        lambda: mf.linen.PReLU(channels=4),
        IMAGES,
    ),
    "embedding": (
        lambda: torch.nn.Embedding(7, 3),
        lambda: nnx.Embed(7, 3, rngs=nnx.Rngs(0)),
        lambda: nn.Embed(7, 3),
        None,
    ),
}


@pytest.mark.parametrize(("theirs", "ours", "linen", "shape"), LAYERS.values(), ids=LAYERS)
def test_a_layer_computes_the_same_in_every_framework(tmp_path, theirs, ours, linen, shape):
    """PyTorch's and Flax's own layers are the judges of what was carried."""
    source = randomised(theirs())
    if shape is None:
        x = torch.tensor([[0, 6, 3]])
        expected = source(x)
    else:
        x = torch.randn(shape, generator=torch.Generator().manual_seed(2))
        channels_first = x.ndim > 2
        y = source(x.movedim(-1, 1) if channels_first else x)
        expected = y.movedim(1, -1) if channels_first else y
    stored.save_file(source.state_dict(), tmp_path / "file")
    a = jnp.asarray(x.numpy())
    with jax.default_matmul_precision("highest"):
        model = nnx.eval_shape(ours)
        mf.load(model, tmp_path / "file")
        close = {"rtol": 2e-6, "atol": 2e-6}
        np.testing.assert_allclose(model(a), expected.detach(), **close)
        layer = linen()
        variables = mf.linen.load(jax.eval_shape(layer.init, KEY, a), tmp_path / "file")
        np.testing.assert_allclose(layer.apply(variables, a), expected.detach(), **close)
    for write in (
        lambda file: mf.save(model, file),
        lambda file: mf.linen.save(variables, file),
    ):
        write(tmp_path / "back")
        target = theirs()
        mt.load(target, tmp_path / "back")
        same_bits(target.state_dict(), source.state_dict())


def test_what_flax_saves_pytorch_loads_without_us(tmp_path):
    model = nnx.Sequential(
        nnx.Conv(4, 3, (3, 3), rngs=nnx.Rngs(0)),
        nnx.BatchNorm(3, rngs=nnx.Rngs(0)),
        nnx.Linear(3, 2, rngs=nnx.Rngs(0)),
    )
    mf.save(model, tmp_path / "file")
    plain = torch.nn.Sequential(
        torch.nn.Conv2d(4, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 2)
    )
    plain.load_state_dict(stored.load_file(tmp_path / "file"))
    slopes = nnx.Sequential(nnx.PReLU(0.1), mf.PReLU(0.2))
    mf.save(slopes, tmp_path / "slopes")
    theirs = torch.nn.Sequential(torch.nn.PReLU(), torch.nn.PReLU())
    theirs.load_state_dict(stored.load_file(tmp_path / "slopes"))
    assert [round(p.item(), 6) for p in theirs.parameters()] == [0.1, 0.2]
    kernel = np.asarray(model.layers[2].kernel[...])
    np.testing.assert_array_equal(plain[2].weight.detach().numpy(), kernel.T)


def test_flax_transposed_convolutions_that_pytorch_has_not_are_refused(tmp_path):
    model = nnx.Sequential(nnx.ConvTranspose(4, 4, (3, 3), rngs=nnx.Rngs(0)))
    for act in (mf.save, mf.load):
        with pytest.raises(ValueError, match=r"layers.0: only with transpose_kernel=True"):
            act(model, tmp_path / "file")


def learned(name):
    """Options of modules of an activation: arrays learned, per channel, fixed."""
    act = multiact.get(name)
    required = {n: SIZE for n, v in act.sizes.items() if v is None}
    yield required
    if any(p.shaped is None for p in act.parameters) and act.kind not in ("gated", "layer"):
        names = tuple(p.name for p in act.parameters)
        yield {**required, "channels": 5, "learnable": names}
    if configuration(act).learnable:
        yield {**required, "learnable": ()}  # arrays become fixed buffers


CASES = [(n, i, o) for n in representatives() for i, o in enumerate(learned(n))]
HOLDING = [(n, i, o) for n, i, o in CASES if mt.create(n, **o).state_dict()]


@pytest.mark.parametrize(("name", "options"), [(n, o) for n, _, o in HOLDING])
def test_every_activation_keeps_every_bit(tmp_path, name, options):
    source = randomised(mt.create(name, **options))
    stored.save_file(source.state_dict(), tmp_path / "file")
    model = nnx.eval_shape(lambda: mf.create(name, rngs=nnx.Rngs(1), **options))
    mf.load(model, tmp_path / "file")
    layer = mf.linen.create(name, **options)
    shape = (1, SIZE, 5, options.get("channels", SIZE))
    abstract = jax.eval_shape(layer.init, KEY, jnp.zeros(shape))
    variables = mf.linen.load(abstract, tmp_path / "file")
    assert jax.tree.structure(variables) == jax.tree.structure(abstract)
    for write in (lambda f: mf.save(model, f), lambda f: mf.linen.save(variables, f)):
        write(tmp_path / "back")
        target = mt.create(name, **options)
        mt.load(target, tmp_path / "back")
        same_bits(target.state_dict(), source.state_dict())


def test_activations_with_all_kinds_of_state_are_among_them():
    held = [p for name, _, _ in HOLDING for p in multiact.get(name).parameters]
    assert {len(p.shaped.sizes) if p.shaped else 0 for p in held} == {0, 1, 2, 3}
    assert any(o.get("learnable") == () for _, _, o in HOLDING)
    assert any("channels" in o for _, _, o in HOLDING)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_narrow_numbers(tmp_path, dtype):
    source = randomised(mt.STAF(dtype=getattr(torch, dtype)))
    stored.save_file(source.state_dict(), tmp_path / "file")
    model = nnx.eval_shape(lambda: mf.STAF(rngs=nnx.Rngs(0)))
    with pytest.raises(ValueError, match=f"amplitude is {dtype}, not float32"):
        mf.load(model, tmp_path / "file")
    narrow = jax.tree.map(lambda s: jax.ShapeDtypeStruct(s.shape, dtype), nnx.state(model))
    nnx.update(model, narrow)
    mf.load(model, tmp_path / "file")
    assert model.amplitude.dtype == dtype
    mf.save(model, tmp_path / "back")
    same_bits(stored.load_file(tmp_path / "back"), source.state_dict())


class Linked(nnx.Module):
    """Layers with streams of random numbers, a list and a Sequential."""

    def __init__(self, rngs):
        self.blocks = nnx.List([nnx.Linear(3, 3, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)])
        self.layers = nnx.List([mf.RReLU(rngs=rngs)])
        self.head = nnx.Sequential(mf.TaLU(channels=3), nnx.Linear(3, 2, rngs=rngs))


def test_names_of_lists_and_sequences(tmp_path):
    model = Linked(nnx.Rngs(3))
    mf.save(model, tmp_path / "file")
    assert set(stored.load_file(tmp_path / "file")) == {
        *("blocks.0.weight", "blocks.0.bias"),
        *("head.0.alpha", "head.1.weight", "head.1.bias"),
    }
    before = nnx.state(model, nnx.RngState)
    other = Linked(nnx.Rngs(4))
    streams = jax.tree.map(str, nnx.state(other, nnx.RngState))
    mf.load(other, tmp_path / "file")
    assert jax.tree.map(str, nnx.state(other, nnx.RngState)) == streams
    assert jax.tree.map(str, before) != streams
    np.testing.assert_array_equal(
        other.head.layers[1].kernel[...], model.head.layers[1].kernel[...]
    )


def test_a_failed_load_changes_nothing(tmp_path):
    wrong = {"0.alpha": np.ones(3, np.float32), "1.alpha": np.ones(4, np.float32)}
    model = nnx.Sequential(mf.TaLU(channels=3, alpha=2.0), mf.TaLU(channels=3, alpha=2.0))
    with pytest.raises(ValueError, match=r"1.alpha has, for this model, shape \(4,\), not \(3,\)"):
        mf.load(model, wrong)
    assert model.layers[0].alpha[...].tolist() == [2.0] * 3
    made = [mt.TaLU(channels=3, alpha=2.0) for _ in range(2)]
    with pytest.raises(ValueError, match=r"1.alpha has, for this model, shape \(4,\), not \(3,\)"):
        mt.load(torch.nn.Sequential(*made), {n: torch.as_tensor(v) for n, v in wrong.items()})
    assert made[0].alpha.tolist() == [2.0] * 3


def test_what_was_loaded_is_no_view_of_what_was_given():
    room = np.ones(64 + 16, np.float32)
    start = -room.ctypes.data % 64 // 4  # JAX shares memory that begins at a multiple of 64
    given = room[start : start + 64]
    model = mf.TaLU(channels=64)
    mf.load(model, {"alpha": given})
    loaded = mf.linen.load({"params": {"alpha": jnp.zeros(64)}}, {"alpha": given})
    given[:] = 5.0
    assert model.alpha[...].tolist() == loaded["params"]["alpha"].tolist() == [1.0] * 64


def test_two_collections_with_a_name_are_refused():
    message = "two of the collections params, fixed have a variable 'a'"
    with pytest.raises(ValueError, match=message):
        mf.linen.load({"params": {"a": jnp.ones(1)}, "fixed": {"a": jnp.ones(1)}}, {})


def test_a_model_without_memory_gets_it():
    with torch.device("meta"):
        model = mt.TaLU(channels=2)
    mt.load(model, {"alpha": torch.full((2,), 0.5)})
    assert model.alpha.tolist() == [0.5, 0.5]
    assert model.alpha.requires_grad
