"""
Activations and their derivatives
=================================

``plot`` draws any activations, and a panel for each order of their derivatives. Dots are at
points where a function or its slope jumps: the slope of ReLU there is 0 by convention, as in
PyTorch. TaLU is tanh below zero and the identity above, and has no kink.
"""

from multiact.plotting import plot

figure = plot(["relu", "gelu", "silu", "mish", "talu"], derivatives=2)
figure.savefig("overlay.png")
