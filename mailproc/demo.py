"""The main job in under a minute: a real daemon, real SMTP mail, three days of clock, every mail in a Maildir."""

from __future__ import annotations

import asyncio
import email
import os
import shutil
import smtplib
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from mailproc import maillog
from mailproc.admin.simulate import to_json
from mailproc.clock import SetClock, stopwatch
from mailproc.config import Config, Log, load, signing_keys
from mailproc.daemon import Daemon
from mailproc.errors import UserError
from mailproc.flow import loading
from mailproc.flow.desk import Desk
from mailproc.store import cases, inbound, log
from mailproc.store import outbox as letters
from mailproc.store.store import Store, open_store
from mailproc.store.tables import LetterState

ROOT = Path(__file__).resolve().parents[1]
ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 3, 6, 8, 50, tzinfo=ZONE).astimezone(UTC)
LENGTH = timedelta(days=3)
PATIENCE = 30.0
SUPPORT = "support@example.com"
SHOWN = 2
"""How many of the updates and reminders that come round again are shown."""
TOLD = ("confirmation", "customer_reply", "action_plan", "relief", "resolution")
SIGNS = {"mail_in": "→", "mail_out": "←", "clock": "◷", "breach": "✗", "case": "●"}
STYLES = {"mail_in": "bold cyan", "mail_out": "green", "clock": "dim", "breach": "bold red", "case": "yellow"}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does in the demo, `after` its beginning.  `reply_to` is the reader of a notice."""

    after: timedelta
    who: str
    says: str
    subject: str = ""
    headers: str = ""
    agent_on: int = 0  # the case whose newest notice an agent answers
    customer_on: int = 0  # the case whose newest mail a customer answers


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


STORY = (
    Act(
        _minutes(0),
        "Carol <carol@customer.example>",
        "Since 08:45 nobody in New York can log in.",
        "[urgent] Login down",
    ),
    Act(_minutes(4), "Dana <dana@client.example>", "How do I export last month's report?", "Exporting a report"),
    Act(
        _minutes(5),
        "Dana <dana@client.example>",
        "I am out of the office until Monday.",
        "Out of office: We have received your request",
        "Auto-Submitted: auto-replied",
        customer_on=2,
    ),
    Act(
        _minutes(10),
        "PBX <asterisk@pbx.example.com>",
        "Hello, this is Lee. The invoice shows the wrong total. Please call me back.",
        "[PBX]: New message 3 in mailbox 4001",
        "Message-Context: voice-message\nX-Asterisk-CallerID: +12025550147\nX-Asterisk-CallerIDName: Lee\n"
        "Content-Duration: 31",
    ),
    Act(_minutes(25), "alice@example.com", "#take\n\nWe see it too. The login service lost its database.", agent_on=1),
    Act(_minutes(28), "bob@example.com", "#done callback\n\nLee has the right invoice now.", agent_on=3),
    Act(_minutes(50), "Eve <eve@customer.example>", "Pages take a minute to load.", "[high] Slow pages"),
    Act(
        _minutes(70), "alice@example.com", "#plan eta in 4 hours\n\nWe move the logins to the second site.", agent_on=1
    ),
    Act(_minutes(131), "Carol <carol@customer.example>", "Boston has it as well now.", customer_on=1),
    Act(_minutes(240), "alice@example.com", "#relieved\n\nLogins work again over the second site.", agent_on=1),
    Act(_minutes(300), "bob@example.com", "#take\n\nReports, then Export, then choose the month.", agent_on=2),
    Act(_minutes(420), "alice@example.com", "#resolve\n\nThe first site is repaired.", agent_on=1),
    Act(_minutes(440), "Carol <carol@customer.example>", "Thank you!", customer_on=1),
)


def main(folder: Path = Path("var/demo")) -> int:
    """Run the demo in `folder`, which is made anew; 0 when all of it went as it should."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = _config(folder)
    maillog.configure(Log(file=folder / "mail.log"))
    desk = loading.load(config, signing_keys(config))
    store = open_store(config.storage.url)
    try:
        return asyncio.run(_Show(config, desk, store, folder).run())
    finally:
        store.close()


def _config(folder: Path) -> Config:
    here = folder.absolute()
    settings = {
        "storage.url": f'"sqlite:///{here}/mailproc.db"',
        "outbound.url": f'"maildir:{here}/outbox"',
        "security.key_file": f'"{here}/secret.key"',
        "intake.smtp.listen": '"127.0.0.1:0"',
    }
    return load(ROOT / "config.example.toml", [f"{key}={value}" for key, value in settings.items()])


class _Show:
    def __init__(self, config: Config, desk: Desk, store: Store, folder: Path) -> None:
        self.config, self.desk, self.store, self.folder = config, desk, store, folder
        self.clock = SetClock(START)
        self.console = Console(highlight=False, soft_wrap=True)
        self.told = 0
        self.repeated: dict[str, int] = {}

    async def run(self) -> int:
        """The whole demo, from the first mail to the timeline."""
        daemon = Daemon(self.config, self.desk, self.store, clock=self.clock)
        await daemon.start()
        port = daemon.listeners[0].port
        self.console.print(
            f"[bold]mailproc demo[/]: a daemon on 127.0.0.1:{port}, policy {self.desk.policies['support'].title}.\n"
            f"It is {self._local(START)} in New York. Times below are New York's; mails are real, the clock is ours.\n"
        )
        try:
            for act in STORY:
                await self._until(daemon, START + act.after)
                await asyncio.to_thread(self._send, act, port)
                await self._quiet(daemon)
            await self._until(daemon, START + LENGTH, progress=True)
        finally:
            await daemon.stop()
        self._close()
        return 0

    async def _until(self, daemon: Daemon, moment: datetime, *, progress: bool = False) -> None:
        """Move the clock from one due moment to the next, and let the daemon act at each."""
        bar = Progress(console=self.console, transient=True, disable=not progress)
        with bar:
            task = bar.add_task("three days go by", total=(moment - self.clock.now()).total_seconds())
            while True:
                due = self._next_moment()
                then = min(moment, max(due, self.clock.now())) if due else moment
                bar.advance(task, (then - self.clock.now()).total_seconds())
                self.clock.set(then)
                await self._quiet(daemon)
                if then >= moment:
                    return

    async def _quiet(self, daemon: Daemon) -> None:
        """Wait until nothing is left to do at this moment, and tell what happened."""
        until = stopwatch() + PATIENCE
        daemon.wake()
        while self._busy():
            if stopwatch() > until:
                raise UserError(f"the demo's daemon does not keep up; see {self.folder / 'mail.log'}")
            await asyncio.sleep(0.005)
        for number, case, entry in self.store.read(lambda tx: log.tail(tx, self.told)):
            self.told = number
            self._tell(to_json(case, entry))

    def _busy(self) -> bool:
        due = self._next_moment()
        sending = self.store.read(lambda tx: letters.listing(tx, [LetterState.SENDING], limit=1))
        return bool(sending) or (due is not None and due <= self.clock.now())

    def _next_moment(self) -> datetime | None:
        reads = (inbound.next_try, cases.next_due, letters.next_attempt)
        return min((moment for read in reads if (moment := self.store.read(read))), default=None)

    def _send(self, act: Act, port: int) -> None:
        """Hand the mail to the daemon as any mail program would."""
        sender = act.who.rpartition("<")[2].rstrip(">")
        answered = self._newest(act.agent_on or act.customer_on, sender) if act.agent_on or act.customer_on else None
        to = str(answered["Reply-To"]) if answered and "Auto-Submitted" not in act.headers else SUPPORT
        fields = [f"From: {act.who}", f"To: {to}", f"Date: {format_datetime(self.clock.now())}"]
        fields.append(f"Message-ID: <{int(act.after.total_seconds())}@{sender.rpartition('@')[2]}>")
        if answered:
            fields.append(f"In-Reply-To: {answered['Message-ID']}")
        fields.append(f"Subject: {act.subject or 'Re: ' + _subject(answered)}")
        fields += act.headers.splitlines()
        mail = "\r\n".join([*fields, "", *act.says.splitlines(), ""])
        with smtplib.SMTP("127.0.0.1", port, local_hostname="demo.example.com") as client:
            client.sendmail(sender if "Auto-Submitted" not in act.headers else "", to, mail.encode())

    def _newest(self, case: int, reader: str) -> Message | None:
        """The newest mail about a case in the reader's mailbox: what they would press Reply on."""
        found = (email.message_from_bytes(path.read_bytes()) for path in (self.folder / "outbox" / "new").iterdir())
        mine = [one for one in found if reader in str(one["To"]) and f"[#{case}]" in str(one["Subject"])]
        return max(
            mine, key=lambda one: (parsedate_to_datetime(str(one["Date"])), str(one["Message-ID"])), default=None
        )

    def _tell(self, line: dict[str, Any]) -> None:
        """One line on the screen; news that only comes round again is counted instead."""
        if line["event"] not in SIGNS or line.get("clock_state") in ("changed", "stopped"):
            return
        key = f"{line.get('case')} {line.get('template')} {line.get('to')}"
        if line.get("template") in ("update", "update_due"):
            self.repeated[key] = self.repeated.get(key, 0) + 1
            if self.repeated[key] > SHOWN:
                return
        self.console.print(self._line(line))

    def _line(self, line: dict[str, Any]) -> Text:
        text = Text(f"{self._local(datetime.fromisoformat(line['at']))}  ")
        text.append(f"{'#' + str(line['case']) if 'case' in line else '':>3} ", style="bold")
        text.append(f"{SIGNS.get(line['event'], ' ')} {_said(line)}", style=STYLES.get(line["event"], ""))
        reason = line.get("because", "")
        clause = f" [{', '.join(line['clause'])}]" if "clause" in line else ""
        text.append(f"  {reason}{clause}" if reason or clause else "", style="dim")
        return text

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(ZONE).strftime("%a %d %b %H:%M")

    def _close(self) -> None:
        """The story of one case, where everything lies, and what to type next."""
        self.console.rule("[bold]the story of case 1")
        for entry in self.store.read(lambda tx: log.of_case(tx, 1)):
            line = to_json(None, entry)
            if entry.event in ("mail_in", "case", "breach") or line.get("template") in TOLD:
                self.console.print(self._line(line))
        box = self.folder / "outbox"
        count = len(list((box / "new").iterdir()))
        more = sum(times - SHOWN for times in self.repeated.values() if times > SHOWN)
        program = os.path.relpath(Path(sys.executable).with_name("mailproc"))
        self.console.print(
            f"\n{count} mails were sent, {more} of them further updates and reminders that are not shown above.\n"
            f"They lie in the Maildir {box}:  mutt -f {box}\n"
            f"Next:  make run                          starts the daemon with config.example.toml\n"
            f"       {program} --help         shows every command\n"
            f"       {program} check --config config.example.toml"
        )


def _subject(answered: Message | None) -> str:
    subject = " ".join(str(answered["Subject"] if answered else "").split())
    return subject.removeprefix("Re: ")


def _said(line: dict[str, Any]) -> str:
    match line["event"]:
        case "mail_in":
            return f"{line['kind']} from {line.get('from', 'nobody')}: {line['subject']}"
        case "mail_out":
            return f"{line['template']} to {', '.join(line['to'])}"
        case "clock":
            due = f", due {datetime.fromisoformat(line['due']).astimezone(ZONE):%a %H:%M}" if "due" in line else ""
            return f"{line['objective']} {line['clock_state']}{due}"
        case "breach":
            return f"{line['objective']} broken"
        case _:
            facts = (f"{key} {line[key]}" for key in ("state", "severity", "owner", "tier") if line.get(key))
            return ", ".join(facts)
