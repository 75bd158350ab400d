"""The explorer: a page that draws activations and formulas, and needs no server.

What it computes is JavaScript that is printed from the graphs of the formulas.
"""

from multiact.explorer.page import page

__all__ = ["page"]
