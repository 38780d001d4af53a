"""Labelled lines of a notice ("Caller: …", "Länge 00:01:12"): which field a label means, in which language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailproc.mail import telephone

LINES = 400
_WORDS = {
    "caller": """
        from|caller|caller id|callerid|caller id number|caller number|caller no|caller phone|caller phone number|cid
        cli|clid|ani
        calling number|calling party|calling party number|calling from|call from|called from|from number
        from (number)|from phone
        phone|phone number|phone no|number|tel|telephone|telephone number|contact number|message from|voicemail from
        originator
        voice message from|new voicemail from|sender|remote party|callback number|call back number|callers number
        caller's number
        caller tn|cli number|incoming number|origin|source|left by|from caller|from tel|mobile|who called
        reply to number
        von|anrufer|anruf von|anruf von nummer|anrufernummer|rufnummer|rufnummer des anrufers|telefonnummer|telefon
        nummer|absender
        nummer des anrufers|anrufende nummer|nachricht von|sprachnachricht von|anruferrufnummer|rückrufnummer
        anrufer-nr
        de|appelant|appel de|numéro|numero|numéro de l'appelant|numéro appelant|numéro de téléphone|téléphone
        expéditeur|provenance|message de
        llamante|llamada de|número|teléfono|origen|desde|remitente|número de origen|número llamante|mensaje de
        identificador de llamadas
        da|chiamante|numero chiamante|numero del chiamante|telefono|mittente|chiamata da|messaggio da
        van|beller|telefoonnummer|nummer beller|nummer van de beller|bericht van|afzender
        chamador|origem|telefone|chamada de|número de origem|número do chamador|mensagem de
        från|fra|opkalder|innringer|soittaja|soittajan numero|lähettäjä|numer|od|dzwoniący|numer dzwoniącego|nadawca
        volající|číslo|hívó
        feladó|hívószám|от|номер|звонящий|абонент|arayan|kimden|numara|arayan numara
        発信者番号|発信番号|発信元|電話番号|発信者電話番号|着信元|相手番号|送信者|来电号码|來電號碼|主叫号码
        主叫|来自|號碼|号码
        발신번호|발신자 번호|발신 번호|전화번호""",
    "name": """
        name|caller name|from (name)|from name|caller id name|callerid name|contact name|caller's name|callers name
        display name|contact
        anrufername|name des anrufers|nom|nom de l'appelant|nom appelant|nombre|nombre del llamante|nome
        nome chiamante|nome do chamador
        naam|naam beller|namn|navn|nimi|nazwa|jméno|név|имя|ad|isim|発信者名|発信者|氏名|名前|お名前|姓名
        来电姓名|이름|발신자""",
    "duration": """
        duration|length|message length|message duration|call duration|call length|recording length
        recording duration|voicemail length
        voicemail duration|length of message|total time|audio length|audio duration|time length|msg length
        msg duration|message time
        duration (seconds)|length (seconds)|duration (s)|duration (sec)|length (sec)|voice mail length|seconds
        playtime|vm length
        dauer|länge|lä nge|laenge|aufnahmelänge|aufnahmedauer|nachrichtenlänge|länge der nachricht|nachrichtendauer
        gesprächsdauer
        dauer der nachricht|durée|duree|longueur|durée du message|durée de l'enregistrement|duración|duracion
        longitud
        duración del mensaje|durata|lunghezza|durata messaggio|durata del messaggio|duur|lengte|duur van het bericht
        duração|duracao|tempo
        längd|varighed|længde|varighet|lengde|kesto|pituus|czas trwania|długość|délka|trvání|hossz|időtartam
        длительность|продолжительность
        süre|uzunluk|録音時間|長さ|時間|メッセージの長さ|通話時間|メッセージ長|時長|时长|长度|길이|녹음 시간
        녹음시간""",
    "mailbox": """
        mailbox|mailbox number|mailbox no|voicemail box|voice mailbox|box|extension|ext|extension number|account|to
        for|for number|recipient|user
        line|queue|department|dialed number|dialled number|mailbox extension|vm box|inbox|destination|to extension
        mailbox id|mailbox name
        nebenstelle|für die rufnummer|für rufnummer|für|an|postfach|durchwahl|sprachbox|anschluss|ziel|boîte
        boîte vocale|poste|à|destinataire
        buzón|buzon|para|extensión|destino|casella|interno|per|toestel|postvak|voor|aan|ramal|caixa|anknytning|till
        til|skrzynka|do
        numer wewnętrzny|schránka|linka|ящик|добавочный|кому|dahili|内線|内線番号|メールボックス|着信番号|宛先
        分机|分機|내선|내선번호|사서함""",
    "transcript": """
        transcript|transcription|transcribed message|message transcription|message transcript
        voicemail transcription|voicemail transcript
        voice-to-text|voice to text|voicemail preview|voice mail preview|voice message preview|message preview
        preview|message text|voicemail text
        text of the transcribed voicemail|speech to text|speech-to-text|automatic transcription
        automated transcription|auto transcription
        machine transcription|transcribed text|transcription text|text transcription|the transcription is
        what they said|text of message|speechview
        below is the message transcription you requested|transcription of message|transcription (beta)
        transcript (beta)
        transkript|transkription|nachrichtentext|text der nachricht|abschrift|verschriftlichung
        transkription der nachricht|texte|texte du message
        transcription du message|transcription automatique|transcripción|transcripcion|transcripción del mensaje
        texto|texto del mensaje
        trascrizione|trascrizione del messaggio|testo|transcriptie|transcriptie van het bericht|transcrição
        transcrição da mensagem
        transkribering|litterointi|transkrypcja|treść wiadomości|přepis|átirat|расшифровка|текст сообщения
        transkript metni|文字起こし|テキスト
        メッセージ内容|文字変換|音声認識結果|文字起こし結果|内容|转录|文字记录|转写|轉錄|텍스트 변환|텍스트""",
    "message": """
        message|voicemail|voice message|text|message body|nachricht|mensaje|messaggio|bericht|mensagem
        meddelande|メッセージ|消息|메시지""",
    "confidence": """
        confidence|confidence score|transcription confidence|confidence level|transcription quality|accuracy
        vertrauen|konfidenz|genauigkeit
        confiance|confianza|attendibilità|betrouwbaarheid|confiança|信頼度|置信度""",
    "date": """
        date|received|received at|date and time|date/time|time|left|left on|left at|when|call time|date received
        time received|created|sent|timestamp
        date & time|datum|uhrzeit|eingegangen|empfangen|zeit|zeitpunkt|datum und uhrzeit|reçu|heure|reçu le|fecha
        hora|recibido|data|ora|ricevuto
        tijd|ontvangen|recebido|mottaget|modtaget|dato|受信日時|着信日時|日時|录音时间|时间|日期|날짜|시간""",
    "urgent": """
        priority|urgency|urgent|importance|flag|priorität|dringend|priorité|prioridad|priorità|prioriteit|緊急
        重要度""",
    "called": """
        called number|number called|dialed|dnis|called party|callee|your number|did|gewählte nummer
        angerufene nummer|access number""",
        }  # fmt: skip
_FIELDS = {word.strip(): name for name, words in _WORDS.items() for word in re.split(r"[|\n]", words) if word.strip()}
_LABELLED = re.compile(r"[\s>*•·|_-]*([^:：\t=]{1,45}?)[\s*_]*(?:[:：][*_]*|\t+|\s=\s)[\s*_|]*(.*)$")
_WITHOUT_MARK = re.compile(r"\s*([^\W\d_]+(?: [^\W\d_]+)?)\s+(\S.*)$")


@dataclass(slots=True)
class Labels:
    """What the labelled lines of a text say, raw; `counted` is how many lines had a known label."""

    values: dict[str, str] = field(default_factory=dict)
    counted: int = 0
    lines: list[str] = field(default_factory=list)
    transcript_at: tuple[int, str] | None = None  # the line after the label, and what stands behind the label


def field_of(label: str) -> str | None:
    """The field that a label means, None if it means none."""
    bare = unicodedata.normalize("NFKC", label).casefold().strip(" *_#.'\"•-–>[]")
    bare = re.sub(r"\s+", " ", bare)
    known = _FIELDS.get(bare) or _FIELDS.get(bare.replace("-", " ")) or _FIELDS.get(re.sub(r"\s*\([^)]*\)$", "", bare))
    if known is None and bare.startswith(("your ", "the ", "ihre ", "der ", "die ", "votre ")):
        known = _FIELDS.get(bare.partition(" ")[2])
    return known


def read(text: str) -> Labels:
    """The labelled lines of a text; the first value of a field counts, and a transcript ends them."""
    found = Labels(lines=text.split("\n")[: 4 * LINES])
    for at, line in enumerate(found.lines[:LINES]):
        if found.transcript_at is not None and at >= found.transcript_at[0]:
            # Behind the transcript stand footers, and labels of fields that were not told before it.
            if at > found.transcript_at[0] and (pair := _labelled(line)) and pair[0] in ("caller", "duration"):
                _note(found, pair[0], pair[1], at)
            continue
        for name, value in _pairs(line):
            _note(found, name, value, at)
    return found


def _note(found: Labels, name: str, value: str, at: int) -> None:
    found.counted += 1
    if name in ("transcript", "message"):
        words = value or _following(found.lines, at)
        if words and (name == "transcript" or _speaks(words)):
            found.transcript_at = (at + 1, value)
        return
    if not value:
        value = _following(found.lines, at)
    if not value:
        return
    before = found.values.get("caller", "")
    if name == "caller" and before and telephone.numbers(value) and not telephone.numbers(before):
        found.values["caller"] = value  # "From: Ann", and then "Number: …"
        found.values.setdefault("name", before)
    found.values.setdefault(name, value)


def _speaks(value: str) -> bool:
    """Is what stands behind "Message:" speech, and no number and no link?"""
    words = value.split()
    return "://" not in value and (len(words) >= 4 or (len(value) > 12 and not value.isascii()))


def _following(lines: list[str], at: int) -> str:
    """The value that stands below its label, unless that line has a label of its own."""
    for line in lines[at + 1 : at + 3]:
        if line.strip():
            return "" if _labelled(line) else line.strip()
    return ""


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    pair = _labelled(line)
    if pair is None:
        return
    name, value = pair
    # Two on one line: "From: … | Length: …", "…, duration: 0:06".
    if name not in ("transcript", "message"):
        more = re.search(r"(?:[|;,\t]|\s{2,})\s*((?:[^\W\d_]+ ?){1,3})[:：]\s*(\S[^|;,\t]{0,60})", value)
        if more and (other := field_of(more[1])) in ("duration", "caller", "mailbox", "name"):
            yield name, value[: more.start()].strip()
            yield other, more[2].strip()
            return
    yield name, value


def _labelled(line: str) -> tuple[str, str] | None:
    """The field and the value of a line, None for a line without a label."""
    if len(line) > 4_000 or not line.strip():
        return None
    if (split := _LABELLED.match(line[:400])) and (name := field_of(split[1])):
        value = line[split.start(2) :].strip(" *_|\t")
        return name, "" if value in ("-", "—") else value
    if (name := field_of(line)) in ("transcript", "duration", "caller"):
        return name, ""
    loose = _WITHOUT_MARK.match(line[:200])
    for label, value in _loose(loose):
        name = field_of(label)
        if name == "duration" and telephone.duration(value) is not None and len(value) < 25:
            return name, value
        if name == "caller" and (telephone.is_number(value) or re.fullmatch(r"[^<>]{0,60}<[+\d][\d -]{2,20}>", value)):
            return name, value
        if name == "mailbox" and re.fullmatch(r"\d{2,8}(?:\W.{0,60})?", value):
            return name, value
    return None


def _loose(found: re.Match[str] | None) -> Iterator[tuple[str, str]]:
    if found is not None:
        yield found[1], found[2]
        if " " in found[1]:
            first, _, rest = found[1].partition(" ")
            yield first, f"{rest} {found[2]}"
