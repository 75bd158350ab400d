"""Disguises of known activations are recognised, with their parameters; new ones are not."""

import math

import mpmath
import pytest
from mpmath import mp, mpf

import multiact
from multiact.parameters import Learnable, Positive, Real
from multiact.relations.atlas import all_relations
from multiact.relations.curves import Curve, catalogue
from multiact.relations.numbers import number
from multiact.relations.proof import confirmed
from multiact.relations.relation import Relation
from multiact.relations.search import find_relations
from multiact.special import erf, softplus
from tests.helpers.registered import temporary_registrations

#: by name: a formula, what it is in disguise, and the changed parameters, a, b, c and d of that
DISGUISES = {
    "renamed": (lambda x, xp: x / (1 + xp.exp(-1.702 * x)), "quick_gelu", {}, "1 1 0 0"),
    "swish_17": (lambda x, xp: x / (1 + xp.exp(-1.7 * x)), "swish", {"beta": "1.7"}, "1 1 0 0"),
    "silu_17": (lambda x, xp: x / (1 + xp.exp(-1.7 * x)), "silu", {}, "10/17 1.7 0 0"),
    "doubled": (lambda x, xp: 2 / (1 + xp.exp(-2 * x)) - 1, "tanh", {}, "1 1 0 0"),
    "halved": (lambda x, xp: (1 + xp.tanh(x / 2)) / 2, "sigmoid", {}, "1 1 0 0"),
    "lecun": (lambda x, xp: 1.7159 * xp.tanh(2 * x / 3), "tanh", {}, "1.7159 2/3 0 0"),
    "shifted": (
        lambda x, xp: xp.log(1 + xp.exp(x)) - xp.log(2.0),
        "softplus",
        {"beta": "1"},
        "1 1 0 -log(2)",
    ),
    "moved": (lambda x, xp: softplus(3 * x - 1), "softplus", {"beta": "1"}, "1 3 -1 0"),
    "mirrored": (lambda x, xp: -xp.log(1 + xp.exp(-x)), "softplus", {"beta": "1"}, "-1 -1 0 0"),
    "leak": (
        lambda x, xp: xp.where(x < 0, x / 6, x),
        "leaky_relu",
        {"negative_slope": "1/6"},
        "1 1 0 0",
    ),
    "no_leak": (lambda x, xp: xp.maximum(x, 0), "leaky_relu", {"negative_slope": "0"}, "1 1 0 0"),
    "all_leak": (lambda x, xp: 1 * x, "prelu", {"weight": "1"}, "1 1 0 0"),
    "larger_elu": (
        lambda x, xp: xp.where(x > 0, x, 1.3 * (xp.exp(x) - 1)),
        "elu",
        {"alpha": "1.3"},
        "1 1 0 0",
    ),
    "scaled_elu": (
        lambda x, xp: 2 * xp.where(x > 0, x, 0.7 * (xp.exp(x) - 1)) + 1,
        "elu",
        {"alpha": "0.7"},
        "2 1 0 1",
    ),
    "normal": (lambda x, xp: x * (1 + erf(x / math.sqrt(2))) / 2, "gelu", {}, "1 1 0 0"),
    "wide_gelu": (lambda x, xp: x * (1 + erf(x)), "gelu", {}, "sqrt(2) sqrt(2) 0 0"),
    "steps": (
        lambda x, xp: xp.minimum(xp.maximum(x / 6 + 0.5, 0), 1),
        "hardsigmoid",
        {},
        "1 1 0 0",
    ),
    "capped": (lambda x, xp: xp.clip(2 * x, 0.0, 6.0) - 3, "relu6", {}, "1 2 0 -3"),
    "bounded": (lambda x, xp: x / (1 + xp.abs(x)) / 2 + 0.5, "softsign", {}, "0.5 1 0 0.5"),
    "faster_mish": (lambda x, xp: x * xp.tanh(xp.log(1 + xp.exp(3 * x))), "mish", {}, "1/3 3 0 0"),
    "hard_swish_6": (lambda x, xp: x * xp.clip(x + 3, 0.0, 6.0), "hardswish", {}, "6 1 0 0"),
    "sevenths": (lambda x, xp: xp.tanh(x / 7 + 1) * 5, "tanh", {}, "5 1/7 1 0"),
    "squares": (
        lambda x, xp: 0.5 * xp.maximum(x, 0) ** 2 - 0.25,
        "squared_relu",
        {},
        "0.5 1 0 -0.25",
    ),
}
NEW = {
    "sigmoid_of_a_square": lambda x, xp: 1 / (1 + xp.exp(-x * xp.abs(x))),
    "two_sigmoids": lambda x, xp: x / (1 + xp.exp(-x)) + 0.1 * xp.tanh(3 * x),
    "almost_tanh": lambda x, xp: xp.tanh(x) * (1 + 1e-7 * x),
    "bell_gated": lambda x, xp: x * xp.exp(-x * x) + 0.3 * x,
    "bent_twice": lambda x, xp: xp.where(x < -0.7, 0.2 * x, xp.where(x > 1.3, x * x, x)),
}


def declared(name, formula):
    def written(x, /, *, xp):
        return formula(x, xp)

    written.__name__ = written.__qualname__ = name
    written.__doc__ = "A disguise."
    return Curve(multiact.activation(name=name.title().replace("_", ""))(written))


@pytest.fixture(autouse=True)
def _registrations():
    with temporary_registrations():
        yield


@pytest.mark.parametrize("name", DISGUISES)
def test_disguises_are_recognised(name):
    formula, original, parameters, coefficients = DISGUISES[name]
    target, other = declared(f"my_{name}", formula), Curve(multiact.get(original))
    (found,) = find_relations(other, [target])
    assert (found.left, found.right) == (target.name, original)
    right = {n: str(v) for n, v in found.right_parameters}
    assert right == {**{n: str(number(v)) for n, v in other.defaults.items()}, **parameters}
    assert " ".join(map(str, found.coefficients)) == coefficients
    assert found.kind == (
        "affine" if not found.is_plain else "same" if not changed(other, right) else "special case"
    )


def changed(other, right):
    return any(str(number(v)) != right[n] for n, v in other.defaults.items())


def test_parameters_of_the_new_one_are_found():
    @multiact.activation(name="MyLeaky")
    def my_leaky(x, /, left: Learnable[Real] = 0.3, *, xp):
        """Two slopes."""
        return xp.where(x < 0, left * x, x)

    @multiact.activation(name="MySwish")
    def my_swish(x, /, k: Learnable[Positive] = 3.0, *, xp):
        """A gate."""
        return x / (1 + xp.exp(-k * x))

    (found,) = find_relations(Curve(my_leaky), [Curve(multiact.get("relu"))])
    assert str(found) == "relu(x) = my_leaky(x, left=0)"
    (found,) = find_relations(Curve(my_swish), [Curve(multiact.get("quick_gelu"))])
    assert str(found) == "quick_gelu(x) = my_swish(x, k=1.702)"
    (found,) = find_relations(Curve(multiact.get("leaky_relu")), [Curve(my_leaky)])
    assert str(found) == "my_leaky(x, left) = leaky_relu(x, negative_slope=left)"


@pytest.mark.parametrize("name", NEW)
def test_new_functions_are_new(name, monkeypatch):
    few = [c for i, c in enumerate(catalogue()) if i % 8 == 0 or c.name in FEW]  # all take long
    monkeypatch.setattr("multiact.relations.answer.catalogue", lambda: iter(few))
    found = multiact.relatives(declared(name, NEW[name]).act)
    assert found.is_new
    assert found.relations == ()
    unlike = [n.unlike for n in found.neighbours]
    assert unlike == sorted(unlike)
    assert unlike[0] > 0


def test_what_is_the_same_nearby_only_is_not_the_same():
    """Softplus that is cut off at 40 is softplus to 17 digits, and beyond not to 60."""
    assert [
        *find_relations(Curve(multiact.get("softplus")), [Curve(multiact.get("soft_relu"))])
    ] == []
    assert [*find_relations(Curve(multiact.get("gelu")), [Curve(multiact.get("gelu_10"))])] == []


def test_what_differs_near_0_alone_is_not_the_same():
    rough = declared("rough_modulus", lambda x, xp: x * xp.tanh(300 * x))
    modulus = declared("modulus", lambda x, xp: xp.abs(x))
    assert confirmed(Relation("modulus", "rough_modulus", "same"), modulus, rough) is None
    assert [*find_relations(rough, [modulus])] == []


def test_a_narrow_piece_makes_a_difference():
    gap = declared("gap", lambda x, xp: xp.where((x > 1.31) & (x < 1.33), 0.0, xp.tanh(x)))
    tanh = Curve(multiact.get("tanh"))
    assert confirmed(Relation("tanh", "gap", "same"), tanh, gap) is None
    assert [*find_relations(tanh, [gap])] == []


@pytest.mark.parametrize("d", [-1 + 1e-12, -1 - 1e-9, 1])
def test_a_planted_false_relation_is_not_confirmed(d):
    tanh, sigmoid = (Curve(multiact.get(n)) for n in ("tanh", "sigmoid"))
    true = Relation("tanh", "sigmoid", "affine", a=number(2), b=number(2), d=number(-1))
    false = Relation("tanh", "sigmoid", "affine", a=number(2), b=number(2), d=number(d))
    assert confirmed(true, tanh, sigmoid).confirmed == "60 digits"
    assert confirmed(false, tanh, sigmoid) is None


FEW = (
    "celu elu leaky_relu prelu relu relu6 hardtanh hardsigmoid sigmoid tanh stanh silu swish "
    "quick_gelu selu softplus logsigmoid softsign scaled_softsign identity gelu"
).split()


def test_each_relation_of_the_catalogue_is_right():
    """By another evaluation: `mp` functions on the names' own oracles would be circular here."""
    curves = [c for c in catalogue() if c.name in FEW]
    relations = all_relations(curves, [])
    assert len(relations) >= 15
    for r in relations:
        left, right = ({n: mpf(float(v)) for n, v in side} for side in r.parameters)
        a, b, c, d = (v.exact(mp) for v in r.coefficients)
        for x in (-3.25, -0.5, 0.125, 1.5, 4.75):
            one = ORACLES[r.left](mpf(x), **left)
            other = a * ORACLES[r.right](b * mpf(x) + c, **right) + d
            assert mpmath.almosteq(one, other, rel_eps=1e-12, abs_eps=1e-12), str(r)


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _elu(x, alpha):
    return x if x > 0 else alpha * mp.expm1(x)


#: from the papers
ORACLES = {
    "celu": lambda x, alpha: max(x, 0) + min(0, alpha * mp.expm1(x / alpha)),
    "elu": _elu,
    "leaky_relu": lambda x, negative_slope: x if x > 0 else negative_slope * x,
    "prelu": lambda x, weight: x if x > 0 else weight * x,
    "relu": lambda x: max(x, 0),
    "relu6": lambda x: min(max(x, 0), 6),
    "hardtanh": lambda x, min_val, max_val: min(max(x, min_val), max_val),
    "hardsigmoid": lambda x: min(max(x + 3, 0), 6) / 6,
    "sigmoid": _sigmoid,
    "tanh": mp.tanh,
    "stanh": lambda x, a, b: a * mp.tanh(b * x),
    "silu": lambda x: x * _sigmoid(x),
    "swish": lambda x, beta: x * _sigmoid(beta * x),
    "quick_gelu": lambda x: x * _sigmoid(mpf(1.702) * x),
    "selu": lambda x: mpf(1.0507009873554805) * _elu(x, mpf(1.6732632423543772)),
    "softplus": lambda x, beta: mp.log1p(mp.exp(beta * x)) / beta,
    "logsigmoid": lambda x: mp.log(_sigmoid(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "scaled_softsign": lambda x, a, b: a * x / (b + abs(x)),
    "identity": lambda x: x,
    "gelu": lambda x: x * mp.ncdf(x),
}
