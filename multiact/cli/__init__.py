"""The command line: `multiact list`, `show`, `plot`, `check`, `crosscheck`, `bench` and others."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from importlib import import_module
from typing import Any, NoReturn

from multiact import __version__
from multiact._suggest import nearest
from multiact.cli.console import UsageError, json_alone, written
from multiact.cli.parameters import split_parameters
from multiact.testing.faults import describe, user_frame
from multiact.testing.trust import Untrusted, Watch

#: the commands, and the modules that have them: only that of the command is imported
COMMANDS = {
    "list": "listing",
    "show": "show",
    "plot": "plot",
    "explore": "explore",
    "relatives": "relatives",
    "map": "mapping",
    "check": "checking",
    "crosscheck": "crosschecking",
    "bench": "bench",
    "doctor": "doctor",
    "demo": "demo",
    "train": "training",
    "compare": "compare",
    "inspect": "inspect",
    "evaluate": "evaluate",
}
_SIGPIPE = 13


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv
        The arguments, without the program's name; None: those of the process.

    Returns
    -------
    int
        The exit status.  0: success; 1: a check failed; 2: the arguments are wrong, or
        something that they need is not installed; 130: interrupted; 141: nobody reads the output.
    """
    if sys.stderr is None:  # closed by the shell: `2>&-`
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  until the process ends
    try:
        with written():
            args = _parsed(list(sys.argv[1:] if argv is None else argv))
        return _run(args)
    except (UsageError, Untrusted) as error:
        print(f"multiact: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("multiact: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `multiact list | head`: as the shell reports a signal
        return 128 + _SIGPIPE


def _run(args: argparse.Namespace) -> int:
    """Run a command; what a user's code raises is an error in one line."""
    with Watch() as watch:
        try:
            with written(), json_alone() if args.json else nullcontext():
                return int(args.run(args))
        except (UsageError, KeyboardInterrupt, BrokenPipeError):
            raise
        except BaseException as error:
            place = user_frame(error) if watch.ran else ""
            if not place and not isinstance(error, SystemExit):
                raise
            raise UsageError(f"{place or 'the loaded code'}: {describe(error)}") from error


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)  # argparse would hide that it cannot be written


class _PrintCompletion(argparse.Action):
    """Print a script that completes commands, options and names of activations in a shell."""

    def __call__(self, parser: argparse.ArgumentParser, _: Any, shell: Any, __: Any = None) -> None:
        try:
            import shtab
        except ImportError as error:
            command = "pip install 'multiact[completion]'"
            raise UsageError(f"--print-completion needs shtab: {command}") from error
        from multiact.declare.registry import names

        complete = {
            "NAME": shtab.cmd(rf"printf '%s\n' {' '.join(names())}"), "FILE": shtab.FILE,
            "FOLDER": shtab.DIRECTORY,
        }  # fmt: skip
        complete |= {"TARGET": complete["NAME"], "REFERENCE": complete["NAME"]}
        (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
        for action in (a for p in commands.choices.values() for a in p._actions):
            if isinstance(action.metavar, str) and action.metavar in complete:
                action.complete = complete[action.metavar]
        print(shtab.complete(parser, shell))
        parser.exit()


def _parser(names: Iterable[str]) -> tuple[_Parser, dict[str, _Parser]]:
    """Return the parser of the program, and those of these commands."""
    parser = _Parser(prog="multiact", description="Activation functions for every array library.")
    parser.add_argument("--version", action="version", version=f"multiact {__version__}")
    parser.add_argument(
        "--print-completion", action=_PrintCompletion, choices=("bash", "zsh", "fish"),
        metavar="SHELL", help="print what completes arguments in bash, zsh or fish",
    )  # fmt: skip
    subparsers = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    commands = {}
    for name in names:
        module = import_module(f"multiact.cli.{COMMANDS[name]}")
        summary = (module.__doc__ or "").splitlines()[0]
        command = subparsers.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        module.add_arguments(command)
        command.add_argument("--json", action="store_true", help="as one JSON document")
        command.set_defaults(run=module.run)
        commands[name] = command
    return parser, commands


def _parsed(argv: list[str]) -> argparse.Namespace:
    one = bool(argv) and argv[0] in COMMANDS
    parser, commands = _parser(argv[:1] if one else COMMANDS)
    if not argv:
        parser.print_help()
        parser.exit()
    if not argv[0].startswith("-") and argv[0] not in commands:
        raise UsageError(f"no command {argv[0]!r}; {nearest(argv[0], list(commands))}")
    command = commands.get(argv[0])
    options = [s for a in command._actions for s in a.option_strings] if command else []
    parameters: dict[str, list[Any]] = {}
    if command and command.get_default("takes_parameters"):
        argv, parameters = split_parameters(argv, options)
    args, extra = parser.parse_known_args(argv)
    if extra:
        what = "option" if extra[0].startswith("-") else "argument"
        choices = options if what == "option" else []
        hint = nearest(extra[0].partition("=")[0], choices) if choices else "see --help"
        raise UsageError(f"{argv[0]} has no {what} {extra[0]!r}; {hint}")
    args.parameters, args.options = parameters, options
    return args
