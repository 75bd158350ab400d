"""
A picture as a function of its coordinates
==========================================

A network learns the grey of each pixel from its coordinates. With tanh or ReLU it learns broad
shapes first; with the sine of 30 x, as in SIREN (arXiv:2006.09661), fine ones, too. The numbers
are peak signal-to-noise ratios after 150 steps at a rate that suits each of them.
"""

import numpy as np
import torch
from multiact_torch import create
from torch import nn

from multiact.experiments import load
from multiact.plotting import new_figure

picture = load("image:camera").train
places, grey = torch.tensor(picture.inputs), torch.tensor(picture.targets)


def learned(name, rate):
    torch.manual_seed(0)
    layers = [nn.Linear(2, 64), create(name), nn.Linear(64, 64), create(name), nn.Linear(64, 1)]
    net = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    for _ in range(150):
        optimizer.zero_grad()
        nn.functional.mse_loss(net(places), grey).backward()
        optimizer.step()
    return net(places).detach().numpy()


figure = new_figure(8, 2.4)
left, *others = figure.subplots(1, 4)
left.imshow(picture.targets.reshape(64, 64), cmap="gray", vmin=0, vmax=1)
left.set_title("the picture", fontsize="medium")
for axes, (name, rate) in zip(
    others, [("tanh", 0.005), ("relu", 0.005), ("sine", 0.001)], strict=True
):
    values = learned(name, rate)
    ratio = -10 * np.log10(np.mean((values - picture.targets) ** 2))
    axes.imshow(values.reshape(64, 64), cmap="gray", vmin=0, vmax=1)
    axes.set_title(f"{name}, {ratio:.1f} dB", fontsize="medium")
for axes in figure.axes:
    axes.set_axis_off()
figure.savefig("implicit_image.png")
