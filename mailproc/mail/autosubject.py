"""Subjects of absence notices in many languages."""

from __future__ import annotations

import re

_AWAY = (
    "automatic reply|auto[- ]?reply|autoreply|auto response|autoresponse|autoresponder|out of (?:the )?office|ooo|"
    "vacation|"
    "away from (?:the )?office|on (?:annual )?leave|automatische antwort|abwesenheitsnotiz|abwesend|abwesenheit|"
    "réponse automatique|reponse automatique|absence du bureau|absent du bureau|respuesta automática|respuesta "
    "automatica|"
    "fuera de la oficina|resposta automática|fora do escritório|ausência|risposta automatica|fuori sede|fuori ufficio|"
    "automatisch antwoord|afwezig|afwezigheidsbericht|autosvar|automatiskt svar|frånvaro|automatisk svar|fravær|"
    "automaattinen vastaus|poissa|odpowiedź automatyczna|autoodpowiedź|poza biurem|automatická odpověď|"
    "mimo kancelář|automatikus válasz|házon kívül|otomatik yanıt|ofis dışında|răspuns automat|automatyczna odpowiedź|"
    "автоответ|автоматический ответ|автоматична відповідь|автоматичен отговор|αυτόματη απάντηση|自动回复|自動回覆|"
    "自動応答|不在|자동 회신|부재중|trả lời tự động|jawaban otomatis|رد تلقائي"
)
_START = re.compile(rf"\W*(?:{_AWAY})(?=\W|$|[\u3000-\uffef])", re.IGNORECASE)


def is_away(subject: str) -> bool:
    """Does the subject begin as an absence notice does?"""
    return bool(_START.match(subject))
