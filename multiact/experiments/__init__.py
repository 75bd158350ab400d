"""Experiments on real images: small networks described once, and a demonstration.

`load_images` reads Fashion-MNIST, `classifier` describes a network, and `demo` trains it in
PyTorch and runs the saved file in every other framework.  The code for each framework is in
its backend (`multiact_torch._experiments` and so on); nothing here imports a framework.
"""

from multiact.experiments.compare import compare
from multiact.experiments.data import Images, Split, batches, load_images
from multiact.experiments.network import Act, Dense, Network, classifier

__all__ = [
    "Act", "Dense", "Images", "Network", "Split", "batches", "classifier", "compare", "load_images",
]  # fmt: skip
