"""Fused evaluation on the CPU: expressions as compiled loops."""

from multiact.kernels.engines import ENGINES, engine, use_engine

__all__ = ["ENGINES", "engine", "use_engine"]
