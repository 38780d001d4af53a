"""The words by which mail programs of many languages introduce what they quote, forward or append."""

from __future__ import annotations

# Last words of "On DATE, NAME wrote:", lower case.
_WROTE = (
    "wrote writes sent said schrieb schreibt geschrieben écrit ecrit écrivait écrivit escribió escribio escrigué "
    "escreveu scritto scrisse scrive schreef schrijft geschreven napisał napisała napisał(a) napisał/a pisze napsal "
    "napsala napsal(a) napísal napísala napísal(a) píše skrev skrifaði kirjoitti írta yazdı scris написал написала "
    "написал(а) написал(-а) пишет писал пише написав написав(-ла) написав(ла) написа написао написао/ла έγραψε viết "
    "menulis 쓴 napisao napisala napisal napisao/la napisao(la) rašė parašė rakstīja kirjutas escriure escrit idatzi "
    "escribiu escrebiu نوشت كتب כתב כתבה כתב/ה เขียนว่า เขียน लिखा skreiv shkroi"
)
WROTE = frozenset(_WROTE.split())
# Endings of such a line where no space parts the words.
WROTE_TAILS = (
    "写道", "寫道", "書きました", "書いた", "のメール", "のメッセージ", "作成", "작성", "작성하였습니다", 
    "작성했습니다", "썼습니다", "씀", "쓴글", "の投稿", "さんは書きました",
)  # fmt: skip
# First words of a line such as "Quoting NAME:", which has its verb in front.
QUOTING = ("quoting ", "zitat von ", "zitiere ", "excerpts from ", "citando a ", "citando ", "citazione ", "quoth ",
           "citerar ", "citaat van ", "selon ", "missatge de ", "begin quote from ")  # fmt: skip
# First words of such a line where the date comes first.
_OPENERS = (
    "on at am um le el em en no il op w dnia dne den på pe în la в у на vào tarihinde στις pada u dana em: the den: - "
    "于 在 於 de a þann kl në dňa trecho ngày às dana kuupäev v ve ob in message від от мы ב־ בתאריך في در على"
)
OPENERS = frozenset(_OPENERS.split())
_NOUNS = (
    "message", "nachricht", "mensaje", "messaggio", "mensagem", "bericht", "meddelelse", "meddelande", "melding",
    "wiadomoś", "zpráv", "správ", "viesti", "üzenet", "levél", "ileti", "mesaj", "сообщени", "повідомлен", "лист",
    "письм", "съобщени", "писмо", "порук", "poruka", "sporočil", "邮件", "郵件", "メッセージ", "메시지", "메일",
    "missatge", "mail", "brev", "μήνυμα", "הודעה", "رسالة", "پیام", "laišk", "sõnum", "ziņojum", "vēstul", "thư",
    "pesan", "surel", "ข้อความ", "संदेश", "skeyti", "mezu",
)  # fmt: skip
_ORIGINAL = (
    "origin", "ursprüng", "ursprung", "oorspronkelijk", "oprindelig", "opprinnelig", "alkuperäi", "oryginaln",
    "původní", "pôvodn", "eredeti", "özgün", "orijinal", "исходн", "оригинал", "вихідн", "початков", "първоначалн",
    "αρχικό", "מקורי", "أصلي", "اصلی", "原", "元の", "원본", "izvorn", "izvirn", "algsõnum", "algne", "pirmin", 
    "sākotnēj", "oriģināl", "gốc", "asli", "ต้นฉบับ", "मूल", "previous", "reply", "antwort", "upprunaleg", "jatorrizko",
)  # fmt: skip
_FORWARDED = (
    "forwarded", "weitergeleitet", "transféré", "transmis", "reenviad", "reenvi", "inoltrat", "encaminhad",
    "reencaminhad", "doorgestuurd", "videresend", "videresent", "vidarebefordra", "przekazan", "przesłan", "přeposl",
    "předan", "preposl", "preposielan", "пересылаем", "пересланн", "переслан", "переадресован", "препратен",
    "переслав", "转发", "轉寄", "轉發", "転送", "전달", "iletilen", "yönlendiril", "välitet",
    "edelleenlähet", "továbbít", "redirecți", "redirect", "προωθη", "הועבר", "مُعاد", "معاد", "محول",
    "prosleđen", "proslijeđen", "posredovan",
    "edastatud", "persiųst", "pārsūtīt", "chuyển tiếp", "diteruskan", "ส่งต่อ", "अग्रेषित", "áframsen",
)  # fmt: skip
_BEGINNINGS = (
    "begin forwarded message", "anfang der weitergeleiteten", "début du message", "inizio messaggio inoltrato",
    "inicio del mensaje", "início da mensagem", "start på videresendt", "begin doorgestuurd bericht",
    "original message processed by david", "početak proslijeđene", "vidarebefordrat brev", "välitetty viesti",
    "początek przekazywanej", "začátek přeposílané", "iletilen ileti", "начало переадресованного", "начало пересыла",
    "початок пересланого", "开始转发", "開始轉寄", "転送された", "전달된 메시지", "továbbított levél", "forwarded by ",
    "weitergeleitet von ", "transféré par ", "inoltrato da ", "doorgestuurd door ", "reenviado por ",
    "forwarded message",
)  # fmt: skip
_WEAK = 7  # the last of them, which a person may write
_MARKS = "-_=*"


def is_framed(line: str) -> bool:
    """Do a few words stand between rules in this line, such as `----- Original Message -----`?"""
    framed = line[:2].strip(_MARKS) == "" and line[-2:].strip(_MARKS) == ""
    return framed and 0 < len(line.strip(_MARKS + " \t")) <= 80 and len(line.split()) <= 12


def is_dashed(line: str) -> bool:
    """Is it a line such as `-----Original Message-----`?"""
    core = line.strip(_MARKS + " \t").lower()
    if not is_framed(line) or len(core.split()) > 6:
        return False
    return core == "original" or core.startswith("algsõnum") or (_any(_NOUNS, core) and _any(_ORIGINAL, core))


def is_forward(line: str) -> bool:
    """Is it a line such as `---------- Forwarded message ---------` or `Begin forwarded message:`?"""
    if len(line) > 120 or not (line[-1] in ":：®" or is_framed(line)):
        return False
    core = line.strip(_MARKS + " \t:：").lower().replace("i\u0307", "i")
    if core.startswith(_BEGINNINGS):
        return True
    where = core if is_framed(line) else core.partition(" ")[0]
    return len(core.split()) <= 6 and _any(_FORWARDED, where) and _any(_NOUNS, core)


def is_announced(line: str) -> bool:
    """Is such a line a program's whole phrase, or one between rules, so that no header lines need to follow?"""
    return is_framed(line) or line.lower().startswith(_BEGINNINGS[:-_WEAK])


def _any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


_ABOVE = (
    "reply above this line", "type your reply above", "write above this line", "antworten sie oberhalb dieser",
    "antworten sie bitte oberhalb dieser", "répondre au-dessus de cette ligne", "responda por encima de esta línea",
)  # fmt: skip


def is_above(line: str) -> bool:
    """Is it the line above which a desk wants its answers?"""
    if len(line) > 120 or not any(word in line for word in ("bove", "berhalb", "dessus", "encima", "BOVE")):
        return False
    return line.lower().strip("#-=*_[]() .").removeprefix("please ").startswith(_ABOVE)


def wrote_at_end(words: list[str]) -> bool:
    """Does one of these last words of a line say "wrote" in some language?"""
    return any(word in WROTE or word.endswith(WROTE_TAILS) for word in words)
