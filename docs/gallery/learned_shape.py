"""
The shape of an activation while it is learned
==============================================

Parameters of activations are trained like weights. ``train`` stores what they have learned after
each epoch, and ``picture_by_epoch`` draws it. Here two layers learn a quotient of polynomials
each, on MNIST-1D; both start near a leaky ReLU.
"""

from tempfile import TemporaryDirectory

from multiact.experiments import Recipe, grid, results, train
from multiact.experiments.shapes import picture_by_epoch

recipe = Recipe.read("mnist1d").changed({"epochs": 10, "rate": 0.01})
with TemporaryDirectory() as folder:
    train(grid(["rational"], recipe, seeds=1), folder)
    figure = picture_by_epoch(results(folder), interval=(-3.0, 3.0))
figure.savefig("learned_shape.png")
