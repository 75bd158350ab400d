"""Formulas of activations for human readers, printed from the graph that is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import expressions, variables
from multiact.notation.latex import latex as latex_of
from multiact.notation.text import text as text_of

Spec = str | Mapping[str, Any] | Activation


def latex(spec: Spec, *, order: int = 0, wrt: str | Sequence[str] = "x") -> str:
    r"""Print the formula of an activation, or of a derivative, as LaTeX.

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping or a record.
    order
        0 for the formula as it was written, otherwise the order of the derivative.
    wrt
        The variable, as in `multiact.derivative`.

    Returns
    -------
    str
        LaTeX without dollar signs.  An activation that mixes the elements of an array has no
        elementwise graph; its summary is returned as text.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If a derivative of a function that is not elementwise is asked for.
    ValueError
        If `order` is negative or `wrt` is not one of its variables.

    Examples
    --------
    >>> import multiact
    >>> print(multiact.latex("softplus"))
    \frac{\log\!\left(1 + e^{\beta x}\right)}{\beta}
    >>> print(multiact.latex("talu", order=1))
    \begin{cases} \alpha \, \operatorname{sech}^2\!\left(x\right) & x < 0 \\ 1 & \text{otherwise} \end{cases}
    """  # noqa: E501
    act = get(spec)
    if not act.is_graph and order == 0:
        return rf"\text{{{act.summary}}}"
    return latex_of(_expression(act, order, wrt), (*act.data, *act.noise))


def text(spec: Spec, *, order: int = 0, wrt: str | Sequence[str] = "x") -> str:
    """Print the formula of an activation, or of a derivative, as plain text.

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping or a record.
    order
        0 for the formula as it was written, otherwise the order of the derivative.
    wrt
        The variable, as in `multiact.derivative`.

    Returns
    -------
    str
        The formula as one would type it; the summary for an activation that mixes elements.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If a derivative of a function that is not elementwise is asked for.
    ValueError
        If `order` is negative or `wrt` is not one of its variables.

    Examples
    --------
    >>> import multiact
    >>> multiact.analysis.text("talu")
    'alpha*tanh(x) if x < 0 else x'
    """
    act = get(spec)
    if not act.is_graph and order == 0:
        return act.summary
    return text_of(_expression(act, order, wrt), (*act.data, *act.noise))


def _expression(act: Activation, order: int, wrt: str | Sequence[str]) -> Expr:
    if order == 0:
        return act.expression(act.example_specialization, raw=True)
    path = variables(act, order, wrt)
    # the stable graph's derivative is shorter than that of the formula as it was written
    return expressions(act, act.example_specialization, path)[0]
