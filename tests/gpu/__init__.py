"""Kernels for graphics processors, on machines that have none.

`nox -s gpu-interpret` runs them with Triton's interpreter, `nox -s gpu-compile` compiles them.
"""
