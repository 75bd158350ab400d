"""Measurements on a graphics processor: `python -m benchmarks.gpu`.

It needs PyTorch with CUDA (or ROCm) and Triton; JAX is compared if it is installed.  Without a
device, `--dry-run` runs all of it by Triton's interpreter, at tiny sizes: its numbers mean nothing.
"""
