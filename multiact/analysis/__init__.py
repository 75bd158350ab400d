"""What is known about an activation: its formula for readers, its properties."""

from multiact.analysis.formula import latex, text
from multiact.analysis.gain import gain
from multiact.analysis.properties import Kink, Properties, properties

__all__ = ["Kink", "Properties", "gain", "latex", "properties", "text"]
