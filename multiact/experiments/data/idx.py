"""IDX files, the format of MNIST and its relatives, plain or gzipped.

A file starts with two zero bytes, a type code, the number of axes, and the lengths as
big-endian 32-bit integers; the elements follow, big-endian, the last axis varying fastest.
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path

import numpy as np

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"


class IdxError(ValueError):
    """The file is not an IDX file, or is damaged."""


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an array from an IDX file.

    Parameters
    ----------
    path
        The file; its content, not its name, determines whether it is gzipped.

    Returns
    -------
    numpy.ndarray
        The array, in the byte order of this machine.

    Raises
    ------
    IdxError
        If the file does not start like an IDX file, is damaged, or is longer or shorter than
        its header says.
    """
    content = _read_unzipped(Path(path))
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _DTYPES:
        raise IdxError(
            f"{path}: not an IDX file; it starts with {content[:4].hex(' ') or 'nothing'}"
        )
    dtype, axes = np.dtype(_DTYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    if len(content) < start:
        raise IdxError(f"{path}: truncated in its header of {start} bytes: it has {len(content)}")
    shape = [int(n) for n in np.frombuffer(content, ">u4", axes, offset=4)]
    expected = math.prod(shape) * dtype.itemsize
    if len(content) - start != expected:
        fault = "truncated" if len(content) - start < expected else "too long"
        size = " x ".join(map(str, shape))
        raise IdxError(
            f"{path}: {fault}; its header promises {size} elements, {expected} bytes, "
            f"and {len(content) - start} follow"
        )
    elements = np.frombuffer(content, dtype, offset=start).reshape(shape)
    return elements.astype(dtype.newbyteorder("="))


def _read_unzipped(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise IdxError(f"{path}: truncated or damaged gzip file ({error})") from error
