"""The yardsticks hold, and each of them can fail."""

import pytest

from tests.yardsticks import read
from tests.yardsticks.__main__ import CHECKS, main
from tests.yardsticks.documented import check_documented
from tests.yardsticks.formulas import check_no_formula
from tests.yardsticks.imports import ARROWS, check_arrows, check_no_framework
from tests.yardsticks.sizes import check_sizes
from tests.yardsticks.untrusted import ALLOWED, check_no_code_from_data

PACKAGE = ("multiact", "backends")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_holds_it(check):
    assert check(read(*PACKAGE)) == []


def test_the_arrows_form_no_cycle():
    order = list(ARROWS)
    for layer, below in ARROWS.items():
        assert below <= {"multiact", *order[: order.index(layer)]}, layer


def function(lines, doc=0):
    body = ['    """Doc.', *["    more"] * (doc - 2), '    """'] if doc else []
    return "\n".join(["def f():", *body, *["    x = 1"] * (lines - 1)]) + "\n"


SIZES = {
    "long file": (
        {"multiact/a.py": "x = 1\n" * 401, **{f"multiact/{i}.py": "x = 1\n" for i in range(2)}},
        "a.py: 401",
    ),
    "median": ({f"multiact/{i}.py": "x = 1\n" * 151 for i in range(3)}, "median"),
    "long functions": ({"multiact/a.py": function(9) * 9 + function(31)}, "f (31)"),
}
DOCUMENTED = {
    "no module docstring": ("x = 1\n", "module has no docstring"),
    "no docstring": ("def f() -> None: ...\n", "f: no docstring"),
    "method": ("class C:\n    '''C.'''\n    def m(self) -> None: ...\n", "C.m: no docstring"),
    "in a branch": ("if x:\n    pass\nelse:\n    class C: ...\n", "C: no docstring"),
    "argument": ("def f(x) -> int:\n    '''F.'''\n", "f: not annotated: x"),
    "star": ("def f(*a, **k) -> int:\n    '''F.'''\n", "f: not annotated: a, k"),
    "return": ("def f(x: int):\n    '''F.'''\n", "f: not annotated: return"),
    "init": (
        "class C:\n    '''C.'''\n    def __init__(self, x) -> None: ...\n",
        "C.__init__: not annotated: x",
    ),
    "parameter": (
        "@activation(name='T')\ndef t(x, /, alpha=1.0, *, k: int = 1, xp):\n    '''T.'''\n",
        "t: not annotated: alpha",
    ),
    "formula": ("@activation\ndef t(x, /, alpha: P = 1.0, *, xp): ...\n", "t: no docstring"),
}
FRAMEWORK = {
    "plain": "import torch",
    "submodule": "import jax.numpy as jnp",
    "from": "from flax import nnx",
    "in a function": "def f():\n    import torch.nn",
    "for a type": "if TYPE_CHECKING:\n    from torch import Tensor",
    "by name": "importlib.import_module('jax')",
    "dunder": "t = __import__('torch')",
}
ARROW = {
    "catalogue from calculus": (
        "multiact/calculus/graph.py",
        "from multiact.catalogue import smooth",
    ),
    "late": ("multiact/calculus/graph.py", "def f():\n    import multiact.cli"),
    "relative": ("multiact/calculus/graph.py", "from ..catalogue import smooth"),
    "relative to the top": ("multiact/calculus/graph.py", "from .. import catalogue"),
    "the facade": ("multiact/kernels/c.py", "from multiact import get"),
    "backend from the core": ("multiact/kernels/c.py", "import_module('multiact_torch')"),
    "backend from backend": ("backends/multiact_jax/__init__.py", "import multiact_flax"),
    "flax from torch": ("backends/multiact_torch/nn.py", "from multiact_numpy import talu"),
    "no row": ("multiact/helpers.py", "x = 1"),
}
FORMULA = {
    "torch": "y = torch.exp(x)",
    "method": "y = x.tanh()",
    "name": "from math import erf\ny = erf(x)",
    "delegated": "y = F.gelu(x)",
    "constant": "y = x * 0.044715",
    "negative": "y = -1.702 * x",
}


CODE = {
    "eval": "eval(text)",
    "exec": "def f():\n    exec(text)",
    "pickle": "import pickle",
    "from pickle": "from pickle import loads",
    "array": "np.load(file)",
    "object array": "load(file, allow_pickle=True)",
    "weights": "torch.load(file)",
    "shell": "subprocess.run(text, shell=True)",
    "system": "os.system(text)",
}


@pytest.mark.parametrize("source", CODE.values(), ids=CODE)
def test_code_from_data_is_found(source):
    assert len(check_no_code_from_data({"multiact/a.py": source})) == 1


def test_what_runs_text_is_still_there():
    for path, what in ALLOWED:
        source = read("multiact", "backends")[path]
        assert f"{what}(" in source or f"from {what} import" in source


@pytest.mark.parametrize(("sources", "fault"), SIZES.values(), ids=SIZES)
def test_a_size_fault_is_found(sources, fault):
    faults = check_sizes(sources)
    assert len(faults) == 1
    assert fault in faults[0]


def test_docstrings_do_not_count_as_length():
    assert check_sizes({"multiact/a.py": function(30, doc=20)}) == []


@pytest.mark.parametrize(("source", "fault"), DOCUMENTED.values(), ids=DOCUMENTED)
def test_a_documentation_fault_is_found(source, fault):
    text = source if fault.startswith("module") else '"""Module."""\n' + source
    faults = check_documented({"multiact/a.py": text})
    assert len(faults) == 1
    assert fault in faults[0]


def test_private_names_and_overrides_need_no_docstring():
    text = """'''M.'''
def _f(x): ...
class C:
    '''C.'''
    @override
    def m(self) -> int: ...
"""
    assert check_documented({"multiact/a.py": text}) == []


@pytest.mark.parametrize("source", FRAMEWORK.values(), ids=FRAMEWORK)
def test_a_framework_is_found(source):
    assert len(check_no_framework({"multiact/a.py": source})) == 1
    assert check_no_framework({"backends/multiact_torch/a.py": source}) == []


@pytest.mark.parametrize(("path", "source"), ARROW.values(), ids=ARROW)
def test_a_wrong_arrow_is_found(path, source):
    known = dict.fromkeys(
        ["multiact/__init__.py", "multiact/cli.py", "multiact/catalogue/smooth.py"], ""
    )
    known |= {f"backends/multiact_{b}/__init__.py": "" for b in ("numpy", "torch", "jax", "flax")}
    faults = check_arrows(known | {path: source})
    assert len(faults) == 1
    assert path in faults[0]


def test_right_arrows_pass():
    sources = {
        "multiact/calculus/graph.py": "if TYPE_CHECKING:\n    import multiact.cli",
        "multiact/catalogue/smooth.py": "from multiact.declare.decorator import activation",
        "multiact/declare/decorator.py": "from multiact.declare.activation import Activation",
        "multiact/declare/activation.py": "from multiact.calculus.graph import Node",
        "multiact/cli.py": "import_module('multiact_torch')\nfrom multiact import get",
        "backends/multiact_flax/nnx.py": "import multiact_jax\nfrom multiact import kernels",
    }
    assert check_arrows(sources) == []


@pytest.mark.parametrize("source", FORMULA.values(), ids=FORMULA)
def test_a_formula_in_an_adapter_is_found(source):
    assert len(check_no_formula({"backends/multiact_torch/a.py": source})) == 1
    assert check_no_formula({"multiact/catalogue/a.py": source}) == []


def test_an_adapter_may_name_functions_and_use_plain_numbers():
    source = "FUNCTIONS = {'erf': torch.special.erf}\ny = x * 0.5 + 1.0 - 0.0 + 2\n"
    assert check_no_formula({"backends/multiact_torch/a.py": source}) == []


def test_an_empty_folder_is_an_error():
    with pytest.raises(FileNotFoundError, match="no Python file"):
        read(".github")


def test_the_script_agrees(capsys):
    assert main() == 0
    assert "median file" in capsys.readouterr().out
