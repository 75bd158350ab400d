"""The namespace and the dtype of an array of any library."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from array_api_compat import array_namespace

_BY_TYPE: dict[type, Any] = {}  # array_namespace takes 1.2 us per call, a lookup 0.1 us


def namespace_of(x: Any) -> Any:
    """Return the array-API namespace of the library that `x` belongs to."""
    xp = _BY_TYPE.get(type(x))
    if xp is None:
        try:
            xp = _BY_TYPE[type(x)] = array_namespace(x)
        except TypeError as error:
            raise TypeError(
                f"x must be an array of an array-API library, got {type(x).__name__}; "
                "multiact_numpy takes lists and numbers"
            ) from error
    return xp


class Overlay:
    """An array namespace with some functions replaced or added.

    Parameters
    ----------
    library
        The namespace that provides everything else.
    **overrides
        The replaced or added attributes.
    """

    def __init__(self, library: Any, **overrides: Any) -> None:
        self._library = library
        vars(self).update(overrides)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


def check_floating(x: Any, xp: Any, function: str) -> None:
    """Reject integers, booleans and complex numbers, and say which conversion would help."""
    if bits_of(x):
        return
    if xp.isdtype(x.dtype, "real floating"):
        raise TypeError(
            f"{function}: x must have 16, 32 or 64 bits per number, got {x.dtype}; "
            "convert it first, for example to float64"
        )
    raise TypeError(
        f"{function}: x must have a real floating-point dtype, got {x.dtype}; "
        "convert it first, for example to float32"
    )


def check_real(value: Any, name: str, function: str) -> None:
    """Reject arrays of anything but real numbers, of which a part would be lost."""
    if isinstance(value, np.ma.MaskedArray):
        text = f"is a masked array, whose mask would be lost; give {name}.data"
        raise TypeError(f"{function}: {name} {text}")
    dtype = getattr(value, "dtype", None)
    if dtype is not None and not _is_real(dtype):
        raise TypeError(f"{function}: {name} must hold real numbers, got an array of {dtype}")


def _is_real(dtype: Any) -> bool:
    kind = getattr(dtype, "kind", None)
    if kind is None:  # PyTorch's
        return not getattr(dtype, "is_complex", False)
    return kind in "biuf" or (kind == "V" and dtype.name.startswith(("bfloat", "float")))


def bits_of(x: Any) -> int:
    """Return the width of a floating-point element, 16, 32 or 64 bits; 0 for other dtypes."""
    name = getattr(x.dtype, "name", None) or str(x.dtype)  # ">f8" has the name float64
    name = name.rpartition(".")[2]
    return {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}.get(name, 0)


def quiet(x: Any) -> contextlib.AbstractContextManager[Any]:
    """Silence NumPy's warnings about branches that `where` does not select."""
    return np.errstate(all="ignore") if isinstance(x, np.ndarray) else contextlib.nullcontext()
