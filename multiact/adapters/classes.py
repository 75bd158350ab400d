"""Module classes that are derived from records: made when asked for, found again by pickle."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from multiact.declare.activation import Activation

_MAKER = "_multiact_maker"


def derived_class(
    base: Any, act: Activation, body: Mapping[str, Any], maker: Callable[[Activation], Any]
) -> Any:
    """A subclass of `base` for an activation.

    Pickle writes the record instead of the name of the class, which after the cell of a
    notebook is run again is that of another one.

    Parameters
    ----------
    base
        The class that the framework's adapter defines.
    act
        The record; also the name of the class.
    body
        Attributes of the class.
    maker
        The public function that gives this class for the record.
    """
    made = _picklable(type(base))(act.name, (base,), dict(body))
    setattr(made, _MAKER, staticmethod(maker))
    made.activation = act  # linen would wrap it as a method, were it in the body
    return made


@lru_cache(maxsize=8)
def _picklable(metaclass: type) -> Any:
    made = type(metaclass.__name__, (metaclass,), {})
    copyreg.pickle(made, _reduced)  # type: ignore[arg-type]
    return made


def _reduced(cls: Any) -> Any:
    """How a class is pickled; a user's subclass by its name, as always."""
    maker = vars(cls).get(_MAKER)
    return cls.__qualname__ if maker is None else (maker.__func__, (cls.activation,))
