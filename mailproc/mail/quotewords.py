"""The words by which mail programs of many languages introduce what they quote, forward or append."""

from __future__ import annotations

import re

# Last words of "On DATE, NAME wrote:", lower case.
WROTE = frozenset(
    [
        "wrote",
        "writes",
        "wrote",
        "sent",
        "said",
        "schrieb",
        "geschrieben",
        "écrit",
        "ecrit",
        "escribió",
        "escribio",
        "escreveu",
        "scritto",
        "scrisse",
        "schreef",
        "geschreven",
        "napisał",
        "napisała",
        "napisał(a)",
        "pisze",
        "napsal",
        "napsala",
        "napsal(a)",
        "napísal",
        "napísala",
        "napísal(a)",
        "skrev",
        "skrifaði",
        "kirjoitti",
        "írta",
        "yazdı",
        "scris",
        "написал",
        "написала",
        "написал(а)",
        "пишет",
        "писал",
        "пише",
        "написав",
        "написала",
        "написа",
        "έγραψε",
        "viết",
        "menulis",
        "napisao",
        "napisala",
        "napisal",
        "rašė",
        "rakstīja",
        "kirjutas",
        "escriure",
        "escrit",
        "idatzi",
        "escribiu",
        "نوشت",
        "كتب",
        "כתב\u200e",
        "כתב",
        "כתבה",
        "เขียนว่า",
        "ने",
        "लिखा",
        "लिखा",
        "napisao/la",
        "scrive",
        "schrijft",
        "schreibt",
    ]
)
# Endings of such a line where no space parts the words.
WROTE_TAILS = (
    "写道",
    "寫道",
    "书き込み",
    "書きました",
    "書いた",
    "のメール",
    "작성",
    "작성하였습니다",
    "썼습니다",
    "씀",
    "の投稿",
)
OPENERS = frozenset(
    [
        "on",
        "at",
        "am",
        "um",
        "le",
        "el",
        "em",
        "no",
        "il",
        "op",
        "w",
        "dnia",
        "dne",
        "den",
        "på",
        "pe",
        "în",
        "в",
        "у",
        "vào",
        "tarihinde",
        "στις",
        "pada",
        "u",
        "dana",
        "on\u200e",
        "em:",
        "the",
        "den:",
        "-",
        "于",
        "在",
        "de",
        "a",
        "þann",
        "kl",
        "në",
        "dňa",
        "trecho",
        "ngày",
    ]
)
_HEADERS = {
    "from": "from von de da van från fra od от від lähettäjä feladó kimden gönderen expéditeur remitente mittente "
    "afsender avsändare 发件人 寄件者 寄件人 差出人 보낸사람 보낸 mailto od: από nuo no saatja pošiljatelj de la",
    "date": "date sent gesendet datum fecha envoyé enviado enviada data inviato verzonden skickat sendt dato wysłano "
    "odesláno lähetetty elküldve tarih gönderildi отправлено дата надіслано 日期 发送时间 寄件日期 傳送日期 送信日時 "
    "日時 보낸날짜 날짜 päiväys dátum trimis ημερομηνία le",
    "to": "to an à para a til till aan do komu кому vastaanottaja címzett kime alıcı destinataire destinatario 收件人 "
    "宛先 받는사람 pro către προς para:",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp ämne emne temat předmět aihe tárgy konu тема "
    "主题 主旨 主旨: 件名 제목 predmet subiect θέμα",
    "cc": "cc kopie copie copia kopia kopi copy 抄送 副本 참조 копия",
}
HEADER_KINDS = {word: kind for kind, words in _HEADERS.items() for word in words.split()}

_NOUNS = (
    "message",
    "nachricht",
    "mensaje",
    "messaggio",
    "mensagem",
    "bericht",
    "meddelelse",
    "meddelande",
    "melding",
    "wiadomość",
    "zpráva",
    "správa",
    "viesti",
    "üzenet",
    "ileti",
    "mesaj",
    "сообщение",
    "повідомлення",
    "съобщение",
    "poruka",
    "sporočilo",
    "邮件",
    "郵件",
    "メッセージ",
    "메시지",
    "missatge",
    "mail",
    "brev",
    "μήνυμα",
)
_FORWARDED = (
    "forwarded",
    "weitergeleitet",
    "transféré",
    "reenviado",
    "inoltrato",
    "encaminhada",
    "doorgestuurd",
    "videresendt",
    "vidarebefordrat",
    "przekazana",
    "przesłana",
    "přeposlaná",
    "пересылаемое",
    "пересланное",
    "переслане",
    "转发",
    "轉寄",
    "転送",
    "iletilen",
    "välitetty",
    "továbbított",
)
_BEGINNINGS = (
    "begin forwarded message", "anfang der weitergeleiteten nachricht", "début du message réexpédié",
    "début du message transféré", "inizio messaggio inoltrato", "inicio del mensaje reenviado",
    "start på videresendt besked", "begin doorgestuurd bericht", "original message processed by david",
)  # fmt: skip
_MARKS = "-_=*"


def is_dashed(line: str) -> bool:
    """Is it a line such as `-----Original Message-----`?"""
    core = line.strip(_MARKS + " \t")
    framed = line[:2].strip(_MARKS) == "" and line[-2:].strip(_MARKS) == ""
    return framed and 0 < len(core) <= 80 and len(core.split()) <= 6 and _any(_NOUNS, core.lower())


def is_forward(line: str) -> bool:
    """Is it a line such as `---------- Forwarded message ---------` or `Begin forwarded message:`?"""
    if len(line) > 120 or not (line[-1] in ":：®" or line[:2].strip(_MARKS) == ""):
        return False
    core = line.strip(_MARKS + " \t:：").lower()
    if core.startswith(_BEGINNINGS):
        return True
    return len(core.split()) <= 6 and _any(_FORWARDED, core) and _any(_NOUNS, core)


def _any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


_ABOVE = (
    "reply above this line", "type your reply above", "write above this line", "antworten sie oberhalb dieser",
    "antworten sie bitte oberhalb dieser", "répondre au-dessus de cette ligne", "responda por encima de esta línea",
)  # fmt: skip
SENT_FROM = re.compile(
    r"[\s*_\[(-]*(?:sent|mailed|message sent|(?:von meinem|gesendet (?:von|mit)|diese nachricht wurde von mein\w* \w+)|"
    r"envoyé (?:de|depuis)|enviado (?:desde|do|a partir|de)|inviato (?:da|dal)|verzonden (?:vanaf|met|vanuit|via)|"
    r"skickat från|skickades från|sendt fra|wysłan\w+ z|odesláno z|lähetetty|отправлено (?:с|из)|iphone'?umdan|"
    r"get outlook for|outlook für|télécharger outlook|obtener outlook|downloaden? outlook|"
    r"从我的|發自我的|iphoneから送信)"
    r"\b.{0,120}",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\s*(?:(?:with )?(?:kind|best|warm|many|my best|kindest|warmest|sincere)?\s*regards|(?:all the |my )?best|best "
    r"wishes|"
    r"sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|respectfully|mit (?:freundlichen|besten|lieben|"
    r"herzlichen) grüßen|"
    r"(?:freundliche|beste|liebe|viele|herzliche|schöne) grü(?:ß|ss)e|mfg|lg|vg|gruß|cordialement|bien à vous|"
    r"(?:bien )?cordialement|meilleures salutations|salutations distinguées|(?:un )?(?:cordial )?saludos?(?: "
    r"cordiales)?|"
    r"atentamente|atenciosamente|cumprimentos|cordiali saluti|distinti saluti|saluti|met vriendelijke groeten?|"
    r"groeten?|mvg|"
    r"med vänliga? hälsning(?:ar)?|vänliga hälsningar|hälsningar|mvh|med (?:venlig|vennlig|bedste) hilsen|(?:venlig "
    r")?hilsen|"
    r"vh|kh|bedste hilsner|ystävällisin terveisin|terveisin|terv|pozdrawiam(?: serdecznie)?|z poważaniem|z powazaniem|"
    r"s pozdravem|s přátelským pozdravem|üdvözlettel|saygılarımla|"
    r"с уважением|з повагою|此致|よろしくお願いします)\s*[,.!]?\s*",
    re.IGNORECASE,
)
BANNER = re.compile(
    r"[\s\[*_<-]{0,8}(?:caution|warning|external(?: (?:e-?mail|sender|message))?|attention|achtung|vorsicht|"
    r"\[external\])\b"
    r".{0,200}(?:outside|extern|originated|unknown sender|do not click|außerhalb)",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"[\s*_>-]{0,10}(?:confidentiality (?:notice|note|statement)|disclaimer|legal (?:notice|disclaimer)|important "
    r"notice|"
    r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication|transmission).{0,200}"
    r"(?:confidential|privileged|intended (?:only|solely|recipient|for))|"
    r"diese (?:e-?mail|nachricht).{0,120}(?:vertraulich|bestimmt)|ce (?:message|courriel|mail).{0,120}confidentiel|"
    r"este (?:mensaje|correo|e-?mail|mensagem).{0,160}confidencia|"
    r"(?:questo messaggio|la presente e-?mail).{0,160}(?:riservat|confidenzial)|dit (?:bericht|"
    r"e-?mail).{0,120}vertrouwelijk|"
    r"please consider the environment before printing)",
    re.IGNORECASE,
)


def is_above(line: str) -> bool:
    """Is it the line above which a desk wants its answers?"""
    if len(line) > 120 or not any(word in line for word in ("bove", "berhalb", "dessus", "encima", "BOVE")):
        return False
    return line.lower().strip("#-=*_[]() .").removeprefix("please ").startswith(_ABOVE)


def wrote_at_end(words: list[str]) -> bool:
    """Does one of these last words of a line say "wrote" in some language?"""
    return any(word in WROTE or word.endswith(WROTE_TAILS) for word in words)
