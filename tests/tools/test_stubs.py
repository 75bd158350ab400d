"""The stubs are current, and a type checker and an editor see what they need."""

import importlib
import inspect
import shutil
import subprocess
import sys

import pytest

import multiact
from tools import stubs

NOT_SOURCES = shutil.ignore_patterns("__pycache__", "*.pyi")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The stubs, beside the sources that they stand for."""
    folder = tmp_path_factory.mktemp("stubs")
    for source in ("multiact", "backends"):
        shutil.copytree(stubs.ROOT / source, folder / source, ignore=NOT_SOURCES)
    assert len(stubs.write(folder)) == len(stubs.PACKAGES)
    return folder


def test_every_activation_is_in_the_core_stub(written):
    text = (written / "multiact/__init__.pyi").read_text("utf-8")
    for name in multiact.names():
        assert f"class _{name}(Activation):" in text


@pytest.mark.parametrize("name", ["multiact_torch", "multiact_flax", "multiact_flax.linen"])
def test_the_stub_has_the_parameters_of_the_class(name, written):
    pytest.importorskip(name.partition("_")[2].partition(".")[0])
    package = importlib.import_module(name)
    source = f"backends/{name.replace('.', '/')}"
    (stub,) = (p for p in stubs.PACKAGES if p.source in (f"{source}.py", f"{source}/__init__.py"))
    text = (written / stub.source).with_suffix(".pyi").read_text("utf-8")
    for key in multiact.names():
        cls = multiact.get(key).name
        lines = iter(text.split(f"\nclass {cls}(")[1].splitlines())
        line = next(line for line in lines if "def __init__(" in line)
        for parameter in inspect.signature(getattr(package, cls)).parameters:
            assert f"{parameter}: " in line, (cls, parameter)


USE = """
import jax.numpy as jnp
import torch
import multiact
import multiact_numpy
import multiact_torch
import multiact_flax
from multiact_flax import linen

reveal_type(multiact_torch.TaLU(alpha=1.0)(torch.zeros(3)))
reveal_type(multiact_torch.talu(torch.zeros(3), alpha=2.0))
reveal_type(multiact_numpy.talu([1.0], 0.5))
reveal_type(multiact_numpy.talu.derivative(wrt="x"))
reveal_type(multiact.talu.learnable)
reveal_type(multiact_flax.TaLU(channels=3))
reveal_type(linen.TaLU(channels=3))
reveal_type(multiact_torch.SiLUMul()(torch.zeros(3), torch.zeros(3)))
reveal_type(multiact_numpy.silu_mul([1.0], [2.0]))
reveal_type(multiact_flax.RReLU()(jnp.ones(3), deterministic=True))
multiact_torch.GEGLU(gate="frist")
multiact_torch.TaLU(alpa=1.0)
multiact_torch.TaLU(learnable=3)
multiact_numpy.talu([1.0], beta=0.5)
multiact_flax.STAF(initialisation="papr")
"""
REVEALED = [
    "torch._tensor.Tensor",
    "torch._tensor.Tensor",
    "numpy.ndarray[",
    "multiact_numpy._functions.Function",
    "tuple[str, ...]",
    "multiact_flax.TaLU",
    "multiact_flax.linen.TaLU",
    "torch._tensor.Tensor",
    "numpy.ndarray[",
    "jax._src.basearray.Array",
]
REFUSED = ['"gate"', '"alpa"', '"learnable"', '"beta"', '"initialisation"']


@pytest.mark.slow
def test_a_type_checker_sees_the_signatures(tmp_path, written):
    for package in ("mypy", "torch", "flax"):
        pytest.importorskip(package)
    file = tmp_path / "use.py"
    file.write_text(USE)
    options = ["--config-file", str(stubs.ROOT / "pyproject.toml"), "--no-error-summary"]
    command = [sys.executable, "-m", "mypy", *options, str(file)]
    done = subprocess.run(command, cwd=written, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if "use.py" in line]
    notes = [line for line in lines if "Revealed type" in line]
    errors = [line for line in lines if ": error:" in line]
    for wanted, line in zip(REVEALED, notes, strict=True):
        assert wanted in line
    for wanted, line in zip(REFUSED, errors, strict=True):
        assert wanted in line
