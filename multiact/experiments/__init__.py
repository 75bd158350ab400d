"""Experiments on real data: small networks described once, and a demonstration.

`load` returns a set of examples, `classifier` describes a network, and `demo` trains it in
PyTorch and runs the saved file in every other framework.  The code for each framework is in
its backend (`multiact_torch._experiments` and so on); nothing here imports a framework.
"""

from multiact.experiments.data import Dataset, Split, batches, load
from multiact.experiments.network import Act, Dense, Network, classifier

__all__ = ["Act", "Dataset", "Dense", "Network", "Split", "batches", "classifier", "load"]
