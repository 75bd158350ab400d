"""What is derived depends on the formulas alone: not on order, hashes, or other expressions."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator

import pytest

import multiact
from tests.helpers import processes
from tests.helpers.representatives import representatives

#: how a process traces activations, and its hash seed
WAYS = {
    "in order": ("0", "forwards", "nothing"),
    "backwards, after other expressions": ("4711", "backwards", "others"),
}


def others() -> list[object]:
    """Expressions that share parts with formulas; they live as long as somebody holds them."""
    from multiact.calculus.derivative import derivative
    from multiact.calculus.graph import Data, Number
    from multiact.calculus.simplify import simplify
    from multiact.calculus.tracing import NAMESPACE, symbol

    xp = NAMESPACE
    x, a, b = (symbol(Data(name)) for name in ("x", "a", "b"))
    alpha, beta = (symbol(Number(name)) for name in ("alpha", "beta"))
    made = [
        *(xp.exp(x) * xp.tanh(x) * xp.sin(x) * a, a * b, b * a, b + a, a + b, x * alpha, alpha * x),
        *(1.0 + xp.exp(-x), xp.exp(-x) + 1.0, xp.exp(-beta * x), xp.exp(-(x * beta)), x * x * x),
        *(xp.where(x > 0, x, 0.0), xp.where(x < 0, alpha * x, x), xp.tanh(xp.log(1 + xp.exp(x)))),
    ]
    return [*made, *(derivative(simplify(e), name) for e in made for name in ("x", "a", "alpha"))]


def texts(name: str) -> Iterator[tuple[str, str]]:
    """All that is derived of an activation, as text."""
    from multiact.calculus.lower import Target
    from multiact.calculus.program import program
    from multiact.derivatives import expressions
    from multiact.kernels.c_source import Loop
    from multiact.notation.latex import latex
    from multiact.notation.text import text

    act = multiact.get(name)
    form = act.example_specialization
    yield "raw graph", repr(act.expression(form, raw=True))
    data = list(act.data)
    paths = [(), *((n,) for n in data), *((n, n) for n in data)]
    paths += [(p.name,) for p in act.parameters]
    for path in paths:
        outputs = expressions(act, form, path)
        what = f"by {', '.join(path)}"
        yield f"graph {what}", repr(outputs)
        yield f"formula {what}", "\n".join(text(e, act.data) for e in outputs)
        yield f"LaTeX {what}", "\n".join(latex(e, act.data) for e in outputs)
        for bits in (32, 64):
            made = program(outputs, form.inputs, Target(bits))
            yield f"program {what} in {bits} bits", made.source
        for dtype in ("float32", "float64"):
            source = Loop(outputs, form.inputs, (), dtype).source()
            yield f"C source {what} of {dtype}", source


def main(order: str, before: str, *names: str) -> None:
    """Print a digest of every text."""
    held = others() if before == "others" else []
    names = names or tuple(n for n in representatives() if multiact.get(n).is_graph)
    found = {}
    for name in names if order == "forwards" else reversed(names):
        for what, written in texts(name):
            found[f"{name}: {what}"] = hashlib.sha256(written.encode()).hexdigest()[:16]
    assert before == "nothing" or held
    print(json.dumps(found))


@pytest.fixture(scope="module")
def derived() -> dict[str, dict[str, str]]:
    running = {
        way: processes.python("-m", __name__, order, before, PYTHONHASHSEED=seed)
        for way, (seed, order, before) in WAYS.items()
    }
    return {way: json.loads(processes.finished(p)[0]) for way, p in running.items()}


def test_every_text_is_the_same(derived):
    """Formulas, LaTeX, Python and C of values and derivatives."""
    first, *rest = derived.values()
    assert {key.partition(":")[0] for key in first} == {
        n for n in representatives() if multiact.get(n).is_graph
    }
    for other in rest:
        different = [key for key in first if first[key] != other.get(key)]
        assert not different
        assert len(other) == len(first)


#: a fault that the package once had: a * b is the node that b * a has made before
PLANTED = """
import sys
from multiact.calculus import graph
real, first = graph.Node.of.__func__, {}
def of(cls, op, args=(), value=None):
    made = real(cls, op, args, value)
    if op not in graph.COMMUTATIVE:
        return made
    return first.setdefault((op, frozenset(map(id, args))), made)
graph.Node.of = classmethod(of)
from tests.calculus.test_determinism import main
main(*sys.argv[1:])
"""


def test_a_dependence_on_other_expressions_would_be_seen():
    command = ("-c", PLANTED, "forwards")
    running = [
        processes.python(*command, before, "tanhlu", "swish", PYTHONHASHSEED="0")
        for before in ("nothing", "others")
    ]
    alone, after = (json.loads(processes.finished(p)[0]) for p in running)
    assert alone.keys() == after.keys()
    assert alone != after


def test_the_hash_seeds_are_really_other_ones():
    code = "print(hash('x'))"
    seeds = [seed for seed, _, _ in WAYS.values()]
    found = [processes.finished(processes.python("-c", code, PYTHONHASHSEED=s))[0] for s in seeds]
    assert len(set(found)) == len(seeds)


if __name__ == "__main__":
    assert os.environ["PYTHONHASHSEED"] != "random"
    main(*sys.argv[1:])
