"""Records are values: compared by declaration and defaults, kept by pickle, copies and reloads."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Annotated, Any

import numpy as np
import pytest

import multiact
from multiact.declare.activation import Activation
from multiact.parameters import Axis, Learnable, Real, Shaped, zeros
from tests.helpers.registered import temporary_registrations

Ones = Annotated[Any, Shaped(("terms",), {"ones": lambda shape, draw, xp: np.ones(shape)})]
Zeros = Annotated[Any, Shaped(("terms",), {"zeros": zeros})]


try:
    import multiact_torch

    class Mine(multiact_torch.TaLU):
        """A user's own class."""

except ImportError:
    pass


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    with temporary_registrations():
        yield


def test_equal_configurations_are_equal_records() -> None:
    first, second = (multiact.get({"name": "swish", "beta": 1.5}) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != multiact.get({"name": "swish", "beta": 1.25})
    assert first != multiact.get("swish")
    assert multiact.get({"name": "swish", "beta": 1.0}) == multiact.get("swish")
    assert multiact.get("swish") != "swish"
    assert len({first, second, multiact.get("swish"), multiact.swish}) == 2


@pytest.mark.parametrize(
    "spec", ["swish", {"name": "swish", "beta": 1.5}, {"name": "maxout", "size": 3}]
)
def test_copies_and_pickles_are_equal(spec: Any) -> None:
    act = multiact.get(spec)
    assert copy.copy(act) is act
    assert copy.deepcopy([act])[0] is act
    assert pickle.loads(pickle.dumps(act)) == act


def test_arrays_as_defaults_are_compared_by_content() -> None:
    given = {"name": "dct", "coefficients": [0.0, 1.0]}
    assert multiact.get(given) == multiact.get(given)
    assert multiact.get(given) != multiact.get({"name": "dct", "coefficients": [0.0, 1.5]})
    array = np.asarray([0.0, 1.0])
    first, second = (multiact.get("dct").with_defaults(coefficients=a) for a in (array, array + 0))
    assert first == second


def test_what_depends_on_the_declaration_alone_is_made_once() -> None:
    """A new number for a parameter makes no new graph."""
    graphs = {
        act.expression(act.specialization())
        for act in (multiact.get({"name": "swish", "beta": b}) for b in (0.5, 1.5, 2.5))
    }
    assert len(graphs) == 1


def test_the_formula_is_called_once_for_a_specialization() -> None:
    calls = []

    @multiact.activation
    def planted(x, /, alpha: Real = 1.0, *, xp):
        calls.append(x)
        return alpha * xp.tanh(x)

    x = np.ones(3)
    planted(x)
    planted(x, 0.5)
    multiact.derivative(planted, order=2)(x)
    planted.expression(planted.specialization(), raw=True)
    assert len(calls) == 1


def declared(scale: float) -> Activation:
    """The cell of a notebook, which is run again with another formula."""

    @multiact.activation
    def cell(x, /, weights: Learnable[Ones], *, xp):
        return sum(scale * w * x for w in weights)

    return cell  # type: ignore[no-any-return]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_modules_live_on_when_their_cell_is_run_again(copied: Any) -> None:
    torch = pytest.importorskip("torch")
    multiact_torch = pytest.importorskip("multiact_torch")
    old = multiact_torch.create(declared(1.0), terms=3)
    declared(2.0)
    assert old(torch.ones(1)).item() == 3
    assert set(copied(old).state_dict()) == {"weights"}
    new = multiact_torch.create("cell", terms=3)
    assert copied(new)(torch.ones(1)).item() == 6


def test_nnx_modules_too() -> None:
    flax = pytest.importorskip("multiact_flax")
    declared(1.0)
    old = flax.create("cell", terms=3)
    declared(2.0)
    assert copy.deepcopy(old).weights[...].tolist() == [1, 1, 1]
    assert float(pickle.loads(pickle.dumps(old))(np.ones(1, np.float32))[0]) == 6


def test_a_users_subclass_is_pickled_by_its_name() -> None:
    pytest.importorskip("multiact_torch")
    assert type(pickle.loads(pickle.dumps(Mine()))).__name__ == "Mine"


def test_array_parameters_may_have_initializers_of_other_names() -> None:
    @multiact.activation(sizes={"terms": 3})
    def planted(x, /, w: Learnable[Ones], v: Learnable[Zeros], *, xp):
        return sum(a * x + b * x * x for a, b in zip(w, v, strict=True))

    from multiact.analysis import defaults

    given = defaults.arguments(planted)
    assert given["w"].tolist() == [1, 1, 1]
    assert given["v"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "package", ["multiact_numpy", "multiact_torch", "multiact_jax", "multiact_flax"]
)
def test_defaults_of_array_parameters_are_those_of_functions_and_modules(package: str) -> None:
    @multiact.activation
    def planted(x, /, w: Learnable[Ones] = [2.0, 3.0], *, xp):  # noqa: B006  a declaration
        return w[0] * x + w[1] * x * x

    module = pytest.importorskip(package)
    torch = pytest.importorskip("torch") if package == "multiact_torch" else None
    x = np.ones(2, np.float32) if torch is None else torch.ones(2)
    makes = [getattr(module, n) for n in ("function", "create") if hasattr(module, n)]
    assert makes
    for make in makes:
        assert [v.item() for v in make("planted")(x)] == [5, 5]


def test_a_gates_default_axis_may_be_another() -> None:
    @multiact.activation(kind="gated")
    def planted(a, b, /, *, axis: Axis = 1, xp):
        return a * xp.tanh(b)

    assert planted(np.ones((2, 4, 6))).shape == (2, 2, 6)
    assert planted(np.ones((2, 4, 6)), axis=-1).shape == (2, 4, 3)


@pytest.mark.parametrize(
    "kinks",
    [
        lambda a: {0: a},
        partial(lambda scale, a: {0: scale * a}, 1.0),
        lambda *, a: {0: a},
        lambda a, /: {0: a},
    ],
)
def test_kinks_may_be_any_callable(kinks: Any) -> None:
    @multiact.activation(kinks=kinks)
    def planted(x, /, a: Real = 2.0, *, xp):
        return xp.where(x > 0, x, a * x)

    assert planted.kink_slopes({}) == {0: 2}
    assert planted.kink_slopes({"a": 3.0}) == {0: 3}


def test_only_names_mappings_and_records_are_taken() -> None:
    class Lookalike:
        is_graph = True

    with pytest.raises(TypeError, match="expected a name, a mapping or an activation"):
        multiact.get(Lookalike())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "number", [np.float32(0.5), np.float64(0.5), Fraction(1, 2), np.int8(2), 2]
)
def test_numbers_of_every_type_are_numbers(number: Any) -> None:
    act = multiact.get("leaky_relu")
    (value,) = act.bind((number,), {}).parameters
    assert isinstance(value, (int, float))
    assert value == float(number)
    with pytest.raises(ValueError, match="must be a finite number"):
        act.bind((np.float32("nan"),), {})
    with pytest.raises(TypeError, match="must be a number, got True"):
        act.bind((np.bool_(True),), {})


def test_lists_are_settings() -> None:
    act = multiact.get({"name": "lin_comb", "functions": ["relu", "tanh"]})
    assert act.settings[0].default == ("relu", "tanh")
    assert hash(act)


def test_code_without_a_module_declares_like_any_other() -> None:
    """`exec(code, {})` leaves `__module__` None."""
    code = "@activation\ndef nowhere(x, /, *, xp):\n    return xp.tanh(x)\n"
    names: dict[str, Any] = {"activation": multiact.activation}
    exec(code, names)
    act = names["nowhere"]
    assert multiact.get("nowhere") is act
    assert pickle.loads(pickle.dumps(act)) is act
    assert (act.package, act.family) == ("__main__", "__main__")
    np.testing.assert_allclose(act(np.ones(1)), np.tanh(1.0))
    exec(code, names)  # declared again
