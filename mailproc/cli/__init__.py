"""The command line: `mailproc COMMAND`, its errors in words, its exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

from mailproc.cli.names import NAMES
from mailproc.cli.printing import ReaderGone, tell
from mailproc.errors import StoreError, UserError

__all__ = ["main"]

FOUND = 1
WRONG_USE = 2
INTERNAL = 70  # EX_SOFTWARE of sysexits.h
TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the mail
BROKEN_PIPE = 141  # what a shell says of a program that SIGPIPE ended
INTERRUPTED = 130

FINAL_FOR_MAIL = (0, 65, 67)
"""What `receive` may answer beside TRY_AGAIN: any other code would make a mail server return the mail."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, 1 (found a problem), 2 (wrong use), 70 (a bug), for `receive` 0, 65, 67, 75.

    `arguments` default to the process's own.  What went wrong is told on stderr, without a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            # A terminal that cannot show a letter gets its number instead of an error.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    code = _run(given)
    return TRY_AGAIN if _is_receive(given) and code not in FINAL_FOR_MAIL else code


def _run(arguments: list[str]) -> int:
    try:
        from mailproc.cli.commands import application

        application()(arguments, prog_name="mailproc")
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else int(bool(end.code)))
    except (ReaderGone, BrokenPipeError):
        _drop_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _failed(error, debug="--debug" in arguments)
    return _flushed(0)


def _failed(error: Exception, *, debug: bool) -> int:
    """Say what went wrong in as few lines as it takes; the exit code."""
    if debug:
        traceback.print_exception(error)
    match error:
        case UserError():
            _tell(str(error))
            return WRONG_USE
        case StoreError() | OSError():
            _tell(f"mailproc: {error}")
            return FOUND
    name = type(error).__name__
    _tell(f"mailproc: internal error: {name}: {error}; run with --debug for the trace")
    return INTERNAL


def _tell(text: str) -> None:
    with suppress(OSError):
        tell(text)


def _flushed(code: int) -> int:
    """The exit code, once all of the output is written: what is left for the interpreter's end would fail loudly."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except OSError as error:
        _drop_output()
        _tell(f"mailproc: the output could not be written: {error.strerror}")
        return code or FOUND
    return code


def _drop_output() -> None:
    """Let nothing that is still buffered be written to a reader that has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_receive(arguments: Sequence[str]) -> bool:
    """Whether the command is `receive`, even if the rest of the line cannot be understood."""
    return next((one for one in arguments if one in NAMES), "") == "receive"
