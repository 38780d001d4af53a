"""What a simulation came to, case by case: mails, pages, breaches, hours out of office, severities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.flow.desk import Desk
from mailproc.mail.facts import CUSTOMER_NOTICES
from mailproc.policy.hours import Calendar, calendar_in

Event = Mapping[str, Any]
Key = tuple[str, str, str, int]
"""What makes cases of two runs the same: when the first mail came, from whom, its subject, the how many-th such."""

COUNTED = ("mails_to_customers", "mails_to_staff", "pages", "mails_out_of_hours", "pages_out_of_hours")
"""The figures that are counted; a page is counted as a page alone, neither as a mail to staff nor out of hours."""


@dataclass
class Figures:
    """What became of one case, or of all; `severities` are those of one case in the order in which it had them."""

    case: int | None = None
    counted: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    first_response_due: str | None = None
    severities: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Count another one's mails, pages and breaches as well."""
        self.counted.update(other.counted)
        self.breaches.update(other.breaches)

    def compared(self) -> dict[str, Any]:
        """All that can differ between two policies, by name."""
        return {
            **{name: self.counted[name] for name in COUNTED},
            "breaches": dict(sorted(self.breaches.items())),
            "first_response_due": self.first_response_due,
            "severities": self.severities,
        }


class Tally:
    """Counts the events of one simulation as they come; `mailbox` says where each case came in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cases: dict[int, Figures] = {}
        self.keys: dict[int, Key] = {}
        self.mailbox: dict[int, str] = {}
        self.outside = Figures()
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._hours = {name: _office_hours(desk, name) for name in desk.policies}
        self._first = next(iter(desk.policies))

    def add(self, event: Event) -> None:
        """Count one event."""
        number = event.get("case")
        if number is None:
            figures = self.outside
        elif number in self.cases:
            figures = self.cases[number]
        else:
            figures = self._opened(number, event)
        match event["event"]:
            case "mail_out":
                self._mail(figures, event, self._hours[self.mailbox.get(number or 0, self._first)])
            case "breach":
                figures.breaches[event["objective"]] += 1
            case "clock" if event["clock_state"] == "started":
                self._response(figures, event, self.mailbox.get(number or 0, self._first))
            case "case" if "severity" in event:
                figures.severities.append(event["severity"])

    def sum(self) -> Figures:
        """All cases together, and what belongs to none."""
        total = Figures()
        for one in (*self.cases.values(), self.outside):
            total.add(one)
        return total

    def opening(self) -> Counter[str]:
        """How many cases began with each severity."""
        return Counter(one.severities[0] for one in self.cases.values() if one.severities)

    def _opened(self, number: int, event: Event) -> Figures:
        same = (event["at"], event.get("from", ""), event.get("subject", ""))
        self._seen[same] += 1
        self.keys[number] = (*same, self._seen[same])
        bases = (self.desk.base(address) for address in event.get("to", ()))
        names = self.desk.mailbox_names
        self.mailbox[number] = next((names[base] for base in bases if base), self._first)
        figures = self.cases[number] = Figures(case=number)
        return figures

    @staticmethod
    def _mail(figures: Figures, event: Event, hours: Calendar) -> None:
        closed = not hours.is_open(datetime.fromisoformat(event["at"]))
        if event["template"] == "page":
            figures.counted["pages"] += 1
            figures.counted["pages_out_of_hours"] += closed
            return
        whom = "mails_to_customers" if event["template"] in CUSTOMER_NOTICES else "mails_to_staff"
        figures.counted[whom] += 1
        figures.counted["mails_out_of_hours"] += closed

    def _response(self, figures: Figures, event: Event, mailbox: str) -> None:
        """The earliest due time among the clocks that only a person's answer meets."""
        objective = self.desk.policies[mailbox].objectives.get(event["objective"])
        due = event.get("due")
        if objective and objective.met_by == "agent_reply" and objective.name != "update" and due:
            figures.first_response_due = min(figures.first_response_due or due, due)


def _office_hours(desk: Desk, mailbox: str) -> Calendar:
    """The policy's own calendar; one that follows the customer is taken in the mailbox's zone."""
    policy = desk.policies[mailbox]
    return calendar_in(policy.calendars[policy.calendar], ZoneInfo(desk.mailbox(mailbox).timezone))
