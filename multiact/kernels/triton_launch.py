"""How many programs of a device loop are launched, and what each of them computes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from multiact.kernels.layout import Shape
from multiact.kernels.triton_layout import SHORT, DeviceSpace

THREADS = 128  # of a program
_WARP = 32
_COLUMNS = 256  # of a panel, at most
#: blocks from which on a program adds up as many of them: fewer sums to store and to add
_STEPS = ((8192, 16), (2048, 8), (512, 4))


class Launch(NamedTuple):
    """What a kernel is called with.

    Attributes
    ----------
    programs
        The number of programs.
    warps
        The number of warps of each program.
    constants
        Values of the constants of the kernel, by name.
    integers
        The arguments after the parameters.
    sums
        Shape of the sums that programs leave, of each output: they are added up along the
        first and the last axis, which leaves one number for each channel.
    """

    programs: int
    warps: int
    constants: dict[str, int]
    integers: tuple[int, ...]
    sums: Shape


@lru_cache(maxsize=4096)
def launch_of(space: DeviceSpace, per_thread: int, sums: bool) -> Launch:
    """Plan the launch of a loop.

    Parameters
    ----------
    space
        What is traversed.
    per_thread
        The number of elements for each thread.
    sums
        Whether some outputs are summed.
    """
    size = THREADS * per_thread
    if space.walk == "columns":
        return _columns(space, size, sums)
    outer, channels, inner, strides = space
    if space.walk == "flat":
        blocks = -(-inner // size)
        steps = _steps(blocks)
        programs = -(-blocks // steps) if sums else blocks
        constants = {"BLOCK": size} | ({"STEPS": steps} if sums else {})
        return Launch(programs, THREADS // _WARP, constants, (inner,), (1, 1, programs))
    block = min(size, max(SHORT, _power_of_two(inner)))
    chunks = -(-inner // block)
    constants = {"BLOCK": block} | ({"STEPS": 1} if sums else {})
    warps = max(1, block // (_WARP * per_thread))
    integers = (*strides, outer, channels, inner)
    return Launch(outer * channels * chunks, warps, constants, integers, (outer, channels, chunks))


def _columns(space: DeviceSpace, size: int, sums: bool) -> Launch:
    outer, channels, inner, strides = space
    width = channels * inner
    columns = min(_COLUMNS, size, _power_of_two(width))
    rows = min(size // columns, _power_of_two(outer))
    blocks = -(-outer // rows)
    steps = _steps(blocks) if sums else 1
    panels = -(-blocks // steps)
    constants = {"ROWS": rows, "COLUMNS": columns} | ({"STEPS": steps} if sums else {})
    warps = max(1, rows * columns * THREADS // size // _WARP)
    integers = (*strides, outer, channels, inner)
    programs = panels * -(-width // columns)
    return Launch(programs, warps, constants, integers, (panels, channels, inner))


def _steps(blocks: int) -> int:
    """The number of blocks that a program adds up: many, if enough programs remain."""
    return next((steps for least, steps in _STEPS if blocks >= least), 1)


def _power_of_two(n: int) -> int:
    """The smallest power of two that is not less."""
    return 1 << max(0, n - 1).bit_length()
