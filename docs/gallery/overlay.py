"""
Activations and their derivatives
=================================

``plot`` draws any activations, and a panel for each order of their derivatives. Dots are at
points where a function or its slope jumps: the slope of ReLU there is 0 by convention, as in
PyTorch. TaLU is tanh below zero and the identity above, and has no kink.
"""

from multiact.plotting import new_figure, plot

figure = new_figure(9.5, 3)  # inches
plot(["relu", "gelu", "silu", "mish", "talu"], derivatives=2, figure=figure)
figure.savefig("overlay.png")
