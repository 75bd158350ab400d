"""Real images, small networks described once, and the demonstration across frameworks.

`load_images` reads Fashion-MNIST, `classifier` describes a network, `demo` trains it in
PyTorch and runs the saved file in every other framework.  What a framework does is in its
own backend (`multiact_torch._experiments` and so on); nothing here imports one.
"""

from multiact.experiments.data import Images, Split, batches, load_images
from multiact.experiments.network import Act, Dense, Network, classifier

__all__ = ["Act", "Dense", "Images", "Network", "Split", "batches", "classifier", "load_images"]
