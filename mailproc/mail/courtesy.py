"""Mails that only say thanks: they change no state of a resolved case (R7)."""

from __future__ import annotations

import re

LONGEST = 12  # words
_THANKS = (
    "thanks thank thankyou thx ty cheers tnx danke dankeschön vielen dank merci gracias obrigado obrigada grazie "
    "mille bedankt "
    "dank tack tak takk kiitos dzięki dziękuję děkuji díky ďakujem köszönöm köszi teşekkürler teşekkür mulțumesc mersi "
    "спасибо дякую благодаря hvala ευχαριστώ 谢谢 謝謝 感谢 "
    "ありがとう ありがとうございます 감사합니다 cảm terima kasih شكرا תודה ขอบคุณ "
    "gràcies aitäh paldies ačiū dankjewel dankuwel"
)
_FILLING = (
    "you so much very a lot again for the your help support quick fast reply response all everyone team guys great "
    "perfect "
    "excellent awesome super wonderful works working now it's its it is fine ok okay yes solved fixed resolved "
    "confirmed got "
    "received many kind best regards greetings hi hello dear schön sehr für die ihre hilfe schnelle antwort "
    "unterstützung alles "
    "klar passt gut prima geht funktioniert jetzt wieder beaucoup bien pour votre aide réponse rapide parfait "
    "muchas por su ayuda "
    "la respuesta perfecto muito pela ajuda per l'aiuto molto tutto bene hartelijk voor de hulp så mycket för "
    "hjälpen mange for "
    "hjælpen hjelpen paljon avusta bardzo za pomoc moc très problem no more closed please close can be done that "
    "this ticket case "
    "appreciate appreciated much ederim ơn"
)
_WORDS = frozenset(_THANKS.split())
_FILL = frozenset(_FILLING.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NO_SPACES = ("谢谢", "謝謝", "感谢", "ありがとう", "감사")


_SIGNS = frozenset(("👍", "🙏", "👌", "❤️", "ok", "okay", "k"))
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|hallo|liebe[rs]?|guten\s+\w+|moin|bonjour|salut|hola|ciao)\b[^,!.\n]{0,40}[,!.]?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_CALLED = re.compile(r",\s*[A-ZÀ-Ý][\w'’-]{0,30}(?=\s*[!.,]*\s*$)", re.MULTILINE)
_CLOSING = re.compile(r"^\s*(?:best|cheers|regards|gruß|grüße|lg|vg|mfg|bye)\s*,?\s*$", re.IGNORECASE | re.MULTILINE)


def is_courtesy(text: str) -> bool:
    """Is this a short text of thanks and nothing else?  A question, a number or an unknown word makes it more."""
    if len(text) > 300 or re.search(r"[?？؟\d]|https?:", text):
        return False
    if text.strip().casefold().strip("!. ") in _SIGNS:
        return True
    text = _CLOSING.sub("", _CALLED.sub("", _GREETING.sub("", text)))  # who is greeted, and how it ends
    words = _WORD.findall(text.lower().replace("’", "'"))
    if not words or len(words) > LONGEST + 4:
        return False
    thanked = any(word in _WORDS or word.startswith(_NO_SPACES) for word in words)
    unknown = [word for word in words if word not in _WORDS and word not in _FILL and not word.startswith(_NO_SPACES)]
    return thanked and len(unknown) <= _names_below(text)


def _names_below(text: str) -> int:
    """How many words may be names: those of a short last line below the thanks, or after a dash."""
    lines = [line for line in text.strip().split("\n") if line.strip()]
    if len(lines) < 2 or len(lines[-1].split()) > 3:
        return 0
    return len(_WORD.findall(lines[-1]))
