"""How torch.nn and torch.nn.functional take arguments: names, positions, defaults.

A positional argument of a class or function that torch has, too, means what it means there.
"""

from __future__ import annotations

import inspect

from multiact.adapters.configuration import signature
from multiact.declare.activation import Activation

_BOTH = {
    "celu": "alpha inplace",
    "elu": "alpha inplace",
    "gelu": "approximate",
    "glu": "dim",
    "hardshrink": "lambd",
    "hardsigmoid": "inplace",
    "hardswish": "inplace",
    "leaky_relu": "negative_slope inplace",
    "log_softmax": "dim",
    "mish": "inplace",
    "relu": "inplace",
    "relu6": "inplace",
    "selu": "inplace",
    "silu": "inplace",
    "softmax": "dim",
    "softmin": "dim",
    "softplus": "beta threshold",
    "softshrink": "lambd",
    "threshold": "threshold value inplace",
}
#: the arguments of the classes of torch.nn, in order
CLASSES = {
    **_BOTH,
    "hardtanh": "min_val max_val inplace min_value max_value",
    "prelu": "num_parameters init device dtype",
    "rrelu": "lower upper inplace",
}
#: the arguments of the functions of torch.nn.functional after the tensor, in order
FUNCTIONS = {
    **_BOTH,
    "hardtanh": "min_val max_val inplace",
    "prelu": "weight",
    "rrelu": "lower upper training inplace",
}
#: torch's names that differ from ours
OURS = {
    "dim": "axis",
    "init": "weight",
    "num_parameters": "channels",
    "min_value": "min_val",
    "max_value": "max_val",
}
#: the types and meanings of the names that torch has in addition
ROWS = {
    "inplace": ("bool", "Accepted as in torch.nn; x never changes."),
    "approximate": ("{'none', 'tanh'}", "'tanh' is the activation `gelu_tanh`."),
    "dim": ("int or None", "The `axis`; None: 0 if x has 0, 1 or 3 axes, otherwise 1."),
    "num_parameters": ("int", "The `channels`; 1: one slope for all, of shape (1,)."),
    "init": ("float", "The starting value of `weight`."),
    "training": ("bool", "Whether the slopes are drawn."),
    "device": ("torch.device, str or None", "Device of the parameters; None: torch's default."),
    "dtype": ("torch.dtype or None", "Dtype of the parameters; None: torch's default."),
}
_DEFAULTS = {"inplace": False, "training": False, "approximate": "none", "num_parameters": 1}
_HIDDEN = frozenset({"device", "dtype", "min_value", "max_value"})


def shared(act: Activation) -> bool:
    """Whether torch.nn has the activation with arguments."""
    return act.key in CLASSES and act.function.__module__.startswith("multiact.catalogue.")


def class_signature(act: Activation) -> inspect.Signature:
    """Return the signature of the module class: torch's arguments, then ours by name."""
    named = _with_names(act, signature(act), CLASSES)
    ends = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)
        for name in ("device", "dtype")
    ]
    return named.replace(parameters=[*named.parameters.values(), *ends])


def call_signature(act: Activation, ours: inspect.Signature) -> inspect.Signature:
    """Return the signature of the function: the tensor, torch's arguments, then ours by name."""
    x, *others = ours.parameters.values()
    full = _with_names(act, ours.replace(parameters=others), FUNCTIONS)
    return full.replace(parameters=[x, *full.parameters.values()])


def _with_names(
    act: Activation, ours: inspect.Signature, table: dict[str, str]
) -> inspect.Signature:
    Param = inspect.Parameter
    names = table[act.key].split() if shared(act) and act.key in table else []
    names = [name for name in names if name not in _HIDDEN]
    own = dict(ours.parameters)
    first = []
    for name in names:
        known = own.pop(name, None) or own.get(OURS.get(name, ""))
        default = _DEFAULTS.get(name, known.default if known else Param.empty)
        first.append(Param(name, Param.POSITIONAL_OR_KEYWORD, default=default))
    kept = list(own.values())
    if names:
        kept = [p.replace(kind=Param.KEYWORD_ONLY) for p in kept]
    if "inplace" not in names:
        kept.append(Param("inplace", Param.KEYWORD_ONLY, default=False))
    return ours.replace(parameters=sorted([*first, *kept], key=lambda p: p.kind))
