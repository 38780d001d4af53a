"""`serve`, `demo` and `check`: the daemon, a look at it, and whether it could start."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import say, say_json

Hold = Annotated[bool, typer.Option("--hold", help="Decide everything, but keep customers' mail until it is released.")]


@command("serve", example="mailproc serve --config /etc/mailproc/config.toml")
def serve(settings: Settings, hold: Hold = False) -> int:
    """Run the daemon until SIGTERM.

    It takes mail in, works out what follows, acts on time and sends; at the end it leaves nothing half done.
    """
    from mailproc.config import examine
    from mailproc.daemon import serve as run

    return run(settings.load(), hold=hold, read=partial(examine, settings.path, settings.overrides))


@command("demo", example="mailproc demo")
def demo(settings: Settings) -> int:
    """Show a real daemon at work on this machine: mail in, an agent's reply, three days in seconds."""
    from mailproc.demo import main as run

    return run()


@command("check", example="mailproc check --config config.example.toml")
def check(settings: Settings, as_json: AsJson = False) -> int:
    """Find what is wrong with the configuration, as the daemon would find it.

    Reads policies, templates and customers as well, and renders each notice in each language.  Exit code 1: problems.
    """
    from mailproc.admin.check import problems

    found = problems(settings.path, settings.overrides)
    for level, texts in (("error", found.errors), ("warning", found.warnings), ("summary", found.summary)):
        for text in texts:
            if as_json:
                say_json({"level": level, **_placed(text)})
            else:
                say(f"warning: {text}" if level == "warning" else text)
    if not as_json and not found.errors:
        say("no problems")
    return 1 if found.errors else 0


def _placed(text: str) -> dict[str, str | int]:
    """A problem with its place apart, where it has one."""
    place = re.match(r"(.+?):(\d+): ", text)
    return {"text": text, "file": place[1], "line": int(place[2])} if place else {"text": text}
