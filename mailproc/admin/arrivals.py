"""When each mail of a simulation arrives: at its own date, or at a set distance from the mail before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from mailproc.admin.mails import Found
from mailproc.admin.simulate import Arrival
from mailproc.errors import UserError
from mailproc.mail.message import Envelope
from mailproc.mail.parse import heading
from mailproc.policy.durations import timed
from mailproc.policy.model import Elapsed

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When mails arrive of which none has a date."""
STEP = timedelta(seconds=1)
BELIEVABLE = range(1970, 2100)
"""The years of a date that can be meant: one in the year 3610 would keep clocks running for ages."""

Recipients = Callable[[tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The mails with their moments, in the order in which they were given; `undated` had no date that can be read."""

    mails: tuple[Arrival, ...]
    undated: int
    unread: tuple[str, ...] = ()  # files that could not be read, with the reason

    @property
    def last(self) -> datetime | None:
        """When the last one arrives."""
        return max((one.at for one in self.mails), default=None)

    def by(self, until: datetime) -> Arrivals:
        """Those that arrive by then."""
        return Arrivals(tuple(one for one in self.mails if one.at <= until), self.undated, self.unread)


@dataclass(frozen=True, slots=True)
class _Head:
    found: Found
    date: datetime | None
    addresses: tuple[str, ...]


def arrange(found: Iterable[Found], *, spacing: timedelta | None, ours: Recipients) -> Arrivals:
    """Each mail at its Date:, one without a second after the mail before it; or all of them `spacing` apart.

    A mail without a date in front of all others arrives with the first dated one, or on 1 January 2026.  `ours` picks
    the envelope's recipients among the addresses of To and Cc.
    """
    unread: list[str] = []
    heads = list(_heads(found, unread))
    moment = next((one.date for one in heads if one.date), EPOCH)
    mails = []
    for index, head in enumerate(heads):
        if spacing is not None:
            at = moment + spacing * index
        else:
            at = moment = head.date or (moment + STEP if index else moment)
        envelope = Envelope(mail_from=None, rcpt_tos=ours(head.addresses))
        mails.append(Arrival(at=at, file=head.found.file, raw=head.found.raw, envelope=envelope))
    undated = sum(one.date is None for one in heads)
    return Arrivals(tuple(mails), undated, tuple(unread))


def _heads(found: Iterable[Found], unread: list[str]) -> Iterator[_Head]:
    for one in found:
        try:
            raw = one.raw()
        except OSError as error:
            unread.append(f"{one.file}: {(error.strerror or 'cannot be read').lower()}")
            continue
        date, addressed = heading(raw)
        if date and date.year not in BELIEVABLE:
            date = None
        yield _Head(one, date and date.replace(microsecond=0), tuple(each.address for each in addressed))


def moment(text: str) -> datetime:
    """A moment that somebody typed: RFC 3339, or a day, which lasts to its end; UTC unless it says otherwise.

    Raises UserError.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f'--until {text}: is no moment; write "2026-03-20" or "2026-03-20T18:00:00+01:00"') from None
    if len(text.strip()) == len("2026-03-20") and at.time() == time():
        at += timedelta(days=1) - STEP
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def distance(text: str) -> timedelta:
    """A length of time that somebody typed: "1m", "2 hours".  Raises UserError."""
    length = timed(text)
    if not isinstance(length, Elapsed) or length.length <= timedelta():
        raise UserError(f'--spacing {text}: is no length of time; write "1m", "30 seconds" or "2 hours"')
    return length.length
