"""Who wrote the mail that was forwarded, as far as its header lines say so (R13): an offer, never a proof."""

from __future__ import annotations

from mailproc.mail import address
from mailproc.mail.below import header_block, header_values
from mailproc.mail.evidence import ADDRESS
from mailproc.mail.message import Address

LINES = 40  # of the forwarded mail in which its header lines are looked for


def original(quoted: str) -> Address | None:
    """The sender named by the first block of header lines in the text that was set aside; None if there is none."""
    lines = [line.lstrip("> ") for line in quoted.split("\n", LINES + 20)[: LINES + 20]]
    for at in range(min(LINES, len(lines))):
        if header_block(lines, at):
            return _person(header_values(lines, at).get("from", ""))
    return None


def _person(value: str) -> Address | None:
    found = ADDRESS.search(value)
    spec = address.valid(found[0].removeprefix("mailto:").strip("'")) if found else None
    if spec is None or found is None:
        return None
    name = value[: found.start()].partition("<")[0].partition("[")[0].strip(" \t\"'(:")
    return Address(address=spec, name=name[: address.NAME_LIMIT])
