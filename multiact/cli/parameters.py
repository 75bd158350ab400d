"""Parameters of activations among the arguments of a command: `--alpha .5`, `--gate first`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from multiact._suggest import nearest
from multiact.cli.console import UsageError
from multiact.declare.activation import Activation


def accept_parameters(parser: argparse.ArgumentParser) -> None:
    """Say that a command takes parameters, which are no options of its parser."""
    parser.set_defaults(takes_parameters=True)
    parser.epilog = "Parameters are options, too: --alpha .5; several values: one after the other."


def split_parameters(
    argv: Sequence[str], options: Iterable[str]
) -> tuple[list[str], dict[str, list[Any]]]:
    """Take out of the arguments what is no option of the command: parameters with their values.

    Parameters
    ----------
    argv
        The arguments: `--NAME VALUE [VALUE ...]` or `--NAME=VALUE` are parameters, of which the
        first value may be anything, and the others are numbers or JSON.
    options
        The options of the command.

    Returns
    -------
    tuple
        The other arguments, and the values by the name of the parameter.
    """
    known = set(options)
    rest: list[str] = []
    parameters: dict[str, list[Any]] = {}
    values: list[Any] | None = None  # of the parameter that was named last
    for word in argv:
        flag, equals, text = word.partition("=")
        if word.startswith("--") and word != "--":
            values = None
            if flag in known:
                rest.append(word)
                continue
            values = parameters.setdefault(flag[2:].replace("-", "_"), [])
            if equals:
                values.append(_value(text))
                values = None
        elif values is not None and (not values or not isinstance(_value(word), str)):
            values.append(_value(word))
        else:
            rest.append(word)
            values = None
    for name, given in parameters.items():
        if not given:
            raise UsageError(f"--{name} needs a value, such as --{name} 0.5")
    return rest, parameters


def _value(text: str) -> Any:
    for read in (int, float, json.loads):
        try:
            return read(text)
        except (ValueError, RecursionError):
            continue
    return text


def with_parameters(
    acts: Iterable[Activation], parameters: Mapping[str, Sequence[Any]], options: Sequence[str]
) -> list[Activation]:
    """Return activations with the values of the parameters they have, every combination of them.

    Parameters
    ----------
    acts
        The activations.
    parameters
        Values by name; each must be a parameter or setting of one of the activations.
    options
        The options of the command, one of which may be misspelled.

    Returns
    -------
    list of Activation

    Raises
    ------
    UsageError
        If no activation has a parameter, or a value is not allowed.
    """
    acts = list(acts)
    known = list(dict.fromkeys(name for act in acts for name in act.by_name))
    for name in parameters:
        if name not in known:
            hint = nearest(f"--{name}", [*(f"--{n}" for n in known), *options])
            keys = ", ".join(dict.fromkeys(act.key for act in acts))
            raise UsageError(f"{keys}: no parameter or option '--{name}'; {hint}")
    return [each for act in acts for each in _combinations(act, parameters)]


def _combinations(act: Activation, parameters: Mapping[str, Sequence[Any]]) -> list[Activation]:
    given = {name: values for name, values in parameters.items() if name in act.by_name}
    try:
        return [
            act.with_defaults(**dict(zip(given, values, strict=True)))
            for values in product(*given.values())
        ]
    except (LookupError, TypeError, ValueError) as error:
        raise UsageError(str(error).splitlines()[0]) from error
