"""torch.compile and torch.export: one graph, any size, any number, saved and loaded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

import multiact
from tests.helpers import processes
from tests.helpers.representatives import representatives

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
example = pytest.importorskip("tests.frameworks.modules").example

from functorch.compile import make_boxed_func  # noqa: E402
from torch._dynamo.backends.common import aot_autograd  # noqa: E402

WHOLE = [n for n in representatives() if not multiact.get(n).is_graph]
FEW = ("talu", "prelu", "staf", "swiglu", "softmax")


@pytest.fixture
def compiler() -> Iterator[Any]:
    """Dynamo with nothing compiled yet, and a backend that counts the graphs it is given."""

    class Counter:
        graphs = 0

        def __call__(self, graph: Any, _inputs: Any) -> Any:
            self.graphs += 1
            return graph.forward

    torch._dynamo.reset()
    yield Counter()
    torch._dynamo.reset()


def test_the_first_call_of_a_module_is_compiled(compiler: Any) -> None:
    """Nothing is left to be found out in the first eager call."""
    x = torch.randn(4, 6)
    modules = [mt.PReLU(channels=6), mt.STAF(), mt.SwiGLU(), mt.Softmax(), mt.BSpline()]
    compiled = [torch.compile(m, fullgraph=True, backend=compiler)(x) for m in modules]
    for module, found in zip(modules, compiled, strict=True):
        torch.testing.assert_close(found, module(x))
    assert compiler.graphs == len(modules)


@pytest.mark.parametrize("module", ["CReLU()", "MoE(8)", "SwiGLULayer(8, 4)"])
def test_a_formula_in_a_formula_is_compiled_before_it_was_used(module: str) -> None:
    code = f"""if True:
        import torch, multiact_torch as mt
        module, x = mt.{module}, torch.randn(4, 8)
        compiled = torch.compile(module, fullgraph=True, backend="eager")
        torch.testing.assert_close(compiled(x), module(x))
    """
    processes.finished(processes.python("-c", code))


@pytest.mark.parametrize("name", FEW)
def test_dynamic_sizes_share_a_graph(compiler: Any, name: str) -> None:
    module, _ = example(name)
    compiled = torch.compile(module, fullgraph=True, dynamic=True, backend=compiler)
    for rows in (4, 6, 10):
        x = torch.randn(rows, 8, dtype=torch.float64)
        torch.testing.assert_close(compiled(x), module(x))
    assert compiler.graphs == 1


def test_other_numbers_recompile_once_as_in_torch(compiler: Any) -> None:
    """A number is a constant at first, then an input: never a graph for each value."""
    x = torch.tensor([-1.0, 2.0])
    counts = []
    for make in (lambda a: mt.TaLU(a, learnable=()), torch.nn.LeakyReLU):
        before = compiler.graphs
        for value in (0.1, 0.2, 0.3, 0.4, 0.5):
            module = make(value)
            found = torch.compile(module, fullgraph=True, backend=compiler)(x)
            torch.testing.assert_close(found, module(x))
        counts.append(compiler.graphs - before)
    assert counts == [2, 2]


@pytest.mark.parametrize("name", WHOLE)
def test_activations_inside_formulas_compile(compiler: Any, name: str) -> None:
    module, x = example(name)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x), module(x))
    inputs = [x, *module.parameters()]
    found, expected = (torch.autograd.grad(f(x).square().sum(), inputs) for f in (compiled, module))
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("name", ["talu", "staf", "swiglu", "softmax", "moe"])
def test_export_is_saved_and_loaded(name: str, strict: bool) -> None:
    module, x = example(name)
    sizes = ({0: torch.export.Dim("rows")},)
    program = torch.export.export(module, (x.detach(),), dynamic_shapes=sizes, strict=strict)
    buffer = io.BytesIO()
    torch.export.save(program, buffer)
    buffer.seek(0)
    loaded = torch.export.load(buffer)
    x = torch.randn(7, *x.shape[1:], dtype=torch.float64)
    for found in (loaded, loaded.run_decompositions()):
        torch.testing.assert_close(found.module()(x), module(x))
    targets = {str(n.target) for n in program.graph.nodes if n.op == "call_function"}
    assert all(t.startswith(("aten.", "<built-in function")) for t in targets), targets


@pytest.mark.parametrize("name", ["relu", "relu6", "leaky_relu", "hardtanh"])
def test_functions_and_modules_compile_to_torch_s_own(name: str) -> None:
    graphs = []

    def seen(graph: Any, _inputs: Any) -> Any:
        graphs.append({getattr(node.target, "__name__", "") for node in graph.graph.nodes})
        return graph.forward

    x = torch.linspace(-8, 8, 100)
    for ours in (getattr(mt, name), mt.create(name)):
        compiled = torch.compile(ours, backend=seen, fullgraph=True)
        torch.testing.assert_close(compiled(x), ours(x), rtol=0, atol=0)
    assert [name in targets for targets in graphs] == [True, True]
    assert not any("in_graph" in targets for targets in graphs)


@pytest.mark.parametrize(("name", "slow"), [("talu", "tanh"), ("softplus", "log1p")])
def test_what_inductor_computes_slowly_is_arithmetic(compiler: Any, name: str, slow: str) -> None:
    found: list[set[str]] = []

    def keep(graph: Any, _inputs: Any) -> Any:
        found.append({getattr(node.target, "__name__", "") for node in graph.graph.nodes})
        return make_boxed_func(graph.forward)

    module, x = mt.create(name), torch.linspace(-8, 8, 100, requires_grad=True)
    compiled = torch.compile(module, backend=aot_autograd(fw_compiler=keep), fullgraph=True)
    compiled(x).sum().backward()
    forward, backward = found
    assert "exp.default" in forward & backward
    assert f"{slow}.default" not in forward | backward
