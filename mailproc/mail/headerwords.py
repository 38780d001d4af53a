"""The labels of a quoted mail's header lines, as the mail programs of many languages write them."""

from __future__ import annotations

# kind → its labels, lower case, by comma.  Some stand for two kinds in two languages: the commoner one wins.
_LABELS = {
    "from": "from, von, de, da, van, från, fra, od, od kogo, от, от кого, від, від кого, lähettäjä, feladó, küldő, "
    "kimden, gönderen, expéditeur, remitente, remetente, mittente, afsender, avsändare, avsender, afzender, nadawca, "
    "odesílatel, odosielateľ, absender, 发件人, 寄件者, 寄件人, 發件人, 差出人, 送信者, from/差出人, 보낸사람, 보낸 "
    "사람, 보낸이, 발신, 발신인, nuo, no, saatja, pošiljatelj, šalje, šiuntėjas, siuntėjas, sūtītājs, шаље, подател, "
    "de la, από, αποστολέας, מאת, من, از, từ, người gửi, จาก, dari, daripada, प्रेषक, frá, nork, remitent, "
    "expeditor, mailto",
    "date": "date, sent, date sent, sent on, gesendet, gesendet am, datum, fecha, envoyé, envoyé le, enviado, "
    "enviado el, enviada, enviada em, enviado em, data, inviato, data invio, verzonden, verzonden op, skickat, "
    "skickat den, sendt, sendt den, dato, wysłano, data wysłania, odesláno, odoslané, dátum, lähetetty, päivämäärä, "
    "päiväys, elküldve, küldve, küldés dátuma, tarih, gönderildi, gönderilme tarihi, gönderme tarihi, отправлено, "
    "дата, надіслано, изпратено, послато, датум, 日期, 时间, 发送时间, 发送日期, 寄件日期, 傳送日期, 傳送時間, 日付, "
    "送信日時, 日時, 보낸날짜, 보낸 날짜, 날짜, 보낸시간, 일시, trimis, trimis la, expediat, expediată, ημερομηνία, "
    "στάλθηκε, εστάλη, נשלח, תאריך, تاريخ الإرسال, تم الإرسال, أرسلت, التاريخ, تاریخ, ارسال شده, đã gửi, ngày, "
    "đã gửi lúc, ส่ง, วันที่, dikirim, tanggal, tarikh, dihantar, दिनांक, भेजा गया, तारीख, poslano, poslato, saadetud, "
    "kuupäev, išsiųsta, nosūtīts, datums, enviat, enviat el, dagsetning, le, bidalia",
    "to": "to, an, à, a, para, til, till, aan, do, komu, кому, до, за, vastaanottaja, címzett, kime, alıcı, "
    "destinataire, destinataires, destinatario, destinatário, empfänger, mottagare, modtager, mottaker, adresat, "
    "adresát, geadresseerde, 收件人, 收件者, 宛先, 받는사람, 받는 사람, 받는이, 수신, 수신인, pro, către, catre, προς, "
    "אל, إلى, الى, به, đến, tới, người nhận, ถึง, kepada, ke, प्रति, प्राप्तकर्ता, prima, za, adressaat, saaja, kam, "
    "gavėjas, saņēmējs, per a, nori, прима, получател, примател",
    "subject": "subject, betreff, objet, sujet, asunto, assunto, oggetto, onderwerp, ämne, emne, temat, tytuł, "
    "předmět, predmet, aihe, tárgy, konu, тема, предмет, относно, 主题, 主題, 主旨, 标题, 件名, 제목, zadeva, subiect, "
    "θέμα, נושא, الموضوع, موضوع, chủ đề, tiêu đề, เรื่อง, หัวเรื่อง, perihal, subjek, judul, विषय, teema, tema, temats, "
    "assumpte, efni, naslov, gaia",
    "cc": "cc, bcc, kopie, kopie (cc), copie, copie à, copia, cópia, kopia, kopio, kopi, kopija, másolat, másolatot "
    "kap, bilgi, dw, 抄送, 副本, 참조, cc (副本), копия, копія, κοιν, κοινοποίηση, עותק, نسخة, رونوشت, สำเนา, "
    "đồng kính gửi, आपकी प्रति, în copie, v kopii, vf, gizli, reply-to, antwort an, répondre à, wichtigkeit, "
    "importance, attachments, anlagen, organization",
}
HEADER_KINDS: dict[str, str] = {}
for _kind, _labels in _LABELS.items():
    for _label in _labels.split(", "):
        HEADER_KINDS.setdefault(_label, _kind)
_JUST_DATES = "date datum fecha data dato dátum tarih дата датум 日期 时间 날짜 일시 日付 日時 ngày tanggal le"


def says_sent(label: str) -> bool:
    """Is it a label that only a mail has: "Sent" rather than "Date"?"""
    words = label.strip().lower()
    return kind_of(words) == "date" and words not in _JUST_DATES.split()


def kind_of(label: str) -> str | None:
    """What this label of a header line says: from, date, to, subject or cc; None if it is none."""
    words = label.strip().lower()
    return HEADER_KINDS.get(words) or HEADER_KINDS.get(words.replace(" ", ""))
