"""All nestings of three transformations in torch and JAX, against derivatives by mpmath.

No number is wrong silently: what a framework cannot do is an error of its own.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import multiact
from tests.frameworks import nestings
from tests.frameworks.nestings import NESTINGS, Subject, nested, order, place, subjects
from tests.helpers.loops import needs_compiler, without_compiler
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import EVERYTHING

NAMES = multiact.names()
FEW = nestings.stand_ins(NAMES)
SUBJECTS = [s for name in (NAMES if EVERYTHING else FEW) for s in subjects(name)]
WITHOUT_SERIES = ("log_softmax",)  #: it asks where the largest element is
CLOSE = 1e-9  #: relative to the largest number
#: graphs of higher derivatives take long to make
ORDER = 3


def some(subject: Subject, count: int) -> list[tuple[str, ...]]:
    """Nestings for a subject: each subject has others, together they have all."""
    if EVERYTHING and subject.name in FEW:
        return list(NESTINGS)
    usual = [n for n in NESTINGS if order(n) <= ORDER]
    count *= 4 if EVERYTHING else 1
    start = count * SUBJECTS.index(subject) if subject in SUBJECTS else 0
    return [usual[7 * i % len(usual)] for i in range(start, start + count)]


def check(subject: Subject, nesting: tuple[str, ...], got: Any) -> None:
    """The shape and the numbers of what a nesting gives."""
    wanted = subject.truth(nesting, place(nesting, subject.by))
    got = np.asarray(got)
    assert got.shape == wanted.shape, nesting
    assert np.isfinite(wanted).all(), nesting
    scale = max(1.0, np.abs(wanted).max(initial=0.0))
    np.testing.assert_allclose(got, wanted, rtol=0, atol=CLOSE * scale, err_msg=str(nesting))


class Torch:
    """Functions of z in torch."""

    def __init__(self) -> None:
        self.torch = pytest.importorskip("torch")
        self.adapter = pytest.importorskip("multiact_torch")

    def weights(self, shape: tuple[int, ...]) -> Any:
        """The numbers of `pattern`, in operations that a compiler sees."""
        steps = self.torch.arange(1.0, 1.0 + math.prod(shape), dtype=self.torch.float64)
        return (1.0 + 0.5 * self.torch.cos(steps)).reshape(shape)

    def function(self, subject: Subject, call: Any = None) -> Any:
        """The activation of a subject."""
        call = self.adapter.function(subject.act) if call is None else call
        return subject.function(call, self.torch, self.torch.as_tensor)

    def run(self, subject: Subject, nesting: tuple[str, ...], f: Any) -> None:
        """Compare a nesting around a function with the truth."""
        z = self.torch.as_tensor(place(nesting, subject.by))
        check(subject, nesting, nested(self.torch.func, nesting, f, self.weights)(z).detach())


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_torch(subject: Subject) -> None:
    run = Torch()
    f = run.function(subject)
    with without_compiler():
        for nesting in some(subject, 6):
            run.run(subject, nesting, f)
        for nesting in some(subject, 1):
            run.run(subject, nesting, run.function(subject, subject.act))


@needs_compiler
@pytest.mark.parametrize("name", FEW[:2])
def test_torch_by_kernels(name: str) -> None:
    """The loops in C, which plain derivatives run on, below the same transformations."""
    run, subject = Torch(), Subject(name, "input")
    f = run.function(subject)
    for nesting in itertools.product(("vjp", "jvp", "vmap"), repeat=2):
        run.run(subject, nesting, f)


def test_torch_modules_per_channel() -> None:
    """Parameters of a module that vary along its axis, of members of an ensemble, too."""
    run, subject = Torch(), Subject("talu", "channels")
    module = run.adapter.TaLU(channels=2, axis=-1, dtype=run.torch.float64)

    def call(x: Any, alpha: Any) -> Any:
        return run.torch.func.functional_call(module, {"alpha": alpha}, (x,))

    f = run.function(subject, call)
    with without_compiler():
        for nesting in some(subject, 8):
            run.run(subject, nesting, f)


def test_torch_autograd() -> None:
    """A dual number in two backward passes, and three backward passes."""
    run, subject = Torch(), Subject("mish", "input")
    torch, z = run.torch, run.torch.as_tensor(place(("vjp",)))
    f, weights = run.function(subject), run.weights((2,))

    def backward(f: Any) -> Any:
        def slope(z: Any) -> Any:
            z = z if z.requires_grad else z.detach().requires_grad_()
            y = f(z)
            return torch.autograd.grad((y * weights).sum(), z, create_graph=True)[0]

        return slope

    def forward(f: Any) -> Any:
        def change(z: Any) -> Any:
            with torch.autograd.forward_ad.dual_level():
                dual = torch.autograd.forward_ad.make_dual(z, weights)
                return torch.autograd.forward_ad.unpack_dual(f(dual)).tangent

        return change

    for nesting, g in {
        ("vjp",) * 3: backward(backward(backward(f))),
        ("vjp", "jvp"): backward(forward(f)),
        ("jvp", "vjp"): forward(backward(f)),
    }.items():
        check(subject, nesting, g(z.clone().requires_grad_()).detach())


COMPILED = [("jvp",) * 3, ("jacrev", "jacfwd", "jvp"), ("vmap", "hessian", "jvp"), ("vmap",) * 3]


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # Dynamo's own look at z
@pytest.mark.parametrize("nesting", COMPILED, ids="-".join)
@pytest.mark.parametrize("name", ["talu", *(["softmax"] if EVERYTHING else [])])
def test_torch_compiled(name: str, nesting: tuple[str, ...]) -> None:
    """Around a compiled function; PyTorch refuses some nestings within one, by errors."""
    run, subject = Torch(), Subject(name, "input")
    run.torch._dynamo.reset()
    run.run(subject, nesting, run.torch.compile(run.function(subject), backend="eager"))


class Jax:
    """Functions of z in JAX, in float64."""

    def __init__(self) -> None:
        self.jax = pytest.importorskip("jax")
        self.adapter = pytest.importorskip("multiact_jax")

    def asarray(self, x: np.ndarray) -> Any:
        """An array of JAX."""
        return self.jax.numpy.asarray(x)

    def weights(self, shape: tuple[int, ...]) -> Any:
        """The numbers of `pattern`."""
        return self.asarray(nestings.pattern(shape))

    def nested(self, subject: Subject, nesting: tuple[str, ...], call: Any = None) -> Any:
        """The activation of a subject under a nesting."""
        call = self.adapter.function(subject.act) if call is None else call
        f = subject.function(call, self.jax.numpy, self.asarray)
        return nested(self, nesting, f, self.weights)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.jax, name)

    def jet(self, f: Any) -> Any:
        """The second coefficient of a Taylor series along a line."""
        from jax.experimental import jet

        def coefficient(z: Any) -> Any:
            _, series = jet.jet(f, (z,), ([self.weights(z.shape), 0.0 * z, 0.0 * z],))
            return series[1]

        return coefficient


@pytest.mark.parametrize("subject", SUBJECTS if EVERYTHING else SUBJECTS[::2], ids=str)
def test_jax(subject: Subject) -> None:
    """All nestings of a subject in one program, and one call by call."""
    run = Jax()
    mine = some(subject, 3)
    with run.jax.enable_x64(True):
        functions = {n: run.nested(subject, n) for n in mine}
        functions[mine[0]] = run.nested(subject, mine[0], subject.act)

        @run.jax.jit
        def program(places: Any) -> Any:
            return [f(z) for f, z in zip(functions.values(), places, strict=True)]

        places = [run.asarray(place(n, subject.by)) for n in functions]
        for nesting, got in zip(functions, program(places), strict=True):
            check(subject, nesting, got)


@pytest.mark.parametrize("subject", SUBJECTS if EVERYTHING else SUBJECTS[1::9], ids=str)
def test_jax_call_by_call(subject: Subject) -> None:
    run = Jax()
    with run.jax.enable_x64(True):
        for nesting in some(subject, 1):
            z = run.asarray(place(nesting, subject.by))
            check(subject, nesting, run.nested(subject, nesting)(z))


SERIES = [("jet",), ("jacfwd", "jet"), ("vjp", "vmap", "jet")]


@pytest.mark.parametrize(
    "name", [n for n in FEW if n not in WITHOUT_SERIES][:: 1 if EVERYTHING else 5]
)
def test_jax_taylor_series(name: str) -> None:
    run, subject = Jax(), Subject(name, "input")
    with run.jax.enable_x64(True):
        for nesting in SERIES:
            z = run.asarray(place(nesting))
            check(subject, nesting, run.jax.jit(run.nested(subject, nesting))(z))
        check(subject, nesting, run.nested(subject, nesting)(z))


def test_jax_taylor_series_that_jax_refuses() -> None:
    """An operation without a rule, and transformations within, as of JAX's own functions."""
    run, z = Jax(), np.array([0.05, -0.1])
    refused = pytest.importorskip("jax").errors.UnexpectedTracerError
    for name in WITHOUT_SERIES:
        with pytest.raises(KeyError, match="argmax"):
            run.nested(Subject(name, "input"), ("jet",))(run.asarray(z))
    for word in ("vjp", "jvp", "jacfwd"):
        with pytest.raises(refused):
            run.nested(Subject("talu", "input"), ("jet", word))(run.asarray(z))
        with pytest.raises(refused):
            nested(run, ("jet", word), run.jax.nn.relu, run.weights)(run.asarray(z))


def test_torch_an_infinite_slope_by_what_does_not_change() -> None:
    """The slope of x^p by x is infinite by its curvature in p, at 0, and asked of nobody."""

    def signed_power(x: Any, /, p: multiact.parameters.Real = 1.0, *, xp: Any) -> Any:
        return xp.sign(x) * xp.abs(x) ** p

    run = Torch()
    with temporary_registrations():
        f = run.adapter.function(multiact.activation(signed_power))
        x, p = run.torch.tensor([0.0, 0.5]).double(), run.torch.tensor(1.0).double()
        for nesting in itertools.product(("jacfwd", "jacrev"), repeat=2):
            curvature = nested(run.torch.func, nesting, lambda p: f(x, p), run.weights)
            np.testing.assert_allclose(curvature(p), [0.0, 0.5 * math.log(0.5) ** 2])
