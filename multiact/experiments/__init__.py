"""Experiments: data, networks described once, training in PyTorch and Flax, comparisons.

`load` reads data, `mlp` and others describe networks, `train` trains the runs of a comparison
and stores them as plain files, which `results` reads.  The code for each framework is in its
backend (`multiact_torch._train` and so on); nothing here imports a framework.
"""

from multiact.experiments.architectures import mlp
from multiact.experiments.compare import compare
from multiact.experiments.data import Dataset, Split, batches, load
from multiact.experiments.network import (
    Act,
    Attention,
    Conv,
    Dense,
    Embed,
    Flatten,
    Network,
    Norm,
    Pool,
    Residual,
    start,
)
from multiact.experiments.recipe import Recipe
from multiact.experiments.run import Run
from multiact.experiments.store import Record, results
from multiact.experiments.sweep import grid, train, tune

__all__ = [
    "Act",
    "Attention",
    "Conv",
    "Dataset",
    "Dense",
    "Embed",
    "Flatten",
    "Network",
    "Norm",
    "Pool",
    "Recipe",
    "Record",
    "Residual",
    "Run",
    "Split",
    "batches",
    "compare",
    "grid",
    "load",
    "mlp",
    "results",
    "start",
    "train",
    "tune",
]
