"""Problems of models in PyTorch and Flax, compared with closed forms and with each other."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module

import numpy as np
import pytest

from multiact.geometry import hessian, spectrum, top_eigenvalues

RNG = np.random.default_rng(0)
X, TARGETS = RNG.standard_normal((40, 6)), RNG.standard_normal((40, 3))
LABELS = RNG.integers(0, 3, 40)
PARTS = [slice(0, 25), slice(25, 40)]  # of two sizes: their mean is weighted


def batches(y):
    return [(X[part], y[part]) for part in PARTS]


class Torch:
    """Models and losses in PyTorch."""

    name = "torch"

    @contextmanager
    def float64(self):
        yield

    def problem(self, model, loss, data):
        return import_module("multiact_torch").problem(model, loss, data)

    def linear(self):
        from torch import nn

        return nn.Linear(6, 3).double()

    def hidden(self, weights):
        from torch import nn

        act = import_module("multiact_torch").GELU()
        model = nn.Sequential(nn.Linear(6, 5), act, nn.Linear(5, 3)).double()
        import_module("multiact_torch").load(model, weights)
        return model

    def squares(self, z, y):
        return ((z - y) ** 2).sum(-1) / 2

    def entropy(self, z, y):
        return import_module("torch").nn.functional.cross_entropy(z, y)


class Flax:
    """The same in Flax."""

    name = "flax"

    @contextmanager
    def float64(self):
        with import_module("jax").enable_x64(True):
            yield

    def problem(self, model, loss, data):
        return import_module("multiact_flax").problem(model, loss, data)

    def linear(self):
        from flax import nnx

        return nnx.Linear(6, 3, rngs=nnx.Rngs(0), param_dtype=np.float64)

    def hidden(self, weights):
        from flax import nnx

        def dense(*sizes):
            return nnx.Linear(*sizes, rngs=nnx.Rngs(0), param_dtype=np.float64)

        act = import_module("multiact_flax").GELU()
        model = nnx.Sequential(dense(6, 5), act, dense(5, 3))
        import_module("multiact_flax").load(model, weights)
        return model

    def squares(self, z, y):
        return ((z - y) ** 2).sum(-1) / 2

    def entropy(self, z, y):  # of each example
        import jax

        return -jax.numpy.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1)[:, 0]


@pytest.fixture(params=[Torch, Flax], ids=["torch", "flax"])
def framework(request):
    pytest.importorskip(request.param.name)
    found = request.param()
    with found.float64():
        yield found


def in_torch_order(problem):
    """Indices into the vector: as in PyTorch, weights (outputs, inputs) before biases."""
    ends = np.cumsum([g.size for g in problem.groups])
    found = {}
    for g, end in zip(problem.groups, ends, strict=True):
        indices = np.arange(end - g.size, end).reshape(g.shape)
        layer, _, kind = g.name.removeprefix("layers.").rpartition(".")
        found[layer, kind != "bias"] = indices.T if kind == "kernel" else indices
    layers = sorted({layer for layer, _ in found})
    return np.concatenate([found[n, weight].ravel() for n in layers for weight in (True, False)])


def test_linear_regression(framework):
    problem = framework.problem(framework.linear(), framework.squares, batches(TARGETS))
    order = in_torch_order(problem)
    ones = np.concatenate([X, np.ones((40, 1))], axis=1)  # with the biases
    moments = np.zeros((21, 21))
    weights, biases = np.arange(18).reshape(3, 6), np.arange(18, 21)
    for unit in range(3):
        indices = [*weights[unit], biases[unit]]
        moments[np.ix_(indices, indices)] = ones.T @ ones / 40
    assert hessian(problem)[np.ix_(order, order)] == pytest.approx(moments, abs=1e-14)
    w = np.random.default_rng(1).standard_normal(21)
    theta = np.concatenate([w[order][weights], w[order][biases, None]], axis=1)
    errors = ones @ theta.T - TARGETS
    assert problem.outputs(w) == pytest.approx(ones @ theta.T)
    assert problem.loss(w) == pytest.approx((errors**2).sum() / 80)
    slopes = errors.T @ ones / 40
    expected = np.concatenate([slopes[:, :-1].ravel(), slopes[:, -1]])
    assert problem.gradient(w)[order] == pytest.approx(expected)
    jacobian = problem.jacobian(w)[:, :, order]
    assert jacobian.shape == (40, 3, 21)
    for unit in range(3):
        assert jacobian[:, unit, weights[unit]] == pytest.approx(X)
        assert jacobian[:, unit, biases[unit]] == pytest.approx(1)
    assert (jacobian**2).sum() == pytest.approx(3 * (ones**2).sum())
    assert [part.loss(w) for part in problem.parts] == pytest.approx(
        [(errors[part] ** 2).sum(1).mean() / 2 for part in PARTS]
    )


def test_logistic_regression(framework):
    """Its Hessian is the mean of (diag(p) - p p^T) times x x^T."""
    problem = framework.problem(framework.linear(), framework.entropy, batches(LABELS))
    order = in_torch_order(problem)
    logits = problem.outputs(problem.start)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    inner = np.eye(3) * p[:, None] - p[:, :, None] * p[:, None, :]
    expected = np.einsum("nij,nk,nl->ikjl", inner, X, X).reshape(18, 18) / 40
    found = hessian(problem)[np.ix_(order, order)][:18, :18]
    assert found == pytest.approx(expected, abs=1e-14)
    assert problem.loss(problem.start) == pytest.approx(-np.log(p[np.arange(40), LABELS]).mean())


WEIGHTS = {
    "0.weight": RNG.standard_normal((5, 6)),
    "0.bias": RNG.standard_normal(5),
    "2.weight": RNG.standard_normal((3, 5)),
    "2.bias": RNG.standard_normal(3),
}


def test_both_frameworks_have_one_hessian():
    pytest.importorskip("torch")
    pytest.importorskip("flax")
    found = []
    for framework in (Torch(), Flax()):
        with framework.float64():
            problem = framework.problem(
                framework.hidden(WEIGHTS), framework.entropy, batches(LABELS)
            )
            order = in_torch_order(problem)
            jacobian = problem.jacobian(problem.start)[..., order]
            found.append((hessian(problem)[np.ix_(order, order)], jacobian))
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, abs=1e-13)


def test_hidden_layers(framework):
    """Products of the Hessian are differences of gradients, and these those of losses."""
    problem = framework.problem(framework.hidden(WEIGHTS), framework.entropy, batches(LABELS))
    w, v, h = problem.start, np.random.default_rng(2).standard_normal(53), 1e-5
    # errors: third derivatives, up to 1000, times h^2; rounding divided by h
    difference = (problem.gradient(w + h * v) - problem.gradient(w - h * v)) / (2 * h)
    assert problem.hvp(w, v) == pytest.approx(difference, abs=1e-7)
    slope = (problem.loss(w + h * v) - problem.loss(w - h * v)) / (2 * h)
    assert problem.gradient(w) @ v == pytest.approx(slope, abs=1e-7)
    change = (problem.outputs(w + h * v) - problem.outputs(w - h * v)) / (2 * h)
    assert problem.jacobian(w) @ v == pytest.approx(change, abs=1e-7)
    stats = pytest.importorskip("scipy.stats")
    exact, found = spectrum(problem), spectrum(problem, steps=30, probes=20)
    distance = stats.wasserstein_distance(exact.nodes, found.nodes, exact.weights, found.weights)
    # twice the deviation of a mean over 20 probes
    assert distance < 2 * (2 * (exact.nodes**2).sum() / 20) ** 0.5 / 53
    assert top_eigenvalues(problem, 2) == pytest.approx(exact.nodes[:-3:-1], abs=1e-12)


def test_a_linear_loss_has_no_curvature(framework):
    problem = framework.problem(framework.linear(), lambda z, y: z, batches(TARGETS))
    assert not problem.hvp(problem.start, np.ones(21)).any()


def test_the_torch_model_stays_as_it_is():
    torch = pytest.importorskip("torch")
    import multiact_torch

    nn = torch.nn
    layers = [nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Dropout(), multiact_torch.PReLU()]
    model = nn.Sequential(*layers, nn.Linear(4, 3))
    model[4].weight.requires_grad_(False)
    before = {n: t.clone() for n, t in model.state_dict().items()}
    problem = multiact_torch.problem(model, torch.nn.functional.cross_entropy, batches(LABELS))
    names = [g.name for g in problem.groups]
    assert names == ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "4.bias"]
    with torch.no_grad():  # of the caller
        first, again = (problem.hvp(problem.start, np.ones(40)) for _ in range(2))
    assert (first == again).all()  # no dropout
    problem.jacobian(problem.start)
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    assert all((t == before[n]).all() for n, t in model.state_dict().items())
    model.train()(torch.tensor(X, dtype=torch.float32))  # and the problem stays as it was
    assert (problem.hvp(problem.start, np.ones(40)) == first).all()


def test_the_nnx_model_stays_as_it_is():
    nnx = pytest.importorskip("flax.nnx")
    import multiact_flax

    rngs = nnx.Rngs(0)
    model = nnx.Sequential(
        nnx.Linear(6, 3, rngs=rngs), nnx.BatchNorm(3, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)
    )
    data = [(X, TARGETS)]
    problem = multiact_flax.problem(model, Flax().squares, data)
    first, again = (problem.hvp(problem.start, np.ones(27)) for _ in range(2))
    assert (first == again).all()
    assert not model.layers[2].deterministic
    model(X.astype(np.float32))  # which changes its statistics
    assert (problem.hvp(problem.start, np.ones(27)) == first).all()


def test_linen():
    jax = pytest.importorskip("jax")
    nn = pytest.importorskip("flax.linen")
    import multiact_flax

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dense(5, name="0")(x)
            return nn.Dense(3, name="2")(multiact_flax.linen.GELU()(x))

    module, framework = Net(), Flax()
    with framework.float64():
        abstract = jax.eval_shape(module.init, jax.random.key(0), X[:1])
        typed = jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, np.float64), abstract)
        variables = multiact_flax.linen.load(typed, WEIGHTS)
        found, other = (
            framework.problem(model, framework.entropy, batches(LABELS))
            for model in ((module, variables), framework.hidden(WEIGHTS))
        )
        assert [g.name for g in found.groups] == ["0.bias", "0.kernel", "2.bias", "2.kernel"]
        v = np.ones(53)
        assert found.hvp(found.start, v) == pytest.approx(other.hvp(other.start, v), abs=1e-14)


def test_filters_are_found():
    nn = pytest.importorskip("torch").nn
    import multiact_torch

    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ConvTranspose2d(3, 4, 3), nn.Linear(2, 2))
    groups = multiact_torch.problem(model, None, [(X, X)]).groups
    found = {g.name: (g.shape[g.axis], g.axis) for g in groups if len(g.shape) > 1}
    assert found == {"0.weight": (3, 0), "1.weight": (4, 1), "2.weight": (2, 0)}
