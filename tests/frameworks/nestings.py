"""Differentiations within differentiations, and what they must give: the truth by mpmath.

A nesting is a chain of transformations, the outermost first.  What it gives is linear in the
derivatives of the function at one place, so the truth is contracted from these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from mpmath import mp, mpf

import multiact
from multiact.declare.activation import Activation
from tests.helpers.examples import Draws, examples
from tests.helpers.representatives import size
from tests.oracle import ORACLE
from tests.oracle._differences import flat

WORDS = ("jvp", "vjp", "jacfwd", "jacrev", "hessian", "vmap")
NESTINGS = tuple(product(WORDS, repeat=3))
_ORDER = {"vmap": 0, "hessian": 2}  # all others: 1
MEMBERS = 2  #: of a batch
_STEP = mpf(10) ** -25  #: of forward differences, of which six digits of each order are enough
_DIGITS = 200


def nested(library: Any, nesting: tuple[str, ...], f: Callable[[Any], Any], weights: Any) -> Any:
    """A function under a nesting; `weights` makes an array of a library with numbers of `pattern`.

    Parameters
    ----------
    library
        `torch.func` or `jax`.
    nesting
        The transformations, the outermost first.
    f
        A function of one array.
    weights
        From a shape to the array.
    """

    def transform(word: str, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if word == "jvp":
            return lambda z: library.jvp(f, (z,), (weights(tuple(z.shape)),))[1]
        if word == "vjp":

            def pulled(z: Any) -> Any:
                y, pull = library.vjp(f, z)
                return pull(weights(tuple(y.shape)))[0]

            return pulled
        transformed: Callable[[Any], Any] = getattr(library, word)(f)
        return transformed

    for word in reversed(nesting):
        f = transform(word, f)
    return f


def order(nesting: tuple[str, ...]) -> int:
    """How often a nesting differentiates."""
    return sum(_ORDER.get(word, 1) for word in nesting)


def pattern(shape: tuple[int, ...]) -> np.ndarray:
    """A direction, or weights: no two numbers are equal, and none is 0."""
    return np.reshape(1.0 + 0.5 * np.cos(np.arange(1.0, 1.0 + math.prod(shape))), shape)


@dataclass(frozen=True)
class Derivatives:
    """A function of arrays of a shape; `at(k, z)`, its k-th derivative, has k such shapes more."""

    shape: tuple[int, ...]
    at: Callable[[int, np.ndarray], np.ndarray]


def transformed(word: str, f: Derivatives) -> Derivatives:
    """What a transformation makes of a function, by its derivatives."""
    s, at = f.shape, f.at
    if word == "jvp":
        return Derivatives(s, lambda k, z: np.tensordot(at(k + 1, z), pattern(s), len(s)))
    if word == "jet":
        return transformed("jvp", transformed("jvp", f))
    if word == "vjp":

        def pulled(k: int, z: np.ndarray) -> np.ndarray:
            weights = pattern(at(0, z).shape)
            return np.tensordot(weights, at(k + 1, z), weights.ndim)

        return Derivatives(s, pulled)
    if word == "vmap":
        return Derivatives((MEMBERS, *s), lambda k, z: _batched(at, k, z, len(s)))
    return Derivatives(s, lambda k, z: at(k + _ORDER.get(word, 1), z))


def _batched(at: Any, k: int, z: np.ndarray, axes: int) -> np.ndarray:
    """The derivatives of all members, each by its own numbers alone."""
    members = [at(k, member) for member in z]
    out = members[0].ndim - k * axes
    shape = members[0].shape
    inner = [shape[out + i * axes : out + (i + 1) * axes] for i in range(k)]
    y = np.zeros((MEMBERS, *shape[:out], *(n for s in inner for n in (MEMBERS, *s))))
    for b, member in enumerate(members):
        own = [part for _ in inner for part in (b, *[slice(None)] * axes)]
        y[(b, *[slice(None)] * out, *own)] = member
    return y


#: where whole arrays are looked at: a vector, of which some elements are equal, or an image
_WHOLE = {
    "Vector": np.array([-0.63, 0.41, 0.41, 1.2]),
    "Image": np.array([[[-0.63, 0.41], [0.7, -1.1]], [[0.2, -0.9], [0.41, 0.3]]]),
}
_WITHOUT_TIES = np.array([-0.63, 0.41, 0.1, 1.2])  # which a maximum has a corner at
_X = np.array([-0.63, 0.41])
_FEWEST = {"bspline": 4}  #: its order
_SMALL = 4


@dataclass(frozen=True)
class Subject:
    """An activation whose arrays and parameters are linear functions of a vector z.

    Attributes
    ----------
    name
        The activation.
    by
        "input", "parameters", "channels" or "both": what depends on z; with "channels" the
        parameters have a number for each element.  "kinks": the input, at the kinks.
    """

    name: str
    by: str
    known: dict[Any, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name}-{self.by}"

    def function(self, call: Any, xp: Any, asarray: Callable[[np.ndarray], Any]) -> Any:
        """The activation as a function of z; `call` takes arrays of a framework."""
        settings = {n: v for n, v in self.example.settings.items() if n != "axis"}
        if not self.act.is_graph and "axis" in self.example.settings:
            settings["axis"] = 0
        centres = {n: asarray(v) if v.ndim else float(v) for n, v in self.centres.items()}
        ways = {n: asarray(way) for n, way in self.ways.items()}

        def f(z: Any) -> Any:
            given = {n: v + (ways[n] * z).sum(-1) if n in ways else v for n, v in centres.items()}
            if self.by == "channels":  # on axis 1, where torch's prelu wants them
                given |= {n: given[n][None] for n in self.arrays}
            data = [given.pop(n) for n in self.act.data]
            if self.act.kind == "gated":
                data = [xp.concatenate(data, axis=-1)]
            return call(*data, **given, **settings).reshape(-1)

        return f

    @cached_property
    def act(self) -> Activation:
        """The activation."""
        return multiact.get(self.name)

    @cached_property
    def example(self) -> Any:
        """Its parameters and settings; others than the defaults, where there may be."""
        known = {e.label: e for e in examples(self.act)}
        return known["default"] if self.by == "kinks" else known.get("varied", known["default"])

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays: x, or the arrays of a gate or pair, and the noise."""
        x = _X
        if self.by == "kinks":
            x = np.array([*self.example.kinks()])
        elif not self.act.is_graph:
            argument = next(iter(ORACLE[self.name].__annotations__))
            x = _WHOLE[ORACLE[self.name].__annotations__[argument]]
            x = _WITHOUT_TIES if self.name in ("maxout", "group_sort") else x
        data = dict.fromkeys(self.act.data, x)
        if len(data) > 1:
            data["b"] = x[::-1] + 0.3
        draw = Draws(f"noise {self.name}")
        return {**data, **{n: draw.uniform(x.shape) for n in self.act.noise}}

    @cached_property
    def centres(self) -> dict[str, np.ndarray]:
        """The arrays and the parameters where z is 0."""
        numbers = {n: self._short(n, v) for n, v in self.example.parameters.items()}
        if self.by == "channels":
            steps = 0.1 * np.arange(len(_X))
            numbers = {n: v[..., None] * (1 + steps) for n, v in numbers.items()}
        return {**self.arrays, **numbers}

    def _short(self, name: str, value: Any) -> np.ndarray:
        """A parameter; of an array whose length is free, a few numbers, which are quicker."""
        shaped = self.act.by_name[name].shaped
        count = None
        if shaped is not None and not self.act.is_graph and shaped.sizes[0] == "channels":
            count = len(self.arrays["x"])
        elif shaped is not None and self.act.is_graph:
            free = shaped.sizes[0] not in self.example.settings
            count = _FEWEST.get(self.name, 2) if free else None
        return np.asarray(value if count is None else value[:count], float)

    @cached_property
    def ways(self) -> dict[str, np.ndarray]:
        """What z is multiplied by to be added to an array, for those that depend on it."""
        data, parameters = [*self.act.data], [*self.example.parameters]
        kinds = {"both": [*data, *parameters], "parameters": parameters, "channels": parameters}
        draw = Draws(f"ways {self.name}")
        return {
            n: (0.4 + 0.6 * draw.uniform((*self.centres[n].shape, 2)))
            for n in kinds.get(self.by, data)
        }

    def truth(self, nesting: tuple[str, ...], z: np.ndarray) -> np.ndarray:
        """What a nesting gives."""
        f = Derivatives((2,), self.derivative)
        for word in reversed(nesting):
            f = transformed(word, f)
        return f.at(0, z)

    def derivative(self, k: int, z: np.ndarray) -> np.ndarray:
        """The k-th derivative by z of the values."""
        key = (k, *z)
        if key not in self.known:
            self.known[key] = (self._at_kinks if self.by == "kinks" else self._differences)(k, z)
        return self.known[key]

    def _at_kinks(self, k: int, _z: np.ndarray) -> np.ndarray:
        """By the calculus, which chooses a slope there."""
        slopes = multiact.derivative(self.act, order=k)(self.arrays["x"])
        for _ in range(k):
            slopes = slopes[..., None] * self.ways["x"].reshape(
                len(slopes), *[1] * (slopes.ndim - 1), 2
            )
        return slopes

    def _differences(self, k: int, z: np.ndarray) -> np.ndarray:
        function = ORACLE[self.name]
        if k:
            function = getattr(function, "surrogate", function)
        with mp.workdps(_DIGITS):
            samples = {
                n: self._values(function, [mpf(v) + i * _STEP for v, i in zip(z, n, strict=True)])
                for n in product(range(k + 1), repeat=2)
                if sum(n) <= k
            }
            parts = []
            for n in range(k + 1):  # times by the first number of z
                terms = [
                    (math.comb(n, i) * math.comb(k - n, j) * (-1) ** (k - i - j), samples[i, j])
                    for i, j in product(range(n + 1), range(k - n + 1))
                ]
                columns = zip(*(s for _, s in terms), strict=True)
                weights = [w for w, _ in terms]
                parts.append([float(mp.fdot(weights, c) / _STEP**k) for c in columns])
        y = np.empty((len(parts[0]), *[2] * k))
        for at in product(range(2), repeat=k):
            y[(slice(None), *at)] = parts[at.count(0)]
        return y

    def _values(self, function: Any, z: list[Any]) -> list[Any]:
        """The values in mpmath."""
        given = {n: _moved(v, self.ways.get(n), z) for n, v in self.centres.items()}
        data = [given.pop(n) for n in self.act.data]
        settings = {n: v for n, v in self.example.settings.items() if n not in ("axis", "gate")}
        if not self.act.is_graph:
            return flat(function(*data, **given, **settings))
        per_element = {*self.act.noise, *(given if self.by == "channels" else ())}
        rows = []
        for i, numbers in enumerate(zip(*data, strict=True)):
            own = {n: _element(v, i) if n in per_element else v for n, v in given.items()}
            rows.append(function(*numbers, **own, **settings))
        return rows


def _moved(centre: np.ndarray, way: np.ndarray | None, z: list[Any]) -> Any:
    """An array of mpmath's numbers as nested lists, at z."""
    if not centre.ndim:
        moved = mpf(float(centre))
        return moved if way is None else moved + mp.fdot(map(mpf, way.tolist()), z)
    inner = [None] * len(centre) if way is None else way
    return [_moved(c, w, z) for c, w in zip(centre, inner, strict=True)]


def _element(values: Any, i: int) -> Any:
    """The numbers of one element: the last axis is the array's."""
    return [_element(v, i) for v in values] if isinstance(values[0], list) else values[i]


def place(nesting: tuple[str, ...], by: str = "") -> np.ndarray:
    """Where a nesting is looked at: z, of which there are several for each vmap."""
    batches = nesting.count("vmap")
    members = np.indices((MEMBERS,) * batches).sum(axis=0) % 2 if batches else np.asarray(0)
    step = 0.0 if by == "kinks" else 1.0
    return members[..., None] * np.array([0.05, -0.1]) * step


def subjects(name: str) -> Iterator[Subject]:
    """All ways in which an activation may be differentiated."""
    act = multiact.get(name)
    yield Subject(name, "input")
    if act.parameters:
        yield from (Subject(name, "parameters"), Subject(name, "both"))
        if act.is_graph:
            yield Subject(name, "channels")
    own = not act.noise and all(p.shaped is None for p in act.parameters)
    at_kinks = Subject(name, "kinks")
    if act.data == ("x",) and own and at_kinks.example.kinks():
        yield at_kinks


def stand_ins(names: Iterable[str]) -> list[str]:
    """For each fact that matters to differentiation, the name of a small formula."""
    found: dict[Any, list[tuple[bool, int, str]]] = {}
    for name in names:
        act = multiact.get(name)
        facts = [act.kind, *act.noise.values()]
        facts += ["surrogate"] if act.surrogate else []
        if act.kind == "elementwise" and not act.noise:
            facts += ["kinks" if act.kinks else "smooth"]
            facts += ["array" if p.shaped else "number" for p in act.parameters]
        for fact in facts:  # of few operations are functions whose second derivatives are 0
            found.setdefault(fact, []).append((size(act) < _SMALL, size(act), name))
    return list(dict.fromkeys(min(some)[2] for some in found.values()))
