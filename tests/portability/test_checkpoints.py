"""One file for every framework: names, layouts, errors, and not a bit lost."""

import numpy as np
import pytest

from multiact.checkpoints import fit, read, to_torch, write

RNG = np.random.default_rng(0)


def array(*shape, dtype=np.float32):
    return RNG.random(shape).astype(dtype)


# name and shape in Flax, in PyTorch; the axes of the one in the order of the other
SAME = [
    ("a.kernel", (2, 3), "a.weight", (3, 2), (1, 0)),
    ("a.kernel", (5, 2, 3), "a.weight", (3, 2, 5), (2, 1, 0)),
    ("a.kernel", (5, 6, 2, 3), "a.weight", (3, 2, 5, 6), (3, 2, 0, 1)),
    ("a.kernel", (5, 6, 7, 2, 3), "a.weight", (3, 2, 5, 6, 7), (4, 3, 0, 1, 2)),
    ("a.kernel", (3,), "a.weight", (3,), (0,)),
    ("a.scale", (3,), "a.weight", (3,), (0,)),
    ("a.embedding", (4, 3), "a.weight", (4, 3), (0, 1)),
    ("a.negative_slope", (), "a.weight", (1,), ()),
    ("a.mean", (3,), "a.running_mean", (3,), (0,)),
    ("a.var", (3,), "a.running_var", (3,), (0,)),
    ("a.bias", (3,), "a.bias", (3,), (0,)),
    ("kernel", (2, 3), "weight", (3, 2), (1, 0)),  # of a model that is one layer
    ("a.alpha", (3,), "a.alpha", (3,), (0,)),
]


@pytest.mark.parametrize(("flax", "shape", "torch", "theirs", "order"), SAME)
def test_names_and_layouts(flax, shape, torch, theirs, order):
    kernel = array(*shape)
    (name, exported), *rest = to_torch({flax: kernel}).items()
    assert (name, exported.shape, rest) == (torch, theirs, [])
    np.testing.assert_array_equal(exported, kernel.transpose(order))
    back = fit({torch: exported}, {flax: kernel})
    np.testing.assert_array_equal(back[flax], kernel)
    again = fit({flax: kernel}, {torch: exported})
    np.testing.assert_array_equal(again[torch], exported)


def test_a_square_matrix_is_laid_out_by_its_name():
    square = array(3, 3)
    assert np.array_equal(fit({"kernel": square}, {"weight": square})["weight"], square.T)
    assert np.array_equal(fit({"weight": square}, {"weight": square})["weight"], square)
    assert np.array_equal(fit({"kernel": square}, {"kernel": square})["kernel"], square)


def test_one_number_may_have_an_axis():
    one, none = array(1), array()
    assert fit({"a.weight": one}, {"a.weight": none})["a.weight"].shape == ()
    assert fit({"a.negative_slope": none}, {"a.weight": one})["a.weight"].shape == (1,)
    for wrong in (array(2), array(1, 1)):
        with pytest.raises(ValueError, match=r"a.weight has, for this model, shape"):
            fit({"a.weight": wrong}, {"a.weight": one})


def test_an_own_name_goes_before_one_that_stands_for_it():
    given = {"a.kernel": array(2, 3), "a.scale": array(3), "a.weight": array(7)}
    assert all(v is given[n] for n, v in fit(given, given).items())


def test_two_of_a_name_keep_their_own():
    weights = {"a.kernel": array(2, 2), "a.scale": array(2), "b.scale": array(3)}
    exported = to_torch(weights)
    assert [*exported] == ["a.kernel", "a.scale", "b.weight"]
    for name, value in fit(exported, weights).items():
        np.testing.assert_array_equal(value, weights[name])


def test_an_array_is_not_used_twice():
    with pytest.raises(ValueError, match=r"a\.scale is missing"):
        fit({"a.weight": array(3)}, {"a.kernel": array(3), "a.scale": array(3)})


def test_the_counter_of_batch_norm_may_be_missing_or_left_over():
    counter = {"a.num_batches_tracked": np.asarray(7)}
    assert fit(counter, {}) == {}
    assert fit({}, counter) == {}
    assert fit(counter, counter) == counter


def test_all_faults_are_named():
    wanted = {
        "dense1.kernel": array(2, 3),
        "dense1.bias": array(3),
        "act1.alpha": array(4),
        "act2.weight": array(),
    }
    given = {
        "dense1.weight": array(2, 3),
        "dense1.bias": array(3, dtype=np.float64),
        "act1.alfa": array(4),
        "extra": array(1),
    }
    with pytest.raises(ValueError, match="does not fit") as caught:
        fit(given, wanted, "my.safetensors")
    assert str(caught.value).splitlines() == [
        "my.safetensors does not fit the model:",
        "  dense1.weight has, for this model, shape (3, 2), not (2, 3)",
        "  dense1.bias is float64, not float32; convert the array or the model",
        "  act1.alpha is missing",
        "  act2.weight is missing",
        "  act1.alfa is no parameter of the model; did you mean 'act1.alpha'?",
        "  extra is no parameter of the model; choose from 'act1.alpha', 'act2.weight'",
    ]


def test_without_anything_missing_what_is_left_over_has_no_advice():
    with pytest.raises(ValueError, match=r"extra is no parameter of the model$"):
        fit({"extra": array(1)}, {})


def bits(a):
    return np.ascontiguousarray(a).view(np.uint8).tobytes()


CORNERS = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, 1 / 3, -2.5]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int64", "bool"])
def test_no_bit_is_lost(tmp_path, dtype):
    pytest.importorskip("safetensors")
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    corners = np.nan_to_num(CORNERS) > 0 if dtype in ("int64", "bool") else np.asarray(CORNERS)
    with np.errstate(over="ignore"):
        flat = corners.astype(dtype)
    grid = flat.reshape(2, 4)
    # safetensors itself would write the memory of the transposed ones as it lies
    weights = {"flat": flat, "across": grid.T, "cut": grid[:, ::2], "one": flat[6], "no": flat[:0]}
    write(weights, tmp_path / "file")
    found = read(tmp_path / "file")
    assert found.keys() == weights.keys()
    for name, expected in weights.items():
        got = found[name]
        assert (got.dtype, got.shape) == (expected.dtype, expected.shape), name
        assert bits(got) == bits(expected), name


def test_a_file_that_does_not_exist(tmp_path):
    pytest.importorskip("safetensors")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read(tmp_path / "nowhere")


def test_without_ml_dtypes_bfloat16_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("safetensors")
    ml_dtypes = pytest.importorskip("ml_dtypes")
    write({"a": np.ones(3, ml_dtypes.bfloat16)}, tmp_path / "file")
    monkeypatch.setitem(__import__("sys").modules, "ml_dtypes", None)
    with pytest.raises(ModuleNotFoundError, match="ml_dtypes"):
        read(tmp_path / "file")


WRAPPED = [  # names of arrays, names in the model, for each of the model's the array's
    (["module.a.weight"], ["a.weight"], {"a.weight": "module.a.weight"}),
    (["a.module.weight"], ["module.a.kernel"], {"module.a.kernel": "a.module.weight"}),
    (["_orig_mod.a.weight"], ["module.a.weight"], {"module.a.weight": "_orig_mod.a.weight"}),
    (["a._orig_mod.module.b"], ["a.b"], {"a.b": "a._orig_mod.module.b"}),
    # a parameter may be called so
    (["module.module"], ["module"], {"module": "module.module"}),
    (["a.module"], ["a"], {}),
    # an own name goes before one that stands for it
    (["a.b", "module.a.b"], ["a.b"], {"a.b": "a.b"}),
    (["a.b"], ["a.b", "module.a.b"], {"a.b": "a.b"}),
    # ambiguous: it might be either
    (["module.a.b", "_orig_mod.a.b"], ["a.b"], {}),
    (["_orig_mod.a.b"], ["a.b", "module.a.b"], {}),
    (
        ["module.a.b", "module.module.a.b"],
        ["a.b", "module.a.b"],
        {"module.a.b": "module.a.b"},
    ),
]


@pytest.mark.parametrize(("given", "model", "expected"), WRAPPED)
def test_wrappers_are_taken_off_where_that_is_unambiguous(given, model, expected):
    arrays = {name: np.full((2, 2), i, np.float32) for i, name in enumerate(given)}
    fitted, report = fit(arrays, dict.fromkeys(model, array(2, 2)), strict=False)
    assert {n: given[int(a[0, 0])] for n, a in fitted.items()} == expected
    assert report.missing_keys == [n for n in model if n not in expected]
    assert report.unexpected_keys == [n for n in given if n not in expected.values()]
    assert report.mismatched_keys == {}


def test_what_fits_and_a_report():
    given = {"a": array(2), "b": array(3), "c": array(4), "e": array(1)}
    wanted = {"a": array(2), "b": array(2), "c": array(4, dtype=np.float64), "d": array(1)}
    fitted, report = fit(given, wanted, strict=False)
    assert fitted == {"a": given["a"]}
    assert report == (["d"], ["e"], report.mismatched_keys)
    assert [*report.mismatched_keys] == ["b", "c"]
    assert repr(report).splitlines() == [
        "<Some keys did not match:",
        "  b has, for this model, shape (3,), not (2,)",
        "  c is float32, not float64; convert the array or the model",
        "  d is missing",
        "  e is no parameter of the model; choose from 'd'>",
    ]
    assert repr(fit({}, {}, strict=False)[1]) == "<All keys matched successfully>"


def test_one_parameter_with_two_faults_is_one_line():
    message = r"a has, for this model, shape \(2,\), not \(3,\), and is float64, not float32"
    with pytest.raises(ValueError, match=message):
        fit({"a": array(2, dtype=np.float64)}, {"a": array(3)})


@pytest.mark.parametrize(
    ("name", "found", "wanted", "activations", "advised"),
    [
        ("a.weight", (4,), (), (), True),
        ("a.alpha", (4,), (), (), True),
        ("a.alpha", (1, 4, 1), (), (), True),
        ("a.alpha", (1,), (2,), (), False),
        ("a.weight", (4,), (1,), ["a.weight"], True),  # PReLU in PyTorch
        ("a.amplitude", (4,), (1,), ["a.amplitude"], False),  # an array with one element
        ("a.bias", (4,), (1,), (), False),
        ("a.weight", (4,), (3,), ["a.weight"], False),
        ("a.weight", (4, 2), (), (), False),
    ],
)
def test_one_number_for_all_channels(name, found, wanted, activations, advised):
    with pytest.raises(ValueError, match="has, for this model, shape") as caught:
        fit({name: array(*found)}, {name: array(*wanted)}, activations=activations)
    assert ("; give the activation channels=4" in str(caught.value)) == advised


def test_names_that_are_kept():
    weights = {"a.scale": array(), "a.weight": array(), "b.scale": array(3)}
    exported = to_torch(weights, kept=["a.scale", "a.weight"])
    assert {n: a.shape for n, a in exported.items()} == {
        "a.scale": (),
        "a.weight": (),
        "b.weight": (3,),
    }


def test_thousands_of_wrong_names_get_no_suggestions():
    given, wanted = ({f"{p}{i}": array(1) for i in range(2000)} for p in "ab")
    with pytest.raises(ValueError, match=r"a1999 is no parameter of the model$"):
        fit(given, wanted)
