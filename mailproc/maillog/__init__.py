"""The mail log: one line per event, whatever a mail says and whatever becomes of the line.

    from mailproc.maillog import log
    log.info("mail_accepted", inbound=17, size=4_200)

A line holds ids and figures, never a customer's words: each text is cut at 200 characters, control characters and
letters outside ASCII are escaped.  Until `configure` is called, only warnings and errors are told, on stderr.
"""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Protocol

import structlog

from mailproc.maillog.lines import as_json, as_text, complete
from mailproc.maillog.writer import Writer

__all__ = ["Settings", "close", "configure", "log", "lost"]

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
PATIENCE = 2.0  # seconds that the last lines have at the end

log: structlog.typing.FilteringBoundLogger = structlog.get_logger("mailproc")

_writer: Writer | None = None


class Settings(Protocol):
    """What the log must be told: the configuration's `[log]` fits.  `file` None is stderr."""

    @property
    def level(self) -> Literal["debug", "info", "warning", "error"]:
        """The least that is told."""

    @property
    def file(self) -> Path | None:
        """Where to."""

    @property
    def format(self) -> Literal["json", "text"]:
        """For machines or for eyes."""


class _Logger:
    """Hands rendered lines on; structlog calls it by the name of the level."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.exception = put


class _Library(logging.Handler):
    """Takes the warnings of libraries into the log: the wording without what was filled in, which may be a mail's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of one warning."""
        tell = log.error if record.levelno >= logging.ERROR else log.warning
        tell("library", name=record.name, text=str(record.msg), exc_info=record.exc_info)


def configure(settings: Settings) -> None:
    """Begin to log as the configuration says: lines go to a queue, and a thread writes them.  May be called again."""
    global _writer
    close()
    render = as_json if settings.format == "json" else as_text
    target = settings.file if settings.file is not None else _stderr()
    _writer = Writer(target, lambda count: _lost_line(count, render))
    _structlog(LEVELS[settings.level], render, _writer.put)
    logging.basicConfig(handlers=[_Library(logging.WARNING)], level=logging.WARNING, force=True)


def lost() -> int:
    """How many lines could not be written since `configure`."""
    return _writer.lost if _writer else 0


def close() -> None:
    """Write what is queued, and go back to telling warnings on stderr."""
    global _writer
    if _writer is not None:
        _writer.close(PATIENCE)
    _writer = None
    _structlog(logging.WARNING, as_text, _to_stderr)


def _structlog(level: int, render: Callable[[object, str, Any], str], put: Callable[[str], None]) -> None:
    structlog.configure(
        processors=[complete, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Logger(put),
        cache_logger_on_first_use=False,
    )


def _lost_line(count: int, render: Callable[[object, str, Any], str]) -> str:
    return render(None, "error", complete(None, "error", {"event": "log_lines_lost", "count": count}))


def _to_stderr(line: str) -> None:
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr)


def _stderr() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return 2


_structlog(logging.WARNING, as_text, _to_stderr)
atexit.register(close)
