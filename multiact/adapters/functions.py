"""The common base of the derived functions of all frameworks."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any

from multiact.adapters.configuration import plain
from multiact.adapters.documentation import Library, function_doc
from multiact.declare.activation import Activation, PerInstance


class DerivedFunction:
    """An activation as a function of one framework's arrays; pickle finds it by name."""

    library: Library
    __name__: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give each instance its own docstring."""
        super().__init_subclass__(**kwargs)
        doc = PerInstance(cls.__doc__, lambda function: function.documentation)
        cls.__doc__ = doc  # type: ignore[assignment]

    def __init__(self, act: Activation, *extra: inspect.Parameter) -> None:
        self.activation = act
        self.__name__ = self.__qualname__ = act.key
        self.__module__ = self.library.package  # where pickle and torch.fx look for it
        self.__signature__ = function_signature(act, *extra)

    @cached_property
    def documentation(self) -> str:
        """The docstring, cached because writing it takes a moment."""
        return function_doc(self.activation, self.library, self.__signature__)

    def config(self) -> dict[str, Any]:
        """Return the configuration, which `create` accepts and JSON can hold."""
        changed = self.activation.changed_defaults
        return {"name": self.activation.key, **{n: plain(v) for n, v in changed.items()}}

    def __repr__(self) -> str:
        return f"<function {self.library.package}.{self.__name__}{self.__signature__}>"

    def _repr_latex_(self) -> str | None:
        return self.activation._repr_latex_()

    def _repr_markdown_(self) -> str | None:
        return self.activation._repr_markdown_()


def function_signature(act: Activation, *extra: inspect.Parameter) -> inspect.Signature:
    """Return the signature `(arrays, /, parameters, settings, *, noise, extra)`."""
    Param = inspect.Parameter
    arrays = act.data if act.kind == "pair" else ("x",)
    parameters = [Param(name, Param.POSITIONAL_ONLY) for name in arrays]
    kind: inspect._ParameterKind = Param.POSITIONAL_OR_KEYWORD
    for p in act.parameters:
        default = Param.empty if p.default is None and not p.running else p.default
        if default is Param.empty and parameters[-1].default is not Param.empty:
            kind = Param.KEYWORD_ONLY  # what has no default cannot follow by position
        parameters.append(Param(p.name, kind, default=default))
    parameters += [Param(p.name, kind, default=p.default) for p in act.settings]
    parameters += [Param(name, Param.KEYWORD_ONLY, default=None) for name in act.noise]
    return inspect.Signature([*parameters, *extra])
