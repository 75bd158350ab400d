"""Torch models: what the hooks see, and that they leave nothing behind."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.diagnostics import Norms, dead_units, gradients, norms, observe, saturation

torch = pytest.importorskip("torch")
mt = pytest.importorskip("multiact_torch")
nn = torch.nn


class Net(nn.Module):
    """One activation object in two places, and a dropout."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 6), nn.Linear(6, 5)
        self.act, self.drop = nn.ReLU(), nn.Dropout(0.5)

    def forward(self, x):
        return self.act(self.second(self.drop(self.act(self.first(x)))))


def hooks(model):
    return sum(
        len(m._forward_hooks) + len(m._forward_pre_hooks) + len(m._backward_hooks)
        for m in model.modules()
    )


def test_calls_of_one_module_are_told_apart():
    net, x = Net(), torch.randn(20, 4)
    with torch.no_grad():
        net.first.bias[2], net.second.bias[1] = -1e9, -1e9
    found = dead_units(net, [x[:7], x[7:]])
    assert list(found) == ["act", "act #2"]
    assert [len(r.low) for r in found.values()] == [6, 5]
    net.eval()
    first = torch.relu(net.first(x))
    second = torch.relu(net.second(first))
    for ranges, y in zip(found.values(), (first, second), strict=True):
        assert ranges.dead.tolist() == (y == 0).all(0).tolist()
        # matrix products of other batch sizes round differently
        np.testing.assert_allclose(ranges.high, y.amax(0).detach(), rtol=1e-5, atol=1e-6)
    assert found["act"].dead[2]
    assert found["act #2"].dead[1]


def test_nothing_remains():
    net = Net()
    net.drop.eval()
    modes = [m.training for m in net.modules()]
    state = torch.get_rng_state()
    dead_units(net, torch.randn(3, 4, generator=torch.Generator()))
    with pytest.raises(RuntimeError):
        dead_units(net, torch.ones(3, 9))
    with pytest.raises(ZeroDivisionError):
        gradients(net, [(torch.ones(3, 4), torch.ones(3))], lambda *_: 1 / 0)
    assert [m.training for m in net.modules()] == modes
    assert hooks(net) == 0
    assert torch.equal(torch.get_rng_state(), state)
    assert all(p.grad is None for p in net.parameters())


def test_channels_after_convolutions_features_after_linear_layers():
    net = nn.Sequential(
        nn.Conv1d(2, 3, 1), nn.ReLU(), nn.Linear(7, 9), mt.GELU(), nn.Conv1d(3, 4, 1), nn.Tanh()
    )
    found = dead_units(net, torch.randn(5, 2, 7))
    assert [len(r.low) for r in found.values()] == [3, 9, 4]
    image = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True))
    assert len(dead_units(image, torch.randn(2, 1, 6, 6))["2"].low) == 3


def test_layers_by_name_and_by_predicate():
    net, x = Net(), torch.randn(8, 4)
    assert list(norms(net, x, layers=["second", "first"])) == ["first", "second"]
    linear = norms(net, x, layers=lambda _, m: isinstance(m, nn.Linear))
    assert list(linear) == ["first", "second"]


def test_classes_not_names_are_activations():
    class ReLULogger(nn.Module):
        def forward(self, x):
            return x

    net = nn.Sequential(nn.LeakyReLU(), ReLULogger(), nn.Linear(4, 4), mt.TaLU())
    assert list(norms(net, torch.randn(2, 4))) == ["0", "3"]


@pytest.mark.parametrize(
    ("make", "slope"),
    [
        (nn.Tanh, lambda x: 1 / np.cosh(x) ** 2),
        (mt.Tanh, lambda x: 1 / np.cosh(x) ** 2),
        (lambda: mt.LeakyReLU(0.02), lambda x: np.where(x > 0, 1, 0.02)),
        (lambda: nn.ELU(inplace=True), lambda x: np.where(x > 0, 1, np.exp(x))),
        (lambda: mt.PReLU(num_parameters=3, init=0.03), lambda x: np.where(x > 0, 1, 0.03)),
    ],
)
def test_saturated_share(make, slope):
    x = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32) * 3
    share = (np.abs(slope(x.astype(float))) < 0.05).mean()  # before layers write into x
    found = saturation(make(), [x[:100], x[100:]], threshold=0.05)
    (record,) = found.values()
    assert record.elements == 1500
    assert record.share == pytest.approx(share)


def test_what_mixes_elements_has_no_slopes():
    net = nn.Sequential(nn.Linear(4, 4), nn.Softmax(dim=0), nn.GLU(), nn.Sequential(nn.Tanh()))
    layers = ["0", "1", "2", "3", "3.0"]
    found = saturation(net, torch.randn(6, 4), layers=layers)
    assert [found[n].share is None for n in layers[:4]] == [True, True, True, False]
    assert "mixes elements" in str(found)


def test_gradients_by_hand():
    torch.manual_seed(0)
    net, x, t = Net().double(), torch.randn(12, 4).double(), torch.randn(12, 5).double()
    found = gradients(net, [(x[:5], t[:5]), (x[5:], t[5:])], nn.functional.mse_loss)
    net.eval()
    h = torch.relu(net.first(x))
    y = torch.relu(net.second(h))
    nn.functional.mse_loss(y, t).backward()
    for name, p in net.named_parameters():
        assert math.isclose(found.parameters[name].norm, p.grad.norm(), rel_tol=1e-12)
        assert found.parameters[name].batch_norm >= found.parameters[name].norm * (1 - 1e-12)
    of_y = 2 * (y - t) / 5  # of each input's loss
    of_y = of_y.detach()
    of_h = (of_y * (y > 0)) @ net.second.weight.detach()
    for name, g in {"act": of_h, "act #2": of_y}.items():
        layer = found.layers[name]
        assert math.isclose(layer.norm, g.norm() / 12**0.5, rel_tol=1e-12)
        assert math.isclose(layer.mean, g.mean(), rel_tol=1e-9)
        assert found.histograms[name].counts.sum() == g.numel()


def test_gradients_where_layers_write_into_their_inputs():
    net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True), nn.Linear(3, 1))
    batch = torch.randn(4, 3), torch.randn(4, 1)
    found = gradients(net, [batch], nn.functional.mse_loss, layers=["0", "1"])
    y = net[0](batch[0])
    (g,) = torch.autograd.grad(nn.functional.mse_loss(net[2](torch.relu(y)), batch[1]), y)
    assert math.isclose(found.layers["0"].norm, (g * 4).norm() / 2, rel_tol=1e-5)


def test_16_bits_and_a_loader():
    net = nn.Sequential(nn.Linear(4, 4), nn.ReLU()).bfloat16()
    data = torch.utils.data.TensorDataset(torch.randn(9, 4).bfloat16(), torch.zeros(9))
    moments = Norms()
    observe(net, torch.utils.data.DataLoader(data, batch_size=4), moments)
    assert moments.result()["1"].inputs == 9
