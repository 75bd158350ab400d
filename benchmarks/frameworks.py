"""Frameworks, configured to compute on one thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any


def one_thread() -> None:
    """Keep multiact's own kernels on one thread."""
    os.environ["MULTIACT_NUM_THREADS"] = "1"


@lru_cache(maxsize=1)
def torch() -> Any:
    """Import PyTorch; raise NotImplementedError, which asv skips, if it is not installed."""
    one_thread()
    try:
        import torch
    except ImportError as error:
        raise NotImplementedError(str(error)) from error
    torch.set_num_threads(1)
    return torch


@lru_cache(maxsize=1)
def jax() -> Any:
    """Import JAX with one computing thread.

    When XLA starts, it creates one thread for each core that the process may use: here one.
    """
    one_thread()
    try:
        import jax
    except ImportError as error:
        raise NotImplementedError(str(error)) from error
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if allowed:
        os.sched_setaffinity(0, {max(allowed)})
    try:
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        jax.block_until_ready(jax.numpy.zeros(8) + 1)
    finally:
        if allowed:
            os.sched_setaffinity(0, allowed)
    return jax


def torch_saved_bytes(call: Callable[[], Any]) -> int:
    """Count the bytes of the distinct tensors that a call saves for its backward pass."""
    sizes: dict[int, int] = {}

    def pack(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch().autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = call()
    del result
    return sum(sizes.values())
