"""Functions and modules from what stands in a configuration file: `create` of every adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from multiact.adapters.functions import DerivedFunction
from multiact.declare.activation import Activation
from multiact.declare.registry import resolve

#: what `create` accepts
Spec = str | Mapping[str, Any] | Activation | type | Callable[..., Any] | None


def create(
    spec: Any, parameters: Mapping[str, Any], make: Callable[[Activation, dict[str, Any]], Any]
) -> Any:
    """Create a function or module from a name, a configuration, a class or a callable.

    Parameters
    ----------
    spec
        What `multiact.get` accepts, for which `make` is called; one of our functions, which
        stands for its activation; None for the identity; a class, which is called; or any other
        callable, which is returned as it is.
    parameters
        Keyword arguments.
    make
        Makes the function or module of a record, with the values given.

    Raises
    ------
    TypeError
        If there are parameters for a callable that is no class.
    """
    if isinstance(spec, type):
        return spec(**parameters)
    if isinstance(spec, DerivedFunction):
        spec = spec.activation
    if spec is None:
        spec = "identity"
    if isinstance(spec, Activation) or not callable(spec):
        return make(*resolve(spec, parameters))
    if parameters:
        name = getattr(spec, "__name__", type(spec).__name__)
        raise TypeError(
            f"create returns {name} as it is, without {' and '.join(parameters)}; "
            f"give it a name, a class or functools.partial"
        )
    return spec
