"""The words of signatures in many languages: "Sent from my …", closings, disclaimers, warnings of servers."""

from __future__ import annotations

import re

# How such a line begins, lower case; what it names afterwards decides.
SENT_FROM = (
    "sent from", "sent via", "sent with", "sent using", "sent by", "sent on", "mailed from", "message sent from",
    "posted from", "typed on", "written on", "get outlook for", "get bluemail", "von meinem", "von meiner",
    "gesendet von", "gesendet mit", "gesendet über", "gesendet aus", "versendet mit", "verschickt mit",
    "diese nachricht wurde von mein", "outlook für", "holen sie sich outlook", "laden sie outlook", "envoyé de",
    "envoyé depuis", "envoyé par", "envoyé avec", "envoyé à partir", "envoyé via", "obtenir outlook",
    "obtenez outlook", "télécharger outlook", "provenance :", "enviado desde", "enviado do", "enviado da",
    "enviado a partir", "enviado de", "enviado com", "enviado con", "enviado pelo", "enviado por", "enviada do",
    "enviat des", "obtener outlook", "obter o outlook", "obter outlook", "inviato da", "inviato dal", "inviato con",
    "inviata da", "scarica outlook", "ottieni outlook", "verzonden vanaf", "verzonden met", "verzonden vanuit",
    "verzonden via", "verstuurd vanaf", "verstuurd met", "outlook voor", "download outlook", "skickat från",
    "skickades från", "skickat med", "hämta outlook", "sendt fra", "sendt med", "sendt via", "hent outlook",
    "få outlook", "lähetetty", "hanki outlook", "wysłane z", "wysłano z", "wysłane przez", "pobierz outlook",
    "pobierz aplikację", "odesláno z", "odoslané z", "získejte outlook", "získajte outlook", "poslano s",
    "poslano z", "poslato sa", "poslano iz", "küldve", "az iphone-omról", "trimis de pe", "trimis din", "trimis cu",
    "iphone'umdan", "ipad'imden", "outlook'u edinin", "отправлено с", "отправлено из", "отправлено от",
    "надіслано з", "изпратено от", "στάλθηκε από", "αποστολή από", "נשלח מ", "تم الإرسال من", "أُرسلت من",
    "أرسلت من", "ارسال شده از", "ارسال از", "从我的", "发自我的", "来自我的", "發自我的", "從我的", "傳送自",
    "发送自", "iphoneから", "ipadから", "私の", "나의", "내 ", "삼성", "gửi từ", "đã gửi từ", "được gửi từ",
    "dikirim dari",
    "dihantar dari", "ส่งจาก", "से भेजा", "मेरे", "išsiųsta iš", "nosūtīts no", "saadetud", "sent frá", "nire",
)  # fmt: skip
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
