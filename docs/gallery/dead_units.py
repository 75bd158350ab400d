"""
Dead units by layer
===================

A unit is dead if its output is zero for every input. Here a network learns scikit-learn's digits
with ReLU at three learning rates: at the largest, about half of the units are dead afterwards.
Those of leaky ReLU, which has a slope below zero, too, are not.
"""

import torch
from multiact_torch import create
from torch import nn

from multiact.diagnostics import dead_units
from multiact.diagnostics.pictures import draw_by_layer
from multiact.experiments import batches, load
from multiact.plotting import new_figure

digits = load("digits")
inputs = torch.tensor(digits.standardise(digits.train.inputs)).flatten(1)
targets = torch.tensor(digits.train.targets, dtype=torch.int64)


def trained(name, rate):
    torch.manual_seed(0)
    layers = [(nn.Linear(64, 64), create(name)) for _ in range(5)]
    net = nn.Sequential(*(layer for pair in layers for layer in pair), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    for epoch in range(3):
        for batch in batches(len(inputs), 32, seed=0, epoch=epoch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(inputs[batch]), targets[batch]).backward()
            optimizer.step()
    return net


runs = [("relu", 0.001), ("relu", 0.01), ("relu", 0.03), ("leaky_relu", 0.03)]
found = {f"{name}, rate {rate}": dead_units(trained(name, rate), inputs) for name, rate in runs}
figure = new_figure(6, 4)
axes = figure.subplots()
draw_by_layer(axes, found)
axes.set_xlabel("place of the activation in the network")
figure.savefig("dead_units.png")
