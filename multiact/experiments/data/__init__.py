"""Data to learn from: `load` returns a set by its name."""

from multiact.experiments.data.images import (
    CLASSES,
    FULL,
    SUBSET,
    SUBSET_FILE,
    Dataset,
    Split,
    batches,
    load,
)

__all__ = ["CLASSES", "FULL", "SUBSET", "SUBSET_FILE", "Dataset", "Split", "batches", "load"]
