"""Analysis of activations: printed formulas, measured properties and gains."""

from multiact.analysis.formula import latex, text
from multiact.analysis.measured import Kink, Properties, properties
from multiact.analysis.variance import gain

__all__ = ["Kink", "Properties", "gain", "latex", "properties", "text"]
