"""Analysis of activations: printed formulas, measured properties and gains."""

from multiact.analysis.fixed_points import FixedPoint
from multiact.analysis.formula import latex, text
from multiact.analysis.measured import Kink, Properties, properties
from multiact.analysis.variance import gain

__all__ = ["FixedPoint", "Kink", "Properties", "gain", "latex", "properties", "text"]
