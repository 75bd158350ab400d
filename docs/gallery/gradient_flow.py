"""
Where gradients get through
===========================

Left is f(x) + f(y), the sum of two units; right is the length of its gradient. Where the right
picture is dark, next to nothing comes back to the inputs: with ReLU in a whole quadrant, where
the gradient is zero; with GELU in nearly the same one, where it is small, and zero only where
both inputs are -0.75.
"""

from multiact.plotting import plot_surface

figure = plot_surface(["relu", "gelu"], interval=(-3.0, 3.0))
figure.savefig("gradient_flow.png")
