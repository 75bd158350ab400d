"""What is known about an activation: its formula for readers, its properties."""

from multiact.analysis.formula import latex, text
from multiact.analysis.measured import Kink, Properties, properties
from multiact.analysis.variance import gain

__all__ = ["Kink", "Properties", "gain", "latex", "properties", "text"]
