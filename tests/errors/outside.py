"""Wrong calls of the backends, the command line, the experiments and the checks."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import gzip
import sys
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import multiact_numpy
import numpy as np

import multiact
from multiact.adapters import frameworks
from multiact.adapters.frameworks import Unavailable
from multiact.calculus.tracing import call, symbol
from multiact.cli import checking
from multiact.cli.console import UsageError
from multiact.experiments import batches, load, mlp, network
from multiact.experiments.data import idx
from multiact.experiments.data import images as data
from multiact.experiments.recipe import Recipe
from multiact.relations.curves import Curve
from multiact.testing import backend, check, exact, expected, loading
from multiact.testing.formats import FORMATS
from tests.errors import Case, Place
from tests.errors.core import X, declare
from tools import subset


def library(name: str) -> Any:
    """A backend's package."""
    return import_module(f"multiact_{name}")


def ones(name: str) -> Any:
    """An array of it."""
    return import_module({"torch": "torch", "jax": "jax.numpy"}[name]).ones(3)


def freed() -> Any:
    """A tensor whose memory somebody else has freed."""
    x = ones("torch")
    x.untyped_storage().resize_(0)
    return x


BACKENDS = [
    *((name, f"{name} attribute", lambda _, n=name: library(n).mihs, AttributeError, ("'mihs'", "did you mean 'mish'")) for name in ("torch", "jax", "numpy")),
    *((name, f"{name} private", lambda _, n=name: library(n)._no, AttributeError, ("_no",)) for name in ("torch", "jax", "numpy", "flax")),
    ("numpy", "out", lambda _: multiact_numpy.talu(X, out=np.ones(2)), ValueError, ("talu: out must be an array of float64 (3,)", "(2,)")),
    ("numpy", "mask", lambda _: multiact_numpy.talu(np.ma.ones(3)), TypeError, ("talu: x is a masked array", "x.data")),
    ("numpy", "text", lambda _: multiact_numpy.talu("abc"), TypeError, ("talu: x must be an array", "str")),
    ("torch", "list", lambda _: library("torch").talu([1.0]), TypeError, ("talu: x must be a torch.Tensor", "list")),
    ("torch", "array parameter", lambda _: library("torch").talu(ones("torch"), X), TypeError, ("talu: alpha must be a torch.Tensor", "ndarray", "torch.as_tensor")),
    ("torch", "no array", lambda _: library("torch").gelu(), TypeError, ("gelu needs a tensor: gelu(x)",)),
    ("torch", "sparse", lambda _: library("torch").gelu(ones("torch").to_sparse()), TypeError, ("gelu: x must be dense", "torch.sparse_coo", "x.to_dense()")),
    ("torch", "count", lambda _: library("torch").PReLU(0.1), TypeError, ("PReLU: num_parameters must be a whole number", "got 0.1", "init=0.1")),
    ("torch", "two counts", lambda _: library("torch").PReLU(3, channels=3), TypeError, ("PReLU: channels is given twice",)),
    ("torch", "positions", lambda _: library("torch").ReLU(True, 1), TypeError, ("ReLU takes 1 arguments, 2 given",)),
    ("torch", "twice", lambda _: library("torch").softmax(ones("torch"), 0, axis=0), TypeError, ("softmax: axis is given twice",)),
    ("torch", "inplace", lambda _: library("torch").TaLU(inplace=1), TypeError, ("TaLU: inplace must be True or False", "got 1")),
    ("torch", "approximate", lambda _: library("torch").GELU(True), ValueError, ("gelu: approximate must be 'none' or 'tanh'", "True")),
    ("torch", "slopes", lambda _: library("torch").prelu(ones("torch"), ones("torch")), ValueError, ("prelu: 3 slopes need an axis 1 of 3 channels", "(3,)")),
    ("torch", "module's missing attribute", lambda _: library("torch").TaLU().dim, AttributeError, ("'TaLU'", "'dim'")),
    ("torch", "script", lambda _: library("torch").gelu.__prepare_scriptable__(), NotImplementedError, ("gelu: torch.jit.script", "torch.export")),
    ("torch", "script a module", lambda _: library("torch").GELU().__prepare_scriptable__(), NotImplementedError, ("GELU: torch.jit.script", "torch.export")),
    ("torch", "freed memory", lambda _: library("torch").gelu(freed()), RuntimeError, ("shape (3,) has no memory", "freed")),
    ("torch", "module's attribute", lambda _: library("torch").create(declare("x * half", "x, /, half=1.0, *, xp")), TypeError, ("torch.nn.Module has 'half'", "'half_value'")),
    ("jax", "list", lambda _: library("jax").talu([1.0]), TypeError, ("talu: x must be a jax.Array", "list", "jax.numpy.asarray")),
    ("flax", "attribute", lambda _: library("flax").TaLLU, AttributeError, ("'TaLLU'", "did you mean 'TaLU'")),
    ("flax", "start", lambda _: library("flax").STAF(), TypeError, ("STAF draws its starting values", "nnx.Rngs")),
    ("flax", "noise", lambda _: library("flax").RReLU()(ones("jax"), deterministic=False), TypeError, ("RReLU draws noise", "nnx.Rngs")),
    ("flax", "linen clone", lambda _: library("flax").linen.TaLU().clone(alfa=2.0), TypeError, ("TaLU", "'alfa'", "did you mean 'alpha'")),
    ("flax", "dtype", lambda _: library("flax").TaLU(param_dtype=int), TypeError, ("TaLU: param_dtype must be a floating-point dtype", "int")),
    ("jax", "no array", lambda _: library("jax").gelu(), TypeError, ("gelu needs an array: gelu(x)",)),
    ("jax", "approximate", lambda _: library("jax").gelu(ones("jax"), "tanh"), TypeError, ("gelu: approximate must be True or False", "'tanh'")),
    ("flax", "signature", lambda _: library("flax").TaLU().__signature__, AttributeError, ("__signature__",)),
]  # fmt: skip


def idx_file(place: Place, content: bytes) -> Any:
    """Read a file with this content."""
    (place.folder / "idx").write_bytes(content)
    return idx.read_idx(place.folder / "idx")


def images(place: Place, **changed: np.ndarray) -> Any:
    """Read a folder of image files, some of them changed or left out (None)."""
    split = {"images": np.zeros((2, 28, 28), np.uint8), "labels": np.zeros(2, np.uint8)}
    for stem in data._FILES:
        array = {**split, **changed}["labels" if "labels" in stem else "images"]
        if array is not None:
            head = bytes([0, 0, 8, array.ndim]) + np.asarray(array.shape, ">u4").tobytes()
            (place.folder / f"{stem}-ubyte").write_bytes(head + array.tobytes())
    return load(data.FULL, place.folder)


def state(place: Place, change: Any) -> Any:
    """Read a file of weights that was changed."""
    from safetensors.numpy import save_file

    layers = (network.Dense("d", 2, 3),)
    arrays = {n: np.ones(s, np.float32) for n, s in network.shapes(layers).items()}
    change(arrays)
    save_file(arrays, place.folder / "file")
    return network.read_state(layers, place.folder / "file")


def damaged(place: Place) -> Any:
    """Read a file of weights that is none."""
    (place.folder / "file").write_bytes(b"no weights")
    return network.read_state((network.Dense("d", 2, 3),), place.folder / "file")


IDX = [
    ("format", lambda p: idx_file(p, b"PNG!"), idx.IdxError, ("not an IDX file", "50 4e 47")),
    ("header", lambda p: idx_file(p, b"\0\0\x08\x02\0"), idx.IdxError, ("truncated in its header",)),
    ("length", lambda p: idx_file(p, b"\0\0\x08\x01\0\0\0\x02!"), idx.IdxError, ("truncated", "2 bytes, and 1")),
    ("gzip", lambda p: idx_file(p, gzip.compress(b"1")[:-5]), idx.IdxError, ("damaged gzip",)),
]  # fmt: skip

EXPERIMENTS = [
    *((None, label, *rest) for label, *rest in IDX),
    (None, "epochs", lambda _: Recipe(epochs=0), ValueError, ("epochs must be 1 or more", "0")),
    (None, "options", lambda _: mlp([4, 3, 3, 2], "relu", options=({},)), ValueError, ("2 activations", "got 1")),
    (None, "set", lambda _: load("mnits"), LookupError, ("'mnits'", "did you mean 'mnist'")),
    (None, "no images", lambda p: load(data.FULL, p.folder), FileNotFoundError, ("no Fashion-MNIST in", "dataset-fashion-mnist")),
    (None, "wheel", lambda p: (p.patch.setattr(data, "SUBSET_FILE", p.folder / "absent"), load(data.SUBSET)), FileNotFoundError, ("in a clone", "dataset-fashion-mnist", "MULTIACT_DATA")),
    (None, "lacks", lambda p: images(p, labels=None), FileNotFoundError, ("lacks train-labels",)),
    (None, "pixels", lambda p: images(p, images=np.zeros((2, 9, 9), np.uint8)), ValueError, ("28 x 28", "(2, 9, 9)")),
    (None, "labels", lambda p: images(p, labels=np.zeros(3, np.uint8)), ValueError, ("expected 2 uint8 labels", "(3,)")),
    (None, "class", lambda p: images(p, labels=np.full(2, 11, np.uint8)), ValueError, ("a label is 11", "10 classes")),
    (None, "batch", lambda _: next(batches(3, 0, seed=0)), ValueError, ("1 example or more", "0")),
    (None, "classes", lambda _: subset.balanced(load(data.SUBSET).test, 9999), ValueError, ("9999",)),
    (None, "full", lambda p: (p.patch.setattr(subset, "load", lambda *_: SimpleNamespace(name="part")), subset.make()), FileNotFoundError, ("full Fashion-MNIST",)),
    ("safetensors", "lacks", lambda p: state(p, lambda a: a.pop("d.bias")), ValueError, ("d.bias is missing",)),
    ("safetensors", "extra", lambda p: state(p, lambda a: a.update(e=X)), ValueError, ("e is no parameter",)),
    ("safetensors", "shape", lambda p: state(p, lambda a: a.update({"d.bias": X[:2]})), ValueError, ("d.bias has, for this model, shape (2,)", "(3,)")),
    ("safetensors", "dtype", lambda p: state(p, lambda a: a.update({"d.bias": np.ones(3, int)})), ValueError, ("d.bias is int64, not float32", "int64")),
    ("safetensors", "damaged", damaged, ValueError, ("file", "not a safetensors file")),
]  # fmt: skip


def missing(name: str) -> Any:
    """An import that finds nothing."""

    def fail(*_: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return fail


def command(*argv: str) -> Any:
    """Run a command line past `main`, which would print the error."""
    from multiact.cli import _parsed

    given = _parsed(list(argv))
    return given.run(given)


def file(place: Place, text: str, target: str) -> Any:
    """Look for a function in a file with this text."""
    (place.folder / "mine.py").write_text(text)
    return loading.resolve(f"{place.folder}/mine.py{target}")


def nothing(place: Place, there: bool) -> Any:
    """Check on a machine without backends."""
    place.patch.setattr(checking, "load", unavailable)
    return command("check", "relu", *(["--backend", "numpy"] if there else []))


def unavailable(name: str) -> Any:
    """No backend."""
    raise Unavailable(f"{name} is not installed")


def mapped(place: Place, file: str) -> Any:
    """`multiact map` of a few activations."""
    few = [Curve(multiact.get(n)) for n in ("relu", "elu", "silu", "tanh")]
    place.patch.setattr("multiact.cli.mapping.catalogue", lambda: few)
    return command("map", "--out", str(place.folder / file))


def mapped_without_matplotlib(place: Place) -> Any:
    """`multiact map` where matplotlib cannot be imported."""
    place.patch.setitem(sys.modules, "matplotlib.figure", None)
    return mapped(place, "map.png")


COMMANDS = [
    ("command", lambda _: command("shw"), UsageError, ("'shw'", "did you mean 'show'")),
    ("extra", lambda _: command("list", "--jsn"), UsageError, ("'--jsn'", "did you mean '--json'")),
    ("argument", lambda _: command("show"), UsageError, ("NAME", "--help")),
    ("kind", lambda _: command("list", "--kind", "gatd"), UsageError, ("did you mean 'gated'",)),
    ("name", lambda _: command("show", "mihs"), UsageError, ("did you mean 'mish'",)),
    ("year", lambda _: command("list", "--year", "17"), UsageError, ("--year must be a year or years", "'17'")),
    ("nearest", lambda _: command("relatives", "tanh", "--nearest", "0"), UsageError, ("--nearest must be 1 or more", "got 0")),
    ("map", lambda p: mapped(p, "map.xyz"), UsageError, ("'xyz' is not supported",)),
    ("map's picture", mapped_without_matplotlib, UsageError, ("matplotlib is not installed", "pip install 'multiact[plot]'")),
    ("compared", lambda _: command("relatives", "softmax"), UsageError, ("softmax", "not compared with others")),
    ("parameter", lambda _: command("show", "talu", "--alhpa", "1"), UsageError, ("talu: no parameter", "'--alhpa'", "did you mean '--alpha'")),
    ("no value", lambda _: command("show", "talu", "--alpha"), UsageError, ("--alpha needs a value",)),
    ("wrong value", lambda _: command("show", "talu", "--alpha", "-1"), UsageError, ("alpha must be greater than 0", "-1")),
    ("elements", lambda _: command("bench", "relu", "--elements", "0"), UsageError, ("--elements must be 1 or more", "0")),
    ("seconds", lambda _: command("bench", "relu", "--seconds", "-1"), UsageError, ("--seconds must be 0 or more", "-1")),
    ("completion", lambda p: (p.patch.setitem(sys.modules, "shtab", None), command("--print-completion", "bash")), UsageError, ("--print-completion needs shtab", "multiact[completion]")),
    ("dtype", lambda _: command("check", "--dtype", "float31"), UsageError, ("did you mean 'float32'",)),
    ("picture", lambda p: command("plot", "relu", "--derivatives", "-1", "--out", f"{p.folder}/a.png"), UsageError, ("derivatives must be 0 or more", "-1")),
    ("explored", lambda _: command("explore", "softmax"), UsageError, ("softmax cannot be explored", "mixes the elements")),
    ("explored setting", lambda p: command("explore", "repu", "--k", "2", "--out", f"{p.folder}/a.html"), UsageError, ("repu: k is no parameter that the explorer moves",)),
    ("explored nowhere", lambda p: command("explore", "talu", "--out", f"{p.folder}/no/a.html"), UsageError, ("cannot be written", "there is no folder")),
    ("order", lambda _: command("show", "talu", "--order", "-1"), UsageError, ("--order must be", "-1")),
    ("no derivative", lambda _: command("show", "softmax", "--order", "1"), UsageError, ("softmax mixes",)),
    ("no rows", lambda _: command("check", "relu", "--backend", "numpy", "--dtype", "bfloat16"), UsageError, ("bfloat16",)),
    ("backend", lambda p: nothing(p, True), UsageError, ("numpy is not installed",)),
    ("no backend", lambda p: nothing(p, False), UsageError, ("no backend is installed",)),
    ("demo", lambda p: (p.patch.setattr("multiact.cli.demo.part", lambda *_: None), command("demo", "--data", str(p.folder))), UsageError, ("no Fashion-MNIST",)),
    ("output", lambda p: (p.patch.setattr("multiact.cli.demo.part", lambda *_: None), command("demo", "--data", "subset", "--output", f"{p.folder}/no/file")), UsageError, ("--output: there is no folder",)),
    ("output is a folder", lambda p: (p.patch.setattr("multiact.cli.demo.part", lambda *_: None), command("demo", "--data", "subset", "--output", str(p.folder))), UsageError, ("--output:", "is a folder and cannot be replaced")),
    ("engine", lambda p: (p.patch.setattr("multiact.cli.doctor.engine", lambda: multiact.use_engine("x").__enter__()), command("doctor")), UsageError, ("MULTIACT_ENGINE", "'x'")),
]  # fmt: skip

FORMULA = "import multiact\n@multiact.activation\ndef f(x, /, *, xp):\n    return xp.tnah(x)\n"

LOADING = [
    ("no file", lambda p: loading.resolve(f"{p.folder}/no.py:f"), loading.LoadingError, ("there is no file",)),
    ("no suffix", lambda p: ((p.folder / "text").write_text(""), loading.resolve(f"{p.folder}/text:f")), loading.LoadingError, ("not a Python file",)),
    ("which", lambda p: file(p, "", ""), loading.LoadingError, ("which function?",)),
    ("fails", lambda p: file(p, "1 / 0", ":f"), loading.LoadingError, ("cannot import", "ZeroDivisionError")),
    ("no name", lambda p: file(p, "", ":f"), loading.LoadingError, ("no activation 'f'",)),
    ("plain", lambda p: file(p, "def f(x): ...", ":f"), loading.LoadingError, ("plain function", "xp")),
    ("other", lambda p: file(p, "f = 3", ":f"), loading.LoadingError, ("is a int",)),
    ("formula", lambda p: file(p, FORMULA, ":f"), loading.LoadingError, ("mine.py:4", "f: ", "cannot use xp.tnah", "xp.tanh")),
    ("attribute", lambda _: loading.attribute("numpy:tanhh"), loading.LoadingError, ("numpy has no attribute 'tanhh'", "did you mean 'tanh'")),
    ("no attribute", lambda _: loading.attribute("numpy"), loading.LoadingError, ("'numpy'", "neither MODULE:ATTRIBUTE nor FILE.py:ATTRIBUTE")),
    ("registered", lambda _: loading.resolve("mihs"), loading.LoadingError, ("did you mean 'mish'",)),
]  # fmt: skip


def checked(act: Any = "gelu", **wrong: Any) -> Any:
    """A backend with wrong answers: the check raises inside and reports a row."""
    good = backend.load("numpy")[-1]
    methods = ("value", "gradient", "asarray", "to_numpy", "dtype")
    twin = {m: getattr(good, m) for m in methods} | wrong
    broken = SimpleNamespace(name="broken", framework="numpy", dtypes=good.dtypes, **twin)
    (row,) = check.check([multiact.get(act)], [broken], ["float32"])
    raise AssertionError(row.reason)


def wrong(act: Any, x: Any, given: Any, wrt: Any, planted: Any) -> Any:
    """A gradient that is wrong by some variables alone."""
    y = backend.load("numpy")[-1].gradient(act, x, given, wrt)
    return y * 2 if wrt == planted else y


def sums() -> Any:
    """A backend with a wrong gradient of softmax, which the plain sum does not show."""
    good = backend.load("torch")[0]
    methods = ("value", "asarray", "to_numpy", "dtype")
    twin = {m: getattr(good, m) for m in methods} | {"gradient": lambda _a, x, _g, _w: 0 * x}
    broken = SimpleNamespace(name="broken", framework="torch", dtypes=good.dtypes, **twin)
    (row,) = check.check([multiact.get("softmax")], [broken], ["float32"])
    raise AssertionError(row.reason)


CHECKS = [
    ("shape", lambda _: checked(value=lambda _a, x, _g: x[:1]), AssertionError, ("shape: (1,) instead",)),
    ("NaN", lambda _: checked(value=lambda _a, x, _g: np.zeros_like(x)), AssertionError, ("lost NaN",)),
    ("slope", lambda _: checked(gradient=lambda _a, x, _g, _w: x * np.float32("nan")), AssertionError, ("derivative: NaN",)),
    ("dtype", lambda _: checked(dtype=lambda _: "float16"), AssertionError, ("dtype: the value of a float32",)),
    ("undefined", lambda _: checked(declare("xp.log(x)")), AssertionError, ("undefined: the formula itself is NaN at x = -",)),
    ("limit", lambda _: checked(value=lambda _a, x, _g: np.where(x == -np.inf, 3, multiact.get("gelu")(x)).astype(x.dtype)), AssertionError, ("limit: f(-inf) = 3", "declared is 0")),
    ("value", lambda _: checked(value=lambda _a, x, _g: multiact.get("gelu")(x) * np.float32(1.1)), AssertionError, ("value:", "ULP off")),
    ("no definition", lambda _: exact._applied(call("no_operation", symbol("x")), [1], {}), NotImplementedError, ("no_operation",)),
    ("values", lambda _: expected.Case(multiact.get("relu"), FORMATS["float32"]).value_errors(X), NotImplementedError, ()),
    ("slopes", lambda _: expected.Case(multiact.get("relu"), FORMATS["float32"]).slope_errors(X), NotImplementedError, ()),
    ("no entry", lambda p: (p.patch.setattr(frameworks, "installed", lambda _: None), backend.load("jax")), Unavailable, ("jax is not available", "pip")),
    ("no framework", lambda p: (p.patch.setattr(frameworks, "import_module", missing("jax")), backend.load("jax")), Unavailable, ("jax is not installed", "pip")),
    ("safetensors", lambda p: (p.patch.setattr(frameworks, "import_module", missing("safetensors")), frameworks.part("jax", "_experiments")), Unavailable, ("safetensors is not installed", "multiact[experiments]")),
    ("a fault of ours", lambda _: frameworks.part("numpy", "_nowhere"), ModuleNotFoundError, ("multiact_numpy._nowhere",)),
    ("writes", lambda _: checked(declare("x.__imul__(2)", kind="normalising")), AssertionError, ("formula: TypeError: the formula writes to its input",)),
    ("derivative", lambda _: checked("swish", gradient=lambda a, x, g, w: wrong(a, x, g, w, ("beta",))), AssertionError, ("derivative by beta: ", "the truth is")),
    ("second derivative", lambda _: checked(gradient=lambda a, x, g, w: wrong(a, x, g, w, ("x", "x"))), AssertionError, ("second derivative: ", "the truth is")),
    ("tendency", lambda _: checked(replace(multiact.get("tanh"), limits=None), value=lambda _a, x, _g: np.where(np.isinf(x), 3, np.tanh(x)).astype(x.dtype)), AssertionError, ("limit: f(inf) = 3", "tends to 1", "declare limits=(None, 1)")),
    ("impure", lambda _: checked(declare("x * np.random.random()")), AssertionError, ("impure: called twice",)),
]  # fmt: skip

CASES = [
    *(Case(f"backend: {label}", *rest, needs) for needs, label, *rest in BACKENDS),
    *(Case(f"experiment: {label}", *rest, needs) for needs, label, *rest in EXPERIMENTS),
    *(Case(f"command: {label}", *rest) for label, *rest in COMMANDS),
    *(Case(f"loading: {label}", *rest) for label, *rest in LOADING),
    *(Case(f"check: {label}", *rest) for label, *rest in CHECKS),
    Case(
        "check: sums", lambda _: sums(), AssertionError, ("derivative of a weighted sum",), "torch"
    ),
]
