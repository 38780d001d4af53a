"""Mails that no standard and no rule knows: a voicemail by several signs at once, a suspicion by fewer, or neither."""

from __future__ import annotations

from mailproc.mail import telephone
from mailproc.mail.voicemail import details, refusals, words
from mailproc.mail.voicemail.heard import Heard
from mailproc.mail.voicemail.notice import Notice


def read(notice: Notice, region: str) -> Heard | None:
    """What the mail seems to be.  A person's mail is never one, whatever it speaks of and attaches (R27)."""
    if notice.by_person or not _may_be(notice):
        return None
    found = details.read({}, notice, provider="unknown", region=region)
    told, labelled = found.told, max((one.counted for one in notice.labels), default=0)
    begins = _begins(notice)
    says = any(words.LEFT.search(text[:1_500]) for text in notice.texts)
    if (begins or says) and (why := refusals.lures(notice)):
        return Heard("phishing", f"tells of a voicemail, but {why}")
    if begins and not told & {"caller", "transcript"} and (host := refusals.leads_away(notice)):
        return Heard("phishing", f"tells of a voicemail, names no caller, and leads to {host}")
    facts = sorted(told & {"caller", "duration", "transcript"}) + ["recording"] * notice.audio
    machine, seen = notice.by_system or labelled >= 2, ", ".join(facts)
    plain = notice.by_system and words.NOTICE.match(notice.subject) and telephone.numbers(notice.subject)
    written = begins and machine and (len(facts) >= 2 or plain)
    if written or (says and notice.by_system and labelled >= 2 and len(facts) >= 2):
        return Heard("voicemail", f"written like a voicemail's notice, with {seen}", found.call)
    if (begins or says) and machine and facts:
        return Heard("suspected_voicemail", f"may be a voicemail's notice, with {seen}", found.call)
    if notice.audio and notice.by_system and (labelled >= 2 or told & {"caller"}):
        return Heard("suspected_voicemail", f"a recording from a telephone system, with {seen}", found.call)
    return None


def _may_be(notice: Notice) -> bool:
    """A quick look, for each of a hundred other mails."""
    subject = notice.subject
    if words.VOICE.search(subject) or words.BEGINS.match(subject) or words.NEW_IN_BOX.search(subject):
        return True
    if not notice.by_system and not notice.audio:
        return False
    return any(words.LEFT.search(text[:1_500]) or words.VOICE.search(text[:600]) for text in notice.texts)


def _begins(notice: Notice) -> bool:
    """Is the subject a notice's, and no sentence about voicemail?"""
    subject = notice.subject
    if words.NEW_IN_BOX.search(subject) or words.BEGINS.match(subject) or words.NOTICE.match(subject):
        return "?" not in subject
    named = words.VOICE.search(subject) is not None
    return named and (bool(telephone.numbers(subject)) or notice.by_system or notice.audio) and "?" not in subject
