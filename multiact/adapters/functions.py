"""What the functions of all frameworks have in common."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any

from multiact.adapters.documentation import Library, function_doc
from multiact.declare.activation import Activation


class DerivedFunction:
    """An activation as a function of one framework's arrays; a value, found again by name."""

    library: Library
    __name__: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give instances a docstring of their own."""
        super().__init_subclass__(**kwargs)
        cls.__doc__ = _OfInstance(cls.__doc__ or "")  # type: ignore[assignment]

    def __init__(self, act: Activation, *extra: inspect.Parameter) -> None:
        self.activation = act
        self.__name__ = self.__qualname__ = act.key
        self.__module__ = self.library.package  # where pickle and torch.fx look for it
        self.__signature__ = function_signature(act, *extra)

    @cached_property
    def documentation(self) -> str:
        """The docstring, which takes a moment to make."""
        return function_doc(self.activation, self.library)

    def __repr__(self) -> str:
        return f"<function {self.library.package}.{self.__name__}{self.__signature__}>"


class _OfInstance:
    """A `__doc__` that is the class's own on the class, and that of the activation on a function."""

    def __init__(self, own: str) -> None:
        self._own = own

    def __get__(self, instance: DerivedFunction | None, owner: Any = None) -> str:
        return self._own if instance is None else instance.documentation


def function_signature(act: Activation, *extra: inspect.Parameter) -> inspect.Signature:
    """`(x, /, parameters, *, settings, extra)`."""
    make = inspect.Parameter
    listed = [make("x", make.POSITIONAL_ONLY)]
    for p in act.parameters:
        default = make.empty if p.default is None else p.default
        listed.append(make(p.name, make.POSITIONAL_OR_KEYWORD, default=default))
    listed += [make(p.name, make.KEYWORD_ONLY, default=p.default) for p in act.settings]
    if act.kind == "stochastic":
        listed.append(make("noise", make.KEYWORD_ONLY, default=None))
    return inspect.Signature([*listed, *extra])
