"""
Speed: one loop instead of many
===============================

NumPy makes a new array for each operation of a formula. multiact computes the whole formula in
one loop, which is compiled when it is first used (the engine ``native``), or the operations one
by one in blocks that stay in the cache (``blocked``). The times are those of the machine that
made this page.
"""

from timeit import repeat

import multiact_numpy as mn
import numpy as np

import multiact
from multiact.plotting import line_style, new_figure


def by_operations(x):
    return x * np.tanh(np.log1p(np.exp(x)))


rows = [
    ("NumPy, operation by operation", by_operations, "auto"),
    ("multiact_numpy, blocked", mn.mish, "blocked"),
    ("multiact_numpy, native", mn.mish, "native"),
]
sizes = np.array([1e3, 1e4, 1e5, 1e6])
figure = new_figure(6, 4)
axes = figure.subplots()
for i, (label, function, engine) in enumerate(rows):
    seconds = []
    for size in sizes:
        x = np.linspace(-5, 5, int(size), dtype="float32")
        with multiact.use_engine(engine):
            function(x)  # compiles
            seconds.append(min(repeat("function(x)", number=1, repeat=30, globals=globals())))
    axes.plot(sizes, 1e9 * np.array(seconds) / sizes, marker="o", label=label, **line_style(i))
axes.set(xscale="log", yscale="log", xlabel="elements", ylabel="mish: nanoseconds per element")
axes.legend(frameon=False)
figure.savefig("speed.png")
