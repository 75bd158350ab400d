"""
A family: Swish from a line to ReLU
===================================

A mapping gives an activation other parameters than its defaults. Swish is x times the logistic
function of beta x: half of x if beta is 0, SiLU if it is 1, and nearly ReLU if it is large.
"""

from multiact.plotting import plot

betas = [0.0, 0.5, 1.0, 2.0, 8.0]
figure = plot([{"name": "swish", "beta": beta} for beta in betas])
figure.savefig("family.png")
