"""Module classes derived from records: created on demand and pickled by their record."""

from __future__ import annotations

import copyreg
import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from multiact.declare.activation import Activation

_FACTORY = "_multiact_factory"


class ClassSignature:
    """A `__signature__` for a class but not for its instances, which are called with x."""

    def __init__(self, value: inspect.Signature) -> None:
        self._value = value

    def __get__(self, instance: Any, owner: Any = None) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        return self._value


def derived_class(
    base: Any, act: Activation, body: Mapping[str, Any], factory: Callable[[Activation], Any]
) -> Any:
    """Create the subclass of `base` for an activation.

    The class is pickled by its record, not by its name: when a notebook cell is run again,
    the name refers to a different class.

    Parameters
    ----------
    base
        The base class that the framework's adapter defines.
    act
        The record, which also gives the class its name.
    body
        Attributes of the class.
    factory
        The public function that returns this class for the record.
    """
    metaclass: Any = type(base)  # mypy does not regard a type[Any] as hashable
    cls = _picklable_metaclass(metaclass)(act.name, (base,), dict(body))
    setattr(cls, _FACTORY, staticmethod(factory))
    cls.activation = act  # if it were in the body, linen would wrap it as a method
    return cls


@lru_cache(maxsize=8)
def _picklable_metaclass(metaclass: type) -> Any:
    # its own `__doc__`, None, would hide those of the classes from pydoc
    picklable = type(metaclass.__name__, (metaclass,), {"__doc__": vars(type)["__doc__"]})
    copyreg.pickle(picklable, _reduce_class)
    return picklable


def _reduce_class(cls: Any) -> Any:
    """Pickle a derived class by its record, a user's subclass of it by name as usual."""
    factory = vars(cls).get(_FACTORY)
    return cls.__qualname__ if factory is None else (factory.__func__, (cls.activation,))
