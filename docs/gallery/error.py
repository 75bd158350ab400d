"""
The error of an implementation
==============================

``crosscheck`` says whether an implementation is the function that it claims to be, and where it
is weak. The picture shows errors of float32 in units in the last place (ULP); the truth is ours
in float64, whose own error is too small to be seen. Far below zero GELU is tiny, and of the sum
1 + erf(x / sqrt(2)) no digit is left.
"""

import numpy as np
import torch
from multiact_torch import gelu

import multiact
from multiact.plotting import line_style, new_figure
from multiact.testing import crosscheck

report = crosscheck(torch.nn.functional.gelu, "gelu", name="torch.nn.functional:gelu")
print(str(report).partition("\n")[0])

x = np.linspace(-8, 4, 1001, dtype="float32")
truth = multiact.gelu(x.astype("float64"))
ulp = np.spacing(np.abs(truth).astype("float32"))
functions = {"torch.nn.functional.gelu": torch.nn.functional.gelu, "multiact_torch.gelu": gelu}

figure = new_figure(7, 4)
axes = figure.subplots()
for i, (label, function) in enumerate(functions.items()):
    error = np.abs(function(torch.tensor(x)).numpy() - truth) / ulp
    axes.plot(x, error, "ox"[i], color=line_style(i)["color"], markersize=3, label=label)
axes.set(yscale="log", ylim=(1e-2, 1e8), xlabel="x", ylabel="error, ULP")
axes.legend(frameon=False)
figure.savefig("error.png")
