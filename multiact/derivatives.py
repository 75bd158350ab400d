"""Derivatives of activations as functions of arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from multiact._adapters import adapter_of
from multiact._arrays import namespace_of
from multiact._suggest import nearest
from multiact.calculus.graph import elements
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.arguments import Specialization
from multiact.declare.registry import get
from multiact.special.evaluate import evaluate


def derivative(
    spec: str | Mapping[str, Any] | Activation, *, order: int = 1, wrt: str | Sequence[str] = "x"
) -> Callable[..., Any]:
    """Return a derivative of an activation, as a function of arrays of any array-API library.

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping or a record.
    order
        How many times to differentiate, 0 or more.
    wrt
        The variable: "x" ("a" or "b" for the halves of a gate) or a parameter; or a
        sequence of them for a mixed derivative (then `order` must be 1).

    Returns
    -------
    callable
        A function with the arguments of the activation.  If a variable is an array parameter,
        the result has an additional last axis for its elements.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it mixes the elements of an array, such as softmax.
    ValueError
        If `order` is negative or `wrt` is not one of its variables.

    Examples
    --------
    >>> import numpy as np, multiact
    >>> slope = multiact.derivative("talu", order=1, wrt="x")
    >>> slope(np.asarray([-1.0, 0.0, 2.0])).round(4).tolist()
    [0.42, 1.0, 1.0]
    """
    act = get(spec)
    path = variables(act, order, wrt)

    def evaluate_derivative(x: Any, /, *args: Any, xp: Any = None, **kwargs: Any) -> Any:
        bound = act.bind(args, kwargs)
        adapter = adapter_of(x) if xp is None else None
        if adapter is not None:
            return adapter.apply(act, x, bound, path)
        xp = namespace_of(x) if xp is None else xp
        specialization = act.specialization(bound)
        operands = (*act.operands(x, bound), *bound.parameters)
        outputs = expressions(act, specialization, path)
        results = evaluate(outputs, specialization.inputs, operands, xp, act.key)
        return xp.stack(results, axis=-1) if is_vector(act, path) else results[0]

    evaluate_derivative.__name__ = evaluate_derivative.__qualname__ = f"{act.key}_derivative"
    evaluate_derivative.__doc__ = (
        f"Derivative of {act.key} with respect to {', '.join(path) or 'nothing'}."
    )
    return evaluate_derivative


def variables(act: Activation, order: int, wrt: str | Sequence[str]) -> tuple[str, ...]:
    """Return the variables to differentiate by, in order; an error says which one is wrong."""
    if not act.is_graph:
        raise TypeError(
            f"{act.key} mixes the elements of an array and has no elementwise derivative; "
            "differentiate it with the array library (torch.autograd, jax.vjp)"
        )
    if order < 0:
        raise ValueError(f"order must be 0 or more, got {order}")
    if not isinstance(wrt, str) and order != 1:
        raise ValueError(f"with several variables order must be 1, got {order}")
    path = (wrt,) * order if isinstance(wrt, str) else tuple(wrt)
    names = (*act.data, *(p.name for p in act.parameters))
    for name in {wrt} if isinstance(wrt, str) else path:
        if name not in names:
            raise ValueError(f"{act.key} has no variable {name!r}; {nearest(name, names)}")
    if sum(is_vector(act, (name,)) for name in path) > 1:
        raise ValueError(f"{act.key}: differentiate at most once by an array parameter")
    return path


def is_vector(act: Activation, path: Sequence[str]) -> bool:
    """Whether one of the variables is an array parameter."""
    return any(p.name in path and p.shaped is not None for p in act.parameters)


def expressions(
    act: Activation, specialization: Specialization, path: tuple[str, ...]
) -> tuple[Expr, ...]:
    """Return the graphs of a derivative: one, or one per element of an array parameter."""
    return _expressions(act.declared, specialization, path)


@lru_cache(maxsize=4096)
def _expressions(
    act: Activation, specialization: Specialization, path: tuple[str, ...]
) -> tuple[Expr, ...]:
    from multiact.special.stable import derivatives  # all equations

    lengths = dict(specialization.inputs.parameters)
    results: tuple[Expr, ...] = (act.expression(specialization),)
    for name in path:
        results = derivatives(results, tuple(elements(name, lengths.get(name))))
    return results
