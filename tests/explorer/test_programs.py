"""What the explorer computes is what Python computes, to 1e-12."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

import multiact
from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.calculus.graph import Data
from multiact.calculus.lower import ANGULAR
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.declare.parameters import Parameter
from multiact.derivatives import derivative
from multiact.explorer.contents import statement
from multiact.explorer.javascript import function, number
from multiact.explorer.page import page, programs
from tests.explorer.node import listed, needs_node, run
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import EVERYTHING, USUAL, operations, representatives

GOAL = 1e-12
X = symbol(Data("x"))
#: small, large, and where nothing is a number
ENDS = [0.0, -0.0, 1e-300, -1e-300, 1e-8, -1e-8, 40.0, -40.0]
FAR = [1e3, -1e3, 1e10, -1e10, 1e100, -1e100]  # where angles have lost digits
ENDS += [np.inf, -np.inf, np.nan]
GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
NAMES = GRAPHS if EVERYTHING else sorted({*representatives(GRAPHS), *USUAL} & {*GRAPHS})


def moved(p: Parameter, value, seed: int):
    """Another value that a parameter may have."""
    if isinstance(value, np.ndarray):
        return value + 0.1 * np.random.default_rng(seed).random(value.shape)
    for other in (1.3 * value + 0.1, 0.6 * value, 0.9 * value):
        if p.constraint is None or p.constraint.holds(other):
            return float(other)
    return value


def arguments(act) -> list[dict]:
    """The defaults, and other values if there are any that satisfy all conditions."""
    first = defaults.arguments(act)
    named = {p.name: p for p in act.parameters}
    found = [first]
    other = {n: moved(named[n], v, 1) if n in named else v for n, v in first.items()}
    try:
        act.bind((), {n: v for n, v in other.items() if not isinstance(v, np.ndarray)}, partly=True)
    except ValueError:
        return found
    return [first, other] if act.parameters else found


def angular(act) -> bool:
    """Whether it has sines or cosines."""
    return bool(operations(act) & ANGULAR)


def points(act, values) -> np.ndarray:
    """A grid, and points at which something happens."""
    grid = np.linspace(-6, 6, 97)
    kinks = find_breakpoints(act, values, grid, None, dict.fromkeys(act.data[1:], 0.7))
    far = [] if angular(act) else FAR
    return np.unique(np.concatenate([grid, kinks, np.asarray(kinks) + 1e-6, ENDS, far]))


def expected(act, values, along: int, x, fixed: float, order: int):
    """What Python computes."""
    f = derivative(act, order=order, wrt=act.data[along])
    arrays = [x if k == along else np.full_like(x, fixed) for k in range(len(act.data))]
    if act.kind != "gated":
        return f(*arrays, **values)
    options = {**values, "axis": -1, "gate": "second"}
    return f(np.stack(arrays, axis=-1), **options)[..., 0]


def jobs(name: str):
    """Rows of what is computed in node and what Python computes."""
    act = multiact.get(name)
    for values in arguments(act):
        x = points(act, values)
        p = [v for q in act.parameters for v in np.ravel(values[q.name]).tolist()]
        for along in range(len(act.data)):
            data = [x if k == along else np.full_like(x, 0.7) for k in range(len(act.data))]
            with np.errstate(all="ignore"):
                truth = [expected(act, values, along, x, 0.7, order) for order in range(3)]
            yield SimpleNamespace(
                name=name, along=along, p=p, data=data, x=x, truth=truth, angular=angular(act)
            )


def computed(folder, script: str, rows) -> list[np.ndarray]:
    """What node computes for each row."""
    asked = ",".join(
        f"[{json.dumps(r.name)},{r.along},{listed(r.p)},[{','.join(map(listed, r.data))}]]"
        for r in rows
    )
    body = f"""reply([{asked}].map(([name, along, p, data]) => {{
      const f = explorer.activations.get(name).along[along];
      const columns = data.map(numbers);
      return columns[0].map((_, i) => f(...columns.map((c) => c[i]), ...numbers(p)));
    }}));"""
    return [np.asarray(r, dtype=np.float64).T for r in run(folder, script, body, 1)]


def excess(row, order: int, found) -> np.ndarray:
    """How far from the truth, relative to it or to 1; NaN and infinities must be the same.

    Sums of waves cancel, so these errors are relative to the largest value near 0: angles are
    rounded in Python and in the page, though not alike where one of them has fused operations.
    """
    truth = np.asarray(row.truth[order])
    near = np.abs(row.x) <= 6
    least = max(1, np.abs(truth[near]).max()) if row.angular else 1
    with np.errstate(invalid="ignore"):
        error = np.abs(found - truth) / np.maximum(least, np.abs(truth))
    same = (found == truth) | (np.isnan(found) & np.isnan(truth))
    return np.where(same, 0, np.where(np.isnan(error), np.inf, error))


def faults(folder, names, change=lambda text: text) -> list[str]:
    """Where node and Python differ by more than the goal."""
    rows = [row for name in names for row in jobs(name)]
    script = change(programs(statement(multiact.get(name)) for name in names))
    found = []
    for row, got in zip(rows, computed(folder, script, rows), strict=True):
        for order in range(3):
            error = excess(row, order, got[order])
            worst = int(np.argmax(error))
            if error[worst] > GOAL:
                found.append(
                    f"{row.name} along {row.along}, order {order}, p={row.p}: at {row.x[worst]!r} "
                    f"{got[order][worst]!r}, not {row.truth[order][worst]!r} "
                    f"({(error > GOAL).sum()} points)"
                )
    return found


@needs_node
@pytest.mark.parametrize("part", range(4 if EVERYTHING else 1))
def test_the_page_computes_what_python_computes(part, tmp_path):
    some = NAMES[part :: 4 if EVERYTHING else 1]
    assert faults(tmp_path, some) == []


@needs_node
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("tanh(x0)", "tanh(x0*1.00000000001)"), ("(x0<0)", "(x0<=0)"), ("[(t0?", "[(!t0?")],
)
def test_a_planted_fault_is_found(right, wrong, tmp_path):
    def change(text):
        head, mark, rest = text.partition('set("talu"')
        assert right in rest
        return head + mark + rest.replace(right, wrong, 1)

    assert any("talu" in fault for fault in faults(tmp_path, ["talu"], change))


def test_shared_parts_are_computed_once():
    u = call("sqrt", X)
    assert function([u * (u + 1.0), u], Inputs((Data("x"),))) == (
        "(x0)=>{const t0=sqrt(x0);return[(t0*(t0+1)),t0]}"
    )


def test_parameters_are_arguments_one_for_each_element():
    inputs = Inputs((Data("x"),), (("a", None), ("w", 2)))
    a, second = symbol("a"), symbol("w_1")
    assert function([X * a - second], inputs) == "(x0,p0,p1,p2)=>{return[((x0*p0)-p2)]}"


def test_numbers():
    texts = [number(v) for v in (2.0, -0.5, 1e-300, np.inf, -np.inf, np.nan)]
    assert texts == ["2", "(-0.5)", "1e-300", "Infinity", "(-Infinity)", "NaN"]


@needs_node
def test_halves_are_rounded_to_even_and_powers_of_one_are_one(tmp_path):
    x = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, -2.6, 2.0**53 + 2, np.inf, np.nan]
    body = f"""const {{ round, pow }} = explorer.elementary;
    reply([numbers({listed(x)}).map(round),
      [pow(1, NaN), pow(1, Infinity), pow(-1, -Infinity), pow(2, 3), pow(-1, 3)]]);"""
    rounded, powers = run(tmp_path, "", body, 1)
    np.testing.assert_array_equal(np.asarray(rounded, float), np.round(x))
    assert powers == [1, 1, 1, 8, -1]


def test_a_docstring_cannot_end_the_script():
    with temporary_registrations():

        @multiact.activation
        def hostile(x, /, *, xp):
            """Ends </script><script>alert(1)</script><!-- here."""
            return xp.tanh(x)

        text = page([hostile], [hostile])
    assert "alert(1)" in text
    assert text.count("</script>") == 2  # the page's own
    assert "<!--" not in text
