"""The explorer: a page that draws activations and formulas, computes them itself and needs no server.

What it computes is JavaScript that is printed from the graphs of the formulas.
"""
