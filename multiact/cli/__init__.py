"""The command line: `multiact list`, `show`, `plot`, `check`, `crosscheck`, `doctor`, `demo`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from multiact import __version__
from multiact._suggest import nearest
from multiact.cli import checking, crosschecking, demo, doctor, listing, plot, show
from multiact.cli.console import UsageError
from multiact.testing.faults import describe, user_frame
from multiact.testing.trust import Untrusted, Watch

COMMANDS = {
    "list": listing,
    "show": show,
    "plot": plot,
    "check": checking,
    "crosscheck": crosschecking,
    "doctor": doctor,
    "demo": demo,
}


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
        something that they need is not installed.
    """
    try:
        args = _parsed(list(sys.argv[1:] if argv is None else argv))
        return _run(args)
    except (UsageError, Untrusted) as error:
        print(f"multiact: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("multiact: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `multiact list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(args: argparse.Namespace) -> int:
    """Run a command; what a user's code raises is an error in one line."""
    if sys.stdout is None:
        raise UsageError("the standard output is closed")
    with Watch() as watch:
        try:
            status = int(args.run(args))
            sys.stdout.flush()
        except (UsageError, KeyboardInterrupt, BrokenPipeError):
            raise
        except BaseException as error:
            place = user_frame(error) if watch.ran else ""
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise UsageError(f"the output cannot be written: {error.strerror}") from error
            if not place and not isinstance(error, SystemExit):
                raise
            raise UsageError(f"{place or 'the loaded code'}: {describe(error)}") from error
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def _parsed(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="multiact", description="Activation functions for every array library.")
    parser.add_argument("--version", action="version", version=f"multiact {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    options: dict[str, list[str]] = {}
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=summary, description=summary)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
        options[name] = [s for action in command._actions for s in action.option_strings]
    if not argv:
        raise UsageError(f"give a command: {', '.join(COMMANDS)}; see multiact --help")
    if not argv[0].startswith("-") and argv[0] not in COMMANDS:
        raise UsageError(f"no command {argv[0]!r}; {nearest(argv[0], list(COMMANDS))}")
    args, extra = parser.parse_known_args(argv)
    if extra:
        what = "option" if extra[0].startswith("-") else "argument"
        choices = options.get(argv[0], []) if what == "option" else []
        hint = nearest(extra[0].partition("=")[0], choices) if choices else "see --help"
        raise UsageError(f"{argv[0]} has no {what} {extra[0]!r}; {hint}")
    return args
