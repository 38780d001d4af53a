"""`receive`: a mail server hands over one mail, and reads the exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mailproc.cli.commands import Settings, command
from mailproc.cli.printing import tell

Sender = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="ADDRESS", show_default=False, help='The envelope\'s sender; "" for none. Else $SENDER.'
    ),
]
Recipients = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ADDRESS",
        show_default=False,
        help="A recipient of the envelope; repeatable. Else $ORIGINAL_RECIPIENT, $RECIPIENT, else the header.",
    ),
]


@command("receive", example='mailproc receive --from "$SENDER" --to support@example.com < mail.eml')
def receive(settings: Settings, sender: Sender = None, recipients: Recipients = None) -> int:
    """Take one mail from stdin, as the SMTP listener would.

    Exit codes: 0 the mail is kept; 65 it is none, or too large; 67 no recipient is ours; 75 try again later.
    A daemon that runs beside picks it up.
    """
    from mailproc.admin.receive import asked
    from mailproc.admin.receive import receive as taken
    from mailproc.clock import SystemClock

    config = settings.load()
    done = taken(sys.stdin.buffer, asked(sender, recipients or (), os.environ), config, SystemClock().now())
    if done.why:
        tell(done.why)
    return done.code
