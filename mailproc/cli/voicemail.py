"""`voicemail`: a rule for a telephone system that is not known yet."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mailproc.cli.commands import Settings, command
from mailproc.cli.printing import say, tell
from mailproc.errors import UserError

DEFAULT_REGION = "US"


class What(StrEnum):
    """What to do."""

    LEARN = "learn"


Doing = Annotated[What, typer.Argument(metavar="learn", show_default=False, help="Propose a rule, as TOML on stdout.")]
Mail = Annotated[str, typer.Argument(metavar="MAIL", show_default=False, help='A mail of the system; "-" for stdin.')]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="CC", show_default=False, help="The country of its numbers, such as DE."),
]


@command("voicemail", example="mailproc voicemail learn voicemail.eml > voicemail/our-system.toml")
def voicemail(settings: Settings, what: Doing, mail: Mail, region: Region = None) -> int:
    """Propose a rule for the mails of your telephone system, made from one of them and tried on it.

    Put it into the folder that [voicemail] rules names, and mend what it got wrong.
    """
    from mailproc.admin.mails import find
    from mailproc.admin.voicemail import learn

    found = list(find([mail], stdin=sys.stdin.buffer.read))
    if len(found) != 1:
        raise UserError(f"{mail}: one mail is wanted, and there are {len(found)}; write FILE#n for one of an mbox")
    if region is None:
        region = settings.load().voicemail.region if settings.config or Path(settings.path).exists() else DEFAULT_REGION
    text, call = learn(found[0].raw(), found[0].file, region)
    say(text.rstrip("\n"))
    read = {"caller": call.caller, "name": call.caller_name, "seconds": call.duration_s, "transcript": call.transcript}
    told = ", ".join(name for name, value in read.items() if value is not None) or "nothing"
    tell(f"mailproc: this rule reads in the mail: {told}; what is missing, add to find and to expect")
    return 0
