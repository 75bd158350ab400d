"""
Variance through 50 layers
==========================

``init_`` draws weights with standard deviation ``multiact.gain(name)`` / sqrt(fan_in): He's rule,
for any activation. With ReLU, TaLU and tanh it keeps the variance in 50 layers of 512 units. With
GELU and SiLU deviations that chance makes grow from layer to layer, whatever the gain. With
torch's own weights the variance is soon lost.
"""

import torch
from multiact_torch import create, init_
from torch import nn

from multiact.diagnostics import norms
from multiact.plotting import line_style, new_figure


def deep(name):
    layers = [(create(name), nn.Linear(512, 512, bias=False)) for _ in range(50)]
    return nn.Sequential(*(layer for pair in layers for layer in pair))


torch.manual_seed(0)
inputs = torch.randn(128, 512)
nets = {name: init_(deep(name), name) for name in ("relu", "talu", "tanh", "gelu", "silu")}
nets["relu, torch's weights"] = deep("relu")

figure = new_figure(8, 3.6)
axes = figure.subplots()
for i, (label, net) in enumerate(nets.items()):
    dense = norms(net, inputs, layers=lambda _, module: isinstance(module, nn.Linear))
    variances = [layer.deviation**2 for layer in dense.values()]
    axes.plot(range(1, 51), variances, label=label, **line_style(i))
axes.set(yscale="log", ylim=(1e-6, 1e6), xlabel="layer", ylabel="variance before the activation")
figure.legend(loc="outside right upper", frameon=False)
figure.savefig("variance.png")
