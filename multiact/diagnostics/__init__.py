"""What a network's layers do with data: dead and saturated units, histograms, norms.

The accumulators know no framework: they are given the name of a layer and an array.
`observe` runs a model of torch, nnx or linen and feeds them.
"""

from multiact.diagnostics.accumulator import Accumulator
from multiact.diagnostics.born_dead import BornDead, born_dead
from multiact.diagnostics.dead_units import DeadUnits, UnitRanges
from multiact.diagnostics.gradients import Gradients, ParameterGradient
from multiact.diagnostics.histogram import Distribution, Histogram
from multiact.diagnostics.models import (
    dead_units,
    gradients,
    histograms,
    norms,
    observe,
    saturation,
)
from multiact.diagnostics.norms import Moments, Norms
from multiact.diagnostics.result import Result
from multiact.diagnostics.saturation import Saturation, Slopes

__all__ = [
    "Accumulator",
    "BornDead",
    "DeadUnits",
    "Distribution",
    "Gradients",
    "Histogram",
    "Moments",
    "Norms",
    "ParameterGradient",
    "Result",
    "Saturation",
    "Slopes",
    "UnitRanges",
    "born_dead",
    "dead_units",
    "gradients",
    "histograms",
    "norms",
    "observe",
    "saturation",
]
