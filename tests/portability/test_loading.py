"""What people bring: wrapped, shared and partial models, checkpoints, names of their own."""

from collections import OrderedDict

import numpy as np
import pytest

import multiact
from multiact.checkpoints import read
from tests.helpers.registered import temporary_registrations

torch = pytest.importorskip("torch")
nnx = pytest.importorskip("flax.nnx")
stored = pytest.importorskip("safetensors.torch")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import multiact_flax as mf  # noqa: E402
import multiact_torch as mt  # noqa: E402
from flax import linen as nn  # noqa: E402

KEY = jax.random.key(0)
BLOCK = OrderedDict(  # name of a layer in PyTorch, and in nnx
    dense=(lambda: torch.nn.Linear(3, 3), lambda: nnx.Linear(3, 3, rngs=nnx.Rngs(0))),
    act=(
        lambda: mt.Snake(channels=3, learnable=("alpha",)),
        lambda: mf.Snake(channels=3, learnable=("alpha",)),
    ),
)


def in_torch():
    return torch.nn.Sequential(OrderedDict((n, make()) for n, (make, _) in BLOCK.items()))


class InNnx(nnx.Module):
    def __init__(self):
        for name, (_, make) in BLOCK.items():
            setattr(self, name, make())


class InLinen(nn.Module):
    @nn.compact
    def __call__(self, x):
        return mf.linen.Snake(channels=3, learnable=("alpha",), name="act")(
            nn.Dense(3, name="dense")(x)
        )


def in_linen():
    return InLinen().init(KEY, jnp.ones((2, 3)))


def filled(model):
    with torch.no_grad():
        for i, tensor in enumerate(model.state_dict().values()):
            tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) + 10 * i)
    return model


# --- wrappers

WRAPPERS = ["module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"]


class Held(torch.nn.Module):
    """What a wrapper leaves: its module, as an attribute with the wrapper's name."""

    def __init__(self, name, model):
        super().__init__()
        self.add_module(name, model)


def wrapped(model, names):
    for name in reversed(names):
        model = Held(name, model)
    return model


def inside(model, names):
    model.dense = wrapped(model.dense, names)
    return model


@pytest.mark.parametrize("names", [[n] for n in WRAPPERS] + [["module", "_orig_mod"], WRAPPERS])
@pytest.mark.parametrize("wrap", [wrapped, inside])
def test_what_wraps_a_model_makes_no_difference(names, wrap):
    plain = filled(in_torch()).state_dict()
    file = wrap(filled(in_torch()), names).state_dict()
    assert file.keys() != plain.keys()
    for source, target in [
        (file, in_torch()),
        (plain, wrap(in_torch(), names)),
        (file, wrap(in_torch(), [*reversed(names), "module"])),
    ]:
        mt.load(target, source)
        for got, expected in zip(target.state_dict().values(), plain.values(), strict=True):
            assert torch.equal(got, expected)
    model = InNnx()
    mf.load(model, file)
    variables = mf.linen.load(in_linen(), file)
    for kernel in (model.dense.kernel[...], variables["params"]["dense"]["kernel"]):
        np.testing.assert_array_equal(kernel, plain["dense.weight"].T)


def test_the_wrappers_are_those_of_pytorch():
    compiled = torch.compile(torch.nn.DataParallel(in_torch()))
    checkpoint = pytest.importorskip("torch.distributed.algorithms._checkpoint.checkpoint_wrapper")
    assert next(iter(compiled.state_dict())) == "_orig_mod.module.dense.weight"
    modules = checkpoint.checkpoint_wrapper(in_torch()).named_modules()
    assert "_checkpoint_wrapped_module.dense" in dict(modules)
    mt.load(compiled, filled(in_torch()).state_dict())
    assert compiled._orig_mod.module.act.alpha.tolist() == [20, 21, 22]


# --- parts of models


def test_what_fits_is_loaded_and_the_rest_reported():
    given = {
        "dense.weight": torch.full((3, 3), 5.0),
        "dense.bias": torch.ones(4),
        "act.alfa": torch.ones(3),
    }
    model, linear, variables = in_torch(), InNnx(), in_linen()
    loaded, third = mf.linen.load(variables, given, strict=False)
    reports = [mt.load(model, given, strict=False), mf.load(linear, given, strict=False), third]
    for report in reports:
        assert report.missing_keys == ["act.alpha"]
        assert report.unexpected_keys == ["act.alfa"]
        assert [*report.mismatched_keys] == ["dense.bias"]
        assert "act.alfa is no parameter of the model; did you mean 'act.alpha'?" in repr(report)
    kernels = linear.dense.kernel[...], loaded["params"]["dense"]["kernel"]
    assert all((np.asarray(a) == 5).all() for a in (model.dense.weight.detach(), *kernels))
    assert linear.dense.bias.shape == loaded["params"]["dense"]["bias"].shape == (3,)
    assert loaded["params"]["act"]["alpha"] is variables["params"]["act"]["alpha"]


def test_the_report_is_that_of_pytorch():
    model, state = in_torch(), filled(in_torch()).state_dict()
    theirs = model.load_state_dict(state)
    for ours in (mt.load(model, state), mf.load(InNnx(), state)):
        assert repr(ours) == repr(theirs)
        assert ours[:2] == theirs
        assert ours._fields[:2] == theirs._fields
    assert type(mf.linen.load(in_linen(), state)) is dict


# --- shared modules


class SharedTorch(torch.nn.Module):
    def __init__(self):
        super().__init__()
        act = mt.TaLU(channels=3)
        self.head = torch.nn.Sequential(act, torch.nn.Linear(3, 3), act)
        self.act = act


class SharedNnx(nnx.Module):
    def __init__(self):
        act = mf.TaLU(channels=3)
        self.head = nnx.Sequential(act, nnx.Linear(3, 3, rngs=nnx.Rngs(0)), act)
        self.act = act
        self.up = nnx.data({"to": [self]})  # a circle


NAMES = ["act.alpha", "head.0.alpha", "head.2.alpha"]


def test_a_shared_module_has_one_name_in_a_file(tmp_path):
    source, file = filled(SharedTorch()), tmp_path / "file"
    stored.save_model(source, file)
    assert len(stored.load_file(file).keys() & {*NAMES}) == 1
    model, target = SharedNnx(), SharedTorch()
    mf.load(model, file)
    mf.save(model, tmp_path / "back")
    assert len(stored.load_file(tmp_path / "back").keys() & {*NAMES}) == 1
    mt.load(target, tmp_path / "back")
    stored.load_model(SharedTorch(), tmp_path / "back")
    expected = source.act.alpha.tolist()
    assert target.act.alpha.tolist() == model.act.alpha[...].tolist() == expected
    assert model.head.layers[2] is model.act
    assert target.head[2] is target.act


@pytest.mark.parametrize("name", NAMES)
def test_any_of_its_names_will_do(name):
    rest = {"head.1.weight": torch.ones(3, 3), "head.1.bias": torch.ones(3)}
    for load, model in ((mt.load, SharedTorch()), (mf.load, SharedNnx())):
        load(model, {name: torch.full((3,), 7.0), **rest})
        assert model.act.alpha[...].tolist() == [7] * 3
        with pytest.raises(
            ValueError, match=r"act\.alpha is missing|head\.0\.alpha is missing"
        ) as caught:
            load(model, rest)
        assert str(caught.value).count("missing") == 1


class SharedInContainers(nnx.Module):
    """A Sequential that is shared by an attribute, a list, a tuple and a dict."""

    def __init__(self):
        self.own = nnx.Sequential(mf.TaLU(channels=3))
        self.list = nnx.data([self.own])
        self.tuple = nnx.data((self.own,))
        self.dict = nnx.data({"key": self.own})


@pytest.mark.parametrize("path", ["own", "list.0", "tuple.0", "dict.key"])
def test_what_is_shared_by_containers(path):
    model = SharedInContainers()
    mf.load(model, {f"{path}.0.alpha": np.full(3, 7, np.float32)})
    assert model.own.layers[0].alpha[...].tolist() == [7] * 3


def test_two_values_for_one_array_are_refused():
    state = filled(SharedTorch()).state_dict()
    nan = {**state, **{n: torch.full((3,), float("nan")) for n in NAMES}}
    wrong = {**state, NAMES[1]: torch.tensor([0.0, 1.0, 9.0])}
    for load, make in ((mt.load, SharedTorch), (mf.load, SharedNnx)):
        load(make(), state)
        load(make(), nan)
        model = make()
        with pytest.raises(ValueError, match=r"differs from .*, but the model shares the array"):
            load(model, wrong)
        assert load(model, wrong, strict=False).missing_keys == []
        assert model.act.alpha[...].tolist() == [1] * 3


def test_a_shared_array_that_does_not_fit():
    given = {"head.1.weight": torch.ones(3, 3), "head.1.bias": torch.ones(3)}
    given["head.2.alpha"] = torch.ones(4)
    for load, make in ((mt.load, SharedTorch), (mf.load, SharedNnx)):
        report = load(make(), given, strict=False)
        assert report[:2] == ([], [])
        assert [*report.mismatched_keys] == ["head.2.alpha"]


def test_a_shared_activation_is_one_under_all_its_names():
    for load, make, sequential in (
        (mt.load, mt.PReLU, torch.nn.Sequential),
        (mf.load, mf.PReLU, nnx.Sequential),
    ):
        act = make(channels=3)
        load(sequential(act, act), {"1.weight": torch.full((1, 3, 1), 5.0)})
        assert act.weight[...].tolist() == [5] * 3


def test_a_shared_parameter_without_memory_stays_shared():
    with torch.device("meta"):
        model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 3))
        model[1].weight = model[0].weight
    given = {"0.weight": torch.eye(3), "0.bias": torch.ones(3), "1.bias": torch.ones(3)}
    mt.load(model, given)
    assert model[1].weight is model[0].weight
    assert model[1].weight.requires_grad


def test_equal_starts_are_not_shared():
    start = jnp.ones(3)
    model = nnx.Sequential(*(mf.TaLU(alpha=start, channels=3) for _ in range(2)))
    mf.load(model, {"0.alpha": np.ones(3, "f"), "1.alpha": np.zeros(3, "f")})
    assert [a.alpha[...].tolist() for a in model.layers] == [[1] * 3, [0] * 3]


# --- axes of length 1


@pytest.mark.parametrize("shape", [(1, 3, 1), (3, 1, 1), (1, 3), (3, 1)])
def test_a_row_of_numbers_may_have_more_axes(shape):
    alpha = torch.tensor([1.0, 2.0, 3.0])
    given = {**in_torch().state_dict(), "act.alpha": alpha.reshape(shape)}
    model, linear = in_torch(), InNnx()
    mt.load(model, given)
    mf.load(linear, given)
    variables = mf.linen.load(in_linen(), given)
    assert model.act.alpha.tolist() == linear.act.alpha[...].tolist() == alpha.tolist()
    assert variables["params"]["act"]["alpha"].tolist() == alpha.tolist()
    theirs = in_torch()
    theirs.act = torch.nn.Module()
    theirs.act.alpha = torch.nn.Parameter(torch.zeros(shape))
    mt.load(theirs, {**given, "act.alpha": alpha})
    assert torch.equal(theirs.act.alpha, alpha.reshape(shape))
    slopes = mt.PReLU(channels=3)
    mt.load(slopes, {"weight": alpha.reshape(shape)})
    assert slopes.weight.tolist() == alpha.tolist()


def test_axes_of_kernels_and_of_tables_are_what_they_are():
    for given, wanted in [
        ((3, 1, 1), (1, 3, 1)),
        ((3, 1), (1, 3)),
        ((1, 6), (6,)),
        ((6, 1, 1), (6,)),
    ]:
        model = torch.nn.Module()
        model.weight = torch.nn.Parameter(torch.zeros(wanted))
        with pytest.raises(ValueError, match="weight has, for this model, shape"):
            mt.load(model, {"weight": torch.ones(given)})
    model = torch.nn.Module()
    model.alpha = torch.nn.Parameter(torch.zeros(1, 6))
    with pytest.raises(ValueError, match="alpha has, for this model, shape"):
        mt.load(model, {"alpha": torch.ones(6, 1)})
    model = mt.TaLU(channels=6)
    for wrong in ((2, 3), (1, 2, 3), (5,), (1, 5, 1)):
        with pytest.raises(ValueError, match="alpha has, for this model, shape"):
            mt.load(model, {"alpha": torch.ones(wrong)})


# --- checkpoints of PyTorch


@pytest.mark.parametrize("archive", [True, False])
def test_what_torch_saved(tmp_path, archive):
    file, state = tmp_path / "file.pt", filled(in_torch()).state_dict()
    torch.save(state, file, _use_new_zipfile_serialization=archive)
    model = in_torch()
    mt.load(model, file)
    assert torch.equal(model.dense.weight, state["dense.weight"])
    message = r"file.pt: a file of torch.save.*torch.load\('.*file.pt', weights_only=True\)"
    for load in (lambda: mf.load(InNnx(), file), lambda: mf.linen.load(in_linen(), file)):
        with pytest.raises(ValueError, match=message) as caught:
            load()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_mapping_in_a_mapping(tmp_path, key):
    checkpoint = {"epoch": 3, "optimizer": {"lr": 0.1}, key: in_torch().state_dict()}
    torch.save(checkpoint, tmp_path / "file.pt")
    for load in (
        lambda: mt.load(in_torch(), tmp_path / "file.pt"),
        lambda: mt.load(in_torch(), checkpoint),
        lambda: mf.load(InNnx(), checkpoint),
        lambda: mf.linen.load(in_linen(), checkpoint),
    ):
        with pytest.raises(ValueError, match=rf"mappings in it .*checkpoint\['{key}'\]"):
            load()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_trained_tensors_are_arrays(tmp_path, dtype):
    state = dict(filled(in_torch()).to(dtype).named_parameters())
    assert state["act.alpha"].requires_grad
    model, variables = InNnx(), in_linen()
    name = str(dtype).partition(".")[2]
    narrow = jax.tree.map(lambda s: jax.ShapeDtypeStruct(s.shape, name), nnx.state(model))
    nnx.update(model, narrow)
    mf.load(model, state)
    assert model.act.alpha[...].tolist() == [20, 21, 22]
    assert model.act.alpha.dtype == name
    variables = jax.tree.map(lambda a: a.astype(name), variables)
    loaded = mf.linen.load(variables, state)
    assert loaded["params"]["act"]["alpha"].tolist() == [20, 21, 22]
    multiact.checkpoints.write(state, tmp_path / "file")
    for source in (tmp_path / "file", read(tmp_path / "file"), read(state)):
        target = in_torch().to(dtype)
        mt.load(target, source)
        assert torch.equal(target.dense.weight, state["dense.weight"])


# --- names


def _declared(names):
    """Register `outsider`, an activation with these parameters, which all matter."""
    header = ", ".join(f"{name}=1.0" for name in names)
    terms = " + ".join(f"{k}.5 * xp.tanh(x * {name})" for k, name in enumerate(names, 1))
    space = {"__name__": __name__}
    exec(f"def outsider(x, /, {header}, *, xp):\n    return {terms}\n", space)
    return multiact.activation(space["outsider"])


@pytest.fixture
def declared():
    with temporary_registrations():
        yield _declared


#: names of parameters that Flax's layers have, too
TAKEN = ["kernel", "scale", "embedding", "negative_slope", "mean", "var", "weight", "running_mean"]


@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("names", [*([n] for n in TAKEN), ["scale", "mean"], TAKEN])
def test_names_of_an_activation_are_never_translated(tmp_path, declared, names, channels):
    act = declared(names)
    options = {"learnable": tuple(names), **({"channels": channels} if channels else {})}
    file = tmp_path / "file"
    source = filled(torch.nn.Sequential(mt.create(act, **options), torch.nn.PReLU()))
    mf.load(model := nnx.Sequential(mf.create(act, **options), nnx.PReLU()), source.state_dict())
    mf.save(model, file)
    target = torch.nn.Sequential(mt.create(act, **options), torch.nn.PReLU())
    target.load_state_dict(stored.load_file(file))
    for name, tensor in source.state_dict().items():
        assert torch.equal(target.state_dict()[name], tensor), name


class Own(nnx.Module):
    """A module of a user, who gave names as in PyTorch."""

    def __init__(self) -> None:
        for i, name in enumerate(TAKEN):
            setattr(self, name, nnx.Param(jnp.full((2, 3), i, jnp.float32)))
        self.norm = nnx.LayerNorm(3, rngs=nnx.Rngs(0))


class OwnNorm(nnx.LayerNorm):
    """A layer made from one of Flax's."""


def test_names_of_a_users_module_stay_on_saving(tmp_path):
    mf.save(Own(), tmp_path / "file")
    saved = stored.load_file(tmp_path / "file")
    assert {*saved} == {*TAKEN, "norm.weight", "norm.bias"}
    assert all(
        saved[name].shape == (2, 3) and (saved[name] == i).all() for i, name in enumerate(TAKEN)
    )
    model = Own()
    model.kernel[...] = jnp.zeros((2, 3))
    model.scale[...] = jnp.zeros((2, 3))
    mf.load(model, tmp_path / "file")
    assert (model.scale[...] == 1).all()
    mf.save(OwnNorm(3, rngs=nnx.Rngs(0)), tmp_path / "file")
    assert {*stored.load_file(tmp_path / "file")} == {"weight", "bias"}


@pytest.mark.parametrize("name", TAKEN)
def test_another_layers_array_is_not_an_activations(declared, name):
    act = declared([name])
    options = {"learnable": (name,), "channels": 3}
    others = {*TAKEN} - {name}
    if name in ("negative_slope", "weight"):  # both are slopes, in PReLU and LeakyReLU
        others -= {"negative_slope", "weight"}
    for other in others:
        for load, make in ((mt.load, mt.create), (mf.load, mf.create)):
            with pytest.raises(ValueError, match=f"{name} is missing"):
                load(make(act, **options), {other: np.ones(3, np.float32)})


def test_the_two_names_of_a_slope(tmp_path):
    leaky, options = "leaky_relu", {"learnable": ("negative_slope",), "negative_slope": 0.5}
    linen = [nn.PReLU(negative_slope_init=0.5), mf.linen.create(leaky, **options)]
    linen.append(mf.linen.PReLU(weight=0.5))
    for module in linen:
        mf.linen.save(module.init(KEY, jnp.ones(3)), tmp_path / "file")
        for load, model in [
            (mt.load, torch.nn.PReLU()),
            (mt.load, mt.PReLU()),
            (mt.load, mt.create(leaky, **{**options, "negative_slope": 0.1})),
            (mf.load, nnx.PReLU()),
            (mf.load, mf.PReLU()),
            (mf.load, mf.create(leaky, **{**options, "negative_slope": 0.1})),
        ]:
            load(model, tmp_path / "file")
            assert model(torch.tensor([-1.0]) if load is mt.load else -jnp.ones(1)).tolist() == [
                -0.5
            ]


# names of parameters, and whether linen's variables show that they are no layer's
IN_LINEN = [
    (["scale"], None),
    (["kernel"], None),
    (["mean"], None),
    (["mean"], 3),
    (["scale", "mean"], 3),
    (["scale", "alpha"], 3),
    (["negative_slope"], 3),
    (["negative_slope", "alpha"], None),
    (["embedding", "alpha"], 3),
    (TAKEN, 3),
]


@pytest.mark.parametrize(("names", "channels"), IN_LINEN)
def test_names_in_linen(tmp_path, declared, names, channels):
    act = declared(names)
    options = {"learnable": tuple(names), **({"channels": channels} if channels else {})}
    module = mf.linen.create(act, **options)
    variables = module.init(KEY, jnp.ones((2, 3)))
    mf.linen.save(variables, tmp_path / "file")
    target = mt.create(act, **options)
    target.load_state_dict(stored.load_file(tmp_path / "file"))
    state = filled(target).state_dict()
    loaded = mf.linen.load(variables, state)["params"]
    assert {n: a.tolist() for n, a in loaded.items()} == {n: t.tolist() for n, t in state.items()}
