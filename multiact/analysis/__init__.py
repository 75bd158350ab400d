"""Analysis of activations: printed formulas, measured properties, gains and dual kernels."""

from multiact.analysis.dual_kernel import DualKernel, dual_kernel
from multiact.analysis.fixed_points import FixedPoint
from multiact.analysis.formula import latex, text
from multiact.analysis.measured import Kink, Properties, properties
from multiact.analysis.signal_propagation import Propagation, edge_of_chaos, propagation
from multiact.analysis.variance import gain

__all__ = [
    "DualKernel",
    "FixedPoint",
    "Kink",
    "Propagation",
    "Properties",
    "dual_kernel",
    "edge_of_chaos",
    "gain",
    "latex",
    "propagation",
    "properties",
    "text",
]
