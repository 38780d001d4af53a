"""The words by which telephone systems speak of a voicemail, a missed call or a fax, in the languages they speak."""

from __future__ import annotations

import re

_VOICE = (
    r"voice[ -]?mail(?:s|box| ?messages?| ?notification)?|voice[ -]?(?:message|msg|memo)s?|recorded message|"
    r"answering machine message|(?:telephone|phone) message|"
    r"sprach(?:nachricht|mitteilung|mail|aufnahme)(?:en)?|sprachbox\w*|mobilbox\w*|mailbox-?nachricht(?:en)?|"
    r"anrufbeantworter\w*|"
    r"messag(?:e|er|eri)es? vocale?s?|message vocal|messages vocaux|r[ée]pondeur|bo[îi]te vocale|"
    r"mensajes? de voz|buz[óo]n de voz|correo de voz|contestador|"
    r"mensage(?:m|ns) de voz|correio de voz|caixa postal|recado de voz|"
    r"messagg[io]o? vocal[ei]|messaggi vocali|segreteria telefonica|casella vocale|"
    r"voicemailbericht(?:en)?|ingesproken bericht|gesproken bericht|"
    r"r[öo]stmeddelande\w*|r[öo]stbrevl[åa]d\w*|talebesked\w*|telefonsvar\w*|talemelding\w*|talepost\w*|"
    r"ääniviesti\w*|vastaajaviesti\w*|wiadomo[śs][ćc]\w* g[łl]osow\w*|poczt\w* g[łl]osow\w*|"
    r"hlasov\w+ (?:zpr[áa]v\w*|schr[áa]nk\w*|spr[áa]v\w*)|hang(?:posta|[üu]zenet)\w*|mesaj(?:ul)? vocal\w*|"
    r"голосов\w+ (?:сообщени\w+|почт\w+)|автоответчик\w*|голосове повідомлення|sesli (?:mesaj|posta)\w*|"
    r"留守番電話|留守電|ボイスメール|ボイスメッセージ|音声メッセージ|伝言|"
    r"语音(?:邮件|留言|信箱|消息)|語音(?:郵件|留言|信箱|訊息)|음성\s?(?:메시지|사서함|메일)|"
    r"הודעה קולית|رسالة صوتية|بريد صوتي|φωνητικ\w+ μήνυμα|tin nhắn thoại|thư thoại|pesan suara"
)
VOICE = re.compile(rf"(?<![^\W\d_])(?:{_VOICE})", re.IGNORECASE)
"""A voicemail, by any of its names."""
NOTICE = re.compile(
    rf"(?:\[[^\]]{{1,40}}\][:\s]*|\([^)]{{1,40}}\)\s*|[\w!. -]{{1,30}}(?::|\s[-–|])\s+)?"
    rf"(?:urgent:?\s+|you(?:'ve|\s+have)?\s+(?:got\s+|received\s+)?|sie haben\s+|vous avez\s+(?:reçu\s+)?|"
    rf"ha recibido\s+|tiene\s+|"
    rf"u (?:hebt|heeft)\s+|hai\s+(?:ricevuto\s+)?|você\s+(?:recebeu|tem)\s+)?"
    rf"(?:(?:an?|one|\d{{1,3}}|eine?[nr]?|une?|un[oa]?|een|um[a]?|en|ny(?:tt)?|the)\s+)?"
    rf"(?:(?:new|neuer?|neue[sn]?|nouve(?:au|lle)|nuev[oa]|nuov[oa]|nieuwe?|nov[aoáéý]\w*|ny(?:tt)?|uusi|nowa|"
    rf"urgent\w*|dringende?\w*|"
    rf"unheard|unread|новое|新しい|新着)\s+)?"
    rf"(?:\d{{1,3}}:\d\d(?::\d\d)?\s+)?(?:urgent\s+)?(?:{_VOICE})",
    re.IGNORECASE,
)
"""A subject that begins as a notice of one does."""
BEGINS = re.compile(
    r"(?:vm|msg)(?: message)? from |message from (?:an? )?(?:unknown|\+?[(\d])|(?:missed call|call) and voice",
    re.I,
)
NEW_IN_BOX = re.compile(r"new (?:urgent )?(?:message|msg|vm)\b.{0,40}(?:in (?:mail)?box|$)", re.IGNORECASE)
LEFT = re.compile(
    r"(?:left (?:you|us) an? |left an? |(?:have|'ve|has) (?:received |got |been left )?an? (?:new )?(?:urgent )?|"
    r"you (?:have )?received an? (?:new )?|"
    r"there is an? (?:new )?|were (?:just )?left an? |new )"
    r"(?:\d{1,3}:\d\d(?::\d\d)? long )?(?:voice[ -]?mail|voice[ -]?message|recorded message|message \()"
    r"|hat (?:für sie |ihnen |dir )?.{0,80}(?:nachricht|sprachnachricht) (?:hinterlassen|aufgesprochen)|"
    r"eine neue (?:sprachnachricht|voicemail)|"
    r"neue nachricht auf (?:ihrem|dem|ihrer|der) |(?:nouveau|un) message vocal|nouvelle messagerie|"
    r"a laissé un message|vous a laissé|"
    r"(?:nuevo|un) mensaje (?:de voz|en su buz)|dejado un mensaje|nuovo messaggio|lasciato un messaggio|"
    r"nieuw (?:voicemail|ingesproken)|heeft een (?:voicemail|bericht)|deixou uma mensagem|nova mensagem de voz|"
    r"留守番電話に|メッセージが(?:あります|届)|伝言が|新しいボイス|您有|给您留言|음성 메시지",
    re.IGNORECASE | re.DOTALL,
)
"""A text that says that somebody left one."""
SYSTEM = re.compile(
    r"(?:^|[._+ -])(?:voice[ ._-]?mails?|voice[ ._-]?(?:message|messages|msg|messaging)|vm|vmail|voice|pbx|"
    r"ip-?pbx|asterisk|freepbx|freeswitch|"
    r"fusionpbx|3cx|unity(?:connection)?|telephony|telefon(?:anlage)?|phone(?:system|s)?|call(?:s|manager|"
    r"center)?|anrufbeantworter|sprachbox|"
    r"mailbox|sip|voip|telefonie|centralino|centrex|fritz!?box|repondeur|messagerie|buzon|contestador|answering|"
    r"receptionist)"
    r"(?:$|[._+ @0-9-])|voicemail|sprachnachricht|留守番電話|ボイスメール",
    re.IGNORECASE,
)
"""A sender that is a telephone system, by its local part or its name."""
ROBOT = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|notif\w*|notice|alerts?|system|service|messages?|"
    r"mailer)(?:[._+-].*)?",
)
CLIENT = re.compile(
    r"thunderbird|iphone mail|ipad mail|apple mail|microsoft (?:office )?outlook|outlook express|k-9|roundcube|"
    r"evolution|mutt|kmail|airmail|"
    r"mailspring|horde|squirrelmail|zimbra|groupwise|lotus|the bat|claws|sylpheed|em_client|mailmate|postbox|"
    r"aquamail|bluemail|fairemail|"
    r"yahoomail|protonmail|sogo|open-xchange|zoho mail|rainloop|snappymail",
    re.IGNORECASE,
)
"""A program that people write mail with."""
ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|ref|odp|res|rép|回复|答复|返信)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|vs|doorst|vb|转发|轉寄|fs|videresendt)\s*[:：]", re.IGNORECASE)
MISSED = re.compile(
    r"(?:\[[^\]]{1,40}\][:\s]*)?(?:you (?:have |'ve )?(?:had )?)?(?:(?:an?|one|\d+|new|ein|neue?r?|un|una|"
    r"une)\s+)?(?:(?:new|neuer)\s+)?"
    r"(?:missed (?:a )?(?:the )?(?:phone )?calls?|call missed|missed .{0,20}call|new call from|"
    r"verpasste[rn]? anr\w+|entgangene[rn]? anr\w+|anruf in abwesenheit|"
    r"appels? (?:manqué|en absence)s?|llamadas? perdidas?|chiamat[ae] pers[ae]|gemiste oproep\w*|oproep gemist|"
    r"chamadas? perdidas?|"
    r"missat samtal|ubesvaret (?:opkald|anrop)|tapt anrop|nieodebrane połączenie|пропущенн\w+ (?:звон\w+|"
    r"вызов\w*)|cevapsız (?:çağrı|arama)|"
    r"不在着信|未接(?:来电|來電|电话)|부재중 전화)",
    re.IGNORECASE,
)
FAX = re.compile(
    r"(?:\[[^\]]{1,40}\][:\s]*)?(?:[\w!. ]{1,30}(?::|\s[-–])\s+)?(?:you (?:have |'ve )?(?:received )?|"
    r"sie haben )?(?:(?:an?|one|\d+|ein|un|une)\s+)?"
    r"(?:(?:new|neues|incoming|eingehendes|empfangenes|received|nouveau|nuevo|nuovo|"
    r"nieuwe)\s+)?(?:e-?)?(?:tele)?fax(?:nachricht|bericht|\b)",
    re.IGNORECASE,
)
ABOUT_THE_BOX = re.compile(
    r"(?:mail ?box|voice ?mail(?:box)?|box|greeting|inbox|postfach|boîte|buzón|casella)\b.{0,60}\b(?:(?:almost|"
    r"nearly|is|now) full|quota|over limit|"
    r"(?:about|going) to (?:be|expire)|nearly at|reached|pin\b|pass(?:word|code)|(?:was|were|has been|"
    r"have been) (?:changed|reset|set up|updated|created|deleted|disabled|enabled|activated)|"
    r"voll\b|pleine|lleno|piena)|"
    r"new greeting|greeting .{0,40}changed|welcome to |your (?:new )?(?:voice ?mail )?pin\b|full mail ?box|"
    r"(?:mailbox|voicemail) (?:full|quota|storage|pin|password|summary|report|statistics|settings)",
    re.IGNORECASE | re.DOTALL,
)
"""Notices of the telephone system about itself."""
NOT_TOLD = re.compile(
    r"(?:transcri\w+|preview|voice.to.text|text)\b.{0,40}(?:not |un)(?:available|possible|supported|be )|"
    r"\b(?:no|without|kein\w*|sin|sans|aucune?|senza|geen|ingen) (?:\w+ )?(?:transcri|transkri|trascri|"
    r"verschrift|preview)|not transcri|"
    r"(?:un)?able to (?:be )?transcri|(?:could|can|was) ?n[o']t (?:be )?(?:transcri|understand|convert|process)|"
    r"cannot (?:be )?transcri|"
    r"(?:transcri|transkri|trascri)\w+ .{0,30}(?:fail|error|pending|disabled|indisponible|no disponible|"
    r"non disponib|nicht|fehlgeschlagen|mislukt|échou)|"
    r"(?:nicht|pas|no|non) (?:verfügbar|disponib\w+|transkribiert)|too (?:short|long|quiet) to|"
    r"(?:no|not) (?:speech|voice|words?|audio|text)\b.{0,20}(?:detect|recogni|found|availab)|audio quality|"
    r"poor quality|inaudible|"
    r"see (?:the )?attach|siehe anhang|im anhang|en (?:pièce jointe|adjunto)|in allegato|unavailable$|transcribing|"
    r"(?:文字|テキスト).{0,12}(?:できません|失敗|なし)|无法(?:转|識)",
    re.IGNORECASE,
)
"""Words in place of a transcript."""
